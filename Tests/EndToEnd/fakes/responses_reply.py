"""A plan in the words of OpenAI's Responses: a whole response, or its stream of numbered events."""

import itertools
import json
from collections.abc import AsyncIterator, Iterator

from .http_server import Abort
from .provider import text_pieces
from .responses_rules import LOGPROBS, Encryption
from .script import Plan

numbers = itertools.count(1)
# What the response repeats of the request, with what the API does by itself.
REPEATED: dict[str, object] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


class ResponsesReply:
    def __init__(self, body: dict, plan: Plan, model: str, encryption: Encryption, shows_thinking: bool) -> None:
        self.body, self.plan, self.model, self.encryption = body, plan, model, encryption
        self.fails_whole = False
        """Whether an error is told by `response.failed`, and not by the flat `error`."""
        self.shows_thinking = shows_thinking
        self.number = next(numbers)
        self.id = f"resp_fake{self.number:04}"
        self.kinds = {tool.get("name", tool["type"]): tool["type"] for tool in body.get("tools") or []}
        self.sequence = itertools.count()
        self.items = list(self.make_items())

    # The output ------------------------------------------------------------------------------------------------------

    def make_items(self) -> Iterator[dict]:
        """Each as it stands in the end."""
        if self.plan.thinking:
            thought = "".join(self.plan.thinking)
            summary = [{"type": "summary_text", "text": thought}] if self.shows_thinking else []
            yield {
                "id": f"rs_{self.number}",
                "type": "reasoning",
                "summary": summary,
                "encrypted_content": self.encryption.seal(thought),
            }
        is_cut = self.plan.stop in ("length", "filter")
        if self.plan.text:
            yield {
                "id": f"msg_{self.number}",
                "type": "message",
                "status": "incomplete" if is_cut else "completed",
                "role": "assistant",
                "content": [self.text_part("".join(self.plan.text), self.plan.text)],
            }
        for index, (name, arguments) in enumerate(self.plan.calls):
            yield self.call_item(index, name, arguments)

    def text_part(self, text: str, tokens: list[str]) -> dict:
        if self.plan.stop == "refusal":
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "annotations": [], "logprobs": self.logprobs(tokens), "text": text}

    def logprobs(self, tokens: list[str]) -> list[dict]:
        if LOGPROBS not in (self.body.get("include") or []):
            return []
        top = [{"token": "x", "logprob": -2.5, "bytes": [120]}] * (self.body.get("top_logprobs") or 0)
        return [
            {"token": token, "logprob": -0.25, "bytes": list(token.encode()), "top_logprobs": top} for token in tokens
        ]

    def call_item(self, index: int, name: str, arguments: dict) -> dict:
        head = {"status": "completed", "call_id": f"call_{self.number}_{index}"}
        match self.kinds.get(name):
            case "custom":
                return {
                    "id": f"ctc_{self.number}_{index}",
                    "type": "custom_tool_call",
                    **head,
                    "name": name,
                    "input": str(arguments.get("input", "")),
                }
            case "local_shell":
                action = {"type": "exec", "env": {}, **arguments}
                return {"id": f"lsh_{self.number}_{index}", "type": "local_shell_call", **head, "action": action}
        text = json.dumps(arguments, ensure_ascii=False)
        return {"id": f"fc_{self.number}_{index}", "type": "function_call", **head, "name": name, "arguments": text}

    def usage(self) -> dict:
        usage = self.plan.usage
        spent, made = usage.fresh + usage.cached + usage.written, usage.output + usage.reasoning
        return {
            "input_tokens": spent,
            "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": usage.written},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning},
            "total_tokens": spent + made,
        }

    # The response ----------------------------------------------------------------------------------------------------

    def response(self, status: str, items: list[dict], **members: object) -> dict:
        repeated = {name: self.body.get(name) for name in REPEATED}
        repeated = {name: REPEATED[name] if value is None else value for name, value in repeated.items()}
        reasoning = {"effort": None, "summary": None, **(self.body.get("reasoning") or {})}
        text = {"format": {"type": "text"}, "verbosity": "medium", **(self.body.get("text") or {})}
        return {
            "id": self.id,
            "object": "response",
            "created_at": 1790000000,
            "status": status,
            "completed_at": 1790000001 if status == "completed" else None,
            "error": None,
            "incomplete_details": None,
            "model": self.model,
            "output": items,
            **repeated,
            "reasoning": reasoning,
            "text": text,
            "service_tier": "default",
            "usage": None,
            **members,
        }

    def whole(self) -> dict:
        reason = {"length": "max_output_tokens", "filter": "content_filter"}.get(self.plan.stop)
        details = {"reason": reason} if reason else None
        status = "incomplete" if reason else "completed"
        return self.response(status, self.items, incomplete_details=details, usage=self.usage())

    # The stream ------------------------------------------------------------------------------------------------------

    def event(self, kind: str, **fields: object) -> bytes:
        name = kind if kind == "error" else f"response.{kind}"
        data = {"type": name, **fields, "sequence_number": next(self.sequence)}
        options = self.body.get("stream_options") or {}
        if kind.endswith(".delta") and options.get("include_obfuscation", True):
            data["obfuscation"] = "aB3xYz9QwE"[: 1 + len(str(fields["delta"])) % 9]
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return f"event: {name}\ndata: {text}\n\n".encode()

    async def stream(self) -> AsyncIterator[bytes]:
        yield self.event("created", response=self.response("in_progress", []))
        yield self.event("in_progress", response=self.response("in_progress", []))
        for index, item in enumerate(self.items):
            async for event in self.item_events(index, item):
                yield event
        whole = self.whole()
        yield self.event(whole["status"], response=whole)

    async def item_events(self, index: int, item: dict) -> AsyncIterator[bytes]:
        opened = {**item, "status": "in_progress"} if "status" in item else dict(item)
        at: dict = {"item_id": item["id"], "output_index": index}
        match item["type"]:
            case "reasoning":
                # Only the end of the item tells what proves it.
                yield self.added(index, {**opened, "summary": [], "encrypted_content": "gAAAAA"})
                for event in self.summary_events(at, item):
                    yield event
            case "message":
                yield self.added(index, {**opened, "content": []})
                async for event in self.text_events(at, item["content"][0]):
                    yield event
            case "function_call":
                yield self.added(index, {**opened, "arguments": ""})
                for piece in cut(item["arguments"]):
                    yield self.event("function_call_arguments.delta", **at, delta=piece)
                yield self.event(
                    "function_call_arguments.done", **at, name=item["name"], arguments=item["arguments"]
                )
            case "custom_tool_call":
                yield self.added(index, {**opened, "input": ""})
                for piece in cut(item["input"]):
                    yield self.event("custom_tool_call_input.delta", **at, delta=piece)
                yield self.event("custom_tool_call_input.done", **at, input=item["input"])
            case _:
                yield self.added(index, opened)
        yield self.event("output_item.done", output_index=index, item=item)

    def added(self, index: int, item: dict) -> bytes:
        return self.event("output_item.added", output_index=index, item=item)

    def summary_events(self, at: dict, item: dict) -> Iterator[bytes]:
        for place, part in enumerate(item["summary"]):
            at = {**at, "summary_index": place}
            yield self.event("reasoning_summary_part.added", **at, part={**part, "text": ""})
            for piece in self.plan.thinking:
                yield self.event("reasoning_summary_text.delta", **at, delta=piece)
            yield self.event("reasoning_summary_text.done", **at, text=part["text"])
            yield self.event("reasoning_summary_part.done", **at, part=part)

    async def text_events(self, at: dict, part: dict) -> AsyncIterator[bytes]:
        at = {**at, "content_index": 0}
        kind, field = ("refusal", "refusal") if part["type"] == "refusal" else ("output_text", "text")
        is_text = kind == "output_text"
        empty = {**part, field: ""} | ({"logprobs": []} if is_text else {})
        yield self.event("content_part.added", **at, part=empty)
        async for position, piece in text_pieces(self.plan):
            if self.plan.error_after is not None and position >= self.plan.error_after:
                yield self.failure()
                raise Abort
            told = {"logprobs": self.logprobs([piece])} if is_text else {}
            yield self.event(f"{kind}.delta", **at, delta=piece, **told)
        told = {"logprobs": part["logprobs"]} if is_text else {}
        yield self.event(f"{kind}.done", **at, **{field: part[field]}, **told)
        yield self.event("content_part.done", **at, part=part)

    def failure(self) -> bytes:
        why = {"code": "server_error", "message": "The server had an error."}
        if self.fails_whole:
            return self.event("failed", response=self.response("failed", [], error=why))
        return self.event("error", **why, param=None)


def cut(text: str) -> Iterator[str]:
    for start in range(0, len(text), 5):
        yield text[start : start + 5]
