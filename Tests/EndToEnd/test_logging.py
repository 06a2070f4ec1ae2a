"""What the gateway's log says, where it goes, and what it keeps to itself."""

import json
import signal
from pathlib import Path

import pytest

from conftest import FORMATS, MODELS
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import ask, body_of, connected, head_and_body, key_header, path_of, read_until, request, wait_for

SECRETS = ["hunter2-password", "sk-ant-api03-planted-secret-0001", "AKIAIOSFODNN7EXAMPLE", "planted-bearer-0123456789"]


def config(folder: Path, fakes: Fakes, logging: str) -> Path:
    path = write_config(folder, fakes.urls)
    path.write_text(path.read_text() + "\n[logging]\n" + logging)
    return path


def lines(text: str) -> list[dict]:
    """Those that are written to their end: the last one may be under way."""
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]


def events(gateway: Gateway, request_id: str, source: Path | None = None) -> list[dict]:
    """What is told of the request itself; lines on the health of instances name it too."""
    text = source.read_text() if source else gateway.output()
    told = [line for line in lines(text) if line.get("request_id") == request_id]
    return [line for line in told if line["event"].startswith("llm_")]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("client", FORMATS)
def test_every_request_starts_and_completes(fakes: Fakes, tmp_path: Path, client: str, stream: bool) -> None:
    with Gateway(tmp_path, config(tmp_path, fakes, 'format = "json"\n')) as gateway:
        reply = ask(gateway.url, client, MODELS["openai"], "usage", stream)
        identifier = reply.headers["x-request-id"]
        wait_for(lambda: len(events(gateway, identifier)) == 2, 3)
        start, end = events(gateway, identifier)
        assert start["event"] == "llm_request_start" and end["event"] == "llm_request_complete"
        for line in (start, end):
            assert line["level"] == "info" and line["model"] == MODELS["openai"] and line["stream"] is stream
            assert line["api_key"] == "e2e" and line["format"] == client
            assert line["timestamp"].endswith("Z") and len(line["timestamp"]) == 24
        assert end["status"] == 200 and end["duration_ms"] >= 0
        assert (end["input_tokens"], end["output_tokens"]) == (100, 25)

        failed = ask(gateway.url, client, MODELS["openai"], "fail 500", stream).headers["x-request-id"]
        wait_for(lambda: len(events(gateway, failed)) == 3, 3)
        start, error, end = events(gateway, failed)
        assert [line["event"] for line in (start, error, end)] == [
            "llm_request_start",
            "llm_request_error",
            "llm_request_complete",
        ]
        assert error["level"] == end["level"] == "warning"
        assert error["error"] and error["message"]

        refused = request(gateway.url, "POST", path_of(client, "m"), b"no json", key_header(client))
        wait_for(lambda: len(events(gateway, refused.headers["x-request-id"])) == 3, 3)


def test_a_start_is_told_before_the_end(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, config(tmp_path, fakes, 'format = "json"\n')) as gateway:
        with connected(gateway.url) as sock:
            sock.sendall(head_and_body("openai", MODELS["openai"], "slow 100 20"))
            read_until(sock, b"tick0")
            wait_for(lambda: '"llm_request_start"' in gateway.output(), 3)
            assert '"llm_request_complete"' not in gateway.output()
        wait_for(lambda: '"outcome":"cancelled"' in gateway.output(), 3)


@pytest.mark.parametrize("level,expected", [("debug", 2), ("info", 2), ("warn", 0), ("warning", 0), ("error", 0)])
def test_levels(fakes: Fakes, tmp_path: Path, level: str, expected: int) -> None:
    with Gateway(tmp_path, config(tmp_path, fakes, f'format = "json"\nlevel = "{level}"\n')) as gateway:
        identifier = ask(gateway.url, "openai", MODELS["openai"], "hi").headers["x-request-id"]
        wait_for(lambda: len([e for e in events(gateway, identifier) if e["level"] == "info"]) == expected, 3)


