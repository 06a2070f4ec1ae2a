"""Whether a provider takes a body: asked of the strict fakes, of botocore, or of the SDK's own types."""

import asyncio
import json
from collections.abc import Callable

from openai.types.completion_create_params import CompletionCreateParamsStreaming
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

from fakes import aws_shapes
from fakes.cluster import KEYS, providers
from fakes.http_server import Request

from .probe import MODEL, Sent
from .shapes import Choice, EveryType, ListOf, MapOf, Object, Scalar, Shape

PYTHON = {"str": str, "int": int, "float": (int, float), "bool": bool, "null": type(None), "any": object}


def fault(provider: str, sent: Sent) -> str:
    """Why the provider refuses; empty where it takes the body."""
    assert sent.body is not None
    return CHECKS[provider](sent)


class Fake:
    """One of the fake providers, asked without a network."""

    loop = asyncio.new_event_loop()

    def __init__(self, name: str, path: str, header: str, key: str) -> None:
        self.fake, self.path, self.header, self.key = providers()[name], path, header, key

    def __call__(self, sent: Sent) -> str:
        headers = [("content-type", "application/json"), (self.header, self.key), ("anthropic-version", "2023-06-01")]
        request = Request("POST", self.path, headers, json.dumps(sent.body).encode())
        response = self.loop.run_until_complete(self.fake.handle(request))
        self.fake.reset()
        return "" if response.status == 200 else bytes(response.body).decode()


class Typed:
    """The types of an SDK: nothing that they do not know, nothing missing, nothing of another kind."""

    def __init__(self, hint: type) -> None:
        shape = EveryType().shapes(hint)[0]
        assert isinstance(shape, Object)
        self.shape = shape

    def __call__(self, sent: Sent) -> str:
        assert sent.body is not None
        body = {key: value for key, value in sent.body.items() if key != "model"}
        missing = {one.name for one in self.shape.members if one.required} - {"model", "stream"} - set(body)
        return f"{missing} missing" if missing else "".join(members(body, self.shape, "", is_whole=False)[:1])


def members(value: dict, shape: Object, path: str, *, is_whole: bool = True) -> list[str]:
    known = {one.name: one for one in shape.members}
    found = [f"{path}.{key}: unknown to {shape.name}" for key in value if key not in known]
    if is_whole:
        found += [f"{path}.{one.name}: missing" for one in shape.members if one.required and one.name not in value]
    for key, inner in value.items():
        if key in known and not found:
            found += unfit(inner, known[key].shapes, f"{path}.{key}")
    return found


def unfit(value: object, shapes: tuple[Shape, ...], path: str) -> list[str]:
    """Nothing where one of the alternatives fits; else what is wrong by the one that comes closest."""
    closest: list[str] = []
    for shape in shapes:
        found = misfits(value, shape, path)
        if not found:
            return []
        # An alternative whose tag is another says nothing of this value.
        if not closest or len(found[0]) > len(closest[0]):
            closest = found
    return closest or [f"{path}: takes nothing"]


def misfits(value: object, shape: Shape, path: str) -> list[str]:
    match shape:
        case Object() if isinstance(value, dict):
            if shape.tag and value.get(shape.tag[0], shape.tag[1]) != shape.tag[1]:
                return [f"{path}: no"]
            return members(value, shape, path)
        case ListOf(items) if isinstance(value, list):
            return [one for place, inner in enumerate(value) for one in unfit(inner, items, f"{path}.{place}")]
        case MapOf(values) if isinstance(value, dict):
            return [one for key, inner in value.items() for one in unfit(inner, values, f"{path}.{key}")]
        case Choice(words) if value in words:
            return []
        case Scalar(kind) if isinstance(value, PYTHON.get(kind, object)):
            if kind == "any" or not isinstance(value, bool) or kind == "bool":
                return []
    return [f"{path}: no"]


def converse(sent: Sent) -> str:
    try:
        aws_shapes.check(sent.body, aws_shapes.shape("ConverseStreamRequest" if sent.is_streaming else "ConverseRequest"))
    except ValueError as error:
        return str(error)
    return ""


CHECKS: dict[str, Callable[[Sent], str]] = {
    "openai": Fake("openai", "/v1/chat/completions", "authorization", f"Bearer {KEYS['openai']}"),
    "anthropic": Fake("anthropic", "/v1/messages", "x-api-key", KEYS["anthropic"]),
    "gemini": Fake("gemini", f"/v1beta/models/{MODEL}:generateContent", "x-goog-api-key", KEYS["gemini"]),
    "responses": Typed(ResponseCreateParamsStreaming),
    "completions": Typed(CompletionCreateParamsStreaming),
    "converse": converse,
}
