"""How much of a Claude account's quota is used: asked of Anthropic, kept, and shown by stats."""

import json
import os
import subprocess
from pathlib import Path

from conftest import MODELS
from fakes.cluster import KEYS, Fakes
from gateway import Gateway, write_config
from raw import ask, wait_for
from records import observability, rows

QUERY = "SELECT * FROM quota_snapshots ORDER BY id"


def configuration(fakes: Fakes, folder: Path, key: str) -> Path:
    """One instance with a key, and one with a token of OAuth."""
    path = write_config(folder, fakes.urls)
    account = f"""
[[oauth_providers]]
name = "claude"
client_id = "id"
auth_url = "https://auth.example.com/authorize"
token_url = "https://auth.example.com/token"
redirect_uri = "http://localhost:8765/callback"

[[providers.anthropic]]
name = "anthropic-account"
auth_mode = "oauth"
oauth_provider = "claude"
api_key = "{key}"
base_url = "{fakes.urls["anthropic"]}/v1"
priority = 2
"""
    refresh = "\n[observability.quota_refresh]\ninterval_seconds = 1\n"
    path.write_text(path.read_text() + account + observability(folder) + refresh)
    return path


def snapshots(gateway: Gateway, count: int) -> dict[str, dict]:
    """The latest of each instance, once there are so many; a request brings them into the database at once."""

    def are_there() -> bool:
        assert ask(gateway.url, "openai", MODELS["openai"], "hi").status == 200
        return len(rows(gateway, QUERY)) >= count

    wait_for(are_there, 20)
    return {row["instance"]: row for row in rows(gateway, QUERY)}


def stats(folder: Path, *options: str) -> str:
    command = [os.environ["GATEWAYD"], "stats", "--config", "config.toml", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20, check=True).stdout


def test_the_quota_of_an_account_is_kept_and_shown(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, configuration(fakes, tmp_path, KEYS["anthropic"])) as gateway:
        found = snapshots(gateway, 4)
        account, other = found["anthropic-account"], found["anthropic-primary"]
        assert (account["state"], account["auth_mode"], account["error_message"]) == ("ok", "oauth", None)
        assert (account["five_hour_percent"], account["seven_day_percent"]) == (35.0, 42.5)
        assert account["seven_day_sonnet_percent"] == 50.0 and account["seven_day_sonnet_resets_at"] is None
        assert account["five_hour_resets_at"] == 4_102_444_800_288
        assert (other["state"], other["auth_mode"], other["five_hour_percent"]) == ("not_available", "bearer", None)
        assert set(found) == {"anthropic-account", "anthropic-primary"}
    text = stats(tmp_path)
    (line,) = [line for line in text.splitlines() if "anthropic-account" in line and "5h" in line]
    assert "OK" in line and "5h: 35.0 %" in line and "7d: 42.5 %" in line and "7d Sonnet: 50.0 %" in line
    assert any("anthropic-primary" in line and "N/A" in line for line in text.splitlines())
    told = {one["instance"]: one for one in json.loads(stats(tmp_path, "--json"))["quotas"]}
    assert told["anthropic-account"]["five_hour"] == {"percent": 35.0, "resets_at": "2100-01-01T00:00:00Z"}
    assert told["anthropic-primary"]["state"] == "not_available"
    assert KEYS["anthropic"] not in text


def test_a_quota_that_is_not_told_touches_no_request(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, configuration(fakes, tmp_path, "sk-wrong-0123456789abcdef")) as gateway:
        account = snapshots(gateway, 4)["anthropic-account"]
        assert (account["state"], account["error_message"]) == ("error", "HTTP status 401")
        assert account["five_hour_percent"] is None
        assert ask(gateway.url, "anthropic", MODELS["anthropic"], "hi").status == 200
    assert any("ERROR" in line and "HTTP status 401" in line for line in stats(tmp_path).splitlines())
