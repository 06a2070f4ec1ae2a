"""Providers that are killed, stopped and started again under a load of streams."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conftest import MODELS
from fakes.cluster import KEYS
from gateway import Gateway
from gateway import KEYS as CLIENT_KEYS
from raw import head_and_body, key_header, request, wait_for
from streams import read_stream

FIRST_BYTE_LIMIT = 1.0
STREAMS = 500
CONFIG = """
[server]
host = "127.0.0.1"
port = 0
{keys}
[routing]
default_provider = "openai"

[failover]
{failover}

[failover.probes]
interval_seconds = 1
timeout_seconds = 1

[failover.circuit]
open_seconds = [60]
"""
INSTANCE = """
[[providers.openai]]
name = "{name}"
api_key = "{key}"
base_url = "http://127.0.0.1:{port}/v1"
connect_timeout_seconds = 1
first_byte_timeout_seconds = {limit}
idle_timeout_seconds = {silence}
"""


class FakeProcess:
    """A fake OpenAI in a process of its own, which can be treated as machines treat theirs."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "fakes", "openai", str(self.port)]
        self.process = subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout and self.process.stdout.readline().startswith("openai")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    @property
    def requests(self) -> int:
        return len(request(f"http://127.0.0.1:{self.port}", "GET", "/__requests").json)


@dataclass
class Sight:
    began: float
    took: float
    reply: bytes

    @property
    def is_whole(self) -> bool:
        return b" 200 " in self.reply[:20] and b"tick9 " in self.reply and b"[DONE]" in self.reply

    @property
    def had_begun(self) -> bool:
        """Whether something was said before it broke: nobody else can go on with it then."""
        return b" 200 " in self.reply[:20] and b"tick0 " in self.reply


def two_instances(
    folder: Path, failover: str = ""
) -> contextlib.AbstractContextManager[tuple[Gateway, list[FakeProcess]]]:
    return instances_of("ab", folder, failover)


@contextlib.contextmanager
def instances_of(
    names: str, folder: Path, failover: str = "", silence: int = 20
) -> Iterator[tuple[Gateway, list[FakeProcess]]]:
    """One instance for each letter; `silence` is their idle limit in seconds."""
    fakes = [FakeProcess() for _ in names]
    try:
        config = folder / "config.toml"
        instances = [
            INSTANCE.format(name=name, key=KEYS["openai"], port=fake.port, limit=FIRST_BYTE_LIMIT, silence=silence)
            for name, fake in zip(names, fakes, strict=True)
        ]
        config.write_text(CONFIG.format(keys=CLIENT_KEYS, failover=failover) + "".join(instances))
        with Gateway(folder, config) as gateway:
            yield gateway, fakes
    finally:
        for fake in fakes:
            if fake.process.poll() is None:
                fake.go_on()
                fake.kill()


def conditions(gateway: Gateway) -> dict[str, str]:
    reply = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai"))
    return {one["instance"]: one["status"] for one in reply.json["providers"][0]["instances"]}


async def load(gateway: Gateway, count: int, over: float) -> list[Sight]:
    """So many streams of about a second, begun evenly over that time."""
    data = head_and_body("openai", MODELS["openai"], "slow 10 100")

    async def one(delay: float) -> Sight:
        await asyncio.sleep(delay)
        began = time.monotonic()
        reply = await read_stream(gateway.port, data)
        return Sight(began, time.monotonic() - began, reply)

    return await asyncio.gather(*(one(over * number / count) for number in range(count)))


async def during(gateway: Gateway, *steps: tuple[float, object]) -> list[Sight]:
    """The load, with each step taken at its time."""
    task = asyncio.create_task(load(gateway, STREAMS, 8))
    start = time.monotonic()
    for at, step in steps:
        await asyncio.sleep(max(0, start + at - time.monotonic()))
        await asyncio.to_thread(step)  # type: ignore[arg-type]
    return await task


def test_a_killed_provider_costs_no_stream_that_had_not_begun(tmp_path: Path) -> None:
    """PITFALLS 3: what had not begun has a real status and fails over; what had is told in-band, never as a clean end."""
    with two_instances(tmp_path) as (gateway, [first, second]):
        killed: list[float] = []

        def kill() -> None:
            first.kill()
            killed.append(time.monotonic())

        sights = asyncio.run(during(gateway, (3.0, kill), (5.0, first.start)))
        broken = [sight for sight in sights if not sight.is_whole]
        for sight in broken:
            assert sight.began < killed[0], "a stream that began after the other was dead"
            assert sight.had_begun and b'"error"' in sight.reply and b"[DONE]" not in sight.reply, sight.reply[-300:]
        # About half of those of the second before the kill; the others are whole.
        assert len(sights) == STREAMS and 0 < len(broken) < STREAMS / 5
        # Back by the health checks, far before the minute of its circuit, and asked again.
        wait_for(lambda: set(conditions(gateway).values()) <= {"healthy", "recovering"}, 5)
        again = asyncio.run(load(gateway, 20, 0.5))
        assert all(sight.is_whole for sight in again)
        wait_for(lambda: conditions(gateway) == {"a": "healthy", "b": "healthy"}, 5)
        assert first.requests > 0


def test_with_continue_streams_a_killed_provider_costs_no_stream(tmp_path: Path) -> None:
    with two_instances(tmp_path, "continue_streams = true") as (gateway, [first, second]):
        sights = asyncio.run(during(gateway, (3.0, first.kill)))
        for sight in sights:
            assert b" 200 " in sight.reply[:20] and b"[DONE]" in sight.reply, sight.reply[-300:]
            assert b'"error"' not in sight.reply and sight.reply.count(b"tick0 ") == 1
        continued = [sight for sight in sights if not sight.is_whole]
        assert continued and all(sight.had_begun for sight in continued)
        bodies = [one["body"] for one in request(f"http://127.0.0.1:{second.port}", "GET", "/__requests").json]
        rests = [body["messages"] for body in bodies if len(body["messages"]) == 3]
        assert len(rests) == len(continued)
        assert all(rest[1]["role"] == "assistant" and rest[1]["content"].startswith("tick0 ") for rest in rests)


def test_a_stopped_provider_costs_no_stream(tmp_path: Path) -> None:
    with two_instances(tmp_path) as (gateway, [first, _]):
        sights = asyncio.run(during(gateway, (2.0, first.stop), (6.0, first.go_on)))
        assert all(sight.is_whole for sight in sights), [s.reply[-300:] for s in sights if not s.is_whole][:3]
        # The longest are those that were under way when it stopped; who was asked anew waited for one first byte.
        slow = [sight for sight in sights if sight.took > 4.5 + FIRST_BYTE_LIMIT + 2]
        assert not slow, [sight.took for sight in slow]
        wait_for(lambda: set(conditions(gateway).values()) <= {"healthy", "recovering"}, 5)


def test_all_gone_is_told_at_once_and_forgotten_soon(tmp_path: Path) -> None:
    with two_instances(tmp_path) as (gateway, fakes):
        for fake in fakes:
            fake.kill()
        sights = asyncio.run(load(gateway, 50, 1))
        assert all(sight.reply[9:12] in (b"502", b"503") for sight in sights)
        assert max(sight.took for sight in sights) < 2
        for fake in fakes:
            fake.start()
        wait_for(lambda: "unhealthy" not in conditions(gateway).values(), 5)
        assert all(sight.is_whole for sight in asyncio.run(load(gateway, 20, 3)))
