"""The address fixes the provider, past every routing rule."""

import pytest
from anthropic import Anthropic
from openai import OpenAI

from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway
from raw import Reply, body_of, key_header, request


def post(gateway: Gateway, path: str, body: dict) -> Reply:
    return request(gateway.url, "POST", path, body, key_header("openai"))


@pytest.mark.parametrize("provider,model", [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5")])
def test_the_openai_sdk_behind_a_provider(gateway: Gateway, fakes: Fakes, provider: str, model: str) -> None:
    client = OpenAI(base_url=f"{gateway.url}/{provider}/v1", api_key=CLIENT_KEY, max_retries=0)
    reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "say: here"}])
    assert reply.choices[0].message.content == "here"
    assert fakes.total() == len(fakes.providers[provider].requests) == 1
    # Only the provider's own models, by whatever name leads to them.
    names = {one.id for one in client.models.list()}
    assert model in names and not any(name.startswith("gemini") for name in names)


def test_the_anthropic_sdk_behind_a_provider(gateway: Gateway, fakes: Fakes) -> None:
    client = Anthropic(base_url=f"{gateway.url}/gemini", api_key=CLIENT_KEY, max_retries=0)
    reply = client.messages.create(
        model="gemini-2.5-flash", max_tokens=99, messages=[{"role": "user", "content": "say: here"}]
    )
    assert reply.content[0].text == "here"


def test_the_rules_do_not_apply(gateway: Gateway, fakes: Fakes) -> None:
    reply = post(gateway, "/anthropic/v1/chat/completions", body_of("openai", "gpt-4o", "hi"))
    assert reply.status == 404
    assert "gpt-4o" in reply.json["error"]["message"]
    assert len(fakes.providers["anthropic"].requests) == 1
    assert not fakes.providers["openai"].requests


def test_gemini_behind_a_provider(gateway: Gateway, fakes: Fakes) -> None:
    reply = post(
        gateway, "/openai/v1beta/models/gpt-4o:generateContent", body_of("gemini", "gpt-4o", "say: there")
    )
    assert reply.json["candidates"][0]["content"]["parts"][0]["text"] == "there"
    assert reply.headers["x-provider"] == "openai"


@pytest.mark.parametrize("model", ["amazon.nova-pro-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"])
def test_the_anthropic_api_before_bedrock(gateway: Gateway, stream: bool, model: str) -> None:
    body = body_of("anthropic", model, "say: there", stream)
    reply = post(gateway, "/bedrock/v1/messages", body)
    assert reply.status == 200 and reply.headers["x-provider"] == "bedrock"
    if stream:
        assert b"event: message_stop" in reply.body
    else:
        assert reply.json["content"][0]["text"] == "there"


@pytest.mark.parametrize("path", ["/nobody/v1/chat/completions", "/custom/nobody/v1/chat/completions"])
def test_an_unknown_provider_is_not_found(gateway: Gateway, path: str) -> None:
    reply = post(gateway, path, body_of("openai", "gpt-4o", "hi"))
    assert reply.status == 404
    message = reply.json["error"]["message"]
    assert "nobody" in message and "openai" in message and "gemini" in message
    assert request(gateway.url, "GET", "/nobody/v1/models", None, key_header("openai")).status == 404


def test_a_key_is_asked_for_first(gateway: Gateway) -> None:
    assert request(gateway.url, "POST", "/nobody/v1/messages", body_of("anthropic", "x", "hi")).status == 401


def test_what_a_model_cannot_do(gateway: Gateway) -> None:
    assert post(gateway, "/v1beta/models/gemini-2.5-flash:dance", {}).status == 404
    reply = post(gateway, "/v1beta/models/gemini-2.5-flash", {})
    assert reply.status == 405 and "GET" in reply.headers["allow"]
