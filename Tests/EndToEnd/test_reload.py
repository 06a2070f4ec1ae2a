"""A changed configuration is taken over while the gateway serves, and its operator sees how it and its providers are."""

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from conftest import FORMATS, MODELS, provider_name
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import Reply, ask, connected, head_and_body, key_header, read_until, request, wait_for

STATUS = "/api/v1/providers/status"
NEW_KEY = "sk-another-client"
ADDED_KEY = f'\n[[api_keys]]\nname = "other"\nkey = "{NEW_KEY}"\n'


def three(fakes: Fakes) -> dict[str, str]:
    """A configuration of three providers, whatever else is faked."""
    return {name: fakes.urls[name] for name in FORMATS}


def command(gateway: Gateway, *words: str) -> subprocess.CompletedProcess[str]:
    arguments = [os.environ["GATEWAYD"], *words, "--config", str(gateway.config)]
    return subprocess.run(arguments, cwd=gateway.folder, capture_output=True, text=True, timeout=30, check=False)


def status(gateway: Gateway) -> dict[str, dict]:
    """The only instance of each provider."""
    reply = request(gateway.url, "GET", STATUS, headers=key_header("openai"))
    assert reply.status == 200, reply.body
    return {provider["provider"]: provider["instances"][0] for provider in reply.json["providers"]}


def models(gateway: Gateway, key: str) -> Reply:
    return request(gateway.url, "GET", "/v1/models", headers=key_header("openai", key))


