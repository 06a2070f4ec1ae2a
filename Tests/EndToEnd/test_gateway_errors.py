"""Failures, in the format of the client and as the exceptions of its SDK."""

import json
from collections.abc import Iterator
from pathlib import Path

import anthropic
import openai
import pytest
from google.genai import errors as google_errors

from conftest import FORMATS, MODELS, provider_name, through
from drivers import StreamFailure, talk
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from raw import Reply, ask, body_of, key_header, path_of, request

PAIRS = [(client, provider) for client in FORMATS for provider in FORMATS]
STREAMS = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
EVERY_PAIR = pytest.mark.parametrize("client,provider", PAIRS)
SDK_ERRORS = (openai.APIError, anthropic.APIError, google_errors.APIError)


def check_shape(reply: Reply, client: str) -> dict:
    """The error object, after checking that it is the client's own format."""
    body = reply.json
    error = body["error"]
    assert isinstance(error["message"], str) and error["message"]
    match client:
        case "openai" | "responses":
            assert {"message", "type", "param", "code"} <= error.keys()
        case "anthropic":
            assert body["type"] == "error" and isinstance(error["type"], str)
        case "gemini":
            assert error["code"] == reply.status and error["status"].isupper()
    return error


@STREAMS
@EVERY_PAIR
def test_rate_limits_are_passed_on(gateway: Gateway, fakes: Fakes, client: str, provider: str, stream: bool) -> None:
    reply = ask(gateway.url, client, MODELS[provider], "fail 429 retry-after 7", stream)
    assert reply.status == 429
    assert reply.headers["retry-after"] == "7"
    error = check_shape(reply, client)
    assert "scripted failure" in error["message"]
    name = "RESOURCE_EXHAUSTED" if client == "gemini" else "rate_limit_error"
    assert name in (error.get("type"), error.get("status"))


