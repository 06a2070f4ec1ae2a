"""A plan in the words of OpenAI's chat completions: a whole reply, or a stream of chunks."""

import itertools
import json
from collections.abc import AsyncIterator

from .http_server import Abort
from .provider import text_pieces
from .script import Plan

FINISH = {"end": "stop", "sequence": "stop", "refusal": "stop", "length": "length", "calls": "tool_calls"}
FINISH["filter"] = "content_filter"
numbers = itertools.count(1)


class OpenAIReply:
    def __init__(self, body: dict, plan: Plan, model: str) -> None:
        self.body, self.plan, self.model = body, plan, model
        self.id = f"chatcmpl-fake{next(numbers)}"
        self.candidates = body.get("n") or 1
        self.calls = [
            {
                "id": f"call_{self.id[9:]}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
            }
            for index, (name, arguments) in enumerate(plan.calls)
        ]

    def usage(self) -> dict:
        usage = self.plan.usage
        prompt = usage.fresh + usage.cached + usage.written
        completion = (usage.output + usage.reasoning) * self.candidates
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {
                "cached_tokens": usage.cached,
                "cache_write_tokens": usage.written,
                "audio_tokens": 0,
            },
            "completion_tokens_details": {
                "reasoning_tokens": usage.reasoning,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def logprobs(self, texts: list[str]) -> dict | None:
        if not self.body.get("logprobs"):
            return None
        top = [{"token": "x", "logprob": -2.5, "bytes": [120]}] * (self.body.get("top_logprobs") or 0)
        return {
            "content": [
                {"token": text, "logprob": -0.25, "bytes": list(text.encode()), "top_logprobs": top} for text in texts
            ],
            "refusal": None,
        }

    def head(self, kind: str) -> dict:
        return {
            "id": self.id,
            "object": kind,
            "created": 1790000000,
            "model": self.model,
            "service_tier": "default",
            "system_fingerprint": "fp_fake",
        }

    def whole(self) -> dict:
        text = "".join(self.plan.text)
        refused = self.plan.stop == "refusal"
        message: dict = {
            "role": "assistant",
            "content": None if refused or (not text and self.calls) else text,
            "refusal": text if refused else None,
            "annotations": [],
        }
        if self.calls:
            message["tool_calls"] = self.calls
        choices = [
            {
                "index": index,
                "message": message,
                "logprobs": self.logprobs(self.plan.text),
                "finish_reason": FINISH[self.plan.stop],
            }
            for index in range(self.candidates)
        ]
        return {**self.head("chat.completion"), "choices": choices, "usage": self.usage()}

    def chunk(self, delta: dict, finish: str | None = None, index: int = 0, logprobs: dict | None = None) -> bytes:
        options = self.body.get("stream_options") or {}
        chunk = self.head("chat.completion.chunk")
        chunk["choices"] = [{"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish}]
        if options.get("include_usage"):
            chunk["usage"] = None
        if options.get("include_obfuscation", True):
            chunk["obfuscation"] = "aB3xYz"[: 1 + len(json.dumps(delta)) % 6]
        return self.event(chunk)

    @staticmethod
    def event(data: dict) -> bytes:
        return b"data: " + json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"

    async def stream(self) -> AsyncIterator[bytes]:
        for index in range(self.candidates):
            yield self.chunk({"role": "assistant", "content": "", "refusal": None}, index=index)
        field = "refusal" if self.plan.stop == "refusal" else "content"
        async for position, piece in text_pieces(self.plan):
            if self.plan.error_after is not None and position >= self.plan.error_after:
                message = {"message": "The server had an error.", "type": "server_error", "param": None, "code": None}
                yield self.event({"error": message})
                raise Abort
            for index in range(self.candidates):
                yield self.chunk({field: piece}, index=index, logprobs=self.logprobs([piece]))
        for event in self.call_chunks():
            yield event
        for index in range(self.candidates):
            yield self.chunk({}, FINISH[self.plan.stop], index)
        if (self.body.get("stream_options") or {}).get("include_usage"):
            yield self.event({**self.head("chat.completion.chunk"), "choices": [], "usage": self.usage()})
        yield b"data: [DONE]\n\n"

    def call_chunks(self) -> list[bytes]:
        """Heads first, then the arguments of all calls in turn: the fragments of parallel calls interleave."""
        events = []
        for index, call in enumerate(self.calls):
            head = {**call, "function": {"name": call["function"]["name"], "arguments": ""}, "index": index}
            events.append(self.chunk({"tool_calls": [head]}))
        fragments = [
            [(index, text[at : at + 5]) for at in range(0, len(text), 5)]
            for index, text in enumerate(call["function"]["arguments"] for call in self.calls)
        ]
        for row in itertools.zip_longest(*fragments):
            for index, fragment in filter(None, row):
                events.append(self.chunk({"tool_calls": [{"index": index, "function": {"arguments": fragment}}]}))
        return events
