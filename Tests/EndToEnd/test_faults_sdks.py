"""Five hundred open streams of three SDKs and of raw sockets, while providers are killed, stopped and started again."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import anthropic
import openai
import pytest
from google import genai
from google.genai import types

from conftest import MODELS
from gateway import CLIENT_KEY, Gateway
from raw import head_and_body, key_header, request, wait_for
from records import observability, rows
from test_faults import FIRST_BYTE_LIMIT, conditions, instances_of

STREAMS = 500
"""Begun evenly over so many seconds, and open for longer than that: towards the end all of them are open."""
BEGINNING = 8.0
TICKS, PACE = 12, 0.8
ASKED = f"slow {TICKS} {PACE * 1000:.0f}"
"""The returns at the earliest: an instance that is out stays gone until a health check (each second, for a second) must have
found it so. One that was only ever found alive waits out its minute, since such a check contradicts nothing (decision 0012)."""
KILLED_AT, RESTARTED_AT, STOPPED_AT, GOES_ON_AT = 3.0, 3.5, 6.0, 8.0
CHECKED = 3.0
"""What a busy machine may add, to what the gateway does and to what its clients see of that."""
LAG, SLACK = 1.0, 6.0
LIMIT = 60


@dataclass
class Sight:
    """What one client saw."""

    client: str
    began: float
    text: str = ""
    moments: list[float] = field(default_factory=list)
    """When pieces of text came."""
    is_ended: bool = False
    error: Exception | None = None

    @property
    def is_whole(self) -> bool:
        return self.is_ended and self.text.split() == [f"tick{number}" for number in range(TICKS)]

    def take(self, text: str | None) -> None:
        if text:
            self.text += text
            self.moments.append(time.monotonic())


Ask = Callable[[Sight], Awaitable[None]]


@contextlib.asynccontextmanager
async def clients(gateway: Gateway) -> AsyncIterator[dict[str, Ask]]:
    """One client of each kind, as a program would have it: nothing is tried again by the SDK itself."""
    model = MODELS["openai"]
    messages = [{"role": "user", "content": ASKED}]
    for_openai = openai.AsyncOpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0, timeout=LIMIT)
    for_anthropic = anthropic.AsyncAnthropic(base_url=gateway.url, api_key=CLIENT_KEY, max_retries=0, timeout=LIMIT)
    options = types.HttpOptions(base_url=gateway.url, api_version="v1beta", timeout=LIMIT * 1000)
    for_google = genai.Client(api_key=CLIENT_KEY, http_options=options)

    async def ask_openai(sight: Sight) -> None:
        stream = await for_openai.chat.completions.create(model=model, messages=messages, stream=True)
        finish = None
        async for chunk in stream:
            for choice in chunk.choices:
                sight.take(choice.delta.content)
                finish = choice.finish_reason or finish
        sight.is_ended = finish == "stop"

    async def ask_anthropic(sight: Sight) -> None:
        async with for_anthropic.messages.stream(model=model, max_tokens=999, messages=messages) as stream:
            async for text in stream.text_stream:
                sight.take(text)
            sight.is_ended = (await stream.get_final_message()).stop_reason == "end_turn"

    async def ask_google(sight: Sight) -> None:
        reason = None
        async for chunk in await for_google.aio.models.generate_content_stream(model=model, contents=ASKED):
            sight.take(chunk.text)
            reason = chunk.candidates[0].finish_reason or reason
        sight.is_ended = reason == types.FinishReason.STOP

    async def ask_raw(sight: Sight) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        try:
            writer.write(head_and_body("openai", model, ASKED))
            status = await reader.readline()
            if b" 200 " not in status:
                raise RuntimeError(status.decode())
            while not (line := await reader.readline()).startswith(b"data: [DONE]"):
                if not line:
                    raise RuntimeError("the connection closed")
                if b'"error"' in line:
                    raise RuntimeError(line.decode())
                if b'"content":"' in line:
                    sight.take(line.split(b'"content":"')[1].split(b'"')[0].decode())
            sight.is_ended = True
        finally:
            writer.close()

    async with for_openai, for_anthropic:
        yield {"openai": ask_openai, "anthropic": ask_anthropic, "google-genai": ask_google, "raw": ask_raw}
        await for_google.aio.aclose()


def once_checked(gateway: Gateway, name: str, step: Callable[[], None]) -> Callable[[], None]:
    """The step, once the gateway has taken that instance out and has checked it since."""

    def wait_and_step() -> None:
        wait_for(lambda: conditions(gateway)[name] == "unhealthy", LIMIT / 4)
        time.sleep(CHECKED)
        step()

    return wait_and_step


Steps = dict[float, Callable[[], None]]


async def crowd(gateway: Gateway, steps: Steps) -> tuple[dict[float, float], list[Sight]]:
    """When each step was done, and everything that the clients saw. A step that takes long holds up no other."""
    async with clients(gateway) as kinds:
        start, done = time.monotonic(), {}

        async def one(number: int) -> Sight:
            await asyncio.sleep(BEGINNING * number / STREAMS)
            kind = list(kinds)[number % len(kinds)]
            sight = Sight(kind, time.monotonic())
            try:
                async with asyncio.timeout(LIMIT):
                    await kinds[kind](sight)
            except Exception as error:
                sight.error = error
            return sight

        async def take(at: float) -> None:
            await asyncio.sleep(max(0, start + at - time.monotonic()))
            await asyncio.to_thread(steps[at])
            done[at] = time.monotonic()

        sights, _ = await asyncio.gather(
            asyncio.gather(*(one(number) for number in range(STREAMS))), asyncio.gather(*(take(at) for at in steps))
        )
        return done, sights


ERRORS = {
    "openai": openai.APIError,
    "anthropic": anthropic.APIError,
    "google-genai": genai.errors.APIError,
    "raw": RuntimeError,
}


@pytest.mark.parametrize("continues", [False, True], ids=["told in-band", "continued"])
def test_no_client_sees_what_a_healthy_instance_could_answer(tmp_path: Path, continues: bool) -> None:
    """PITFALLS 3: one of three instances is killed and comes back, another is stopped and goes on."""
    silence = 2 if continues else 20
    failover = f"continue_streams = {str(continues).lower()}\nmax_attempts = 5\n{observability(tmp_path)}"
    with instances_of("abc", tmp_path, failover, silence) as (gateway, [first, second, _]):
        steps: Steps = {
            KILLED_AT: first.kill,
            RESTARTED_AT: once_checked(gateway, "a", first.start),
            STOPPED_AT: second.stop,
            GOES_ON_AT: once_checked(gateway, "b", second.go_on),
        }
        done, sights = asyncio.run(crowd(gateway, steps))
        assert len(sights) == STREAMS
        broken = [sight for sight in sights if sight.error or not sight.is_ended]
        if continues:
            assert not broken, [(one.client, one.error) for one in broken][:5]
            assert all(one.text.startswith("tick0 ") and one.text.count("tick0 ") == 1 for one in sights)
        for sight in broken:
            # It had begun at the one that was killed: nobody else could go on with it, and it was told so.
            assert sight.began < done[KILLED_AT] + 0.5 and sight.text.startswith("tick0"), (sight.client, sight.error)
            assert isinstance(sight.error, ERRORS[sight.client]), repr(sight.error)
        if not continues:
            # A third of those that had said something by then; every SDK saw some.
            assert {sight.client for sight in broken} == set(ERRORS) and len(broken) < STREAMS / 4
            assert all(sight.is_whole for sight in sights if sight not in broken)
        late = [one for one in sights if done[STOPPED_AT] + 0.2 < one.began < done[GOES_ON_AT] - FIRST_BYTE_LIMIT]
        waits = [one.moments[0] - one.began for one in late]
        assert len(late) > 20 and max(waits) < PACE + FIRST_BYTE_LIMIT + SLACK, max(waits)
        try:
            wait_for(lambda: set(conditions(gateway).values()) <= {"healthy", "recovering"}, 5)
        except AssertionError as error:
            raise AssertionError(story(gateway)) from error
        assert first.requests > 0, "the one that came back was not asked again"
    check_times(gateway, silence)


def story(gateway: Gateway) -> str:
    """How every instance is, and how it came to that."""
    status = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai")).body.decode()
    events = rows(gateway, "SELECT timestamp, instance, event, error_message, retry_at FROM failover_events ORDER BY id")
    return "\n".join([status, *(str(tuple(event.values())) for event in events if event["event"] != "failure")])


def check_times(gateway: Gateway, silence: float) -> None:
    """Nobody was waited for longer than the limits say, and the next one was asked at once."""
    logs = rows(gateway, "SELECT attempt_log FROM requests WHERE attempt_log IS NOT NULL")
    stories = [json.loads(one["attempt_log"]) for one in logs]
    ends = Counter(one.get("error_type") for story in stories for one in story)
    assert ends["timeout"], ends
    for story in stories:
        for attempt, following in zip(story, story[1:], strict=False):
            end = attempt["started_ms"] + attempt["duration_ms"]
            assert following["started_ms"] - end < LAG * 1000, story
            if "http_status" not in attempt:
                assert attempt["duration_ms"] < (FIRST_BYTE_LIMIT + LAG) * 1000, story
            elif attempt["then"] == "failover":
                # It had a head and not one word.
                assert attempt["duration_ms"] < (silence + PACE + LAG) * 1000, story
