"""The response cache, as clients see it."""

import asyncio
from pathlib import Path

import pytest
from openai import OpenAI

from conftest import FORMATS, MODELS, provider_name
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, KEYS, Gateway, write_config
from raw import Reply, ask, head_and_body, key_header, request
from records import observability, price, rows
from streams import read_stream

SECOND_KEY = '[[api_keys]]\nname = "second"\nkey = "sk-second"\nadmin = true\n'


def cached(fakes: Fakes, folder: Path, settings: str = "") -> Gateway:
    return Gateway(folder, write_config(folder, fakes.urls, keys=f"{KEYS}\n{SECOND_KEY}\n[cache]\n{settings}\n"))


def text_of(client: str, reply: Reply) -> str:
    match client:
        case "openai":
            return reply.json["choices"][0]["message"]["content"]
        case "anthropic":
            return reply.json["content"][0]["text"]
    return reply.json["candidates"][0]["content"]["parts"][0]["text"]


@pytest.mark.parametrize("provider", FORMATS)
@pytest.mark.parametrize("client", ["openai", "anthropic", "gemini"])
def test_every_format_is_answered_again(fakes: Fakes, tmp_path: Path, client: str, provider: str) -> None:
    with cached(fakes, tmp_path) as gateway:
        first = ask(gateway.url, client, MODELS[provider], "say: the same")
        second = ask(gateway.url, client, MODELS[provider], "say: the same")
        assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
        assert second.headers["x-cache-status"] == "HIT" and second.headers["x-provider"] == provider_name(provider)
        assert text_of(client, second) == text_of(client, first) == "the same"
        streamed = ask(gateway.url, client, MODELS[provider], "say: the same", True)
        assert streamed.headers["x-cache"] == "HIT" and streamed.headers["content-type"].startswith("text/event-stream")
        assert b"the same" in streamed.body
        assert fakes.total() == 1


def test_the_sdk_reads_a_cached_stream(fakes: Fakes, tmp_path: Path) -> None:
    with cached(fakes, tmp_path) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)
        messages = [{"role": "user", "content": "usage"}]
        seen = []
        for _ in range(2):
            stream = client.chat.completions.create(
                model="gpt-4o", messages=messages, stream=True, stream_options={"include_usage": True}
            )
            chunks = list(stream)
            text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
            seen.append((text, chunks[-1].usage.total_tokens, chunks[-2].choices[0].finish_reason))
        assert seen[0] == seen[1]
        whole = client.chat.completions.create(model="gpt-4o", messages=messages)
        assert (whole.choices[0].message.content, whole.usage.total_tokens) == seen[0][:2]
        assert fakes.total() == 1


def test_a_thousand_identical_requests_are_sent_once(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 23 holds beside it: every one of them has a record, and all but one cost nothing."""
    settings = "[limits.per_key]\nconcurrent = 1000\n" + observability(tmp_path) + price("openai", MODELS["openai"])
    with cached(fakes, tmp_path, settings) as gateway:

        async def crowd() -> list[bytes]:
            # The first brings the answer; it takes two seconds.
            requests = [head_and_body("openai", MODELS["openai"], "slow 20 100", number % 2 == 0) for number in range(1000)]
            return await asyncio.gather(*(read_stream(gateway.port, one) for one in requests))

        replies = asyncio.run(crowd())
        assert all(b" 200 " in reply[:20] and b"tick19" in reply for reply in replies)
        states = [reply.lower().split(b"x-cache-status: ")[1].split(b"\r\n")[0] for reply in replies]
        assert states.count(b"miss") == 1
        assert set(states) <= {b"miss", b"coalesced", b"hit"}
        assert fakes.total() == 1
        # All places are free again.
        assert ask(gateway.url, "openai", MODELS["openai"], "slow 20 100").headers["x-cache"] == "HIT"
    records = rows(
        gateway,
        "SELECT request_id, status, attempts, cache_state, total_tokens, input_tokens, output_tokens, total_cost_pico, "
        "saved_input_tokens, saved_output_tokens, saved_cost_pico FROM requests ORDER BY id",
    )
    assert len(records) == len({one["request_id"] for one in records}) == 1001
    assert {one["status"] for one in records} == {"success"}
    [sent] = [one for one in records if one["cache_state"] == "miss"]
    assert sent["attempts"] == 1 and sent["total_tokens"] > 0 and sent["total_cost_pico"] > 0
    assert sent["saved_cost_pico"] is None
    for one in records:
        if one is sent:
            continue
        assert (one["cache_state"], one["attempts"], one["total_tokens"], one["total_cost_pico"]) == ("hit", 0, 0, 0)
        for name in ("input_tokens", "output_tokens"):
            assert one[f"saved_{name}"] == sent[name]
        assert one["saved_cost_pico"] == sent["total_cost_pico"]
    sums = rows(gateway, "SELECT sum(cache_hits) AS hits, sum(saved_cost_pico) AS saved FROM usage_hourly")[0]
    assert sums == {"hits": 1000, "saved": 1000 * sent["total_cost_pico"]}


def test_requests_decide_for_themselves(fakes: Fakes, tmp_path: Path) -> None:
    with cached(fakes, tmp_path) as gateway:

        def state(headers: dict[str, str] | None = None, **fields: object) -> tuple[int, str | None]:
            body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], **fields}
            reply = request(gateway.url, "POST", "/v1/chat/completions", body, key_header("openai") | (headers or {}))
            return reply.status, reply.headers.get("x-cache-status")

        assert state({"cache-control": "only-if-cached"}) == (504, None)
        assert [state() for _ in range(2)] == [(200, "MISS"), (200, "HIT")]
        assert state(**{"x-gateway": {"cache": False}}) == (200, "BYPASS")
        assert state({"cache-control": "no-store"}) == (200, "BYPASS")
        assert state({"cache-control": "no-cache"}) == (200, "MISS")
        assert state(temperature=0.5) == (200, "MISS")
        assert state({"authorization": "Bearer sk-second"}) == (200, "MISS")
        assert state(**{"x-gateway": {"cache": {"mode": "never"}}})[0] == 400


def test_clearing(fakes: Fakes, tmp_path: Path) -> None:
    with cached(fakes, tmp_path) as gateway:
        for text in ("one", "two"):
            ask(gateway.url, "openai", MODELS["openai"], text)
        clear = "/api/v1/cache/clear"
        assert request(gateway.url, "POST", clear).status == 401
        assert request(gateway.url, "GET", clear, headers=key_header("openai")).status == 405
        assert request(gateway.url, "POST", clear, headers=key_header("openai")).status == 403
        admin = key_header("openai", "sk-second")
        assert request(gateway.url, "POST", clear, headers=admin).json == {"cleared": 2}
        assert ask(gateway.url, "openai", MODELS["openai"], "one").headers["x-cache"] == "MISS"


def test_there_is_nothing_to_clear_without_a_cache(fakes: Fakes, tmp_path: Path) -> None:
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls, keys="")) as gateway:
        assert request(gateway.url, "POST", "/api/v1/cache/clear").status == 404


def test_without_the_section_there_is_no_cache(gateway: Gateway, fakes: Fakes) -> None:
    for _ in range(2):
        assert "x-cache" not in ask(gateway.url, "openai", MODELS["openai"], "hi").headers
    assert fakes.total() == 2