@EVERY_PAIR
def test_sdks_raise_their_own_classes(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    target = through(gateway, client, provider)
    for status, told, classes in (
        (429, 429, (openai.RateLimitError, anthropic.RateLimitError)),
        # What the gateway may not do is no more the client's fault than a key that is wrong.
        (403, 502, (openai.InternalServerError, anthropic.InternalServerError)),
        (500, 500, (openai.InternalServerError, anthropic.InternalServerError)),
    ):
        with pytest.raises(SDK_ERRORS) as raised:
            talk(target, False).say(f"fail {status}")
        if client == "gemini":
            assert raised.value.code == told
        else:
            assert isinstance(raised.value, classes) and raised.value.status_code == told


@EVERY_PAIR
def test_a_refused_request_is_a_bad_request(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    """The provider refuses the model; its own words reach the client."""
    unknown = {"openai": "gpt-unknown", "anthropic": "claude-unknown", "gemini": "gemini-unknown"}
    model = unknown.get(provider, "gpt-4.1-unknown")
    reply = ask(gateway.url, client, model, "hi")
    assert reply.status == 404
    assert model in check_shape(reply, client)["message"]


@pytest.mark.parametrize("client", FORMATS)
def test_what_the_provider_calls_invalid_stays_invalid(gateway: Gateway, fakes: Fakes, client: str) -> None:
    extra = {"gemini": {"generationConfig": {"wrongName": 1}}}.get(client, {"wrong_name": 1})
    reply = ask(gateway.url, client, MODELS[client], "hi", **extra)
    assert reply.status == 400
    assert "wrong" in check_shape(reply, client)["message"]


@EVERY_PAIR
def test_overload_is_told_in_a_status_the_client_knows(
    gateway: Gateway, fakes: Fakes, client: str, provider: str
) -> None:
    status = 529 if provider == "anthropic" else 503
    reply = ask(gateway.url, client, MODELS[provider], f"fail {status}")
    assert reply.status in ((503, 529) if client == "anthropic" else (503,))
    check_shape(reply, client)


@pytest.fixture(scope="module")
def locked_out(shared_fakes: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway whose provider keys are all wrong."""
    folder = tmp_path_factory.mktemp("locked-out")
    wrong = {f"{name}_key": f"wrong-{name}-secret" for name in FORMATS}
    with Gateway(folder, write_config(folder, shared_fakes.urls, **wrong)) as gateway:
        yield gateway


@STREAMS
@EVERY_PAIR
def test_a_refused_provider_key_is_not_the_clients_fault(
    locked_out: Gateway, fakes: Fakes, client: str, provider: str, stream: bool
) -> None:
    reply = ask(locked_out.url, client, MODELS[provider], "hi", stream)
    assert reply.status == 502
    message = check_shape(reply, client)["message"].lower()
    assert provider_name(provider) in message or "provider" in message
    assert b"secret" not in reply.body
    assert "secret" not in locked_out.output()


@EVERY_PAIR
@pytest.mark.parametrize("text", ["error mid", "cut after 4"])
def test_streams_never_end_clean_after_a_failure(
    gateway: Gateway, fakes: Fakes, client: str, provider: str, text: str
) -> None:
    target = through(gateway, client, provider)
    with pytest.raises((*SDK_ERRORS, StreamFailure)):
        talk(target, True).say(text)


@EVERY_PAIR
@pytest.mark.parametrize("text", ["error mid", "cut after 4"])
def test_failed_streams_say_so_in_band(gateway: Gateway, fakes: Fakes, client: str, provider: str, text: str) -> None:
    reply = ask(gateway.url, client, MODELS[provider], text, stream=True)
    assert reply.status == 200
    events = [json.loads(line[6:]) for line in reply.body.decode().splitlines() if line.startswith("data: {")]
    spoken = reply.body.decode()
    assert "Th" in spoken, "what came before the failure is delivered"
    if client == "responses":
        assert events[-1]["type"] in ("error", "response.failed"), events[-3:]
        assert "response.completed" not in spoken
    else:
        assert "error" in events[-1], events[-3:]
    if client == "anthropic":
        assert "event: error\n" in spoken
        assert "message_stop" not in spoken


@EVERY_PAIR
def test_half_a_reply_is_a_bad_gateway(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    reply = ask(gateway.url, client, MODELS[provider], "cut after 4")
    assert reply.status == 502
    check_shape(reply, client)


@pytest.mark.parametrize("client", FORMATS)
def test_bodies_that_are_not_requests(gateway: Gateway, fakes: Fakes, client: str) -> None:
    path = path_of(client, MODELS[client])
    for body in (b"", b"{", b"[]", b'{"model": 3}', b'{"a": "\xff"}', b"[" * 100_000):
        reply = request(gateway.url, "POST", path, body, key_header(client))
        assert reply.status == 400, body[:20]
        check_shape(reply, client)
    # What is JSON and names its model in the path is for the provider to judge.
    assert fakes.total() == (client == "gemini")


@pytest.mark.parametrize("client", FORMATS)
def test_an_unreachable_provider(fakes: Fakes, tmp_path: Path, client: str) -> None:
    nowhere = dict.fromkeys(FORMATS, "http://127.0.0.1:9")
    with Gateway(tmp_path, write_config(tmp_path, nowhere)) as gateway:
        reply = ask(gateway.url, client, MODELS[client], "hi")
        assert reply.status == 502
        check_shape(reply, client)


def test_silent_providers_time_out(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls)
    config.write_text(config.read_text().replace("timeout_seconds = 30", "timeout_seconds = 0.5"))
    with Gateway(tmp_path, config) as gateway:
        for client in FORMATS:
            reply = ask(gateway.url, client, MODELS[client], "hang")
            assert reply.status == 504
            check_shape(reply, client)
            stalled = ask(gateway.url, client, MODELS[client], "stall", stream=True)
            assert stalled.status == 200 and b"error" in stalled.body


def test_a_target_without_a_route(gateway: Gateway) -> None:
    body = body_of("openai", "nonsense/model", "hi")
    reply = request(gateway.url, "POST", "/v1/chat/completions", body, key_header("openai"))
    assert reply.status in (400, 404)
    check_shape(reply, "openai")
