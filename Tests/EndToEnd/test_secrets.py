"""PITFALLS 25: nothing secret is in the database, the log, the metrics, the traces or what is told of requests."""

import itertools
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector import Collector
from conftest import MODELS
from fakes.cluster import KEYS as FAKE_KEYS
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from raw import body_of, key_header, path_of, request, wait_for
from records import observability, price

FORMATS = ("openai", "anthropic", "gemini")
COLLECTOR_KEY = "sk-collector0123456789abcdef"
HEADERS = [
    *("cookie", "x-secret", "user-agent", "referer", "openai-organization", "openai-project", "anthropic-beta"),
    *("x-goog-api-client", "x-request-id", "traceparent", "tracestate", "x-stainless-os", "forwarded", "x-api-key-2"),
]


class Planter:
    """Makes secrets, each of which is looked for by its random part."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def secret(self, place: str) -> str:
        core = secrets.token_hex(12)
        self.planted[core] = place
        return f"sk-{core}"

    def found(self, sink: bytes) -> set[str]:
        return {place for core, place in self.planted.items() if core.encode() in sink}


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
    prices = "".join(price(provider, model) for provider, model in MODELS.items() if provider in FORMATS)
    log = f'\n[logging]\nlevel = "debug"\nformat = "json"\nfile = "{folder / "gateway-log.jsonl"}"\n{lines}'
    path.write_text(path.read_text() + prices + telemetry + observability(folder) + log + "\n[metrics]\nenabled = true\n")
    return Gateway(folder, path)


def bodies(client: str, model: str, plant: Planter) -> Iterator[dict]:
    """Requests that have a secret wherever a request can have something."""

    def secret(place: str) -> str:
        return plant.secret(f"{client} {place}")

    yield body_of(client, model, f"say: {secret('message')}")
    yield body_of(client, model, "hi", **{secret("member"): secret("value of an unknown member")})
    yield body_of(client, model, "hi", **{"x-gateway": {"provider": secret("x-gateway.provider")}})
    yield body_of(client, model, "hi", **{"x-gateway": {secret("x-gateway member"): 1}})
    yield body_of(client, model, "hi", **{"x-gateway": {"metadata": {"user": secret("metadata value")}}})
    yield body_of(client, model, "hi", **{"x-gateway": {"metadata": {secret("metadata key"): "x"}}})
    yield body_of(client, model, "hi", **{"x-gateway": {"conversion": secret("conversion"), "timeout": secret("timeout")}})
    if client == "gemini":
        yield body_of(client, model, "hi", systemInstruction={"parts": [{"text": secret("system")}]})
        yield body_of(client, model, "hi", tools=[{"functionDeclarations": [{"name": secret("tool")}]}])
        yield body_of(client, model, "hi", generationConfig={"stopSequences": [secret("stop")], secret("member"): 1})
        return
    yield body_of(client, secret("model"), "hi")
    yield body_of(client, f"gpt-4o-{secret('model with a prefix')}", "hi")
    yield body_of(client, model, "hi", stop=[secret("stop")], user=secret("user"))
    yield body_of(client, model, "hi", metadata={"user_id": f"{secret('user_id')}_session_1", "k": secret("metadata")})
    yield body_of(client, model, "hi", tools=[{"type": "function", "function": {"name": secret("tool")}}])
    yield body_of(client, model, "hi", temperature=secret("temperature"), max_tokens=secret("max_tokens"))
    yield body_of(client, model, "hi", messages=[{"role": secret("role"), "content": secret("content")}])
    yield body_of(client, model, "hi", session_id=secret("session"), prompt_cache_key=secret("cache key"))


def plant(gateway: Gateway, key: str, plant: Planter) -> int:
    """Sends everything; the number of requests that leave a record."""
    count = 0
    for client, provider in itertools.product(FORMATS, FORMATS):
        model = MODELS[provider]
        for body in bodies(client, model, plant):
            for stream in (False, True) if client == "gemini" else (False,):
                path = path_of(client, model, stream)
                assert request(gateway.url, "POST", path, body, key_header(client, key)).status < 600
                count += 1
    for name in HEADERS:
        value = plant.secret(f"header {name}")
        headers = {**key_header("openai", key), name: f"00-{value}-{value}-01" if name == "traceparent" else value}
        request(gateway.url, "POST", "/v1/chat/completions", body_of("openai", MODELS["openai"], "hi"), headers)
        count += 1
    for client in FORMATS:
        wrong = key_header(client, plant.secret(f"wrong key of {client}"))
        request(gateway.url, "POST", path_of(client, "m"), body_of(client, "m", "hi"), wrong)
        query = f"?key={plant.secret('key in the address')}&token={plant.secret('query')}"
        request(gateway.url, "POST", path_of(client, "m") + query, body_of(client, "m", "hi"))
        lost = f"/v1/{plant.secret('path')}/x"
        request(gateway.url, "POST", lost, body_of(client, "m", "hi"), key_header(client, key))
        broken = json.dumps({"model": plant.secret("cut body")})[:-1].encode()
        request(gateway.url, "POST", path_of(client, "m"), broken, key_header(client, key))
        count += 4
    path = f"/v1beta/models/{plant.secret('model in the address')}:generateContent"
    request(gateway.url, "POST", path, body_of("gemini", "m", "hi"), key_header("gemini", key))
    request(gateway.url, "GET", f"/api/v1/requests/{plant.secret('identifier')}", headers=key_header("openai", key))
    request(gateway.url, "GET", f"/api/v1/usage?model={plant.secret('usage')}", headers=key_header("openai", key))
    return count + 1


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
        count = plant(gateway, key, planter)
        metrics = request(gateway.url, "GET", "/metrics").body
        total = next(line for line in metrics.splitlines() if line.startswith(b"llm_gateway_requests_total "))
        assert int(total.split()[1]) == count, "everything that was sent has a record"
        wait_for(lambda: sum(one.span.kind == 2 for one in collector.spans) == count, 10)
        headers = key_header("openai", key)
        stories = b""
        for one in collector.spans:
            if identifier := one.attributes.get("llm_gateway.request_id"):
                stories += request(gateway.url, "GET", f"/api/v1/requests/{identifier}", headers=headers).body
        groups = [*("model", "key", "provider"), "metadata.user"]
        sums = b"".join(request(gateway.url, "GET", f"/api/v1/usage?group_by={one}", headers=headers).body for one in groups)
    sinks = {
        "database": b"".join(file.read_bytes() for file in tmp_path.glob("observability.db*")),
        "log": (tmp_path / "gateway-log.jsonl").read_bytes() + gateway.output().encode(),
        "metrics": metrics,
        "traces": b"".join(collector.bodies),
        "stories": stories,
        "usage": sums,
        "stats": command(tmp_path, "stats", "--detailed"),
        "test": command(tmp_path, "test") + command(tmp_path, "providers") + command(tmp_path, "prices"),
    }
    for name, sink in sinks.items():
        assert len(sink) > 200, f"{name} is there"
        assert planter.found(sink) == set(), f"in the {name}"
        for configured in (*FAKE_KEYS.values(), COLLECTOR_KEY):
            assert configured.encode() not in sink, f"{configured} in the {name}"
    assert b"sk-" in sinks["database"], "what was masked shows that it was"
