"""OpenAI's legacy Completions: a text goes on, for the models that have no chat."""

import itertools
import json
from collections.abc import AsyncIterator

from openai.types.completion_create_params import CompletionCreateParamsNonStreaming

from .http_server import Abort, Response
from .provider import cut_short, json_response, text_pieces, torn
from .schema import Bool, Int, MapOf, Nullable, Number, Schema, Str, Violation
from .script import Plan, Seen
from .typed_schema import SdkTypes

# The models that only this API has.
MODELS = ("gpt-3.5-turbo-instruct", "davinci-002", "babbage-002")
ROOT = "CompletionCreateParamsNonStreaming"
FINISH = {"length": "length", "filter": "content_filter"}
numbers = itertools.count(1)


class Prompt(Schema):
    """A text, texts, tokens, or lists of tokens: a list is of one kind."""

    expected = "a string or an array"

    def check(self, value: object, path: str) -> None:
        if not prompts(value):
            raise Violation("value", path, "expected a string, an array of strings, or arrays of tokens")


def prompts(value: object) -> list[str]:
    """Each prompt as a text; tokens by their numbers."""
    match value:
        case str():
            return [value]
        case list() if value and all(isinstance(one, str) for one in value):
            return value
        case list() if value and all(type(one) is int for one in value):
            return [" ".join(map(str, value))]
        case list() if value and all(isinstance(one, list) and one for one in value):
            return [" ".join(map(str, one)) for one in value]
    return []


LIMITS: dict[str, Schema] = {
    "prompt": Prompt(),
    "best_of": Nullable(Int(0, 20)),
    "frequency_penalty": Nullable(Number(-2, 2)),
    "logit_bias": Nullable(MapOf(Int(-100, 100))),
    "logprobs": Nullable(Int(0, 5)),
    "max_tokens": Nullable(Int(0)),
    "model": Str(shortest=1),
    "n": Nullable(Int(1, 128)),
    "presence_penalty": Nullable(Number(-2, 2)),
    "stream": Nullable(Bool()),
    "temperature": Nullable(Number(0, 2)),
    "top_p": Nullable(Number(0, 1)),
}
REQUEST = SdkTypes({f"{ROOT}.{name}": schema for name, schema in LIMITS.items()}).schema(
    CompletionCreateParamsNonStreaming
)


def see(body: dict) -> Seen:
    """The last thing said: of a transcript, what its last user said."""
    prompt = prompts(body["prompt"])[0]
    said = prompt.rpartition("User: ")[2].removesuffix("Assistant:").strip() if "User: " in prompt else prompt
    stop = body.get("stop") or []
    seen = Seen(model=body["model"], text=said, turns=[f"user: {prompt}"], candidates=body.get("n") or 1)
    seen.stop = [stop] if isinstance(stop, str) else stop
    seen.limit = 16 if body.get("max_tokens") is None else body["max_tokens"]
    return seen


class CompletionsReply:
    def __init__(self, body: dict, plan: Plan) -> None:
        self.body, self.plan = body, plan
        self.id = f"cmpl-fake{next(numbers)}"
        self.prompts = prompts(body["prompt"])
        self.count = len(self.prompts) * (body.get("n") or 1)

    def head(self) -> dict:
        return {"id": self.id, "object": "text_completion", "created": 1790000000, "model": self.body["model"]}

    def choice(self, index: int, pieces: list[str], finish: str | None) -> dict:
        logprobs = None
        if self.body.get("logprobs") is not None:
            offsets = list(itertools.accumulate(map(len, pieces), initial=0))[:-1]
            top = [{piece: -0.25} for piece in pieces]
            logprobs = {"tokens": pieces, "token_logprobs": [-0.25] * len(pieces), "top_logprobs": top}
            logprobs["text_offset"] = offsets
        return {"text": "".join(pieces), "index": index, "logprobs": logprobs, "finish_reason": finish}

    def opening(self, index: int) -> list[str]:
        return [self.prompts[index // (self.body.get("n") or 1)]] if self.body.get("echo") else []

    @property
    def finish(self) -> str:
        return FINISH.get(self.plan.stop, "stop")

    def usage(self) -> dict:
        usage = self.plan.usage
        spent, made = usage.fresh + usage.cached + usage.written, (usage.output + usage.reasoning) * self.count
        return {
            "prompt_tokens": spent,
            "completion_tokens": made,
            "total_tokens": spent + made,
            "prompt_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.written},
            "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
        }

    def response(self) -> Response:
        if self.body.get("stream"):
            headers = {"Content-Type": "text/event-stream"}
            return Response(200, headers, torn(self.stream()))
        choices = [self.choice(index, self.opening(index) + self.plan.text, self.finish) for index in range(self.count)]
        response = json_response(200, {**self.head(), "choices": choices, "usage": self.usage()})
        if self.plan.cut_after is not None:
            return Response(200, response.headers, cut_short(response.body))
        return response

    async def stream(self) -> AsyncIterator[bytes]:
        told = (self.body.get("stream_options") or {}).get("include_usage")

        def event(choices: list[dict], usage: dict | None = None) -> bytes:
            data = {**self.head(), "choices": choices} | ({"usage": usage} if told else {})
            return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"

        for index in range(self.count):
            if opening := self.opening(index):
                yield event([self.choice(index, opening, None)])
        async for position, piece in text_pieces(self.plan):
            if self.plan.error_after is not None and position >= self.plan.error_after:
                message = {"message": "The server had an error.", "type": "server_error", "param": None, "code": None}
                yield b"data: " + json.dumps({"error": message}).encode() + b"\n\n"
                raise Abort
            for index in range(self.count):
                yield event([self.choice(index, [piece], None)])
        for index in range(self.count):
            yield event([self.choice(index, [], self.finish)])
        if told:
            yield event([], self.usage())
        yield b"data: [DONE]\n\n"
