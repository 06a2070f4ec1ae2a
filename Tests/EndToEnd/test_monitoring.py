"""The dashboard, the alerts and the queries of the manual: they speak of what there is, and what reads them takes them."""

import json
import re
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import MODELS, PROVIDERS
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from prometheus import Prometheus, check_rules
from raw import ask, request, wait_for
from records import observability, rows

FORMATS = ("openai", "anthropic", "gemini")
DOCS = Path(__file__).resolve().parents[2] / "docs"
ALERTS = DOCS / "monitoring" / "alerts.yml"
DASHBOARD = json.loads((DOCS / "monitoring" / "grafana-dashboard.json").read_text())
MANUAL = (DOCS / "OBSERVABILITY.md").read_text()
VARIABLES = {"$__rate_interval": "1m", "$__range": "6h", "$provider": ".*", "$api_key": ".*", "$job": ".*"}


def known() -> dict[str, tuple[str, set[str]]]:
    """Kind and labels of each metric, by the names that queries have; a unit test holds the manual against the program."""
    metrics = {"up": ("gauge", set())}
    for name, kind, labels in re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram|unknown) \| (.*?) \|", MANUAL, re.M):
        found = set(re.findall(r"`(\w+)`", labels))
        if kind == "histogram":
            for suffix, more in (("_bucket", {"le"}), ("_sum", set()), ("_count", set())):
                metrics[name + suffix] = (kind, found | more)
        else:
            metrics[name] = (kind, found)
    return metrics


def dashboard_queries() -> list[str]:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])]
    for name, value in VARIABLES.items():
        queries = [query.replace(name, value) for query in queries]
    assert not any("$" in query for query in queries), "every variable has a value"
    return queries


def alert_queries() -> list[str]:
    text = ALERTS.read_text()
    inline = re.findall(r"^ +expr: (?!\|)(.+)$", text, re.M)
    blocks = re.findall(r"^ +expr: \|\n((?: {10,}.+\n)+)", text, re.M)
    assert len(inline) + len(blocks) == text.count("expr:")
    return inline + blocks


def check_names(query: str) -> None:
    metrics = known()
    # What stands in quotes is no name.
    bare = re.sub(r'"[^"]*"', '""', query)
    names = re.findall(r"\b((?:llm|gen_ai_(?:client|server)|process)_\w+|up)\b", bare)
    assert names, query
    for name in names:
        assert name in metrics, f"{name} of {query}"
        kind, labels = metrics[name]
        for selector in re.findall(rf"\b{name}\{{([^}}]*)\}}", bare):
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector):
                assert label in labels | {"job", "instance"}, f"{label} of {query}"
        if kind == "counter":
            assert re.search(rf"(?:rate|increase)\({name}\b", bare), f"{name} is a counter: {query}"
    grouped = {label.strip() for found in re.findall(r"by \(([^)]*)\)", bare) for label in found.split(",")}
    assert grouped <= set().union(*(metrics[name][1] for name in names)) | {"job", "instance"}, query


@pytest.mark.parametrize("query", dashboard_queries() + alert_queries())
def test_every_metric_and_label_exists(query: str) -> None:
    check_names(query)


def test_names_that_do_not_exist_are_noticed() -> None:
    for query in ("sum(llm_nothing_total)", 'rate(llm_requests_total{colour="red"}[1m])', "llm_requests_total > 5"):
        with pytest.raises(AssertionError):
            check_names(query)


def test_prometheus_takes_the_rules() -> None:
    assert f"SUCCESS: {ALERTS.read_text().count('alert:')} rules found" in check_rules(ALERTS)


def test_every_panel_has_its_place() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 20
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.fixture
def busy(fakes: Fakes, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway that has had all sorts of requests."""
    path = write_config(tmp_path, fakes.urls)
    path.write_text(path.read_text() + observability(tmp_path) + "\n[metrics]\nenabled = true\n")
    with Gateway(tmp_path, path) as gateway:
        for client in FORMATS:
            for provider in FORMATS:
                for stream in (False, True):
                    ask(gateway.url, client, MODELS[provider], "usage", stream)
        ask(gateway.url, "openai", MODELS["anthropic"], "hi", seed=7)
        for text in ("fail 500", "fail 429", "fail 503 1"):
            ask(gateway.url, "openai", MODELS["openai"], text)
        ask(gateway.url, "openai", "openai/omni", "usage")
        yield gateway


def test_prometheus_answers_every_query(busy: Gateway, tmp_path: Path) -> None:
    rules = f"rule_files: ['{ALERTS}']"
    with Prometheus(tmp_path, f"127.0.0.1:{busy.port}", rules=rules) as prometheus:
        prometheus.wait_for("up", 1)
        prometheus.wait_for("llm_gateway_requests_total >= 20", float(20 + 3))
        for query in dashboard_queries() + alert_queries():
            try:
                prometheus.query(query)
            except urllib.error.HTTPError as error:
                raise AssertionError(f"{query}: {error.read().decode()}") from error
        assert prometheus.value("sum(llm_instance_health_status)") == len(PROVIDERS)
        assert prometheus.value('sum(llm_instance_circuit_state{state="closed"})') == len(PROVIDERS)
        assert prometheus.value("sum(llm_instance_circuit_state)") == len(PROVIDERS)
        assert prometheus.value("sum(llm_instance_requests_in_flight)") == 0
        groups = prometheus.get("rules")["groups"]
        assert len(groups[0]["rules"]) == len(alert_queries())
        assert all(rule["health"] in ("ok", "unknown") for rule in groups[0]["rules"])


def manual_queries() -> list[str]:
    (block,) = re.findall(r"## Ten useful queries\n\n```sql\n(.*?)```", MANUAL, re.S)
    return [query.strip() for query in block.split(";") if query.strip()]


def test_the_manuals_queries_answer(busy: Gateway) -> None:
    wait_for(lambda: len(rows(busy, "SELECT id FROM requests")) >= 23, 5)
    identifier = rows(busy, "SELECT request_id FROM requests LIMIT 1")[0]["request_id"]
    queries = manual_queries()
    assert len(queries) == 10
    for query in queries:
        found = rows(busy, re.sub(r"'[0-9a-f]{8}-[0-9a-f-]{27}'", f"'{identifier}'", query))
        assert found, f"nothing answers {query}"


def test_every_column_of_the_manual_exists_and_the_other_way_round(busy: Gateway) -> None:
    section = MANUAL.split("### `requests`")[1].split("### ")[0]
    told = {name for line in section.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    columns = {row["name"] for row in rows(busy, "SELECT name FROM pragma_table_info('requests')")}
    assert told == columns - {"id"}


def test_prices_are_in_the_database(busy: Gateway) -> None:
    query = "SELECT * FROM model_prices WHERE provider = 'anthropic' AND model = 'claude-sonnet-4-5'"
    wait_for(lambda: bool(rows(busy, query)), 5)
    (price,) = rows(busy, query)
    assert (price["input_price"], price["output_price"], price["cache_read_price"]) == ("3", "15", "0.3")
    assert (price["cache_write_price"], price["cache_write_1h_price"]) == ("3.75", "6")
    assert price["source"].startswith("https://") and "built-in" in price["notes"]
    bands = json.loads(price["details"])["bands"]
    assert [band["input"] for band in bands if band.get("input_above") == 200000 and band["tier"] == "standard"] == [6]
    assert len(rows(busy, "SELECT model FROM model_prices")) > 250


def test_even_what_cannot_be_read_is_answered_with_an_identifier(busy: Gateway) -> None:
    reply = request(busy.url, "G@T", "/")
    assert reply.status == 400
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{27}", reply.headers["x-request-id"])
