"""Sessions that stay with one instance: over reloads, and when it fails for a while."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import MODELS
from fakes.cluster import KEYS, Fakes
from fakes.responses_api import Responses
from gateway import CLIENT_KEY, Gateway
from gateway import KEYS as CLIENT_KEYS
from raw import body_of, key_header, request, wait_for
from test_reload import command

CONFIG = """
[server]
host = "127.0.0.1"
port = 0
{keys}
[routing]
default_provider = "openai"

[balancing]
policy = "round_robin"
sticky = "{sticky}"
session_return_seconds = {window}

[failover.circuit]
failures = {failures}
open_seconds = [1]
jitter = 0

[failover.probes]
enabled = false
"""
INSTANCE = """
[[providers.openai]]
name = "{name}"
api_key = "{key}"
base_url = "{url}/v1"
weight = {weight}
"""


@pytest.fixture
def pair() -> Iterator[Fakes]:
    with Fakes(only={name: Responses(KEYS["openai"]) for name in ("a", "b")}) as fakes:
        yield fakes


def configured(pair: Fakes, folder: Path, *, weight: int = 100, **settings: object) -> Path:
    values = {"keys": CLIENT_KEYS, "sticky": "conversation", "window": 2, "failures": 3, **settings}
    instances = [
        INSTANCE.format(name=name, key=KEYS["openai"], url=url, weight=weight) for name, url in pair.urls.items()
    ]
    path = folder / "config.toml"
    path.write_text(CONFIG.format(**values) + "".join(instances))
    return path


def answered_by(gateway: Gateway, pair: Fakes, session: str | None = None, text: str = "say: hi") -> str:
    """The fake that gave the answer."""
    before = {name: len(one.requests) for name, one in pair.providers.items()}
    headers = key_header("openai", CLIENT_KEY) | ({"x-session-id": session} if session else {})
    body = body_of("openai", MODELS["openai"], text)
    reply = request(gateway.url, "POST", "/v1/chat/completions", body, headers)
    assert reply.status == 200, reply.body
    [name] = [
        name
        for name, one in pair.providers.items()
        if any(seen.status == 200 for seen in one.requests[before[name] :])
    ]
    return name


def answered_when_it_fails(gateway: Gateway, pair: Fakes, name: str, session: str | None = None) -> str:
    """The fake that gave the answer to a request that this one fails once."""
    text = "fail 500 1"
    for other, one in pair.providers.items():
        one.script.failures[text] = 0 if other == name else 1
    return answered_by(gateway, pair, session, text)


def circuits(gateway: Gateway) -> dict[str, str]:
    status = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai")).json
    return {one["instance"]: one["circuit"] for one in status["providers"][0]["instances"]}


def test_sessions_and_health_carry_over_a_reload(pair: Fakes, tmp_path: Path) -> None:
    config = configured(pair, tmp_path, failures=1)
    config.write_text(config.read_text().replace("open_seconds = [1]", "open_seconds = [600]"))
    with Gateway(tmp_path, config) as gateway:
        homes = {f"s{number}": answered_by(gateway, pair, f"s{number}") for number in range(10)}
        assert set(homes.values()) == {"a", "b"}
        # Another weight is the same instance.
        config.write_text(config.read_text().replace("weight = 100", "weight = 7"))
        assert command(gateway, "reload").returncode == 0
        assert {session: answered_by(gateway, pair, session) for session in homes} == homes
        # One failure takes an instance out; it stays out over a reload, and its sessions stay away.
        [lost] = [session for session, home in homes.items() if home == "a"][:1]
        assert answered_when_it_fails(gateway, pair, "a", lost) == "b"
        assert circuits(gateway) == {"a": "open", "b": "closed"}
        config.write_text(config.read_text().replace("weight = 7", "weight = 9"))
        assert command(gateway, "reload").returncode == 0
        assert circuits(gateway) == {"a": "open", "b": "closed"}
        assert {answered_by(gateway, pair, session) for session in homes} == {"b"}


def test_a_key_yields_at_once_and_comes_back_by_itself(pair: Fakes, tmp_path: Path) -> None:
    """PITFALLS 21: sticky yields on failure, and returns when the instance is well."""
    with Gateway(tmp_path, configured(pair, tmp_path, sticky="key", failures=1)) as gateway:
        home = answered_by(gateway, pair)
        assert {answered_by(gateway, pair) for _ in range(5)} == {home}
        moved = time.monotonic()
        assert answered_when_it_fails(gateway, pair, home) != home
        assert circuits(gateway)[home] == "open"
        seen: list[str] = []

        def is_back() -> bool:
            seen.append(answered_by(gateway, pair))
            return seen[-1] == home

        wait_for(is_back, 6)
        # Its circuit was open for a second.
        assert time.monotonic() - moved >= 1 and len(seen) > 1
        assert {answered_by(gateway, pair) for _ in range(5)} == {home}
        assert circuits(gateway)[home] == "closed"