def test_reload_takes_over_what_the_file_says(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    with Gateway(tmp_path, config) as gateway:
        assert models(gateway, NEW_KEY).status == 401
        config.write_text(config.read_text().replace('"gpt-" = "openai"', '"gpt-" = "anthropic"') + ADDED_KEY)
        done = command(gateway, "reload")
        assert done.returncode == 0, done.stderr
        count = config.read_text().count("[[providers.")
        assert f"{count} providers, {count} instances" in done.stdout
        assert models(gateway, NEW_KEY).status == 200
        assert ask(gateway.url, "openai", MODELS["openai"], "hi").headers["x-provider"] == "anthropic"


def test_reload_by_signal(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    with Gateway(tmp_path, config) as gateway:
        config.write_text(config.read_text() + ADDED_KEY)
        gateway.process.send_signal(signal.SIGHUP)
        wait_for(lambda: models(gateway, NEW_KEY).status == 200, 5)


def test_a_bad_file_changes_nothing_and_says_why(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes), server='log_format = "json"')
    good = config.read_text()
    line = good.splitlines().index("priority = 1") + 1
    with Gateway(tmp_path, config) as gateway:
        for bad, reason in [
            (good.replace("priority = 1", 'priority = "first"', 1), f"config.toml:{line}:12"),
            (good.replace('"gpt-" = "openai"', '"gpt-" = "nobody"'), "nobody"),
            ("this is = = no toml", "config.toml:1:"),
        ]:
            config.write_text(bad)
            done = command(gateway, "reload")
            assert done.returncode == 78
            assert reason in done.stderr and "goes on" in done.stderr, done.stderr
            assert ask(gateway.url, "openai", MODELS["openai"], "hi").headers["x-provider"] == "openai"
        config.unlink()
        gateway.process.send_signal(signal.SIGHUP)
        wait_for(lambda: gateway.output().count('"reload_refused"') == 4, 5)
        assert ask(gateway.url, "openai", MODELS["openai"], "hi").status == 200


def test_a_gateway_for_all_machines_never_loses_its_keys(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    config.write_text(config.read_text().replace('host = "127.0.0.1"', 'host = "0.0.0.0"'))
    with Gateway(tmp_path, config) as gateway:
        # Good for a start, but the listener is still open to all machines.
        write_config(tmp_path, three(fakes), keys="")
        done = command(gateway, "reload")
        assert done.returncode == 78 and "still listens on 0.0.0.0" in done.stderr, done.stderr
        assert request(gateway.url, "GET", "/v1/models").status == 401


def test_what_needs_a_restart_is_told(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    with Gateway(tmp_path, config) as gateway:
        write_config(tmp_path, three(fakes), server="max_body_bytes = 4096")
        done = command(gateway, "reload")
        assert done.returncode == 0 and "[server] has changed, which needs a restart" in done.stdout
        write_config(tmp_path, three(fakes), server='log_level = "error"')
        assert "needs a restart" not in command(gateway, "reload").stdout


def test_requests_under_way_finish_on_the_old_configuration(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    with Gateway(tmp_path, config) as gateway, connected(gateway.url) as sock:
        sock.sendall(head_and_body("openai", MODELS["openai"], "slow 20 50"))
        received = read_until(sock, b"tick1 ")
        text = config.read_text()
        # OpenAI is gone, and so is the client's key.
        start, end = text.index("[[providers.openai]]"), text.index("[[providers.anthropic]]")
        text = (text[:start] + text[end:]).replace('"gpt-" = "openai"', "").replace(CLIENT_KEY, NEW_KEY)
        config.write_text(text.replace('default_provider = "openai"', 'default_provider = "anthropic"'))
        done = command(gateway, "reload")
        assert done.returncode == 0, done.stderr
        assert models(gateway, CLIENT_KEY).status == 401
        assert b"tick19" not in received
        assert b"tick19" in received + read_until(sock, b"[DONE]")


def test_health_of_unchanged_instances_carries_over(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    config.write_text(config.read_text().replace("failures = 1000000", "failures = 2"))
    with Gateway(tmp_path, config) as gateway:
        for provider in ("openai", "anthropic"):
            for _ in range(2):
                ask(gateway.url, "openai", MODELS[provider], "fail 500")
        circuits = {name: one["circuit"] for name, one in status(gateway).items()}
        assert circuits.pop("openai") == circuits.pop("anthropic") == "open"
        assert set(circuits.values()) == {"closed"}
        # Another weight is the same instance; another key is another one.
        text = config.read_text().replace('"sk-fake-openai"', '"sk-fake-openai"\nweight = 7')
        config.write_text(text.replace('"sk-fake-anthropic"', '"sk-another"'))
        assert command(gateway, "reload").returncode == 0
        now = status(gateway)
        assert now["openai"]["circuit"] == "open" and now["openai"]["status"] == "unhealthy"
        assert now["anthropic"]["circuit"] == "closed" and now["anthropic"]["status"] == "healthy"


def test_status_of_providers(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    config.write_text(config.read_text().replace("failures = 1000000", "failures = 1"))
    with Gateway(tmp_path, config) as gateway:
        assert request(gateway.url, "GET", STATUS).status == 401
        assert request(gateway.url, "POST", STATUS, {}, key_header("openai")).status == 405
        for client in FORMATS:
            assert request(gateway.url, "GET", STATUS, headers=key_header(client)).status == 200
        ask(gateway.url, "openai", MODELS["openai"], "fail 500")
        ask(gateway.url, "openai", MODELS["gemini"], "hi")
        now = status(gateway)
        assert now["openai"]["status"] == "unhealthy"
        assert 40 <= now["openai"]["retry_in_seconds"] <= 72
        assert now["openai"]["last_failure"]["kind"] == "server" and now["openai"]["last_failure"]["status"] == 500
        assert now["anthropic"] == {
            "instance": "anthropic-primary",
            "status": "healthy",
            "circuit": "closed",
            "retry_in_seconds": None,
            "in_flight": 0,
            "time_to_first_token_ms": None,
            "recent_failures": 0,
            "failures_in_a_row": 0,
            "last_failure": None,
            "keys": [{"number": 1, "circuit": "closed", "retry_in_seconds": None, "rests_for_seconds": None}],
        }
        assert now["gemini"]["time_to_first_token_ms"] >= 0


def test_the_status_command(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, three(fakes))
    with Gateway(tmp_path, config) as gateway:
        shown = command(gateway, "status")
        assert shown.returncode == 0, shown.stderr
        assert gateway.url in shown.stdout and "openai-primary" in shown.stdout and "healthy" in shown.stdout
        config.write_text("no toml")
        command(gateway, "reload")
        report = json.loads(command(gateway, "status", "--json").stdout)
        assert report["process"] == gateway.process.pid
        assert report["reloads"]["count"] == 1 and "config.toml:1" in report["reloads"]["error"]
        assert [provider["provider"] for provider in report["providers"]] == [provider_name(one) for one in FORMATS]
        assert "refused: " in command(gateway, "status").stdout
    for word in ("status", "reload"):
        gone = command(gateway, word)
        assert gone.returncode == 69 and "no gateway of this user runs with" in gone.stderr


def test_the_socket_is_its_users_alone(fakes: Fakes, tmp_path: Path) -> None:
    # The paths of sockets must be short.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        with Gateway(tmp_path, write_config(tmp_path, three(fakes)), env={"XDG_RUNTIME_DIR": folder}):
            [socket] = (Path(folder) / "gatewayd").glob("*.sock")
            assert socket.stat().st_mode & 0o077 == 0
            assert socket.parent.stat().st_mode & 0o077 == 0
        assert not socket.exists()


def test_operators_are_told_what_would_help(fakes: Fakes, tmp_path: Path) -> None:
    config = write_config(tmp_path, fakes.urls)
    with Gateway(tmp_path, config) as gateway:
        config.write_text(config.read_text().replace("port = 0", f"port = {gateway.port}", 1))
        taken = command(gateway, "start")
        assert taken.returncode == 69 and f"127.0.0.1:{gateway.port}: another program does" in taken.stderr
        assert "LLM_GATEWAY__SERVER__PORT" in taken.stderr
        gone = command(gateway, "explain", "0198-none")
        assert gone.returncode == 66 and "there is no database" in gone.stderr and "[observability]" in gone.stderr
    config.unlink()
    missing = command(gateway, "status")
    assert missing.returncode == 69 and f"there is no file {config}" in missing.stderr
