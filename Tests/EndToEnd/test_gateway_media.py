"""Images by address: handed on where the provider fetches them, fetched under guard where it does not."""

import base64
import socket
import threading

import pytest

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from gateway import Gateway
from raw import Reply, key_header, path_of, request
from samples import PDF, PNG

PUBLIC = "https://example.com/cat.png"


def ask_about(gateway: Gateway, client: str, provider: str, url: str) -> Reply:
    model = MODELS[provider]
    match client:
        case "openai":
            parts = [{"type": "text", "text": "describe"}, {"type": "image_url", "image_url": {"url": url}}]
            body = {"model": model, "messages": [{"role": "user", "content": parts}]}
        case "anthropic":
            parts = [{"type": "image", "source": {"type": "url", "url": url}}, {"type": "text", "text": "describe"}]
            body = {"model": model, "max_tokens": 500, "messages": [{"role": "user", "content": parts}]}
        case "responses":
            parts = [{"type": "input_text", "text": "describe"}, {"type": "input_image", "image_url": url}]
            body = {"model": model, "input": [{"role": "user", "content": parts}]}
        case _:
            parts = [{"text": "describe"}, {"fileData": {"fileUri": url, "mimeType": "image/png"}}]
            body = {"contents": [{"role": "user", "parts": parts}]}
    return request(gateway.url, "POST", path_of(client, model), body, key_header(client))


@pytest.mark.parametrize("client", FORMATS)
@pytest.mark.parametrize("provider", ["openai", "anthropic", "responses"])
def test_addresses_are_handed_on(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    reply = ask_about(gateway, client, provider, PUBLIC)
    assert reply.status == 200
    assert f"I see 1: {PUBLIC}" in reply.body.decode()


class Trap:
    """A server on loopback that nobody may reach."""

    def __enter__(self) -> "Trap":
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.reached = threading.Event()
        threading.Thread(target=self.wait, daemon=True).start()
        return self

    def wait(self) -> None:
        try:
            connection, _ = self.socket.accept()
        except OSError:
            return
        self.reached.set()
        connection.close()

    def __exit__(self, *_: object) -> None:
        self.socket.close()


@pytest.mark.parametrize("client", ["openai", "anthropic"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "169.254.169.254", "10.0.0.1"],
)
def test_addresses_inside_the_network_are_never_asked(gateway: Gateway, fakes: Fakes, client: str, host: str) -> None:
    with Trap() as trap:
        reply = ask_about(gateway, client, "gemini", f"http://{host}:{trap.port}/secret.png")
        assert reply.status == 400, reply.body
        assert not trap.reached.is_set()
    assert fakes.total() == 0


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/x.png", "gopher://example.com", "nonsense"])
def test_only_web_addresses_are_fetched(gateway: Gateway, fakes: Fakes, url: str) -> None:
    reply = ask_about(gateway, "openai", "gemini", url)
    assert reply.status == 400
    assert b"root:" not in reply.body


@pytest.mark.parametrize("provider", FORMATS)
def test_google_media_in_the_url_safe_alphabet(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    """Google's SDK writes base64 with `-` and `_`; the other providers want `+` and `/`."""
    for mime, data in (("image/png", PNG + b"\xfb\xef\xbe\xff"), ("application/pdf", PDF + b"\xff\xfe\xfd")):
        blob = {"mimeType": mime, "data": base64.urlsafe_b64encode(data).decode()}
        body = {"contents": [{"parts": [{"inlineData": blob}, {"text": "describe"}]}]}
        reply = request(gateway.url, "POST", path_of("gemini", MODELS[provider]), body, key_header("gemini"))
        assert f"I see 1: {mime} {len(data)} bytes" in reply.body.decode()
