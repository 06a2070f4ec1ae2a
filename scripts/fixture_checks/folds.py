"""Folds streams into replies, by the vendors' rules and nobody's code; refuses what a vendor would not send."""

import json

from anthropic.types import ErrorResponse
from google.genai import types as google
from openai.types import Completion, ErrorObject
from openai.types.chat import ChatCompletionChunk

from . import converse, responses
from .reading import Number, exact, frames
from .sdk_types import ANTHROPIC_EVENT
from .strictness import unknown_members

# Sent by OpenAI's search models and absent from its chunk type.
UNTYPED = {".choices[0].delta.annotations"}


class Chunks:
    """The frames of OpenAI's two older formats: the same head on all, the usage apart, and [DONE] at the end."""

    def __init__(self, text: str, lenient: bool) -> None:
        self.text, self.lenient = text, lenient
        self.head, self.usage, self.failure = None, {}, "truncated"

    def __iter__(self):
        """Each chunk twice: as it is written, and for the SDK's type."""
        for event, data in frames(self.text):
            if event or self.failure is None:
                raise ValueError("OpenAI frames have no event line, and nothing follows [DONE]")
            if data == "[DONE]":
                self.failure = None
                continue
            chunk, typed = exact(data), json.loads(data)
            if "error" in chunk:
                self.failure = ErrorObject.model_validate(chunk["error"])
                return
            self.take_head(chunk)
            yield chunk, typed

    def take_head(self, chunk) -> None:
        head = {key: item for key, item in chunk.items() if key not in ("choices", "usage", "obfuscation")}
        self.head = self.head or head
        if {key: self.head[key] for key in head} != head:
            raise ValueError("id, created and model are the same on all frames")
        if chunk.get("usage"):
            if chunk["choices"]:
                raise ValueError("the usage frame has no choices")
            self.usage = {"usage": chunk["usage"]}

    def validate(self, type_, typed) -> None:
        extra = set(unknown_members(type_.model_validate(typed))) - UNTYPED
        if extra and not self.lenient:
            raise ValueError(f"unknown members {extra}")

    def reply(self, choices):
        """(reply, failure)"""
        if self.failure is not None:
            return None, self.failure
        return self.head | self.usage | {"choices": [choices[key] for key in sorted(choices)]}, None


def fold_openai(text: str, lenient: bool):
    chunks, choices = Chunks(text, lenient), {}
    for chunk, typed in chunks:
        chunks.validate(ChatCompletionChunk, typed)
        for piece in chunk["choices"]:
            delta, first = piece["delta"], piece["index"] not in choices
            choice = choices.setdefault(
                piece["index"],
                {
                    "index": piece["index"],
                    "message": {"role": None, "content": None, "refusal": None},
                    "logprobs": None,
                    "finish_reason": None,
                },
            )
            message = choice["message"]
            if first != ("role" in delta):
                raise ValueError("the role stands in the first delta and only there")
            if choice["finish_reason"]:
                raise ValueError("nothing follows finish_reason")
            message["role"] = delta.get("role", message["role"])
            for key in ("content", "refusal"):
                if delta.get(key) is not None:
                    message[key] = (message[key] or "") + delta[key]
            for call in delta.get("tool_calls", []):
                calls = message.setdefault("tool_calls", [])
                if call["index"] == Number(len(calls)):
                    calls.append({key: call[key] for key in ("id", "type")} | {"function": dict(call["function"])})
                elif call["index"] != Number(len(calls) - 1) or "id" in call:
                    raise ValueError("calls follow one another, the id stands in the first fragment")
                else:
                    calls[-1]["function"]["arguments"] += call["function"]["arguments"]
            if "annotations" in delta:
                message["annotations"] = delta["annotations"]
            if piece.get("logprobs"):
                choice["logprobs"] = choice["logprobs"] or {"content": [], "refusal": None}
                choice["logprobs"]["content"] += piece["logprobs"]["content"]
            choice["finish_reason"] = piece["finish_reason"]
    reply, failure = chunks.reply(choices)
    return reply and reply | {"object": "chat.completion"}, failure


