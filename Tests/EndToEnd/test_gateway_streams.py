"""Streams that break, wait, run beside each other, or meet the end of the gateway."""

import asyncio
import contextlib
import json
import signal
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import openai
import pytest

from conftest import FORMATS, MODELS, through
from drivers import talk
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import ask, connected, head_and_body, read_until, wait_for

EVERY_PAIR = pytest.mark.parametrize(
    "client,provider", [(client, provider) for client in FORMATS for provider in FORMATS]
)


@EVERY_PAIR
@pytest.mark.parametrize("moment", ["waiting", "streaming", "stalled", "whole"])
def test_a_client_that_leaves_takes_the_provider_call_with_it(
    gateway: Gateway, fakes: Fakes, client: str, provider: str, moment: str
) -> None:
    state = fakes.providers[provider].state
    before = state.cancelled
    text = {"streaming": "slow 500 20", "stalled": "stall"}.get(moment, "hang")
    with connected(gateway.url) as sock:
        sock.sendall(head_and_body(client, MODELS[provider], text, stream=moment != "whole"))
        if moment == "streaming":
            read_until(sock, b"tick3")
        else:
            wait_for(lambda: state.open_requests > 0, 2)
        if moment == "stalled":
            read_until(sock, b"Thi")
    assert wait_for(lambda: state.cancelled > before, 1) < 1
    wait_for(lambda: state.open_requests == 0, 1)


@EVERY_PAIR
def test_text_streams_as_it_comes(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    """Five pieces 100 ms apart must not arrive together."""
    with connected(gateway.url) as sock:
        sock.sendall(head_and_body(client, MODELS[provider], "slow 5 100"))
        read_until(sock, b"tick0")
        first = time.monotonic()
        read_until(sock, b"tick4")
        assert time.monotonic() - first > 0.25


async def test_two_hundred_streams_at_once(gateway: Gateway, fakes: Fakes) -> None:
    async with openai.AsyncOpenAI(
        base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0, timeout=30
    ) as client:

        async def one(number: int) -> None:
            model = MODELS[FORMATS[number % 4]]
            messages = [{"role": "user", "content": f"slow {10 + number % 5} 30"}]
            stream = await client.chat.completions.create(model=model, messages=messages, stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
            assert text == "".join(f"tick{index} " for index in range(10 + number % 5))

        await asyncio.gather(*(one(number) for number in range(200)))
    # A client has the last frame a moment before the provider has finished with the request.
    wait_for(lambda: all(provider.state.open_requests == 0 for provider in fakes.providers.values()), 3)


def test_gemini_streams_as_an_array_without_sse(gateway: Gateway, fakes: Fakes) -> None:
    for provider in FORMATS:
        path = f"/v1beta/models/{MODELS[provider]}:streamGenerateContent"
        with connected(gateway.url) as sock:
            body = json.dumps({"contents": [{"parts": [{"text": "say: päpér 🗼"}]}]}).encode()
            head = f"POST {path} HTTP/1.1\r\nHost: g\r\nx-goog-api-key: {CLIENT_KEY}\r\nConnection: close\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            sock.sendall(head.encode() + body)
            received = b""
            while piece := sock.recv(65536):
                received += piece
        head_bytes, _, rest = received.partition(b"\r\n\r\n")
        assert b"application/json" in head_bytes.lower()
        chunks = json.loads(unchunked(rest))
        parts = [
            part for chunk in chunks for one in chunk.get("candidates", []) for part in one["content"].get("parts", [])
        ]
        assert "".join(part.get("text", "") for part in parts) == "päpér 🗼"


def unchunked(data: bytes) -> bytes:
    body = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        body += data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]
    return body


def test_usage_only_where_it_was_asked_for(gateway: Gateway, fakes: Fakes) -> None:
    """The gateway wants the usage of every stream; the client sees it only when it asked."""
    for provider in FORMATS:
        silent = ask(gateway.url, "openai", MODELS[provider], "usage", stream=True).body.decode()
        assert '"prompt_tokens"' not in silent and '"choices":[]' not in silent.replace(" ", "")
        assert silent.rstrip().endswith("data: [DONE]")
        options = {"stream_options": {"include_usage": True}}
        told = ask(gateway.url, "openai", MODELS[provider], "usage", stream=True, **options).body.decode()
        assert '"prompt_tokens":100' in told.replace(" ", "")
    assert fakes.last("openai").body["stream_options"]["include_usage"] is True


def test_sigterm_lets_short_streams_finish_and_tells_long_ones(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls, server="shutdown_timeout_seconds = 2")
    with Gateway(tmp_path, config) as gateway:
        results: dict[str, object] = {}

        def run(name: str, client: str, text: str) -> None:
            try:
                results[name] = talk(through(gateway, client, "openai"), True).say(text).text
            except Exception as error:  # noqa: BLE001
                results[name] = error

        threads = [threading.Thread(target=run, args=("short", "openai", "slow 8 50"))]
        threads += [threading.Thread(target=run, args=(client, client, "slow 200 50")) for client in FORMATS]
        for thread in threads:
            thread.start()
        wait_for(lambda: fakes.providers["openai"].state.open_streams == 1 + len(FORMATS), 5)
        gateway.process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        for thread in threads:
            thread.join(10)
        assert gateway.process.wait(5) == 0
        assert 1.5 < time.monotonic() - start < 5
    assert results["short"] == "".join(f"tick{index} " for index in range(8))
    for client in FORMATS:
        error = results[client]
        assert isinstance(error, Exception), client
        # Told in-band, not by a connection that breaks.
        assert "onnection" not in type(error).__name__ and "Protocol" not in type(error).__name__, repr(error)


def test_a_stopping_gateway_takes_no_new_connections(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls, server="shutdown_timeout_seconds = 3")
    with Gateway(tmp_path, config) as gateway, connected(gateway.url) as sock:
        sock.sendall(head_and_body("openai", MODELS["openai"], "slow 20 50"))
        read_until(sock, b"tick1 ")
        gateway.process.send_signal(signal.SIGTERM)
        wait_for(lambda: refuses(gateway.url), 1)
        read_until(sock, b"[DONE]")
        assert gateway.process.wait(5) == 0


def test_a_kept_connection_has_a_while_to_learn_that_the_gateway_stops(fakes: Fakes, tmp_path: Path) -> None:
    """By default: the other tests' gateways wait for a moment only."""
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls), drain=None) as gateway, contextlib.ExitStack() as stack:
        asking, idle = (HTTPConnection("127.0.0.1", gateway.port, timeout=15) for _ in range(2))
        for connection in (asking, idle):
            stack.enter_context(contextlib.closing(connection))
            connection.request("GET", "/health/ready")
            assert connection.getresponse().read().startswith(b'{"status":"ready"')
        gateway.process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        wait_for(lambda: refuses(gateway.url), 1)
        asking.request("GET", "/health/ready")
        reply = asking.getresponse()
        assert reply.status == 503 and reply.getheader("Connection") == "close"
        assert json.loads(reply.read())["checks"]["accepting"] == "draining"
        assert asking.sock is None, "over"
        assert idle.sock.recv(100) == b""
        assert 1.5 < time.monotonic() - start < 4
        assert gateway.process.wait(5) == 0


def refuses(url: str) -> bool:
    try:
        with connected(url) as sock:
            sock.sendall(b"GET /health HTTP/1.1\r\nHost: g\r\n\r\n")
            return sock.recv(100) == b""
    except OSError:
        return True
