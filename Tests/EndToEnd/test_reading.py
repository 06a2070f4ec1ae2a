"""Reading past requests, and telling what one would do: the API below /api/v1 and the commands."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from conftest import MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import Reply, ask, body_of, key_header, request, wait_for
from records import Counts, expected, observability, price, row, rows

FORMATS = ("openai", "anthropic", "gemini")
ADMIN_KEY, OTHER_KEY = "sk-gateway-admin", "sk-gateway-other"
KEYS = f"""
[[api_keys]]
key = "{CLIENT_KEY}"
name = "e2e"

[[api_keys]]
key = "{ADMIN_KEY}"
name = "ops"
admin = true

[[api_keys]]
key = "{OTHER_KEY}"
name = "other"

"""
COUNTS = Counts(fresh=50, cached=40, written=10, output=20, reasoning=5)


def configuration(fakes: Fakes, folder: Path, keys: str = KEYS, prices: str | None = None) -> Path:
    path = write_config(folder, fakes.urls, keys=keys)
    if prices is None:
        prices = "".join(price(provider, model) for provider, model in MODELS.items() if provider in FORMATS)
    path.write_text(path.read_text() + prices + observability(folder))
    return path


@pytest.fixture
def recording(fakes: Fakes, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path, configuration(fakes, tmp_path)) as gateway:
        yield gateway


def get(gateway: Gateway, path: str, key: str = ADMIN_KEY) -> Reply:
    return request(gateway.url, "GET", path, headers={"authorization": f"Bearer {key}"})


def usage(gateway: Gateway, query: str = "", key: str = ADMIN_KEY) -> dict:
    reply = get(gateway, f"/api/v1/usage?{query}", key)
    assert reply.status == 200, reply.body
    assert reply.headers["x-request-id"] and reply.headers["cache-control"] == "no-store"
    return json.loads(reply.body, parse_float=Decimal)


def run(folder: Path, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [os.environ["GATEWAYD"], *arguments, "--config", str(config or folder / "config.toml")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, cwd=folder)


def filled(gateway: Gateway) -> None:
    """Six requests of the key e2e, two for each provider and with one feature each; one of another key."""
    for number, provider in enumerate(FORMATS):
        for _ in range(2):
            options = {"x-gateway": {"metadata": {"feature": f"f{number}", "tenant": "t"}}}
            last = ask(gateway.url, "openai", MODELS[provider], "usage", **options)
    last = request(
        gateway.url, "POST", "/v1/chat/completions", body_of("openai", "gpt-4o", "usage"), key_header("openai", OTHER_KEY)
    )
    row(gateway, last.headers["x-request-id"])


def test_usage_sums_filters_and_groups(recording: Gateway) -> None:
    filled(recording)
    everything = usage(recording)
    cost = {provider: expected(provider, COUNTS)["total_cost_pico"] for provider in FORMATS}
    total = 3 * cost["openai"] + 2 * cost["anthropic"] + 2 * cost["gemini"]
    assert everything["total_requests"] == 7 and everything["total_tokens"] == 7 * 125
    assert everything["total_cost"] == Decimal(total) / 10**12
    assert (everything["cache_hits"], everything["cache_misses"]) == (0, 0)
    assert everything["totals"]["cache_read_input_tokens"] == 280 and "groups" not in everything
    for query, count in [
        ("api_key=other", 1),
        ("provider=anthropic", 2),
        ("model=gpt-4o", 3),
        ("provider=openai&api_key=e2e", 2),
        ("metadata.feature=f1", 2),
        ("metadata.feature=f1&provider=openai", 0),
        ("until=2020-01-01T00:00:00Z", 0),
        ("since=2020-01-01", 7),
        ("hours=1", 7),
    ]:
        assert usage(recording, query)["total_requests"] == count, query
    for grouping, groups in [
        ("provider", {"openai": 3, "anthropic": 2, "gemini": 2}),
        ("key", {"e2e": 6, "other": 1}),
        ("metadata.feature", {"f0": 2, "f1": 2, "f2": 2}),
        ("metadata.tenant", {"t": 6}),
        ("model", {MODELS["openai"]: 3, MODELS["anthropic"]: 2, MODELS["gemini"]: 2}),
    ]:
        answer = usage(recording, f"group_by={grouping}")
        assert answer["group_by"] == grouping
        assert {one["name"]: one["requests"] for one in answer["groups"]} == groups
    assert sum(one["requests"] for one in usage(recording, "group_by=day")["groups"]) == 7


@pytest.mark.parametrize(
    "query",
    ["hours=0", "hours=x", "since=yesterday", "group_by=colour", "group_by=metadata", "colour=red", "model=%zz"]
    + ["metadata.a=1&metadata.b=2"],
)
def test_questions_that_cannot_be_understood_are_refused(recording: Gateway, query: str) -> None:
    reply = get(recording, f"/api/v1/usage?{query}")
    assert reply.status == 400 and reply.json["error"]["message"]


def test_only_admins_read_what_others_did(recording: Gateway) -> None:
    filled(recording)
    assert usage(recording, key=CLIENT_KEY)["total_requests"] == 6
    assert usage(recording, "api_key=e2e", CLIENT_KEY)["total_requests"] == 6
    assert usage(recording, key=OTHER_KEY)["total_requests"] == 1
    refused = get(recording, "/api/v1/usage?api_key=other", CLIENT_KEY)
    assert refused.status == 403
    (other,) = rows(recording, "SELECT request_id FROM requests WHERE api_key_name = 'other'")
    path = f"/api/v1/requests/{other['request_id']}"
    assert get(recording, path, CLIENT_KEY).status == 404
    for key in (OTHER_KEY, ADMIN_KEY):
        story = get(recording, path, key)
        assert story.status == 200
        told = json.loads(story.body, parse_float=Decimal)
        assert told["request_id"] == other["request_id"] and told["api_key_name"] == "other"
        assert told["provider_model"] == "gpt-4o" and told["input_tokens"] == 100
        assert told["total_cost_usd"] == Decimal(expected("openai", COUNTS)["total_cost_pico"]) / 10**12
    for key in ("wrong", ""):
        assert get(recording, "/api/v1/usage", key).status == 401
        assert get(recording, path, key).status == 401
    assert get(recording, "/api/v1/requests/nobody").status == 404
    assert get(recording, "/api/v1/requests/").status == 404
    assert request(recording.url, "POST", "/api/v1/usage", b"{}", {"authorization": f"Bearer {ADMIN_KEY}"}).status == 405


def test_without_a_log_there_is_nothing_to_read(gateway: Gateway) -> None:
    reply = get(gateway, "/api/v1/usage", CLIENT_KEY)
    assert reply.status == 404 and "observability" in reply.json["error"]["message"]


def explain(gateway: Gateway, body: dict, query: str = "") -> Reply:
    headers = {"authorization": f"Bearer {CLIENT_KEY}"}
    return request(gateway.url, "POST", f"/api/v1/explain{query}", body, headers)


def test_what_a_request_would_do_is_told_without_sending_it(recording: Gateway, fakes: Fakes) -> None:
    body = body_of("openai", "claude-sonnet-4-5", "one two three four", max_tokens=1000, seed=7, n=1)
    reply = explain(recording, body)
    assert reply.status == 200, reply.body
    told = json.loads(reply.body, parse_float=Decimal)
    assert told["model"] == "claude-sonnet-4-5" and told["client_format"] == "openai" and told["stream"] is False
    assert told["route"] == {"rule": "prefix", "provider": "anthropic", "model": "claude-sonnet-4-5", "name": "claude-"}
    (destination,) = told["destinations"]
    assert destination["instance"] == "anthropic-primary" and destination["way"] == "translation"
    assert destination["condition"] == "healthy" and not destination["is_fallback"]
    assert [loss["pointer"] for loss in destination["losses"]] == ["/seed"]
    assert 4 <= destination["estimated_input_tokens"] <= 30 and destination["max_output_tokens"] == 1000
    # The dearest that each token could be: written to a cache for an hour, and reasoning.
    dearest = destination["estimated_input_tokens"] * Decimal("3.333331") + 1000 * Decimal("9.999991")
    assert told["max_cost_usd"] == destination["max_cost_usd"] == dearest / 1_000_000
    assert fakes.total() == 0
    real = ask(recording.url, "openai", "claude-sonnet-4-5", "one two three four", max_tokens=1000, seed=7)
    assert row(recording, real.headers["x-request-id"])["total_cost_pico"] < dearest * 10**6
    assert rows(recording, "SELECT count(*) AS count FROM requests")[0]["count"] == 1


def test_explaining_takes_every_format(recording: Gateway) -> None:
    for client in (*FORMATS, "completions"):
        body = body_of(client, MODELS[client if client in FORMATS else "openai"], "hi")
        query = f"&model={MODELS['gemini']}&stream=true" if client == "gemini" else ""
        told = explain(recording, body, f"?format={client}{query}").json
        if client != "anthropic":
            assert explain(recording, body, query.replace("&", "?", 1)).json["client_format"] == client
        assert told["client_format"] == client
        assert told["destinations"][0]["way"] == ("translation" if client == "completions" else "relay"), told
        assert told["stream"] is (client == "gemini")
    unlimited = explain(recording, body_of("openai", "gpt-4o", "hi")).json
    assert unlimited["max_cost_usd"] is None and "no limit" in unlimited["destinations"][0]["cost_note"]
    unknown = explain(recording, body_of("openai", "gpt-unheard-of", "hi", max_tokens=5)).json
    assert unknown["max_cost_usd"] is None and "price" in unknown["destinations"][0]["cost_note"]
    assert explain(recording, {"messages": []}).status == 400
    assert explain(recording, body_of("openai", "gpt-4o", "hi"), "?format=prose").status == 400
    strict = {"x-gateway": {"conversion": "strict"}, "seed": 7}
    refused = explain(recording, body_of("openai", "claude-sonnet-4-5", "hi", **strict)).json
    assert "seed" in refused["destinations"][0]["refused"]


def test_the_command_explains_a_request_from_a_file(fakes: Fakes, tmp_path: Path) -> None:
    configuration(fakes, tmp_path)
    file = tmp_path / "request.json"
    file.write_text(json.dumps(body_of("openai", "claude-sonnet-4-5", "hello", max_tokens=1000, seed=7)))
    told = run(tmp_path, "explain", "--request", str(file), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["destinations"][0]["losses"][0]["pointer"] == "/seed"
    story = run(tmp_path, "explain", "--request", str(file))
    for part in ("anthropic-primary", "converted to anthropic", "dropped /seed", "at most $0.0"):
        assert part in story.stdout
    file.write_text("{}")
    assert run(tmp_path, "explain", "--request", str(file)).returncode == 65
    assert run(tmp_path, "explain", "--request", str(tmp_path / "absent")).returncode == 66
    assert fakes.total() == 0


def test_costs_are_computed_anew_after_a_price_was_corrected(fakes: Fakes, tmp_path: Path) -> None:
    wrong = '[[prices.models]]\nprovider = "openai"\nmodel = "gpt-4o"\ninput = 1\noutput = 1\n'
    with Gateway(tmp_path, configuration(fakes, tmp_path, prices=wrong)) as gateway:
        filled(gateway)
        assert rows(gateway, "SELECT count(*) AS n FROM requests WHERE total_cost_pico = 125000000")[0]["n"] == 3
    right = tmp_path / "right"
    right.mkdir()
    config = configuration(fakes, right)
    config.write_text(config.read_text().replace(str(right / "observability.db"), str(tmp_path / "observability.db")))
    dry = run(tmp_path, "recost", "--since", "2020-01-01", "--dry-run", "--json", config=config)
    assert dry.returncode == 0, dry.stderr
    assert json.loads(dry.stdout)["changed"] == 7 and json.loads(dry.stdout)["dry_run"] is True
    done = run(tmp_path, "recost", "--since", "2020-01-01", config=config)
    assert done.returncode == 0 and "7 changed" in done.stdout, done.stdout + done.stderr
    total = sum(n * expected(one, COUNTS)["total_cost_pico"] for one, n in zip(FORMATS, (3, 2, 2), strict=True))
    found = rows(gateway, "SELECT sum(total_cost_pico) AS total FROM requests")[0]["total"]
    assert found == total == rows(gateway, "SELECT sum(total_cost_pico) AS total FROM usage_hourly")[0]["total"]
    totals = json.loads(run(tmp_path, "stats", "--json", config=config).stdout, parse_float=Decimal)["totals"]
    assert totals["total_cost_usd"] == Decimal(total) / 10**12
    assert run(tmp_path, "recost", config=config).returncode == 64


def test_stats_by_metadata_and_watching(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, configuration(fakes, tmp_path)) as gateway:
        filled(gateway)
    grouped = run(tmp_path, "stats", "--group-by", "metadata.feature")
    assert grouped.returncode == 0 and all(name in grouped.stdout for name in ("f0", "f1", "f2")), grouped.stdout
    assert run(tmp_path, "stats", "--group-by", "metadata.").returncode == 64
    command = [os.environ["GATEWAYD"], "stats", "--watch", "--interval", "1", "--json", "--config", "config.toml"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as watching:
        assert watching.stdout
        for _ in range(2):
            assert json.loads(watching.stdout.readline())["totals"]["requests"] == 7
        watching.terminate()


def test_stats_tell_how_the_providers_are(fakes: Fakes, tmp_path: Path) -> None:
    path = configuration(fakes, tmp_path)
    path.write_text(path.read_text().replace("failures = 1000000", "failures = 1"))
    with Gateway(tmp_path, path) as gateway:
        assert ask(gateway.url, "openai", MODELS["openai"], "hi").status == 200
        assert ask(gateway.url, "openai", MODELS["anthropic"], "fail 500").status >= 500
        health = json.loads(run(tmp_path, "stats", "--json", config=path).stdout)["provider_health"]
        text = run(tmp_path, "stats", config=path).stdout
    assert (health["healthy"], health["unhealthy"]) == (health["total"] - 1, 1)
    (down,) = [one for one in health["instances"] if one["status"] == "unhealthy"]
    assert down["instance"] == "anthropic-primary" and down["failures_in_a_row"] == 1 and down["retry_in_seconds"] > 0
    assert f"Overall: {health['healthy']}/{health['total']} healthy, 1 down" in text
    assert "Unhealthy" in text and "1 failure, retry in" in text
    stopped = run(tmp_path, "stats", config=path)
    assert stopped.returncode == 0 and "unknown: no gateway of this user runs with" in stopped.stdout
    assert json.loads(run(tmp_path, "stats", "--json", config=path).stdout)["provider_health"] is None


def test_what_happens_to_an_instance_is_kept(fakes: Fakes, tmp_path: Path) -> None:
    path = configuration(fakes, tmp_path)
    circuit = "failures = 2\nopen_seconds = [1]\njitter = 0\nsuccesses = 1"
    path.write_text(path.read_text().replace("failures = 1000000", circuit))
    with Gateway(tmp_path, path) as gateway:

        def say(text: str) -> str:
            return ask(gateway.url, "openai", MODELS["anthropic"], text).headers["x-request-id"]

        failed = [say("fail 500"), say("hi"), say("fail 500")]
        time.sleep(1.1)
        say("hi")
        query = "SELECT * FROM failover_events WHERE instance = 'anthropic-primary' ORDER BY id"
        wait_for(lambda: any(event["event"] == "circuit_closed" for event in rows(gateway, query)), 5)
        events = rows(gateway, query)
    kinds = ["failure", "recovery", "failure", "circuit_open", "circuit_half_open", "circuit_closed"]
    assert [event["event"] for event in events] == kinds
    assert [event["request_id"] for event in events[:4]] == [*failed, failed[2]]
    opened = events[3]
    assert (opened["provider"], opened["failures"]) == ("anthropic", 1)
    assert 0 < opened["retry_at"] - opened["timestamp"] <= 1000
    assert events[0]["error_type"] and events[0]["error_message"]


def test_answers_of_the_cache_are_counted_and_cost_nothing(fakes: Fakes, tmp_path: Path) -> None:
    path = configuration(fakes, tmp_path)
    path.write_text(path.read_text() + "\n[cache]\nenabled = true\n")
    with Gateway(tmp_path, path) as gateway:
        replies = [ask(gateway.url, "openai", MODELS["openai"], "usage", temperature=0) for _ in range(3)]
        states = [row(gateway, reply.headers["x-request-id"]) for reply in replies]
        assert [state["cache_state"] for state in states] == ["miss", "hit", "hit"]
        assert [state["total_cost_pico"] for state in states] == [expected("openai", COUNTS)["total_cost_pico"], 0, 0]
        assert [state["cost_source"] for state in states] == ["configuration", "cache", "cache"]
        told = usage(gateway)
        assert (told["cache_hits"], told["cache_misses"]) == (2, 1)
        assert told["total_cost"] == Decimal(expected("openai", COUNTS)["total_cost_pico"]) / 10**12
        once = expected("openai", COUNTS)
        names = ("input_tokens", "output_tokens", "cost_pico")
        for state in states[1:]:
            assert (state["input_tokens"], state["output_tokens"]) == (0, 0)
            assert [state[f"saved_{name}"] for name in names] == [
                once["input_tokens"], once["output_tokens"], once["total_cost_pico"]
            ]
        assert all(states[0][f"saved_{name}"] is None for name in names)
        totals = told["totals"]
        assert totals["saved_input_tokens"] == 2 * once["input_tokens"]
        assert totals["saved_output_tokens"] == 2 * once["output_tokens"]
        assert totals["saved_cost_usd"] == Decimal(2 * once["total_cost_pico"]) / 10**12
    text = run(tmp_path, "stats", config=path).stdout
    assert "2 answers saved" in text, text
