"""What the fake providers share: keeping what arrived, reading bodies, tearing streams into awkward pieces."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Protocol

from .http_server import Abort, Request, Response, State
from .script import Plan, Script


class ApiError(Exception):
    """An answer in the provider's own error format; `headers` are added to it."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass
class Recorded:
    method: str
    target: str
    path: str
    headers: dict[str, str]
    body: object
    raw: bytes = field(repr=False)
    status: int = 0


class Reply(Protocol):
    def whole(self) -> dict: ...

    def stream(self) -> AsyncIterator[bytes]: ...


class Provider:
    """Subclasses answer `route`; the paths that begin with `/__` are for the tests."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.state = State()
        self.script = Script()
        self.requests: list[Recorded] = []

    async def handle(self, request: Request) -> Response:
        match request.path:
            case "/__requests":
                seen = [{**asdict(one), "raw": one.raw.decode("utf-8", "replace")} for one in self.requests]
                return json_response(200, seen)
            case "/__state":
                return json_response(200, asdict(self.state))
            case "/__reset":
                self.reset()
                return json_response(200, {})
        recorded = Recorded(
            request.method,
            request.target,
            request.path,
            {name.lower(): value for name, value in request.headers},
            self.parsed(request.body),
            request.body,
        )
        self.requests.append(recorded)
        try:
            response = await self.route(request, recorded)
        except ApiError as error:
            response = json_response(error.status, error.body, error.headers)
        recorded.status = response.status
        return response

    async def route(self, request: Request, recorded: Recorded) -> Response:
        raise NotImplementedError

    def reset(self) -> None:
        self.requests.clear()
        self.script.failures.clear()

    @staticmethod
    def parsed(body: bytes) -> object:
        """The body as JSON, or None: no duplicate keys, no NaN, valid UTF-8."""

        def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
            result = dict(pairs)
            if len(result) != len(pairs):
                raise ValueError("duplicate key")
            return result

        def refuse(word: str) -> object:
            raise ValueError(f"{word} is not JSON")

        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
        except ValueError:
            return None


def json_response(status: int, body: object, headers: dict[str, str] | None = None) -> Response:
    data = json.dumps(body, ensure_ascii=False).encode()
    return Response(status, {"Content-Type": "application/json", **(headers or {})}, data)


async def torn(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cuts each event in two, inside a character of several bytes where there is one."""
    async for event in events:
        inside = next((index for index in range(1, len(event)) if event[index] & 0xC0 == 0x80), len(event) // 2)
        yield event[:inside]
        yield event[inside:]


def event_stream_or_whole(
    reply: Reply, plan: Plan, headers: dict[str, str], broken: ApiError, stream: bool
) -> Response:
    """The reply as server-sent events or as JSON; `broken` is told where the plan has an error and no stream to tell it in."""
    if stream:
        events = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        return Response(200, headers | events, torn(reply.stream()))
    return whole_response(reply, plan, headers, broken)


def whole_response(reply: Reply, plan: Plan, headers: dict[str, str], broken: ApiError) -> Response:
    if plan.error_after is not None:
        raise broken
    response = json_response(200, reply.whole(), headers)
    if plan.cut_after is not None:
        return Response(200, {**headers, "Content-Type": "application/json"}, cut_short(response.body))
    return response


async def cut_short(body: bytes) -> AsyncIterator[bytes]:
    """Half a body, and then the connection closes."""
    yield body[: len(body) // 2]
    raise Abort


async def text_pieces(plan: Plan) -> AsyncIterator[tuple[int, str]]:
    """The text of the plan at the plan's pace; ends the connection where the plan says so."""
    for index, piece in enumerate(plan.text):
        await plan.pace(index)
        if plan.cut_after is not None and index >= plan.cut_after:
            # What was said before must have arrived.
            await asyncio.sleep(0.05)
            raise Abort
        yield index, piece


def describe_media(mime: str, data: bytes) -> str:
    return f"{mime} {len(data)} bytes sha256:{hashlib.sha256(data).hexdigest()[:12]}"


def bracketed(path: str) -> str:
    """`messages.0.content` as `messages[0].content`."""
    return re.sub(r"\.(\d+)", r"[\1]", path)
