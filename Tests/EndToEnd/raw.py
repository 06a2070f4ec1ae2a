"""Requests without an SDK: for headers, for what an SDK would not send, and for connections that break."""

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway import CLIENT_KEY

TIMEOUT = 15
KEY_HEADERS = {"openai": "authorization", "completions": "authorization", "responses": "authorization"}
KEY_HEADERS |= {"anthropic": "x-api-key", "gemini": "x-goog-api-key"}


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


def key_header(client: str, key: str = CLIENT_KEY) -> dict[str, str]:
    name = KEY_HEADERS[client]
    return {name: f"Bearer {key}" if name == "authorization" else key}


def path_of(client: str, model: str, stream: bool = False) -> str:
    match client:
        case "openai":
            return "/v1/chat/completions"
        case "completions":
            return "/v1/completions"
        case "responses":
            return "/v1/responses"
        case "anthropic":
            return "/v1/messages"
    return f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")


def body_of(client: str, model: str, text: str, stream: bool = False, **fields: object) -> dict:
    """The shortest request of the format that says `text`."""
    if client == "gemini":
        return {"contents": [{"role": "user", "parts": [{"text": text}]}], **fields}
    if client == "completions":
        return {"model": model, "prompt": text, **({"stream": True} if stream else {}), **fields}
    if client == "responses":
        return {"model": model, "input": text, **({"stream": True} if stream else {}), **fields}
    body: dict = {"model": model, "messages": [{"role": "user", "content": text}]}
    if client == "anthropic":
        body["max_tokens"] = 4096
    return {**body, **({"stream": True} if stream else {}), **fields}


def request(url: str, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Reply:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    with contextlib.closing(connection):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        extra = {"Content-Type": "application/json"} if data is not None else {}
        connection.request(method, path, data, {**extra, **(headers or {})})
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, response.read())


def ask(url: str, client: str, model: str, text: str, stream: bool = False, **fields: object) -> Reply:
    return request(
        url, "POST", path_of(client, model, stream), body_of(client, model, text, stream, **fields), key_header(client)
    )


def head_and_body(client: str, model: str, text: str, stream: bool = True) -> bytes:
    """A whole request as bytes."""
    body = json.dumps(body_of(client, model, text, stream)).encode()
    lines = [f"POST {path_of(client, model, stream)} HTTP/1.1", "Host: gateway", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in key_header(client).items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@contextlib.contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as sock:
        yield sock


def exchange(url: str, data: bytes) -> bytes:
    """Sends the bytes and reads until the gateway closes; the bytes must make it close."""
    with connected(url) as sock:
        sock.sendall(data)
        received = b""
        while piece := sock.recv(65536):
            received += piece
        return received


def read_until(sock: socket.socket, mark: bytes) -> bytes:
    received = b""
    while mark not in received:
        piece = sock.recv(65536)
        assert piece, f"closed before {mark!r}: {received!r}"
        received += piece
    return received


def wait_for(condition: Callable[[], bool], limit: float) -> float:
    """Seconds until the condition holds; fails when it does not within the limit."""
    start = time.monotonic()
    while time.monotonic() - start < limit:
        if condition():
            return time.monotonic() - start
        time.sleep(0.005)
    raise AssertionError(f"did not happen within {limit} s")
