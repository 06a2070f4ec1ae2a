"""`POST /v1/files` is passed on while it arrives: a file of any size in little memory, as fast as the provider takes it."""

import hashlib
import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from fakes.sink import Sink
from gateway import CLIENT_KEY, KEYS, Gateway
from raw import Reply, request, wait_for
from records import observability, row

MIB = 1 << 20
BOUNDARY = "the-boundary"
BEGIN = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.jsonl"\r\n\r\n'
).encode()
END = f"\r\n--{BOUNDARY}--\r\n".encode()
PIECE = hashlib.shake_256(b"a file").digest(MIB)


def form(mebibytes: int) -> Iterator[bytes]:
    yield BEGIN
    for _ in range(mebibytes):
        yield PIECE
    yield END


def length(mebibytes: int) -> int:
    return len(BEGIN) + mebibytes * MIB + len(END)


def head(mebibytes: int, *lines: str) -> bytes:
    fields = [
        "POST /v1/files HTTP/1.1", "Host: gateway", f"Authorization: Bearer {CLIENT_KEY}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}", f"Content-Length: {length(mebibytes)}", *lines,
    ]
    return "\r\n".join(fields).encode() + b"\r\n\r\n"


# A gateway that was built with the address sanitizer must not keep what was freed where its memory is measured.
NO_QUARANTINE = {"ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"}


def start(folder: Path, *sinks: str, server: str = "", env: dict[str, str] | None = None) -> Gateway:
    path = folder / "config.toml"
    instances = [
        f'[[providers.openai]]\nname = "o{number}"\napi_key = "sk-provider"\nbase_url = "{url}/v1"\npriority = {number}\n'
        for number, url in enumerate(sinks, 1)
    ]
    path.write_text(
        f'[server]\nport = 0\n{server}\n{KEYS}\n[failover]\nbackoff_seconds = 0\n' + "\n".join(instances) + observability(folder)
    )
    return Gateway(folder, path, env=env)


def upload(gateway: Gateway, mebibytes: int) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    headers = {
        "Authorization": f"Bearer {CLIENT_KEY}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(length(mebibytes)),
    }
    connection.request("POST", "/v1/files", form(mebibytes), headers)
    answer = connection.getresponse()
    reply = Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return reply


def answer_on(sock: socket.socket) -> bytes:
    data = b""
    while more := sock.recv(1 << 16):
        data += more
    return data


def peak_memory(gateway: Gateway) -> int:
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def test_a_file_of_200_mebibytes_needs_little_memory(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url, env=NO_QUARANTINE) as gateway:
        assert upload(gateway, 1).status == 200
        before = peak_memory(gateway)
        reply = upload(gateway, 200)
        assert (reply.status, reply.json) == (200, {"id": "file-1", "bytes": length(200)})
        assert peak_memory(gateway) - before < 16 * MIB
        seen = sink.uploads[-1]
        expected = hashlib.sha256()
        for piece in form(200):
            expected.update(piece)
        assert seen.digest.digest() == expected.digest()
        assert seen.line == "POST /v1/files HTTP/1.1"
        assert seen.headers["authorization"] == "Bearer sk-provider"
        assert seen.headers["content-type"] == f"multipart/form-data; boundary={BOUNDARY}"
        assert "transfer-encoding" not in seen.headers and "expect" not in seen.headers
        record = row(gateway, reply.headers["x-request-id"])
        assert (record["status"], record["endpoint"], record["provider"]) == ("success", "/v1/files", "openai")


