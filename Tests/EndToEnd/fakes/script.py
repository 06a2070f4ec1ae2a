"""What a fake model answers. The last thing the user said decides; the first rule that matches wins:

    fail STATUS [TIMES] [retry-after S]   an HTTP error, TIMES times for this very text (always, without TIMES)
    hang                                  no answer at all
    cut after N                           N pieces of text, then the connection closes; without a stream, half a body
    error mid                             three pieces of text, then an error in-band; without a stream, HTTP 500
    slow N MS                             N pieces, MS milliseconds apart
    stall                                 three pieces, then silence with the stream open
    huge KIB                              a text of that many KiB
    usage                                 50 fresh, 40 cached, 10 cache-written, 20 output and 5 reasoning tokens
    usage F C W O R [L]                   so many of each; L are written to a cache for an hour, where the API has that
    report                                a JSON object: what the model saw of the request
    describe                              the images and files of the message, by type, size and hash
    refuse / filter / empty               a refusal, a filtered answer, an answer without content
    json: TEXT                            TEXT, as it is, even where a schema is asked for
    call NAME ARGS_JSON [call NAME ...]   those tools, in one turn; then the results, quoted
    weather in A and B                    the declared weather tool, for all places at once; then the results, quoted
    weather in A then B                   one place a round
    say: TEXT                             TEXT
    anything else                         "You said: " and the text

Where the request enables thinking, "think" anywhere in the text makes the model think. A tool choice that forces a
call forces it here, with sample arguments. A JSON schema is obeyed with a sample. Each piece of text is one token.
"""

import asyncio
import json
import re
from dataclasses import asdict, dataclass, field

from . import json_schema


@dataclass
class ToolResult:
    name: str
    text: str
    media: list[str] = field(default_factory=list)
    is_error: bool = False


@dataclass
class Seen:
    """A request as the model sees it, whatever format it came in. The current turn starts with the last user text."""

    model: str
    text: str = ""
    system: str = ""
    turns: list[str] = field(default_factory=list)
    """What stood in the messages, as `role: text`, for the model's report."""
    tools: dict[str, dict] = field(default_factory=dict)
    may_call: bool = True
    must_call: bool = False
    only: list[str] | None = None
    parallel: bool = True
    results: list[ToolResult] = field(default_factory=list)
    rounds: int = 0
    media: list[str] = field(default_factory=list)
    schema: dict | None = None
    json_mode: bool = False
    thinks: bool = False
    shows_thinking: bool = False
    stop: list[str] = field(default_factory=list)
    limit: int | None = None
    candidates: int = 1


@dataclass
class Usage:
    fresh: int = 20
    cached: int = 0
    written: int = 0
    output: int = 0
    reasoning: int = 0
    written_long: int = 0
    """Beside `written`, as Anthropic has it; other fakes have no such thing."""


@dataclass
class Failure(Exception):
    status: int
    message: str
    retry_after: int | None = None


@dataclass
class Plan:
    thinking: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    calls: list[tuple[str, dict]] = field(default_factory=list)
    stop: str = "end"
    """end, length, sequence, calls, refusal or filter."""
    sequence: str | None = None
    usage: Usage = field(default_factory=Usage)
    delay: float = 0
    cut_after: int | None = None
    error_after: int | None = None
    stall_after: int | None = None

    async def pace(self, position: int) -> None:
        """Called before piece `position` of the text is sent."""
        if self.stall_after is not None and position >= self.stall_after:
            await asyncio.sleep(3600)
        if self.error_after is not None and position >= self.error_after:
            # What was said before must have arrived: an error that comes with it may still be told by its status.
            await asyncio.sleep(0.05)
        if self.delay:
            await asyncio.sleep(self.delay)


PIECE_LENGTHS = (3, 1, 5, 2, 8, 4)


def pieces(text: str) -> list[str]:
    """Cuts the text into tokens of uneven length."""
    result, start, turn = [], 0, 0
    while start < len(text):
        length = PIECE_LENGTHS[turn % len(PIECE_LENGTHS)]
        result.append(text[start : start + length])
        start, turn = start + length, turn + 1
    return result


