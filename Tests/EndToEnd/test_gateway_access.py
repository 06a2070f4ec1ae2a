"""Who may ask, what reaches the provider, and what every reply carries."""

import json
import re
from pathlib import Path

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from conftest import FORMATS, MODELS, provider_name, through
from drivers import talk
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import ask, body_of, key_header, path_of, request

EVERY_PAIR = pytest.mark.parametrize(
    "client,provider", [(client, provider) for client in FORMATS for provider in FORMATS]
)


@pytest.mark.parametrize("client", FORMATS)
@pytest.mark.parametrize("place", ["authorization", "x-api-key", "x-goog-api-key", "query"])
def test_keys_are_found_wherever_clients_put_them(gateway: Gateway, fakes: Fakes, client: str, place: str) -> None:
    path, headers = path_of(client, MODELS[client]), {}
    if place == "query":
        path += f"?key={CLIENT_KEY}"
    else:
        headers[place] = f"Bearer {CLIENT_KEY}" if place == "authorization" else CLIENT_KEY
    reply = request(gateway.url, "POST", path, body_of(client, MODELS[client], "say: in"), headers)
    assert reply.status == 200


@pytest.mark.parametrize("client", FORMATS)
@pytest.mark.parametrize("key", [None, "wrong", CLIENT_KEY[:-1], CLIENT_KEY + "x", ""])
def test_unknown_keys_stay_outside(gateway: Gateway, fakes: Fakes, client: str, key: str | None) -> None:
    headers = {} if key is None else key_header(client, key)
    body = body_of(client, MODELS[client], "say: in")
    reply = request(gateway.url, "POST", path_of(client, MODELS[client]), body, headers)
    assert reply.status == 401
    error = reply.json["error"]
    match client:
        case "openai" | "responses":
            assert error["code"] == "invalid_api_key" or error["type"]
        case "anthropic":
            assert reply.json["type"] == "error" and error["type"] == "authentication_error"
        case "gemini":
            assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    assert fakes.total() == 0


def test_sdks_raise_authentication_errors(gateway: Gateway) -> None:
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="wrong", max_retries=0) as chat:
        with pytest.raises(openai.AuthenticationError):
            chat.models.list()
    with anthropic.Anthropic(base_url=gateway.url, api_key="wrong", max_retries=0) as messages:
        with pytest.raises(anthropic.AuthenticationError):
            messages.messages.create(model="claude-sonnet-4-5", max_tokens=5, messages=[])


@EVERY_PAIR
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_client_credentials_never_travel(
    gateway: Gateway, fakes: Fakes, client: str, provider: str, stream: bool
) -> None:
    model = MODELS[provider]
    body = body_of(client, model, "say: hello", stream)
    everywhere = {"x-api-key": CLIENT_KEY, "x-goog-api-key": CLIENT_KEY, "cookie": f"session={CLIENT_KEY}"}
    headers = {**everywhere, **key_header(client)}
    path = path_of(client, model, stream)
    reply = request(gateway.url, "POST", path + ("&" if "?" in path else "?") + f"key={CLIENT_KEY}", body, headers)
    assert reply.status == 200
    seen = fakes.last(provider)
    assert CLIENT_KEY not in json.dumps([seen.target, seen.headers, seen.body])
    assert KEYS[provider] in json.dumps([seen.target, seen.headers])
    assert CLIENT_KEY not in gateway.output() and KEYS[provider] not in gateway.output()
    if provider == "anthropic":
        assert seen.headers["anthropic-version"] == "2023-06-01"


@EVERY_PAIR
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_replies_name_themselves_and_their_provider(
    gateway: Gateway, fakes: Fakes, client: str, provider: str, stream: bool
) -> None:
    replies = [ask(gateway.url, client, MODELS[provider], text, stream) for text in ("say: hi", "fail 429")]
    ids = {reply.headers["x-request-id"] for reply in replies}
    assert len(ids) == 2
    for reply in replies:
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", reply.headers["x-request-id"]
        )
        assert reply.headers["x-provider"] == provider_name(provider)
    media = "text/event-stream" if stream else "application/json"
    assert replies[0].headers["content-type"].split(";")[0] == media


