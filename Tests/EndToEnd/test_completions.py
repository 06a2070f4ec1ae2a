"""The legacy Completions API, with OpenAI's SDK, before every provider."""

import json
import re
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from conftest import FORMATS, MODELS, PROVIDERS
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import ask, key_header, request

EVERY_PROVIDER = pytest.mark.parametrize("provider", PROVIDERS)


@pytest.fixture
def client(gateway: Gateway, fakes: Fakes) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)


@EVERY_PROVIDER
def test_a_prompt_is_answered(client: OpenAI, provider: str) -> None:
    reply = client.completions.create(model=MODELS[provider], prompt="say: once upon a time", max_tokens=50)
    assert reply.object == "text_completion"
    assert reply.choices[0].text == "once upon a time"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage and reply.usage.prompt_tokens > 0 and reply.usage.completion_tokens > 0


@EVERY_PROVIDER
def test_a_prompt_is_streamed(client: OpenAI, provider: str) -> None:
    chunks = list(
        client.completions.create(
            model=MODELS[provider],
            prompt=["say: once upon a time"],
            stream=True,
            stream_options={"include_usage": True},
            echo=True,
        )
    )
    assert len({chunk.id for chunk in chunks}) == 1
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == (
        "say: once upon a timeonce upon a time"
    )
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens > 0


def test_stops_and_limits(client: OpenAI) -> None:
    reply = client.completions.create(model="gpt-4o", prompt="say: one two three", max_tokens=1)
    assert reply.choices[0].finish_reason == "length"
    reply = client.completions.create(model="claude-sonnet-4-5", prompt="say: one two three", stop="two")
    assert reply.choices[0].text == "one "


def test_several_candidates(client: OpenAI) -> None:
    reply = client.completions.create(model="gpt-4o", prompt="say: one", n=2)
    assert [choice.index for choice in reply.choices] == [0, 1]


@pytest.mark.parametrize("prompt", ["say: on", ["say: on", "say: off"], [1, 2, 3], [[1], [2, 3]]])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_models_without_chat_are_relayed(gateway: Gateway, fakes: Fakes, prompt: object, stream: bool) -> None:
    """Everything the API has, of which nothing is read or changed on the way."""
    sent = {
        "model": "gpt-3.5-turbo-instruct",
        "prompt": prompt,
        "best_of": 3,
        "n": 2,
        "logprobs": 2,
        "suffix": " end",
        "stop": ["HALT"],
        "temperature": 1.0,
        "user": "u",
    }
    if stream:
        sent |= {"stream": True, "stream_options": {"include_usage": True}}
    reply = request(gateway.url, "POST", "/v1/completions", json.dumps(sent).encode(), key_header("completions"))
    assert reply.status == 200, reply.body
    assert fakes.last("openai").raw == json.dumps(sent).encode()
    assert fakes.last("openai").path == "/v1/completions"
    if not stream:
        count = 2 * (len(prompt) if isinstance(prompt, list) and not isinstance(prompt[0], int) else 1)
        assert [choice["index"] for choice in reply.json["choices"]] == list(range(count))
        assert reply.json["choices"][0]["logprobs"]["tokens"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("client", FORMATS)
def test_every_client_reaches_models_without_chat(gateway: Gateway, fakes: Fakes, client: str, stream: bool) -> None:
    reply = ask(gateway.url, client, "gpt-3.5-turbo-instruct", "say: instructed", stream)
    assert reply.status == 200, reply.body
    said = reply.body.decode() if not stream else "".join(re.findall(r'"(?:text|content|delta)": ?"([^"]*)"', reply.body.decode()))
    assert "instructed" in said
    assert fakes.last("openai").path == "/v1/completions"


def test_a_service_with_the_api_is_relayed_to(fakes: Fakes, tmp_path: Path) -> None:
    for has, path in (("true", "/v1/completions"), ("false", "/v1/chat/completions")):
        config = write_config(tmp_path, fakes.urls)
        service = f'\n[[providers.custom]]\nprovider_id = "mine"\napi_key = "{KEYS["openai"]}"\ncompletions_api = {has}\n'
        config.write_text(config.read_text() + service + f'base_url = "{fakes.urls["openai"]}/v1"\n')
        with Gateway(tmp_path, config) as gateway:
            client = OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)
            reply = client.completions.create(model="mine/omni", prompt="say: mine", max_tokens=50)
            assert reply.choices[0].text == "mine"
            assert fakes.last("openai").path == path
        (tmp_path / "port").unlink()


def test_what_a_bridge_cannot_take(client: OpenAI) -> None:
    for prompt in (["one", "two"], [1, 2, 3]):
        with pytest.raises(openai.BadRequestError) as raised:
            client.completions.create(model="claude-sonnet-4-5", prompt=prompt)
        assert raised.value.param == "/prompt"
