"""A provider that breaks before its answer has begun, in every way that sockets can: the next one answers."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from conftest import MODELS
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway
from gateway import KEYS as CLIENT_KEYS
from raw import key_header, request
from test_gateway_http import make_certificate

CONFIG = """
[server]
host = "127.0.0.1"
port = 0
{keys}
[routing]
default_provider = "openai"

[failover.circuit]
failures = 1000000

[[providers.openai]]
name = "broken"
api_key = "{key}"
base_url = "{broken}/v1"
connect_timeout_seconds = 1
first_byte_timeout_seconds = 1
idle_timeout_seconds = 1
priority = 1

[[providers.openai]]
name = "whole"
api_key = "{key}"
base_url = "{whole}/v1"
priority = 2
"""
OPENING = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":'
OPENING += b'[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'
REPLY = b'{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":'
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


# What is sent to a whole request and to a streamed one; then the connection closes.
FAULTS: dict[str, tuple[bytes, bytes]] = {
    "says nothing": (b"", b""),
    "breaks off in its head": (b"HTTP/1.1 200 OK\r\nConten", b"HTTP/1.1 200 OK\r\nConten"),
    "speaks no HTTP": (b"220 mail.example.com ESMTP\r\n", b"220 mail.example.com ESMTP\r\n"),
    "breaks off in its body": (JSON_HEAD % 900 + REPLY, STREAM_HEAD + chunk(OPENING)),
    "breaks off in a frame": (JSON_HEAD % 900 + REPLY[:30], STREAM_HEAD + chunk(OPENING + b'data: {"id":"c')),
    "ends without having answered": (JSON_HEAD % len(REPLY) + REPLY, STREAM_HEAD + chunk(OPENING) + b"0\r\n\r\n"),
    "answers a page": (JSON_HEAD % 13 + b"<html></html>", STREAM_HEAD + chunk(b"<html></html>") + b"0\r\n\r\n"),
    "breaks its chunks": (STREAM_HEAD + b"zz\r\n{}\r\n", STREAM_HEAD + chunk(OPENING) + b"zz\r\n"),
}


class Breaker:
    """Accepts connections, reads a request and answers it with those bytes; `hold` keeps the connection open after them."""

    def __init__(self, whole: bytes, streamed: bytes, *, hold: bool = False) -> None:
        self.whole, self.streamed, self.hold = whole, streamed, hold
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = 0
        self.held: list[socket.socket] = []

    def __enter__(self) -> "Breaker":
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Wakes the thread that accepts.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in self.held:
            sock.close()

    def run(self) -> None:
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.answer(sock)
            except OSError:
                sock.close()

    def answer(self, sock: socket.socket) -> None:
        sock.settimeout(5)
        received = b""
        while not received.rstrip().endswith(b"}"):
            piece = sock.recv(65536)
            if not piece:
                break
            received += piece
        self.asked += 1
        sock.sendall(self.streamed if b'"stream"' in received else self.whole)
        if self.hold:
            self.held.append(sock)
        else:
            sock.close()


def gateway_before(folder: Path, broken: str, whole: str, env: dict[str, str] | None = None) -> Gateway:
    path = folder / "config.toml"
    path.write_text(CONFIG.format(keys=CLIENT_KEYS, key=KEYS["openai"], broken=broken, whole=whole))
    return Gateway(folder, path, env=env)


def openai_says(gateway: Gateway, stream: bool) -> str:
    client = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0, timeout=15)
    messages = [{"role": "user", "content": "say: well"}]
    with client:
        if not stream:
            return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content
        chunks = client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
        return "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)


def anthropic_says(gateway: Gateway, stream: bool) -> str:
    client = anthropic.Anthropic(base_url=gateway.url, api_key=CLIENT_KEY, max_retries=0, timeout=15)
    question = {"model": "gpt-4o", "max_tokens": 99, "messages": [{"role": "user", "content": "say: well"}]}
    with client:
        if not stream:
            return client.messages.create(**question).content[0].text
        with client.messages.stream(**question) as reply:
            return "".join(reply.text_stream)


def google_says(gateway: Gateway, stream: bool) -> str:
    options = types.HttpOptions(base_url=gateway.url, api_version="v1beta", timeout=15_000)
    client = genai.Client(api_key=CLIENT_KEY, http_options=options)
    if not stream:
        return client.models.generate_content(model="gpt-4o", contents="say: well").text
    return "".join(one.text or "" for one in client.models.generate_content_stream(model="gpt-4o", contents="say: well"))


SDKS: dict[str, Callable[[Gateway, bool], str]] = {
    "openai": openai_says,
    "anthropic": anthropic_says,
    "google-genai": google_says,
}


def check_all(gateway: Gateway, asked: Callable[[], int]) -> None:
    for name, says in SDKS.items():
        for stream in (False, True):
            before = asked()
            assert says(gateway, stream) == "well", name
            assert asked() == before + 1, f"{name}: the broken one was not asked, or twice"
    body = {"model": MODELS["openai"], "messages": [{"role": "user", "content": "hi"}]}
    reply = request(gateway.url, "POST", "/v1/chat/completions", body, key_header("openai"))
    assert reply.status == 200 and reply.headers["x-gateway-attempts"] == "2"


@pytest.fixture
def status() -> Iterator[Callable[[Gateway], dict]]:
    def read(gateway: Gateway) -> dict:
        reply = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai"))
        return {one["instance"]: one for one in reply.json["providers"][0]["instances"]}

    yield read


@pytest.mark.parametrize("name", FAULTS)
def test_what_breaks_before_its_answer_fails_over(fakes: Fakes, tmp_path: Path, name: str, status: Callable) -> None:
    """PITFALLS 3: the next one answers, and the client sees nothing of it."""
    with Breaker(*FAULTS[name]) as broken, gateway_before(tmp_path, broken.url, fakes.urls["openai"]) as gateway:
        check_all(gateway, lambda: broken.asked)
        now = status(gateway)
        assert now["broken"]["failures_in_a_row"] == 7 and now["whole"]["failures_in_a_row"] == 0


@pytest.mark.parametrize("sent", [(b"", b""), (JSON_HEAD % 900 + REPLY, STREAM_HEAD + chunk(OPENING))])
def test_what_falls_silent_before_its_answer_fails_over(
    fakes: Fakes, tmp_path: Path, sent: tuple[bytes, bytes]
) -> None:
    """PITFALLS 22: the limits of the first byte and of silence each hold."""
    with (
        Breaker(*sent, hold=True) as broken,
        gateway_before(tmp_path, broken.url, fakes.urls["openai"]) as gateway,
    ):
        for stream in (False, True):
            assert openai_says(gateway, stream) == "well"


def test_a_certificate_that_nobody_signed_fails_over(fakes: Fakes, tmp_path: Path, status: Callable) -> None:
    """PITFALLS 20: TLS errors are failures of the instance, and nothing is sent to it."""
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with (
        Fakes(tls=context) as strangers,
        gateway_before(tmp_path, strangers.urls["openai"], fakes.urls["openai"]) as gateway,
    ):
        for says in SDKS.values():
            for stream in (False, True):
                assert says(gateway, stream) == "well"
        assert strangers.total() == 0
        failure = status(gateway)["broken"]["last_failure"]
        assert (failure["kind"], failure["status"]) == ("unavailable", 502)
        log = json.dumps(status(gateway))
        assert "sk-" not in log


def test_an_authority_that_the_environment_names_is_trusted(fakes: Fakes, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    trusted = {"SSL_CERT_FILE": str(certificate)}
    with (
        Fakes(tls=context) as encrypted,
        gateway_before(tmp_path, encrypted.urls["openai"], fakes.urls["openai"], trusted) as gateway,
    ):
        for says in SDKS.values():
            for stream in (False, True):
                assert says(gateway, stream) == "well"
        assert encrypted.total() == 6


def test_a_provider_without_tls_fails_over(fakes: Fakes, tmp_path: Path) -> None:
    plain = fakes.urls["openai"]
    with gateway_before(tmp_path, plain.replace("http:", "https:"), plain) as gateway:
        for stream in (False, True):
            assert openai_says(gateway, stream) == "well"
