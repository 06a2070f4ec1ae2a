"""HTTP as hostile and as patient clients speak it."""

import re
import ssl
import subprocess
import time
from pathlib import Path

import openai
import pytest

from conftest import MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import ask, connected, exchange, head_and_body, read_until, request

HOST = "Host: gateway\r\n"
AUTHORIZED = f"Authorization: Bearer {CLIENT_KEY}\r\nContent-Type: application/json\r\n"
POST = f"POST /v1/chat/completions HTTP/1.1\r\n{HOST}{AUTHORIZED}"

REFUSED = {
    "two lengths": (f"{POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}", 400),
    "length and chunks": (f"{POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "length that is no number": (f"{POST}Content-Length: +2\r\n\r\n{{}}", 400),
    "chunks twice": (f"{POST}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", (400, 501)),
    "chunk size": (f"{POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "folded header": (f"GET /health HTTP/1.1\r\n{HOST}X-A: 1\r\n 2\r\n\r\n", 400),
    "space before colon": (f"GET /health HTTP/1.1\r\n{HOST}X-A : 1\r\n\r\n", 400),
    "bare line feed": ("GET /health HTTP/1.1\nHost: gateway\n\n", 400),
    "bare carriage return": (f"GET /health HTTP/1.1\r\n{HOST}X-A: 1\r2\r\n\r\n", 400),
    "no host": ("GET /health HTTP/1.1\r\n\r\n", 400),
    "two hosts": (f"GET /health HTTP/1.1\r\n{HOST}{HOST}\r\n", 400),
    "null byte": (f"GET /health HTTP/1.1\r\n{HOST}X-A: \0\r\n\r\n", 400),
    "version": (f"GET /health HTTP/3.0\r\n{HOST}\r\n", (400, 505)),
    "not http": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "long header": (f"GET /health HTTP/1.1\r\n{HOST}X-A: {'a' * 200_000}\r\n\r\n", 431),
    "many headers": (f"GET /health HTTP/1.1\r\n{HOST}" + "X-A: 1\r\n" * 1000 + "\r\n", 431),
    "long target": (f"GET /{'a' * 200_000} HTTP/1.1\r\n{HOST}\r\n", (414, 431)),
    "large body": (f"{POST}Content-Length: 99999999999\r\n\r\n", 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_and_closes(gateway: Gateway, name: str) -> None:
    data, statuses = REFUSED[name]
    reply = exchange(gateway.url, data.encode("latin-1"))
    wanted = statuses if isinstance(statuses, tuple) else (statuses,)
    assert int(reply.split(b" ")[1]) in wanted, reply[:200]
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", reply)) == 1


def test_chunked_bodies_over_the_limit_are_refused(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls, server="max_body_bytes = 10000")
    with Gateway(tmp_path, config) as gateway:
        head = f"{POST}Transfer-Encoding: chunked\r\n\r\n".encode()
        reply = exchange(
            gateway.url, head + b"2000\r\n" + b"x" * 0x2000 + b"\r\n" + b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
        )
        assert b" 413 " in reply[:20]
        assert ask(gateway.url, "openai", MODELS["openai"], "say: still here").status == 200


def test_methods_and_paths(gateway: Gateway) -> None:
    assert request(gateway.url, "GET", "/nowhere").status == 404
    reply = request(gateway.url, "GET", "/v1/chat/completions", headers={"Authorization": f"Bearer {CLIENT_KEY}"})
    assert reply.status == 405 and "POST" in reply.headers["allow"]
    head = request(gateway.url, "HEAD", "/health")
    assert head.status == 200 and head.body == b""
    assert request(gateway.url, "OPTIONS", "/v1/chat/completions").status in (200, 204)
    other = request(
        gateway.url,
        "POST",
        "/v1/chat/completions",
        b"{}",
        {"Content-Type": "text/xml", "Authorization": f"Bearer {CLIENT_KEY}"},
    )
    assert other.status == 415


def test_pipelined_requests_are_answered_in_order(gateway: Gateway, fakes: Fakes) -> None:
    one = head_and_body("openai", MODELS["openai"], "say: one", stream=False)
    last = b"GET /health HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n"
    two = head_and_body("openai", MODELS["openai"], "say: two")
    received = exchange(gateway.url, one + two + last)
    assert received.index(b'"one"') < received.index(b"[DONE]") < received.rindex(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1 200") == 3


def test_a_request_in_single_bytes(gateway: Gateway, fakes: Fakes) -> None:
    data = head_and_body("openai", MODELS["openai"], "say: ünï", stream=False)
    with connected(gateway.url) as sock:
        for index in range(len(data)):
            sock.sendall(data[index : index + 1])
        received = read_until(sock, b"}]")
    assert "ünï".encode() in received


def test_chunked_requests_and_expectations(gateway: Gateway, fakes: Fakes) -> None:
    body = head_and_body("openai", MODELS["openai"], "say: chunks", stream=False).split(b"\r\n\r\n", 1)[1]
    head = f"{POST}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n".encode()
    with connected(gateway.url) as sock:
        sock.sendall(head)
        assert read_until(sock, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        for start in range(0, len(body), 7):
            piece = body[start : start + 7]
            sock.sendall(f"{len(piece):X};a=b\r\n".encode() + piece + b"\r\n")
        sock.sendall(b"0\r\nX-Trailer: 1\r\n\r\n")
        assert b"chunks" in read_until(sock, b"}]")


def test_slow_heads_are_not_waited_for(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls, server="head_timeout_seconds = 0.3\nbody_timeout_seconds = 0.3")
    with Gateway(tmp_path, config) as gateway:
        for start in (b"GET /health HT", f"{POST}Content-Length: 100\r\n\r\n{{".encode()):
            with connected(gateway.url) as sock:
                sock.sendall(start)
                began = time.monotonic()
                received = sock.recv(1000)
                assert received == b"" or b" 408 " in received[:20]
                assert 0.2 < time.monotonic() - began < 2


def test_connections_are_reused_both_ways(gateway: Gateway, fakes: Fakes) -> None:
    state = fakes.providers["openai"].state
    ask(gateway.url, "openai", MODELS["openai"], "say: warm")
    before = state.total_connections
    with openai.OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0) as client:
        for _ in range(20):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "say: x"}])
    # Each event loop has connections of its own; a new one for every request would be twenty.
    assert state.total_connections - before <= 4


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-keyout", str(key), "-out", str(certificate), *subject]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


# Older versions of TLS are offered here only to see them refused.
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_tls_listener(fakes: Fakes, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    server = f'[server.tls]\ncertificate = "{certificate}"\nkey = "{key}"'
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls, server=server), scheme="https") as gateway:
        import httpx2

        context = ssl.create_default_context(cafile=str(certificate))
        transport = httpx2.Client(verify=context)
        with openai.OpenAI(
            base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0, http_client=transport
        ) as client:
            for model in MODELS.values():
                stream = client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": "huge 100"}], stream=True
                )
                text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
                assert len(text) == 100 * 1024
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with connected(gateway.url) as sock, pytest.raises((ssl.SSLError, ConnectionError)):
            old.wrap_socket(sock)
        with connected(gateway.url) as sock:
            sock.sendall(b"GET /health HTTP/1.1\r\nHost: g\r\n\r\n")
            assert b"200" not in sock.recv(1000)


def test_providers_must_prove_who_they_are(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Fakes(tls=context) as fakes, Gateway(tmp_path, write_config(tmp_path, fakes.urls)) as gateway:
        reply = ask(gateway.url, "openai", MODELS["openai"], "say: secret")
        assert reply.status == 502
        assert fakes.total() == 0