class Script:
    """The only state of a fake model: how often it already failed for a text."""

    def __init__(self) -> None:
        self.failures: dict[str, int] = {}

    async def plan(self, seen: Seen) -> Plan:
        text = seen.text.strip()
        await self.fail_if_asked(text)
        plan = Plan()
        if seen.thinks and re.search(r"\bthink", text, re.I):
            plan.thinking = pieces(f"Thinking about: {text} – step by step…")
            plan.usage.reasoning = len(plan.thinking)
        plan.calls = self.calls(seen, text)
        if plan.calls:
            plan.stop = "calls"
            if "weather" in text and seen.rounds == 0:
                plan.text = pieces("Let me look that up. ")
        elif seen.results:
            beside = f" [{'; '.join(seen.media)}]" if seen.media else ""
            results = " | ".join(describe_result(result) for result in seen.results)
            plan.text = pieces(f"The tools said: {results}{beside}")
        elif seen.schema is not None and not text.startswith("json:"):
            plan.text = pieces(json.dumps(json_schema.sample(seen.schema), ensure_ascii=False))
        else:
            self.speak(plan, seen, text)
        self.apply_stops(plan, seen)
        plan.usage.output = plan.usage.output or len(plan.text) + 5 * len(plan.calls)
        return plan

    async def fail_if_asked(self, text: str) -> None:
        if text.startswith("hang"):
            await asyncio.sleep(3600)
        match = re.match(r"fail (\d{3})(?: (\d+))?(?: retry-after (\d+))?", text)
        if not match:
            return
        status, times, retry_after = (int(group) if group else None for group in match.groups())
        self.failures[text] = self.failures.get(text, 0) + 1
        if times is None or self.failures[text] <= times:
            raise Failure(status or 500, f"scripted failure {self.failures[text]}", retry_after)

    def speak(self, plan: Plan, seen: Seen, text: str) -> None:
        if match := re.match(r"cut after (\d+)", text):
            plan.text, plan.cut_after = pieces("This answer will not be finished. " * 4), int(match[1])
        elif text.startswith("error mid"):
            plan.text, plan.error_after = pieces("This answer ends in an error. " * 4), 3
        elif match := re.match(r"slow (\d+) (\d+)", text):
            plan.text, plan.delay = [f"tick{number} " for number in range(int(match[1]))], int(match[2]) / 1000
        elif text.startswith("stall"):
            plan.text, plan.stall_after = pieces("This answer will never be finished. "), 3
        elif match := re.match(r"huge (\d+)", text):
            plan.text = ["0123456789abcdef" * 64] * int(match[1])
        elif text.startswith("usage"):
            plan.text = pieces("Counted.")
            counts = [int(word) for word in text.split()[1:]]
            plan.usage = Usage(*counts) if counts else Usage(fresh=50, cached=40, written=10, output=20, reasoning=5)
        elif text.startswith("report"):
            plan.text = pieces(json.dumps(asdict(seen), ensure_ascii=False))
        elif text.startswith("describe"):
            plan.text = pieces(f"I see {len(seen.media)}: " + "; ".join(seen.media))
        elif text.startswith("refuse"):
            plan.text, plan.stop = pieces("I cannot help with that."), "refusal"
        elif text.startswith("filter"):
            plan.text, plan.stop = pieces("Some of this was"), "filter"
        elif text.startswith("empty"):
            plan.text = []
        elif text.startswith("json:"):
            plan.text = pieces(text.removeprefix("json:").strip())
        elif match := re.search(r"say: (.*)", text, re.S):
            plan.text = pieces(match[1])
        elif seen.json_mode:
            plan.text = pieces(json.dumps({"you_said": text}, ensure_ascii=False))
        else:
            plan.text = pieces(f"You said: {text}")

    def calls(self, seen: Seen, text: str) -> list[tuple[str, dict]]:
        if not seen.may_call or not seen.tools:
            return []
        wanted = self.wanted_calls(seen, text)
        if not wanted and seen.must_call:
            name = (seen.only or list(seen.tools))[0]
            wanted = [(name, json_schema.sample(seen.tools[name]))]
        return wanted if seen.parallel else wanted[:1]

    def wanted_calls(self, seen: Seen, text: str) -> list[tuple[str, dict]]:
        allowed = [name for name in seen.tools if seen.only is None or name in seen.only]
        if match := re.search(r"weather in (.+?)[?.!]*$", text):
            place_of = {name: place_property(seen.tools[name]) for name in allowed}
            name = next((name for name, place in place_of.items() if place), None)
            if name is None:
                return []
            in_turn = match[1].split(" then ")
            if len(in_turn) > 1 or not seen.parallel:
                in_turn = in_turn if len(in_turn) > 1 else re.split(r" and |, ", match[1])
                return [(name, {place_of[name]: in_turn[seen.rounds]})] if seen.rounds < len(in_turn) else []
            if seen.rounds:
                return []
            return [(name, {place_of[name]: place}) for place in re.split(r" and |, ", match[1])]
        if seen.rounds:
            return []
        found = []
        for match in re.finditer(r"\bcall (?:tool )?([A-Za-z0-9_.:-]+) ", text):
            try:
                arguments, _ = json.JSONDecoder().raw_decode(text[match.end() :])
            except ValueError:
                continue
            if match[1] in allowed:
                found.append((match[1], arguments))
        return found

    def apply_stops(self, plan: Plan, seen: Seen) -> None:
        whole = "".join(plan.text)
        found = [(whole.index(stop), stop) for stop in seen.stop if stop and stop in whole]
        if found:
            position, plan.sequence = min(found)
            plan.text, plan.stop, plan.calls = pieces(whole[:position]), "sequence", []
        if seen.limit is not None and len(plan.text) > seen.limit:
            plan.text, plan.stop, plan.calls = plan.text[: seen.limit], "length", []


def place_property(schema: dict) -> str | None:
    """The parameter that names a place."""
    return next((name for name in schema.get("properties", {}) if name in ("city", "location", "place")), None)


def describe_result(result: ToolResult) -> str:
    text = f"{result.name}={result.text}"
    if result.media:
        text += f" [{'; '.join(result.media)}]"
    return f"{text} (error)" if result.is_error else text
