"""The record tells what the provider reported, to the last digit, whoever asks whom and however it ends."""

import contextlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from conftest import FORMATS, MODELS, PROVIDERS, THINKING_MODELS, provider_name
from fakes.azure_api import Azure
from fakes.cluster import Fakes, providers
from fakes.compatible_api import Compatible
from fakes.compatible_rules import SERVICES
from fakes.vertex_api import PROJECT, Vertex
from gateway import Gateway, write_config
from raw import Reply, ask, connected, head_and_body, read_until, wait_for
from records import Counts, expected, figures, observability, price, row, rows

# Bedrock's clients speak in frames of their own, which `raw` does not: `test_record_truth_bedrock`.
CLIENTS = (*FORMATS, "completions")
CLOUD_KEY = "cloud-key"
COUNTS = [
    Counts(fresh=50, cached=40, written=10, output=20, reasoning=5),
    Counts(fresh=1, output=1),
    Counts(fresh=123_457, cached=99_991, written=7, output=8_191, reasoning=4_099, written_long=131),
]


@pytest.fixture(scope="module")
def world() -> Iterator[Fakes]:
    vertex = Vertex("nobody", b"")
    vertex.tokens.add("ya29.static")
    services = Compatible(CLOUD_KEY)
    with Fakes(only={**providers(), "azure": Azure(CLOUD_KEY), "vertex": vertex, "services": services}) as fakes:
        yield fakes


# Each provider with the model that is asked for, its name in the record, and in whose manner its fake counts.
TARGETS: dict[str, tuple[str, str, str]] = {
    "openai": ("gpt-4o", "gpt-4o", "openai"),
    "anthropic": ("claude-sonnet-4-5", "claude-sonnet-4-5", "anthropic"),
    "gemini": ("gemini-2.5-flash", "gemini-2.5-flash", "gemini"),
    "openai_responses": ("gpt-4.1", "gpt-4.1", "openai"),
    "bedrock": (MODELS["bedrock"], MODELS["bedrock"], "converse"),
    "bedrock-claude": (THINKING_MODELS["bedrock"], THINKING_MODELS["bedrock"], "anthropic"),
    "azure_openai": ("azure_openai/prod-4o", "prod-4o", "openai"),
    "vertex": ("vertex/gemini-2.5-flash", "gemini-2.5-flash", "gemini"),
    "vertex-claude": ("vertex/claude-sonnet-4-5@20250929", "claude-sonnet-4-5@20250929", "anthropic"),
}
SERVICE_MODELS = {
    "xai": "grok-4.3",
    "mistral": "mistral-large-latest",
    "fireworks": "accounts/fireworks/models/a-model",
}
for name in SERVICES:
    model = SERVICE_MODELS.get(name, "a-model")
    TARGETS[name] = (f"{name}/{model}", model, "openai")


def configuration(folder: Path, world: Fakes) -> Path:
    path = write_config(folder, {name: world.urls[name] for name in PROVIDERS})
    lines = [
        path.read_text(),
        f'[[providers.azure_openai]]\nbase_url = "{world.urls["azure"]}"\napi_key = "{CLOUD_KEY}"\n',
        f'[[providers.vertex]]\nbase_url = "{world.urls["vertex"]}"\nlocation = "europe-west1"\n'
        f'project = "{PROJECT}"\naccess_token = "ya29.static"\n',
    ]
    for name in SERVICES:
        url = f"{world.urls['services']}/{name}"
        lines.append(f'[[providers.{name}]]\napi_key = "{CLOUD_KEY}-{name}"\nbase_url = "{url}"\n')
    lines += [price(name.removesuffix("-claude"), own) for name, (_, own, _) in TARGETS.items()]
    path.write_text("\n".join(lines) + observability(folder))
    return path


