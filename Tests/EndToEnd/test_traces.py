"""Traces as a collector of OpenTelemetry gets them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector import Collector, Seen
from conftest import MODELS
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from raw import ask, body_of, connected, head_and_body, key_header, path_of, read_until, request, wait_for
from records import observability, price

FORMATS = ("openai", "anthropic", "gemini")
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SERVER, CLIENT, ERROR = 2, 3, 2


@contextlib.contextmanager
def traced(fakes: Fakes, folder: Path, endpoint: str, lines: str = "") -> Iterator[Gateway]:
    path = write_config(folder, fakes.urls)
    prices = "".join(price(provider, model) for provider, model in MODELS.items() if provider in FORMATS)
    telemetry = f'\n[telemetry]\notlp_endpoint = "{endpoint}"\n{lines}\n[metrics]\nenabled = true\n'
    path.write_text(path.read_text() + prices + telemetry + observability(folder))
    with Gateway(folder, path) as gateway:
        yield gateway


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


def families(spans: list[Seen]) -> dict[str, tuple[Seen, list[Seen]]]:
    """The requests by their identifiers, each with its attempts in order."""
    roots = {one.id: one for one in spans if one.span.kind == SERVER}
    result: dict[str, tuple[Seen, list[Seen]]] = {}
    for root in roots.values():
        attempts = [one for one in spans if one.parent == root.id]
        attempts.sort(key=lambda one: one.attributes["llm_gateway.attempt"])
        for one in attempts:
            assert one.trace == root.trace and one.span.kind == CLIENT
            assert root.span.start_time_unix_nano <= one.span.start_time_unix_nano
            assert one.span.end_time_unix_nano <= root.span.end_time_unix_nano + 1_000_000
        result[str(root.attributes["llm_gateway.request_id"])] = (root, attempts)
    assert sum(1 + len(attempts) for _, attempts in result.values()) == len(spans), "every span has its place"
    return result


def test_every_pair_of_formats_is_traced(fakes: Fakes, tmp_path: Path, collector: Collector) -> None:
    with traced(fakes, tmp_path, collector.url, 'service_name = "edge"') as gateway:
        asked: dict[str, tuple[str, str, bool]] = {}
        for client in FORMATS:
            for provider in FORMATS:
                for stream in (False, True):
                    reply = ask(gateway.url, client, MODELS[provider], "usage", stream)
                    asked[reply.headers["x-request-id"]] = (client, provider, stream)
        found = families(collector.wait(36))
    assert found.keys() == asked.keys()
    for identifier, (client, provider, stream) in asked.items():
        root, (attempt,) = found[identifier]
        assert root.resource["service.name"] == "edge" and root.resource["service.version"]
        assert root.trace == identifier.replace("-", "") and root.parent == ""
        operation = "generate_content" if client == "gemini" else "chat"
        assert root.span.name == attempt.span.name == f"{operation} {MODELS[provider]}"
        names = {"openai": "openai", "anthropic": "anthropic", "gemini": "gcp.gemini"}
        for one in (root, attempt):
            assert one.attributes["gen_ai.operation.name"] == operation
            assert one.attributes["gen_ai.provider.name"] == names[provider]
            assert one.attributes["gen_ai.request.model"] == MODELS[provider]
            assert one.attributes["gen_ai.usage.input_tokens"] == 100
            assert one.attributes["gen_ai.usage.output_tokens"] == 25
            assert one.attributes["gen_ai.usage.cache_read.input_tokens"] == 40
            assert one.attributes["gen_ai.usage.reasoning.output_tokens"] == 5
            assert one.attributes["http.response.status_code"] == 200
            assert one.attributes["llm_gateway.cost_usd"] > 0
            assert one.span.status.code == 0
        assert root.attributes["http.route"].startswith("/v1") and MODELS[provider] not in root.attributes["http.route"]
        assert root.attributes["llm_gateway.is_stream"] is stream
        assert root.attributes["llm_gateway.api_key_name"] == "e2e"
        assert attempt.attributes["llm_gateway.instance"] == f"{provider}-primary"


def test_a_callers_trace_goes_on_to_the_provider(fakes: Fakes, tmp_path: Path, collector: Collector) -> None:
    with traced(fakes, tmp_path, collector.url, "sample_ratio = 0") as gateway:
        for client in FORMATS:
            for provider in FORMATS:
                headers = {**key_header(client), "traceparent": f"00-{TRACE}-{PARENT}-01"}
                body = body_of(client, MODELS[provider], "hi")
                request(gateway.url, "POST", path_of(client, MODELS[provider]), body, headers)
                sent = fakes.last(provider).headers["traceparent"]
                spans = collector.wait(2 * fakes.total())
                attempt = next(one for one in spans[-2:] if one.span.kind == CLIENT)
                assert sent == f"00-{TRACE}-{attempt.id}-01"
        for root, _ in families(collector.spans).values():
            assert (root.trace, root.parent) == (TRACE, PARENT)
            assert root.span.flags & 0x301 == 0x301, "sampled, and the parent is remote"


def test_what_is_not_sampled_is_not_sent(fakes: Fakes, tmp_path: Path, collector: Collector) -> None:
    with traced(fakes, tmp_path, collector.url, "sample_ratio = 0") as gateway:
        ask(gateway.url, "openai", MODELS["openai"], "hi")
        sent = fakes.last("openai").headers["traceparent"]
        assert sent.endswith("-00"), "providers are told that nobody looks"
        headers = {**key_header("openai"), "traceparent": f"00-{TRACE}-{PARENT}-00"}
        request(gateway.url, "POST", "/v1/chat/completions", body_of("openai", "gpt-4o", "hi"), headers)
        assert fakes.last("openai").headers["traceparent"].startswith(f"00-{TRACE}-")
    assert collector.spans == []


def test_without_a_collector_nothing_is_traced(gateway: Gateway, fakes: Fakes) -> None:
    headers = {**key_header("openai"), "traceparent": f"00-{TRACE}-{PARENT}-01"}
    request(gateway.url, "POST", "/v1/chat/completions", body_of("openai", "gpt-4o", "hi"), headers)
    assert "traceparent" not in fakes.last("openai").headers


def test_failures_retries_refusals_and_departures(fakes: Fakes, tmp_path: Path, collector: Collector) -> None:
    with traced(fakes, tmp_path, collector.url) as gateway:
        failed = ask(gateway.url, "openai", MODELS["anthropic"], "fail 500").headers["x-request-id"]
        retried = ask(gateway.url, "openai", MODELS["openai"], "fail 503 1").headers["x-request-id"]
        options = {"x-gateway": {"provider": "nobody", "metadata": {"feature": "search"}}, "temperature": 0.25}
        refused = ask(gateway.url, "openai", "gpt-4o", "hi", **options).headers["x-request-id"]
        with connected(gateway.url) as sock:
            sock.sendall(head_and_body("openai", MODELS["openai"], "slow 200 20"))
            read_until(sock, b"tick3")
        wait_for(lambda: any(one.attributes.get("llm_gateway.outcome") == "cancelled" for one in collector.spans), 10)
    found = families(collector.spans)
    root, attempts = found[failed]
    assert root.span.status.code == ERROR and "scripted failure" in root.span.status.message
    assert root.attributes["error.type"] == "server" and len(attempts) >= 1
    assert all(one.span.status.code == ERROR and one.attributes["error.type"] for one in attempts)
    root, attempts = found[retried]
    assert root.span.status.code == 0
    assert [one.attributes["http.response.status_code"] for one in attempts] == [503, 200]
    assert attempts[0].attributes["llm_gateway.follow_up"] == "retry"
    root, attempts = found[refused]
    assert attempts == [] and root.span.status.code == 0
    assert root.attributes["llm_gateway.outcome"] == "business_error"
    assert root.attributes["llm_gateway.metadata.feature"] == "search"
    assert root.attributes["gen_ai.request.temperature"] == 0.25
    (left,) = [root for root, _ in found.values() if root.attributes["llm_gateway.outcome"] == "cancelled"]
    assert left.attributes["llm_gateway.usage_estimated"] is True


def metric(gateway: Gateway, name: str) -> float:
    lines = request(gateway.url, "GET", "/metrics").body.decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def test_a_collector_that_fails_costs_spans_and_nothing_else(fakes: Fakes, tmp_path: Path) -> None:
    with Collector(status=400) as broken, traced(fakes, tmp_path, broken.url) as gateway:
        for _ in range(3):
            assert ask(gateway.url, "openai", MODELS["openai"], "hi").status == 200
        wait_for(lambda: metric(gateway, "llm_gateway_trace_spans_dropped_total") == 6, 10)
        assert metric(gateway, "llm_gateway_trace_spans_exported_total") == 0
        assert gateway.output().count("trace_export_failing") == 1
        broken.status = 200
        ask(gateway.url, "openai", MODELS["openai"], "hi")
        wait_for(lambda: metric(gateway, "llm_gateway_trace_spans_exported_total") == 2, 10)
        assert gateway.output().count("trace_export_recovered") == 1


def test_a_collector_that_is_gone_keeps_nobody_waiting(fakes: Fakes, tmp_path: Path) -> None:
    with traced(fakes, tmp_path, "http://127.0.0.1:9") as gateway:
        assert ask(gateway.url, "openai", MODELS["openai"], "hi").status == 200


def test_what_waits_is_sent_when_the_gateway_stops(fakes: Fakes, tmp_path: Path, collector: Collector) -> None:
    lines = 'headers = {"x-collector-key" = "collector-secret"}'
    with traced(fakes, tmp_path, collector.url, lines) as gateway:
        for _ in range(5):
            ask(gateway.url, "openai", MODELS["openai"], "hi")
    assert len(collector.spans) == 10
    assert collector.headers[0]["x-collector-key"] == "collector-secret"
    assert "collector-secret" not in gateway.output()
