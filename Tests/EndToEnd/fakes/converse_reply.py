"""A plan in the words of Bedrock's Converse: a whole reply, or a stream of messages."""

import base64
import itertools
import json
from collections.abc import AsyncIterator

from .aws_event_stream import event, exception
from .http_server import Abort
from .provider import text_pieces
from .script import Plan
from .signatures import Signer

STOP = {"end": "end_turn", "sequence": "stop_sequence", "refusal": "content_filtered", "filter": "content_filtered"}
STOP |= {"length": "max_tokens", "calls": "tool_use"}
numbers = itertools.count(1)


class ConverseReply:
    def __init__(self, body: dict, plan: Plan, signer: Signer) -> None:
        self.body, self.plan = body, plan
        thinking = "".join(plan.thinking)
        self.signature = signer.sign(thinking)
        self.redacted = signer.sign("redacted") if plan.thinking and "redacted" in thinking else None
        number = next(numbers)
        self.calls = [
            {"toolUseId": f"tooluse_fake{number}_{index}", "name": name, "input": arguments}
            for index, (name, arguments) in enumerate(plan.calls)
        ]

    def usage(self) -> dict:
        usage = self.plan.usage
        output = usage.output + usage.reasoning
        written = usage.written + usage.written_long
        counts = {
            "inputTokens": usage.fresh,
            "outputTokens": output,
            "totalTokens": usage.fresh + usage.cached + written + output,
            "cacheReadInputTokens": usage.cached,
            "cacheWriteInputTokens": written,
        }
        if written:
            kinds = (("1h", usage.written_long), ("5m", usage.written))
            counts["cacheDetails"] = [{"ttl": ttl, "inputTokens": count} for ttl, count in kinds if count]
        return counts

    def extra(self) -> dict:
        """What `additionalModelResponseFieldPaths` asked for."""
        if self.plan.sequence and "/stop_sequence" in self.body.get("additionalModelResponseFieldPaths", []):
            return {"additionalModelResponseFields": {"stop_sequence": self.plan.sequence}}
        return {}

    def whole(self) -> dict:
        content: list[dict] = []
        if self.plan.thinking:
            text = {"text": "".join(self.plan.thinking), "signature": self.signature}
            content.append({"reasoningContent": {"reasoningText": text}})
        if self.redacted:
            content.append({"reasoningContent": {"redactedContent": self.redacted_blob()}})
        if self.plan.text:
            content.append({"text": "".join(self.plan.text)})
        content += [{"toolUse": call} for call in self.calls]
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": STOP[self.plan.stop],
            "usage": self.usage(),
            "metrics": {"latencyMs": 200},
            **self.extra(),
        }

    def redacted_blob(self) -> str:
        return base64.b64encode((self.redacted or "").encode()).decode()

    async def stream(self) -> AsyncIterator[bytes]:
        yield event("messageStart", {"role": "assistant"})
        index = itertools.count()
        if self.plan.thinking:
            at = next(index)
            for piece in filter(None, self.plan.thinking):
                yield self.delta(at, {"reasoningContent": {"text": piece}})
            yield self.delta(at, {"reasoningContent": {"signature": self.signature}})
            yield event("contentBlockStop", {"contentBlockIndex": at})
        if self.redacted:
            at = next(index)
            yield self.delta(at, {"reasoningContent": {"redactedContent": self.redacted_blob()}})
            yield event("contentBlockStop", {"contentBlockIndex": at})
        if self.plan.text:
            at = next(index)
            async for position, piece in text_pieces(self.plan):
                if self.plan.error_after is not None and position >= self.plan.error_after:
                    yield exception("modelStreamErrorException", "The model's stream failed.")
                    raise Abort
                yield self.delta(at, {"text": piece})
            yield event("contentBlockStop", {"contentBlockIndex": at})
        for call in self.calls:
            at = next(index)
            start = {"toolUseId": call["toolUseId"], "name": call["name"]}
            yield event("contentBlockStart", {"start": {"toolUse": start}, "contentBlockIndex": at})
            text = json.dumps(call["input"], ensure_ascii=False) if call["input"] else ""
            for place in range(0, len(text), 7):
                yield self.delta(at, {"toolUse": {"input": text[place : place + 7]}})
            yield event("contentBlockStop", {"contentBlockIndex": at})
        yield event("messageStop", {"stopReason": STOP[self.plan.stop], **self.extra()})
        yield event("metadata", {"usage": self.usage(), "metrics": {"latencyMs": 200}})

    @staticmethod
    def delta(index: int, delta: dict) -> bytes:
        return event("contentBlockDelta", {"delta": delta, "contentBlockIndex": index})