def test_the_servers_own_settings_still_work(fakes: Fakes, tmp_path: Path) -> None:
    path = write_config(tmp_path, fakes.urls, server='log_level = "warn"\nlog_format = "json"')
    with Gateway(tmp_path, path) as gateway:
        ask(gateway.url, "openai", MODELS["openai"], "hi")
        ask(gateway.url, "openai", MODELS["openai"], "fail 500")
        wait_for(lambda: len(lines(gateway.output())) >= 2, 3)
        assert {line["level"] for line in lines(gateway.output())} == {"warning"}


def test_a_file_that_is_rotated(fakes: Fakes, tmp_path: Path) -> None:
    log = tmp_path / "gateway.jsonl"
    with Gateway(tmp_path, config(tmp_path, fakes, f'format = "json"\nfile = "{log}"\n')) as gateway:
        first = ask(gateway.url, "openai", MODELS["openai"], "hi").headers["x-request-id"]
        wait_for(lambda: len(events(gateway, first, log)) == 2, 3)
        moved = tmp_path / "gateway.jsonl.1"
        log.rename(moved)
        gateway.process.send_signal(signal.SIGHUP)
        wait_for(log.exists, 3)
        second = ask(gateway.url, "openai", MODELS["openai"], "hi").headers["x-request-id"]
        wait_for(lambda: len(events(gateway, second, log)) == 2, 3)
        assert second not in moved.read_text() and first not in log.read_text()
        assert lines(gateway.output()) == []


def test_a_file_that_cannot_be_written_is_told_at_once(fakes: Fakes, tmp_path: Path) -> None:
    path = config(tmp_path, fakes, 'file = "/nowhere/at/all.log"\n')
    with pytest.raises(RuntimeError, match="/nowhere/at/all.log"):
        Gateway(tmp_path, path).__enter__()


def test_bodies_are_not_logged_unless_asked(gateway: Gateway, fakes: Fakes) -> None:
    ask(gateway.url, "openai", MODELS["openai"], "say: something private")
    assert "something private" not in gateway.output()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_bodies_without_their_secrets(fakes: Fakes, tmp_path: Path, stream: bool) -> None:
    """PITFALLS 25: redaction of everything that is logged."""
    settings = 'format = "json"\nlevel = "debug"\nrequest_body = true\nresponse_body = true\n'
    with Gateway(tmp_path, config(tmp_path, fakes, settings)) as gateway:
        text = f"say: visible {SECRETS[1]} and {SECRETS[2]}, Authorization: Bearer {SECRETS[3]}"
        body = body_of("openai", MODELS["openai"], text, stream)
        body["metadata"] = {"password": SECRETS[0], "api_key": SECRETS[0]}
        reply = request(gateway.url, "POST", path_of("openai", ""), body, key_header("openai"))
        assert stream or SECRETS[1] in reply.body.decode()
        identifier = reply.headers["x-request-id"]
        wait_for(lambda: len([e for e in events(gateway, identifier) if "body" in e]) >= 2, 3)
        bodies = {e["event"]: e["body"] for e in events(gateway, identifier) if "body" in e}
        assert "visible" in bodies["llm_request_body"]
        # The fake cuts its streams into short pieces.
        assert ("[DONE]" if stream else "visible") in bodies["llm_response_body"]
        for secret in [*SECRETS, CLIENT_KEY, *KEYS.values()]:
            assert secret not in gateway.output(), secret


def test_long_bodies_are_cut(fakes: Fakes, tmp_path: Path) -> None:
    settings = 'format = "json"\nrequest_body = true\nresponse_body = true\n'
    with Gateway(tmp_path, config(tmp_path, fakes, settings)) as gateway:
        text = "huge 300 " + "word " * 60_000
        body = body_of("openai", MODELS["openai"], text, True)
        identifier = request(gateway.url, "POST", path_of("openai", ""), body, key_header("openai")).headers["x-request-id"]
        wait_for(lambda: len([e for e in events(gateway, identifier) if "body" in e]) == 2, 5)
        for line in (e for e in events(gateway, identifier) if "body" in e):
            assert len(line["body"].encode()) <= 102_400
            assert line["bytes"] > 102_400 and line["cut"] is True
