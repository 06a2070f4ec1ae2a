"""A plan in the words of Anthropic's Messages: a whole reply, or a stream of events."""

import itertools
import json
from collections.abc import AsyncIterator

from .http_server import Abort
from .provider import text_pieces
from .script import Plan
from .signatures import Signer

STOP = {"end": "end_turn", "sequence": "stop_sequence", "refusal": "refusal", "filter": "refusal"}
STOP |= {"length": "max_tokens", "calls": "tool_use"}
numbers = itertools.count(1)


class AnthropicReply:
    def __init__(self, body: dict, plan: Plan, signer: Signer) -> None:
        self.body, self.plan = body, plan
        self.id = f"msg_fake{next(numbers)}"
        thinking = "".join(plan.thinking)
        if (body.get("thinking") or {}).get("display") == "omitted":
            thinking, plan.thinking = "", [""] if plan.thinking else []
        self.signature = signer.sign(thinking)
        self.redacted = signer.sign("redacted") if plan.thinking and "redacted" in thinking else None
        self.calls = [
            {"type": "tool_use", "id": f"toolu_{self.id[4:]}_{index}", "name": name, "input": arguments}
            for index, (name, arguments) in enumerate(plan.calls)
        ]

    def usage(self) -> dict:
        usage = self.plan.usage
        return {
            "input_tokens": usage.fresh,
            "cache_creation_input_tokens": usage.written + usage.written_long,
            "cache_read_input_tokens": usage.cached,
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage.written,
                "ephemeral_1h_input_tokens": usage.written_long,
            },
            "output_tokens": usage.output + usage.reasoning,
            "output_tokens_details": {"thinking_tokens": usage.reasoning},
            "service_tier": "standard",
        }

    def stopped(self) -> dict:
        refused = self.plan.stop in ("refusal", "filter")
        details = {"type": "refusal", "category": None, "explanation": None} if refused else None
        return {
            "stop_reason": STOP[self.plan.stop],
            "stop_sequence": self.plan.sequence if self.plan.stop == "sequence" else None,
            "stop_details": details,
        }

    def whole(self) -> dict:
        content: list[dict] = []
        if self.plan.thinking:
            thinking = "".join(self.plan.thinking)
            content.append({"type": "thinking", "thinking": thinking, "signature": self.signature})
        if self.redacted:
            content.append({"type": "redacted_thinking", "data": self.redacted})
        if self.plan.text:
            content.append({"type": "text", "text": "".join(self.plan.text)})
        content += self.calls
        return {**self.head(), "content": content, **self.stopped(), "usage": self.usage()}

    def head(self) -> dict:
        return {"id": self.id, "type": "message", "role": "assistant", "model": self.body["model"]}

    @staticmethod
    def event(kind: str, **fields: object) -> bytes:
        data = json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
        return f"event: {kind}\ndata: {data}\n\n".encode()

    def delta(self, index: int, kind: str, **fields: str) -> bytes:
        return self.event("content_block_delta", index=index, delta={"type": kind, **fields})

    async def stream(self) -> AsyncIterator[bytes]:
        start = {**self.usage(), "output_tokens": 1}
        start.pop("output_tokens_details")
        message = {**self.head(), "content": [], "stop_reason": None, "stop_sequence": None, "usage": start}
        yield self.event("message_start", message=message)
        yield self.event("ping")
        index = 0
        for events in (self.thinking_events, self.text_events, self.call_events):
            async for event in events(index):
                yield event
                index += b"content_block_stop" in event
        delta = self.stopped()
        usage = self.usage()
        yield self.event(
            "message_delta",
            delta=delta,
            usage={
                "input_tokens": usage["input_tokens"],
                "cache_creation_input_tokens": usage["cache_creation_input_tokens"],
                "cache_read_input_tokens": usage["cache_read_input_tokens"],
                "output_tokens": usage["output_tokens"],
                "output_tokens_details": usage["output_tokens_details"],
            },
        )
        yield self.event("message_stop")

    async def thinking_events(self, index: int) -> AsyncIterator[bytes]:
        if self.plan.thinking:
            block = {"type": "thinking", "thinking": "", "signature": ""}
            yield self.event("content_block_start", index=index, content_block=block)
            for piece in filter(None, self.plan.thinking):
                yield self.delta(index, "thinking_delta", thinking=piece)
            yield self.delta(index, "signature_delta", signature=self.signature)
            yield self.event("content_block_stop", index=index)
            index += 1
        if self.redacted:
            block = {"type": "redacted_thinking", "data": self.redacted}
            yield self.event("content_block_start", index=index, content_block=block)
            yield self.event("content_block_stop", index=index)

    async def text_events(self, index: int) -> AsyncIterator[bytes]:
        if not self.plan.text:
            return
        yield self.event("content_block_start", index=index, content_block={"type": "text", "text": ""})
        async for position, piece in text_pieces(self.plan):
            if self.plan.error_after is not None and position >= self.plan.error_after:
                detail = {"type": "overloaded_error", "message": "Overloaded"}
                yield self.event("error", error=detail, request_id="req_fake_anthropic")
                raise Abort
            yield self.delta(index, "text_delta", text=piece)
        yield self.event("content_block_stop", index=index)

    async def call_events(self, index: int) -> AsyncIterator[bytes]:
        for offset, call in enumerate(self.calls):
            at = index + offset
            yield self.event("content_block_start", index=at, content_block={**call, "input": {}})
            # A call without arguments has no fragments at all.
            text = json.dumps(call["input"], ensure_ascii=False) if call["input"] else ""
            if text:
                yield self.delta(at, "input_json_delta", partial_json="")
            for start in range(0, len(text), 5):
                yield self.delta(at, "input_json_delta", partial_json=text[start : start + 5])
            yield self.event("content_block_stop", index=at)
