"""A provider that speaks HTTP/2, as the hosted ones do: nginx ends it, and TLS, before a fake one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import MODELS
from fakes.cluster import Fakes
from fleet import NginxProcess, free_port, status
from gateway import Gateway, write_config
from raw import Reply
from raw import ask as ask_raw
from test_gateway_http import make_certificate

AT_ONCE = 24
FRONT = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    log_format protocol "$server_protocol $status";
    access_log {folder}/access.log protocol;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 60;
    client_max_body_size 16m;
    client_body_buffer_size 16m;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    server {{
        listen 127.0.0.1:{port} ssl http2;
        location / {{
            proxy_pass {provider};
            proxy_http_version 1.1;
            proxy_buffering off;
        }}
    }}
}}
"""


@pytest.fixture
def gateway(fakes: Fakes, tmp_path: Path) -> Iterator[Gateway]:
    """Its one loop shares its connections among all requests."""
    certificate, key = make_certificate(tmp_path)
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(
        FRONT.format(folder=tmp_path, port=port, provider=fakes.urls["openai"], certificate=certificate, key=key)
    )
    front = NginxProcess(tmp_path, config, port)
    try:
        path = write_config(tmp_path, {**fakes.urls, "openai": f"https://127.0.0.1:{port}"}, server="threads = 1")
        with Gateway(tmp_path, path, env={"SSL_CERT_FILE": str(certificate)}) as gateway:
            yield gateway
    finally:
        front.end()


def ask(gateway: Gateway, text: str, stream: bool) -> Reply:
    return ask_raw(gateway.url, "openai", MODELS["openai"], text, stream)


def test_streams_and_whole_answers_share_connections(gateway: Gateway, tmp_path: Path) -> None:
    """A request that takes over from a stream, on a connection that others still use, is sent like any other; so is one on a
    connection that the server says goodbye to (GOAWAY), as this one does after sixty."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for kinds in ([True], [True, False], [False], [False, True, True]) * 2:
            streamed = [kinds[place % len(kinds)] for place in range(AT_ONCE)]
            for reply, is_stream in zip(pool.map(lambda kind: ask(gateway, "slow 5 40", kind), streamed), streamed):
                assert reply.status == 200 and b"tick4" in reply.body, reply.body
                assert reply.body.rstrip().endswith(b"data: [DONE]") == is_stream
    assert set((tmp_path / "access.log").read_text().splitlines()) == {"HTTP/2.0 200"}
    # Not even one that was sent again.
    assert status(gateway)["providers"][0]["instances"][0]["last_failure"] is None


def test_a_large_body_and_a_long_answer_arrive_whole(gateway: Gateway) -> None:
    """PITFALLS 1: beyond the windows of a stream and of its connection."""
    assert len(ask(gateway, "say: " + "x" * 3_000_000, False).json["choices"][0]["message"]["content"]) == 3_000_000
    reply = ask(gateway, "huge 900", True)
    assert reply.status == 200 and reply.body.rstrip().endswith(b"data: [DONE]") and len(reply.body) > 900 * 1024