def test_a_slow_provider_slows_the_client(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url) as gateway:
        sink.may_read.clear()
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            sock.sendall(head(100, "Connection: close") + BEGIN)
            sock.settimeout(1)
            sent = 0
            # The sockets on the way take some; then nobody does.
            with pytest.raises(TimeoutError):
                while sent < 100 * MIB:
                    sent += sock.send(PIECE)
            assert sent < 40 * MIB
            sink.may_read.set()
            sock.settimeout(30)
            # Whole pieces from a place inside one on.
            rest = PIECE[sent % MIB :] if sent % MIB else b""
            sock.sendall(rest)
            for _ in range(100 - (sent + len(rest)) // MIB):
                sock.sendall(PIECE)
            sock.sendall(END)
            assert b" 200 " in answer_on(sock)[:20]
        assert sink.uploads[0].count == length(100)


def test_an_early_error_is_told_at_once(tmp_path: Path) -> None:
    with Sink(413, reads=False) as sink, start(tmp_path, sink.url) as gateway:
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            sock.sendall(head(50) + BEGIN + PIECE)
            answer = answer_on(sock)
        assert b" 413 " in answer[:20] and b"no room" in answer
        assert b"connection: close" in answer.lower()


def test_a_client_that_waits_is_told_to_go_on(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url) as gateway:
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            sock.sendall(head(1, "Expect: 100-continue", "Connection: close"))
            assert sock.recv(1000).startswith(b"HTTP/1.1 100 ")
            sock.sendall(BEGIN + PIECE + END)
            assert b" 200 " in answer_on(sock)[:20]


def test_a_client_that_leaves_ends_the_upload(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url) as gateway:
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            sock.sendall(head(50) + BEGIN + PIECE)
            wait_for(lambda: bool(sink.uploads) and sink.uploads[0].count > MIB, 5)
        assert sink.uploads[0].broke_off.wait(2)
        # Nobody else is asked, and the provider is none the worse for it.
        assert upload(gateway, 1).status == 200
        assert len(sink.uploads) == 2


def test_who_cannot_be_reached_is_passed_over(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, "http://127.0.0.1:9", sink.url) as gateway:
        reply = upload(gateway, 5)
        assert reply.status == 200 and reply.json["bytes"] == length(5)


def test_nobody_else_is_asked_once_the_file_was_read(tmp_path: Path) -> None:
    with Sink(500) as broken, Sink() as other, start(tmp_path, broken.url, other.url) as gateway:
        reply = upload(gateway, 5)
        assert reply.status == 500 and "no room" in reply.json["error"]["message"]
        assert (len(broken.uploads), len(other.uploads)) == (1, 0)


def test_the_limit_of_uploads_is_its_own(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url, server="max_body_bytes = 10000\nmax_upload_bytes = 3000000") as gateway:
        assert upload(gateway, 2).status == 200
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            sock.sendall(head(3))
            answer = answer_on(sock)
            assert b" 413 " in answer[:20] and b"3000000 bytes that this gateway takes (server.max_upload_bytes)" in answer
        assert len(sink.uploads) == 1


MODEL = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="model"\r\n\r\n%s\r\n'
FILE = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'.encode()


def form_of_model(model: str, size: int) -> bytes:
    """The model stands behind the file: who is asked is known when all is here."""
    return FILE + PIECE[:size] + b"\r\n" + (MODEL % model).encode() + END[2:]


@pytest.mark.parametrize("path", ["audio/transcriptions", "audio/translations", "images/edits", "images/variations"])
def test_forms_that_name_a_model_are_held_and_sent_elsewhere(tmp_path: Path, path: str) -> None:
    headers = {"Authorization": f"Bearer {CLIENT_KEY}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with Sink(500) as broken, Sink() as other, start(
        tmp_path, broken.url, other.url, server="max_body_bytes = 100000\nmax_upload_bytes = 3000000"
    ) as gateway:
        reply = request(gateway.url, "POST", f"/v1/{path}", form_of_model("openai/m-1", 90_000), headers)
        assert (reply.status, reply.headers["x-gateway-attempts"]) == (200, "2")
        sent = form_of_model("m-1", 90_000)
        for sink in (broken, other):
            [seen] = sink.uploads
            assert (seen.line, seen.count) == (f"POST /v1/{path} HTTP/1.1", len(sent))
            assert seen.digest.digest() == hashlib.sha256(sent).digest()
        with socket.create_connection(("127.0.0.1", gateway.port), 10) as sock:
            # Refused by its length, before anything of it is sent.
            sock.sendall(head(1).replace(b"/v1/files", f"/v1/{path}".encode()))
            answer = answer_on(sock)
        assert b" 413 " in answer[:20] and b"100000 bytes that this gateway takes (server.max_body_bytes)" in answer
        assert len(other.uploads) == 1


def test_images_of_the_size_that_openai_takes_need_no_setting(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url) as gateway:
        headers = {"Authorization": f"Bearer {CLIENT_KEY}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        whole = FILE + PIECE * 50 + b"\r\n" + (MODEL % "openai/gpt-image-1").encode() + END[2:]
        reply = request(gateway.url, "POST", "/v1/images/edits", whole, headers)
        assert reply.status == 200, reply.body
        assert reply.json["bytes"] == len(whole) - len("openai/")


def test_the_sdk_after_an_upload_on_the_same_connection(tmp_path: Path) -> None:
    with Sink() as sink, start(tmp_path, sink.url) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)
        for _ in range(3):
            client.files.create(file=("f.jsonl", PIECE), purpose="batch")
        assert [one.count for one in sink.uploads] == [one.length for one in sink.uploads]
        assert len(sink.uploads) == 3
