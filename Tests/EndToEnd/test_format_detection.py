"""A body of any format at the address of OpenAI's chat is answered in the format it came in."""

import json

import pytest

from conftest import FORMATS, MODELS, PROVIDERS
from fakes.cluster import Fakes
from gateway import Gateway
from raw import Reply, key_header, request

EVERY_PROVIDER = pytest.mark.parametrize("provider", PROVIDERS)


def post(gateway: Gateway, body: dict) -> Reply:
    return request(gateway.url, "POST", "/v1/chat/completions", body, key_header("openai"))


@EVERY_PROVIDER
def test_anthropics_body(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    body = {
        "model": MODELS[provider],
        "max_tokens": 50,
        "system": "Be kind.",
        "messages": [{"role": "user", "content": "say: hello"}],
    }
    reply = post(gateway, body)
    assert reply.status == 200
    assert reply.json["type"] == "message" and reply.json["content"][0]["text"] == "hello"
    assert reply.headers["request-id"] == reply.headers["x-request-id"]
    streamed = post(gateway, {**body, "stream": True})
    assert streamed.body.startswith(b"event: message_start\n") and b"event: message_stop" in streamed.body


@EVERY_PROVIDER
def test_geminis_body(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    body = {"model": MODELS[provider], "contents": [{"role": "user", "parts": [{"text": "say: hello"}]}]}
    reply = post(gateway, body)
    assert reply.json["candidates"][0]["content"]["parts"][0]["text"] == "hello"
    streamed = post(gateway, {**body, "stream": True}).body.decode()
    pieces = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: ")]
    parts = [part for piece in pieces for part in piece["candidates"][0]["content"].get("parts", [])]
    assert "".join(part["text"] for part in parts) == "hello"


@EVERY_PROVIDER
def test_a_completions_body(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    reply = post(gateway, {"model": MODELS[provider], "prompt": "say: hello", "max_tokens": 50})
    assert reply.json["object"] == "text_completion" and reply.json["choices"][0]["text"] == "hello"


def test_failures_have_the_format_too(gateway: Gateway, fakes: Fakes) -> None:
    reply = post(gateway, {"model": "claude-nothing", "max_tokens": 9, "system": "x", "messages": []})
    assert reply.json["type"] == "error" and reply.status in (400, 404)
    reply = post(gateway, {"contents": []})
    assert reply.status == 400 and reply.json["error"]["status"] == "INVALID_ARGUMENT"


def test_a_chat_stays_a_chat(gateway: Gateway, fakes: Fakes) -> None:
    body = {"model": "claude-sonnet-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "say: hello"}]}
    assert post(gateway, body).json["object"] == "chat.completion"