@pytest.fixture(scope="module")
def recording(world: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("recording")
    with Gateway(folder, configuration(folder, world)) as gateway:
        yield gateway


def kind_of(provider: str) -> str:
    """In whose manner the provider counts."""
    return TARGETS[provider_name(provider)][2]


def record_of(gateway: Gateway, reply: Reply) -> dict:
    return row(gateway, reply.headers["x-request-id"])


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("target", TARGETS)
def test_pitfall_9_tokens_and_cost_are_what_the_provider_reported(
    recording: Gateway, target: str, client: str, stream: bool
) -> None:
    model, own, kind = TARGETS[target]
    for counts in COUNTS:
        reply = ask(recording.url, client, model, counts.text, stream)
        assert reply.status == 200, reply.body
        record = record_of(recording, reply)
        assert record["status"] == "success" and record["http_status"] == 200
        assert (record["provider"], record["provider_model"]) == (target.removesuffix("-claude"), own)
        assert (record["client_format"], record["is_stream"]) == (client, int(stream))
        assert record["usage_estimated"] == 0 and record["cost_source"] == "configuration"
        assert figures(record) == expected(kind, counts), counts
        if kind in ("openai", "gemini"):
            assert record["cache_creation_1h_input_tokens"] in (None, 0)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_cost_header_is_the_records_cost(recording: Gateway, client: str, provider: str) -> None:
    counts = COUNTS[2]
    reply = ask(recording.url, client, MODELS[provider], counts.text, **{"x-gateway": {"usage": True}})
    total = expected(kind_of(provider), counts)["total_cost_pico"]
    assert total is not None
    whole, decimals = divmod(total, 10**12)
    assert reply.headers["x-gateway-cost"] == f"{whole}.{decimals:012}".rstrip("0")


def told_in_stream(reply: Reply) -> list[dict]:
    """The `x-gateway` member of the stream's last event, where it has one."""
    data = [line[5:].strip() for line in reply.body.decode().splitlines() if line.startswith("data:")]
    events = [json.loads(one, parse_float=Decimal) for one in data if one != "[DONE]"]
    assert all("x-gateway" not in event for event in events[:-1])
    return [events[-1]["x-gateway"]] if "x-gateway" in events[-1] else []


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_last_event_of_a_stream_tells_its_cost_to_those_who_ask(
    recording: Gateway, client: str, provider: str
) -> None:
    counts = COUNTS[0]
    reply = ask(recording.url, client, MODELS[provider], counts.text, True, **{"x-gateway": {"usage": True}})
    assert reply.status == 200
    (told,) = told_in_stream(reply)
    wanted = expected(kind_of(provider), counts)
    assert told["cost"]["total"] == Decimal(wanted["total_cost_pico"] or 0) / 10**12
    assert told["cost"]["source"] == "configuration"
    for name in ("input_tokens", "output_tokens", "cache_read_input_tokens"):
        assert told["usage"][name] == wanted[name]
    text = reply.body.decode()
    if client in ("openai", "completions"):
        assert text.rstrip().endswith("data: [DONE]")
        chunks = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
        assert len({chunk["id"] for chunk in chunks}) == 1
    plain = ask(recording.url, client, MODELS[provider], counts.text, True)
    assert told_in_stream(plain) == []
    broken = ask(recording.url, client, MODELS[provider], "cut after 5", True, **{"x-gateway": {"usage": True}})
    assert b"x-gateway" not in broken.body


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_failures_cost_nothing_that_is_known(recording: Gateway, client: str, provider: str, stream: bool) -> None:
    reply = ask(recording.url, client, MODELS[provider], "fail 500", stream)
    assert reply.status >= 500
    record = record_of(recording, reply)
    assert record["status"] == "failure" and record["attempts"] >= 1
    for name in ("input_tokens", "output_tokens", "total_tokens", "total_cost_pico"):
        assert record[name] is None, f"{name} is unknown, not {record[name]}"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("text", ["cut after 5", "error mid"])
def test_pitfall_13_an_answer_that_breaks_off_is_estimated(
    recording: Gateway, client: str, provider: str, text: str
) -> None:
    reply = ask(recording.url, client, MODELS[provider], text, True)
    assert reply.status == 200
    record = record_of(recording, reply)
    assert record["status"] == "failure" and record["error_type"]
    pieces = 5 if text.startswith("cut") else 3
    check_fragment(record, provider, pieces, pieces)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_pitfall_13_an_answer_that_the_client_leaves_is_estimated(
    recording: Gateway, client: str, provider: str
) -> None:
    with connected(recording.url) as sock:
        sock.sendall(head_and_body(client, MODELS[provider], "slow 200 20"))
        received = read_until(sock, b"tick9")
    record = row(recording, request_id(received))
    assert (record["status"], record["http_status"]) == ("cancelled", 200)
    check_fragment(record, provider, 10, 60)


def check_fragment(record: dict, provider: str, least: int, most: int) -> None:
    """Anthropic tells the input first, and of the output something; Gemini counts with every piece; others at the end."""
    kind = kind_of(provider)
    is_counted = provider == "gemini"
    assert record["usage_estimated"] == (0 if is_counted else 1)
    # A piece of a fake is a token, and Anthropic's first count is 1 before there is any.
    slack = 1 if provider == "anthropic" else 0
    assert least <= record["output_tokens"] <= most * 2 + slack
    if kind in ("openai", "converse"):
        assert 5 <= record["input_tokens"] <= 40
    else:
        assert record["input_tokens"] == 20
    assert record["total_tokens"] == record["input_tokens"] + record["output_tokens"]
    output = Counts(fresh=record["input_tokens"], output=record["output_tokens"])
    assert record["total_cost_pico"] == expected(kind, output)["total_cost_pico"]


def request_id(received: bytes) -> str:
    head = received.split(b"\r\n\r\n")[0].decode().lower()
    return next(line.removeprefix("x-request-id: ") for line in head.split("\r\n") if line.startswith("x-request-id"))


def test_a_client_that_leaves_before_the_answer_leaves_its_record(recording: Gateway) -> None:
    for client in CLIENTS:
        with connected(recording.url) as sock:
            sock.sendall(head_and_body(client, MODELS["openai"], f"hang {client}", False))
            with contextlib.suppress(TimeoutError):
                sock.settimeout(0.2)
                sock.recv(1)
    for client in CLIENTS:
        record = latest(recording, client, "cancelled")
        assert record["output_tokens"] is None and record["total_cost_pico"] is None


def latest(gateway: Gateway, client: str, status: str) -> dict:
    query = (
        "SELECT * FROM requests WHERE client_format = ? AND status = ? AND is_stream = 0 ORDER BY id DESC LIMIT 1"
    )
    wait_for(lambda: bool(rows(gateway, query, client, status)), 5)
    return rows(gateway, query, client, status)[0]


def test_what_the_gateway_refuses_is_recorded(recording: Gateway) -> None:
    for client in CLIENTS:
        reply = ask(recording.url, client, "gpt-4o", "hi", **{"x-gateway": {"provider": "nobody"}})
        record = record_of(recording, reply)
        assert record["status"] == "business_error" and record["http_status"] == reply.status
        assert record["attempts"] == 0 and record["input_tokens"] is None and record["total_cost_pico"] is None


def test_attempts_are_told_with_their_own_cost(recording: Gateway) -> None:
    """A failure that is tried again: the request's cost is the answer's alone."""
    reply = ask(recording.url, "openai", MODELS["openai"], "fail 503 1")
    record = record_of(recording, reply)
    attempts = json.loads(record["attempt_log"] or "[]")
    assert attempts and attempts[0]["http_status"] == 503 and "cost_usd" not in attempts[0]
