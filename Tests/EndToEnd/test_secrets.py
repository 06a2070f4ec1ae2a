"""PITFALLS 25: nothing secret is in the database, the log, the metrics, the traces or what is told of requests."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector import Collector
from conftest import MODELS
from fakes.cluster import KEYS as FAKE_KEYS
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from planting import PROVIDERS, Planter, Sent, plant
from raw import Reply, key_header, request, wait_for
from records import observability, price

COLLECTOR_KEY = "sk-collector0123456789abcdef"


@pytest.fixture
def planter() -> Planter:
    return Planter()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


def start(fakes: Fakes, folder: Path, collector: Collector, key: str, lines: str) -> Gateway:
    keys = f'\n[[api_keys]]\nkey = "{key}"\nname = "planted"\nadmin = true\n\n'
    path = write_config(folder, fakes.urls, keys=keys)
    telemetry = f'\n[telemetry]\notlp_endpoint = "{collector.url}"\nheaders = {{"authorization" = "{COLLECTOR_KEY}"}}\n'
    prices = "".join(price(provider, model) for provider, model in MODELS.items() if provider in PROVIDERS)
    log = f'\n[logging]\nlevel = "debug"\nformat = "json"\nfile = "{folder / "gateway-log.jsonl"}"\n{lines}'
    path.write_text(path.read_text() + prices + telemetry + observability(folder) + log + "\n[metrics]\nenabled = true\n")
    return Gateway(folder, path)


def command(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(
        [os.environ["GATEWAYD"], *arguments, "--config", "config.toml"],
        cwd=folder,
        capture_output=True,
        timeout=30,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("bodies_logged", [False, True], ids=["usual", "bodies-logged"])
def test_pitfall_25_no_secret_reaches_a_sink(
    fakes: Fakes, tmp_path: Path, collector: Collector, planter: Planter, bodies_logged: bool
) -> None:
    key = planter.secret("the client's key")
    switch = str(bodies_logged).lower()
    with start(fakes, tmp_path, collector, key, f"request_body = {switch}\nresponse_body = {switch}\n") as gateway:
        sent = plant(gateway, key, planter)
        metrics = request(gateway.url, "GET", "/metrics").body
        total = next(line for line in metrics.splitlines() if line.startswith(b"llm_gateway_requests_total "))
        assert int(total.split()[1]) == sent.recorded, "everything that was sent has a record"
        wait_for(lambda: sum(one.span.kind == 2 for one in collector.spans) == sent.recorded, 10)
        told = ask_about(gateway, key, sent, collector, tmp_path)
    sinks = {
        **told,
        "database": b"".join(file.read_bytes() for file in tmp_path.glob("observability.db*")),
        "log": (tmp_path / "gateway-log.jsonl").read_bytes() + gateway.output().encode(),
        "metrics": metrics,
        "traces": b"".join(collector.bodies),
        "test": command(tmp_path, "test") + command(tmp_path, "providers") + command(tmp_path, "prices"),
    }
    assert all(len(sink) > 200 for sink in sinks.values()), {name: len(sink) for name, sink in sinks.items()}
    leaks = {name: planter.contexts(sink) for name, sink in sinks.items()}
    assert not any(leaks.values()), "\n".join(f"{name}: {leak}" for name, found in leaks.items() for leak in found)
    # A provider's own words come back to the client who caused them.
    sinks["providers' errors"] = b"".join(errors(sent, lambda reply: "x-provider" in reply.headers))
    for name, sink in sinks.items():
        for configured in (*FAKE_KEYS.values(), COLLECTOR_KEY):
            assert configured.encode() not in sink, f"{configured} in the {name}"
    assert b"sk-" in sinks["database"], "what was masked shows that it was"


def ask_about(gateway: Gateway, key: str, sent: Sent, collector: Collector, folder: Path) -> dict[str, bytes]:
    """Everything that the API and the commands tell while the gateway runs."""
    headers = key_header("openai", key)

    def get(path: str) -> bytes:
        reply = request(gateway.url, "GET", path, headers=headers)
        return json.dumps(reply.headers).encode() + reply.body

    names = [one.attributes.get("llm_gateway.request_id") for one in collector.spans]
    identifiers = [str(name) for name in names if name]
    groups = [*("model", "key", "provider"), "metadata.user"]
    forecasts = b""
    for client, model, body in sent.bodies:
        formats = {"completions": "completions", "openai": "openai"}
        query = f"format={formats.get(client, client)}&model={model}"
        forecasts += request(gateway.url, "POST", f"/api/v1/explain?{query}", body, headers).body
    commands = b""
    for client, _, body in sent.bodies[::9]:
        (folder / "asked.json").write_text(json.dumps(body))
        commands += command(folder, "explain", "--request", "asked.json")
        commands += command(folder, "explain", "--request", "asked.json", "--json")
    for identifier in identifiers[::40]:
        commands += command(folder, "explain", identifier)
    return {
        "stories": b"".join(get(f"/api/v1/requests/{identifier}") for identifier in identifiers),
        "usage": b"".join(get(f"/api/v1/usage?group_by={one}") for one in groups),
        "forecasts": forecasts,
        "explain": commands,
        "status": get("/api/v1/providers/status") + get("/ready") + get("/health/ready") + get("/health"),
        "status command": command(folder, "status") + command(folder, "status", "--json"),
        "stats": command(folder, "stats", "--detailed") + command(folder, "stats", "--detailed", "--json"),
        "models": get("/v1/models"),
        "errors": b"".join(errors(sent, lambda reply: "x-provider" not in reply.headers)),
    }


def errors(sent: Sent, condition: Callable[[Reply], bool]) -> Iterator[bytes]:
    for reply in sent.replies:
        if reply.status >= 400 and condition(reply):
            yield json.dumps(reply.headers).encode() + reply.body
