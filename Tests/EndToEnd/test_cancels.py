"""A thousand clients that leave at random points: nothing stays reserved, counted or under way."""

import asyncio
import json
import random
from pathlib import Path

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import Reply, body_of, head_and_body, key_header, request, wait_for
from records import observability, rows

CLIENTS = 1000
AT_ONCE = 48
GLOBAL, PER_KEY = 64, 60
TOKENS = 5_000_000
SECOND_KEY = "sk-second"
# Filled again so slowly that what is left tells exactly what was used.
LIMITS = f"""
[[api_keys]]
name = "e2e"
key = "{CLIENT_KEY}"

[[api_keys]]
name = "second"
key = "{SECOND_KEY}"

[limits.global]
concurrent = {GLOBAL}
tokens = {TOKENS}
window_seconds = 900_000_000

[limits.per_key]
concurrent = {PER_KEY}
tokens = {TOKENS}
window_seconds = 900_000_000

[limits.providers.openai]
concurrent = 40
"""
TEXTS = ("slow 30 10", "slow 5 40", "say: hi", "huge 200", "fail 500", "hang", "stall", "cut after 2", "error mid", "usage")


async def leave_somewhere(port: int, choice: random.Random) -> None:
    client, provider = choice.choice(FORMATS), choice.choice(FORMATS)
    data = head_and_body(client, MODELS[provider], choice.choice(TEXTS), choice.random() < 0.7)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def read(limit: int) -> None:
        left = limit
        while left > 0 and (piece := await reader.read(min(left, 65536))):
            left -= len(piece)

    try:
        async with asyncio.timeout(choice.choice((0.005, 0.05, 0.3, 0.6))):
            match choice.randrange(6):
                case 0:
                    writer.write(data[: choice.randrange(1, len(data))])
                case 1:
                    writer.write(data)
                    await asyncio.sleep(choice.random() * 0.02)
                case 2:
                    writer.write(data)
                    await reader.readuntil(b"\r\n\r\n")
                case 3:
                    writer.write(data)
                    await read(choice.randrange(200, 20_000))
                case 4:
                    writer.write(data)
                    await read(1 << 20)
                case 5:
                    # The next one on the same connection comes before the answer is read.
                    writer.write(data + data[: choice.randrange(1, len(data))])
                    await read(choice.randrange(1, 2000))
    except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        if choice.random() < 0.5:
            writer.transport.abort()
        else:
            writer.close()


async def crowd(port: int, choice: random.Random) -> None:
    async def some(count: int) -> None:
        for _ in range(count):
            await leave_somewhere(port, choice)

    shares = [CLIENTS // AT_ONCE + (number < CLIENTS % AT_ONCE) for number in range(AT_ONCE)]
    await asyncio.gather(*(some(share) for share in shares))


def ask_small(gateway: Gateway, key: str) -> tuple[Reply, int]:
    """With the tokens that are reserved for it while it is under way."""
    body = json.dumps(body_of("openai", MODELS["openai"], "say: x", max_tokens=1)).encode()
    reply = request(gateway.url, "POST", "/v1/chat/completions", body, key_header("openai", key))
    return reply, len(body) // 4 + 1


def in_flight(gateway: Gateway) -> int:
    status = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai")).json
    return sum(one["in_flight"] for provider in status["providers"] for one in provider["instances"])


async def stand_in_line(port: int) -> list[int]:
    """The statuses of streams that are open at the same time: all that the first key may have, one more, then the second
    key's until the gateway is full."""
    held, statuses = [], []
    try:
        for number in range(GLOBAL + 2):
            key = CLIENT_KEY if number <= PER_KEY else SECOND_KEY
            data = head_and_body("openai", MODELS["anthropic"], "slow 300 20").replace(CLIENT_KEY.encode(), key.encode())
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            held.append(writer)
            writer.write(data)
            statuses.append(int((await reader.readuntil(b"\r\n\r\n"))[9:12]))
    finally:
        for writer in held:
            writer.transport.abort()
    return statuses


def test_a_thousand_random_cancels_leave_nothing(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 23: neither a place nor a token stays taken, whenever and however a client leaves."""
    config = write_config(tmp_path, fakes.urls, keys=LIMITS)
    config.write_text(config.read_text() + observability(tmp_path))
    with Gateway(tmp_path, config) as gateway:
        asyncio.run(crowd(gateway.port, random.Random(23)))
        wait_for(lambda: all(one.state.open_requests == 0 for one in fakes.providers.values()), 3)
        wait_for(lambda: in_flight(gateway) == 0, 3)
        reply, own = ask_small(gateway, CLIENT_KEY)
        left = int(reply.headers["x-ratelimit-remaining-tokens"]) + own
        own_cost = reply.json["usage"]["total_tokens"]
        second, own = ask_small(gateway, SECOND_KEY)
        left_of_all = int(second.headers["x-ratelimit-remaining-tokens"]) + own + own_cost
        ids = (reply.headers["x-request-id"], second.headers["x-request-id"])
        # Every place is free again, and no more than every place.
        wait_for(lambda: in_flight(gateway) == 0, 3)
        statuses = asyncio.run(stand_in_line(gateway.port))
        assert statuses == [200] * PER_KEY + [429] + [200] * (GLOBAL - PER_KEY) + [429]
        wait_for(lambda: in_flight(gateway) == 0, 3)
        # The providers learn it when the closed connection reaches them.
        wait_for(lambda: all(one.state.open_requests == 0 for one in fakes.providers.values()), 3)
    seen = rows(
        gateway,
        "SELECT count(*) AS n, count(DISTINCT request_id) AS ids, sum(total_tokens) AS tokens, sum(status = 'cancelled') "
        "AS cancelled FROM requests WHERE id < (SELECT id FROM requests WHERE request_id = ?)",
        ids[0],
    )[0]
    assert seen["n"] == seen["ids"] > CLIENTS / 2 and seen["cancelled"] > 200, seen
    assert left == left_of_all == TOKENS - seen["tokens"]