def test_what_was_lost_is_told(gateway: Gateway, fakes: Fakes) -> None:
    fields = {"seed": 3, "logit_bias": {"50256": -100}, "temperature": 1.7}
    reply = ask(gateway.url, "openai", "claude-sonnet-4-5", "hi", **fields)
    warnings = json.loads(reply.headers["x-llm-gateway-warnings"])
    assert all(warning["level"] and warning["message"] for warning in warnings)
    for field in fields:
        assert any(field in json.dumps(warning) for warning in warnings), field
    assert fakes.last("anthropic").body["temperature"] == 1


@pytest.mark.parametrize("client", FORMATS)
def test_nothing_is_warned_of_when_nothing_was_lost(gateway: Gateway, fakes: Fakes, client: str) -> None:
    for provider in FORMATS:
        reply = ask(gateway.url, client, MODELS[provider], "hi")
        notes = json.loads(reply.headers.get("x-llm-gateway-warnings", "[]"))
        # A limit that the client did not set, and the provider demands, is worth telling, but nothing was lost.
        assert [note for note in notes if note["level"] != "info"] == [], provider
        assert not notes or client != provider


@pytest.mark.parametrize("client", FORMATS)
def test_matching_formats_are_relayed_unchanged(gateway: Gateway, fakes: Fakes, client: str) -> None:
    """What the gateway does not know survives: fields, their order and the spelling of numbers."""
    body = json.dumps(body_of(client, MODELS[client], "say: relay")).encode()
    odd = {
        "openai": b'{"temperature":1.0,"seed":9007199254740993,"metadata":{"z":"1","a":"2"},',
        "anthropic": b'{"temperature":1.0,"metadata":{"user_id":"z\\u00e9"},',
        "gemini": b'{"generationConfig":{"temperature":1.0,"topK":40.0},"labels":{"z":"1","a":"2"},',
        "responses": b'{"temperature":1.0,"metadata":{"z":"1","a":"2"},"top_logprobs":0,',
    }[client]
    sent = odd + body[1:]
    reply = request(gateway.url, "POST", path_of(client, MODELS[client]), sent, key_header(client))
    assert reply.status == 200
    assert fakes.last(client).raw == sent


def test_models_in_the_shape_of_each_sdk(gateway: Gateway) -> None:
    expected = {"gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash"}
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0) as chat:
        assert expected <= {model.id for model in chat.models.list()}
        assert chat.models.retrieve("claude-sonnet-4-5").id == "claude-sonnet-4-5"
    with anthropic.Anthropic(base_url=gateway.url, api_key=CLIENT_KEY, max_retries=0) as messages:
        listed = list(messages.models.list(limit=1000))
        assert expected <= {model.id for model in listed}
        assert all(model.type == "model" and model.display_name and model.created_at for model in listed)
        assert messages.models.retrieve("gpt-4o").id == "gpt-4o"
    for version in ("v1beta", None):
        options = types.HttpOptions(base_url=gateway.url, api_version=version, timeout=10_000)
        with genai.Client(api_key=CLIENT_KEY, http_options=options) as google:
            names = {model.name for model in google.models.list()}
            assert {f"models/{name}" for name in expected} <= names
            assert google.models.get(model="gpt-4o").name == "models/gpt-4o"


def test_models_need_a_key(gateway: Gateway) -> None:
    for path in ("/v1/models", "/v1beta/models", "/v1/models/gpt-4o"):
        assert request(gateway.url, "GET", path).status == 401


def test_health_needs_no_key(gateway: Gateway) -> None:
    for path in ("/health", "/health/live", "/health/ready", "/ready"):
        reply = request(gateway.url, "GET", path)
        assert reply.status == 200
        assert reply.json["status"]


def test_names_with_a_provider_in_front(gateway: Gateway, fakes: Fakes) -> None:
    for client in FORMATS:
        for provider in FORMATS:
            if client == "gemini":
                continue
            name = provider_name(provider)
            reply = ask(gateway.url, client, f"{name}/{MODELS[provider]}", "say: routed")
            assert reply.status == 200 and reply.headers["x-provider"] == name


def test_without_keys_the_gateway_serves_loopback(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls, keys="")) as gateway:
        for client in FORMATS:
            assert talk(through(gateway, client, client), False).say("say: open").text == "open"


def test_without_keys_the_gateway_serves_nobody_else(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls, keys="")
    config.write_text(config.read_text().replace('host = "127.0.0.1"', 'host = "0.0.0.0"'))
    with pytest.raises(RuntimeError, match="api_keys"):
        Gateway(tmp_path, config).__enter__()