def fold_completions(text: str, lenient: bool):
    chunks, choices = Chunks(text, lenient), {}
    for chunk, typed in chunks:
        typed.pop("obfuscation", None)
        for piece in typed["choices"]:
            # The type is that of a whole reply, where the reason is always there.
            piece["finish_reason"] = piece["finish_reason"] or "stop"
        chunks.validate(Completion, typed)
        for piece in chunk["choices"]:
            empty = {"text": "", "index": piece["index"], "logprobs": None, "finish_reason": None}
            choice = choices.setdefault(piece["index"], empty)
            if choice["finish_reason"]:
                raise ValueError("nothing follows finish_reason")
            choice["text"] += piece["text"]
            choice["finish_reason"] = piece["finish_reason"]
            for key, more in (piece["logprobs"] or {}).items():
                choice["logprobs"] = choice["logprobs"] or {}
                choice["logprobs"][key] = choice["logprobs"].get(key, []) + more
    return chunks.reply(choices)


def fold_anthropic(text: str, lenient: bool):
    reply, open_block, ended = None, None, False
    for event, data in frames(text):
        value = exact(data)
        if event != value["type"] or ended:
            raise ValueError("the event line names the type, and nothing follows message_stop")
        if event == "ping":
            continue
        if event == "error":
            ErrorResponse.model_validate(value)
            return None, value
        extra = list(unknown_members(ANTHROPIC_EVENT.validate_python(json.loads(data))))
        if extra and not lenient:
            raise ValueError(f"unknown members {extra}")
        if (reply is None) != (event == "message_start"):
            raise ValueError("message_start comes first and once")
        if event == "message_start":
            reply = value["message"]
        elif event == "content_block_start":
            if open_block is not None or value["index"] != Number(len(reply["content"])):
                raise ValueError("blocks follow one another, from index 0")
            open_block = value["content_block"]
            pieces = []
        elif event == "content_block_delta":
            delta = value["delta"]
            kind = delta.pop("type")
            if kind == "input_json_delta":
                pieces.append(delta["partial_json"])
            elif kind == "citations_delta":
                open_block["citations"].append(delta["citation"])
            else:
                ((key, more),) = delta.items()
                open_block[key] = open_block[key] + more
        elif event == "content_block_stop":
            if "".join(pieces):
                open_block["input"] = exact("".join(pieces))
            reply["content"].append(open_block)
            open_block = None
        elif event == "message_delta":
            reply.update(value["delta"])
            reply["usage"].update(value["usage"])
        ended = event == "message_stop"
    return (reply, None) if ended else (None, "truncated")


def fold_gemini(text: str, lenient: bool):
    reply, candidates = None, {}
    for event, data in frames(text):
        value = exact(data)
        if "error" in value:
            if event or not data.startswith('{"error"'):
                raise ValueError("an error frame begins with its error")
            return None, value["error"]
        google.GenerateContentResponse.model_validate(json.loads(data))
        head = {key: item for key, item in value.items() if key != "candidates"}
        reply = (reply or {}) | head
        for piece in value.get("candidates", []):
            candidate = candidates.setdefault(piece["index"], {"content": {"role": "model"}})
            if "finishReason" in candidate:
                raise ValueError("nothing follows finishReason")
            for part in piece["content"].get("parts", []):
                parts = candidate["content"].setdefault("parts", [])
                same = (
                    parts
                    and "text" in part
                    and "text" in parts[-1]
                    and part.get("thought") == parts[-1].get("thought")
                    and "thoughtSignature" not in parts[-1]
                )
                if same:
                    parts[-1] |= part | {"text": parts[-1]["text"] + part["text"]}
                elif part.get("text") != "" or len(part) > 1:
                    parts.append(part)
            for key, item in piece.items():
                if key == "logprobsResult" and key in candidate:
                    for list_key in item:
                        candidate[key][list_key] += item[list_key]
                elif key != "content":
                    candidate[key] = item
            if not candidate["content"].get("parts", True):
                del candidate["content"]["parts"]
    if (
        not reply
        or "promptFeedback" not in reply
        and not (candidates and all("finishReason" in item for item in candidates.values()))
    ):
        return None, "truncated"
    if candidates:
        reply["candidates"] = [candidates[key] for key in sorted(candidates)]
    return reply, None


FOLD = {
    "openai": fold_openai,
    "responses": responses.fold,
    "completions": fold_completions,
    "anthropic": fold_anthropic,
    "gemini": fold_gemini,
    "converse": converse.fold,
}
