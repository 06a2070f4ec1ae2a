"""Metrics as Prometheus reads them."""

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FORMATS, MODELS, provider_name
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from prometheus import Prometheus, lint
from raw import Reply, ask, connected, head_and_body, key_header, path_of, read_until, request, wait_for

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
CHAT = 'api_key="e2e",provider="openai",model="gpt-4o",endpoint="/v1/chat/completions"'


def config(folder: Path, fakes: Fakes, metrics: str = "", **options: str) -> Path:
    path = write_config(folder, fakes.urls, **options)
    path.write_text(path.read_text() + "\n[observability]\nenabled = true\n\n[metrics]\n" + metrics)
    return path


@pytest.fixture
def measured(fakes: Fakes, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(tmp_path, config(tmp_path, fakes)) as gateway:
        yield gateway


def scrape(gateway: Gateway, accept: str = "text/plain", **headers: str) -> Reply:
    return request(gateway.url, "GET", "/metrics", headers={"Accept": accept, **headers})


def samples(gateway: Gateway) -> dict[str, float]:
    """By name and labels, as they are written."""
    reply = scrape(gateway)
    assert reply.status == 200
    lines = [line for line in reply.body.decode().splitlines() if not line.startswith("#")]
    pairs = [line.rsplit(" ", 1) for line in lines]
    assert len({name for name, _ in pairs}) == len(pairs), "a sample stands twice"
    return {name: float(value) for name, value in pairs}


def test_every_outcome_is_counted(measured: Gateway, fakes: Fakes) -> None:
    for client in FORMATS:
        for provider in FORMATS:
            for stream in (False, True):
                assert ask(measured.url, client, MODELS[provider], "usage", stream).status == 200
    ask(measured.url, "openai", MODELS["openai"], "fail 429")
    ask(measured.url, "openai", MODELS["openai"], "fail 500")
    ask(measured.url, "openai", "no-such-model", "hi")
    request(measured.url, "POST", path_of("openai", "x"), {"model": "gpt-4o"}, key_header("openai", "wrong"))
    found = samples(measured)
    # The fakes report 100 tokens in, of which 40 were cached and 10 written to a cache where the API can tell, and 25 out.
    assert found[f'llm_requests_total{{{CHAT},status="success"}}'] == 2
    assert found[f'llm_requests_total{{{CHAT},status="business_error"}}'] == 1
    assert found[f'llm_requests_total{{{CHAT},status="failure"}}'] == 1
    assert found[f'llm_errors_total{{{CHAT},error_type="rateLimited"}}'] == 1
    assert found[f'llm_tokens_total{{{CHAT},type="input"}}'] == 200
    assert found[f'llm_tokens_total{{{CHAT},type="output"}}'] == 50
    assert found[f'llm_cached_tokens_total{{{CHAT},type="read"}}'] == 80
    assert found[f"llm_request_duration_seconds_count{{{CHAT}}}"] == 4
    asked = 2 * len(FORMATS) ** 2
    assert found["llm_gateway_requests_total"] == asked + 4
    assert found["llm_gateway_tokens_total"] == asked * 125
    for provider, count in ((one, 2 * len(FORMATS) + 3 * (one == "openai")) for one in map(provider_name, FORMATS)):
        instance = provider.removeprefix("openai_") + "-primary"
        name = f'llm_instance_requests_total{{provider="{provider}",instance="{instance}",status="success"}}'
        assert found[name] == 2 * len(FORMATS)
        assert found[f'llm_gateway_provider_requests_total{{provider="{provider}"}}'] == count
    streams = [value for name, value in found.items() if name.startswith("gen_ai_server_time_to_first_token_seconds_count")]
    assert sum(streams) == asked / 2
    # Beside those of the same format, OpenAI answers clients of Responses natively.
    relayed = 2 * (len(FORMATS) + 1)
    assert found['llm_gateway_overhead_seconds_count{way="relay"}'] == relayed
    assert found['llm_gateway_overhead_seconds_count{way="translation"}'] == asked - relayed
    assert not any("no-such-model" in name for name in found)
    assert any('api_key="none"' in name and 'error_type="authentication"' in name for name in found)


def test_promtool_finds_nothing_to_say(measured: Gateway, fakes: Fakes) -> None:
    for text in ("usage", "fail 500", "fail 429"):
        ask(measured.url, "openai", MODELS["openai"], text)
    reply = scrape(measured)
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert lint(reply.body.decode()) == ""
    assert lint("nonsense\n") != ""


def test_prometheus_scrapes_it(measured: Gateway, fakes: Fakes, tmp_path: Path) -> None:
    """Prometheus asks for OpenMetrics, whose parser forgives nothing."""
    with Prometheus(tmp_path, f"127.0.0.1:{measured.port}") as prometheus:
        for stream in (False, True):
            ask(measured.url, "anthropic", MODELS["openai"], "usage", stream)
        labels = '{api_key="e2e",provider="openai",model="gpt-4o",endpoint="/v1/messages",status="success"}'
        prometheus.wait_for(f"llm_requests_total{labels}", 2)
        prometheus.wait_for("up", 1)
        assert prometheus.value('llm_tokens_total{type="output"}') == 50
        assert prometheus.value("llm_gateway_tokens_total") == 250
        assert prometheus.value('gen_ai_client_token_usage_bucket{gen_ai_token_type="input",le="256.0"}') == 2
        assert prometheus.value('gen_ai_client_token_usage_bucket{gen_ai_token_type="input",le="64.0"}') == 0
        speed = prometheus.value("histogram_quantile(0.5, sum by (le) (llm_request_duration_seconds_bucket))")
        assert speed is not None and 0 < speed < 15
        types = {name: entries[0]["type"] for name, entries in prometheus.get("metadata").items()}
        assert types["llm_requests"] == "counter"
        assert types["gen_ai_client_operation_duration_seconds"] == "histogram"
        assert prometheus.get("targets")["activeTargets"][0]["lastError"] == ""


def test_openmetrics_when_asked(measured: Gateway, fakes: Fakes) -> None:
    ask(measured.url, "openai", MODELS["openai"], "usage")
    reply = scrape(measured, OPENMETRICS)
    assert reply.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    text = reply.body.decode()
    assert text.endswith("\n# EOF\n")
    assert "# TYPE llm_requests counter\n" in text and "\nllm_requests_total{" in text
    head = request(measured.url, "HEAD", "/metrics")
    assert head.status == 200 and head.body == b""
    refused = request(measured.url, "POST", "/metrics", b"{}")
    assert refused.status == 405 and refused.headers["allow"] == "GET, HEAD"
    assert refused.headers["x-request-id"]


def test_open_streams_show_and_end(measured: Gateway, fakes: Fakes) -> None:
    with connected(measured.url) as sock:
        sock.sendall(head_and_body("openai", MODELS["openai"], "slow 200 20"))
        read_until(sock, b"tick0")
        found = samples(measured)
        assert found["llm_gateway_open_streams"] == 1
        assert found["llm_gateway_open_connections"] >= 2
    cancelled = f'llm_requests_total{{{CHAT.replace("gpt-4o", "other")},status="cancelled"}}'
    wait_for(lambda: samples(measured).get(cancelled) == 1, 3)
    found = samples(measured)
    assert found["llm_gateway_open_streams"] == 0
    assert found["process_resident_memory_bytes"] > 1 << 20
    assert 5 < found["process_open_fds"] < found["process_max_fds"]
    assert abs(found["process_start_time_seconds"] - time.time()) < 60
    assert found["llm_gateway_request_log_working"] == 1
    wait_for(lambda: samples(measured)["llm_gateway_request_log_written_total"] == 1, 3)


def test_lag_of_event_loops_is_measured(measured: Gateway) -> None:
    wait_for(lambda: samples(measured)["llm_gateway_event_loop_lag_seconds_count"] >= 4, 5)


@pytest.mark.parametrize("hashed", [False, True], ids=["names", "hashes"])
def test_keys_by_name_or_hash(fakes: Fakes, tmp_path: Path, hashed: bool) -> None:
    path = config(tmp_path, fakes, f"include_api_key_hash = {str(hashed).lower()}\n")
    with Gateway(tmp_path, path) as gateway:
        ask(gateway.url, "openai", MODELS["openai"], "hi")
        text = scrape(gateway).body.decode()
        label = hashlib.sha256(CLIENT_KEY.encode()).hexdigest()[:12] if hashed else "e2e"
        assert f'llm_requests_total{{api_key="{label}",' in text
        assert ('"e2e"' in text) != hashed
        assert CLIENT_KEY not in text and KEYS["openai"] not in text


def test_what_clients_send_makes_no_labels(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, config(tmp_path, fakes, "max_models = 5\nmax_series = 20\n")) as gateway:
        for number in range(60):
            ask(gateway.url, FORMATS[number % 3], f"gpt-made-up-{number}", "hi")
            request(gateway.url, "POST", f"/v1/chat/{number}", {"model": "x"}, key_header("openai"))
            ask(gateway.url, "openai", f"openai/never-{number}", "fail 404")
        found = samples(gateway)
        models = {match for name in found for match in re.findall(r'[{,]model="([^"]*)"', name)}
        assert len(models) <= 7 and "other" in models
        assert not any("never-" in model for model in models)
        assert found["llm_gateway_metric_series"] <= 21
        assert found["llm_gateway_requests_total"] == 180


def test_the_address_and_the_key_can_be_set(fakes: Fakes, tmp_path: Path) -> None:
    path = config(tmp_path, fakes, 'endpoint = "/internal/metrics"\nrequire_key = true\n')
    with Gateway(tmp_path, path) as gateway:
        assert request(gateway.url, "GET", "/metrics").status == 404
        assert request(gateway.url, "GET", "/internal/metrics").status == 401
        assert request(gateway.url, "GET", "/internal/metrics", headers=key_header("openai", "wrong")).status == 401
        assert request(gateway.url, "GET", "/internal/metrics", headers=key_header("openai")).status == 200


def test_without_keys_metrics_are_for_this_machine(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 25: a page of another site must not read them by way of a visitor's browser."""
    path = write_config(tmp_path, fakes.urls, keys="")
    with Gateway(tmp_path, path) as gateway:
        assert request(gateway.url, "GET", "/metrics").status == 200
        for headers in ({"Host": "rebound.example.com"}, {"Origin": "https://elsewhere.example.com"}):
            assert request(gateway.url, "GET", "/metrics", headers=headers).status == 403


def test_metrics_can_be_switched_off(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, config(tmp_path, fakes, "enabled = false\n")) as gateway:
        ask(gateway.url, "openai", MODELS["openai"], "hi")
        assert request(gateway.url, "GET", "/metrics").status == 404


def test_scrapes_and_requests_do_not_disturb_each_other(measured: Gateway, fakes: Fakes) -> None:
    failures: list[str] = []

    def read() -> None:
        with contextlib.suppress(AssertionError):
            for _ in range(30):
                reply = scrape(measured, OPENMETRICS)
                # Five at a time are one too many.
                if reply.status == 503:
                    continue
                if reply.status != 200 or not reply.body.endswith(b"# EOF\n"):
                    failures.append(str(reply.status))

    readers = [threading.Thread(target=read) for _ in range(5)]
    for reader in readers:
        reader.start()
    for number in range(60):
        assert ask(measured.url, FORMATS[number % 3], MODELS["openai"], "usage", number % 2 == 0).status == 200
    for reader in readers:
        reader.join(30)
    assert failures == []
    assert samples(measured)["llm_gateway_requests_total"] == 60
