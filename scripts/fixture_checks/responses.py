"""The Responses format: its types, its streams, and what its messages say."""

import json

import pydantic
from openai.types.responses import Response, ResponseStreamEvent
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming

from .reading import FREE_TEXT, Number, exact, frames, media_of_url, ordered
from .strictness import force, unknown_members

REQUEST = pydantic.TypeAdapter(ResponseCreateParamsNonStreaming)
EVENT = pydantic.TypeAdapter(ResponseStreamEvent)
# Sent by the API, as the examples of its reference show, and absent from the types.
UNTYPED = {".obfuscation", ".store", ".response.store"}
# Required by the OpenAPI spec, though nullable.
REQUIRED = (
    "id object created_at model output error incomplete_details instructions metadata temperature top_p "
    "parallel_tool_calls tool_choice tools"
).split()
TERMINAL = ("response.completed", "response.incomplete", "response.failed")


def check_request(value) -> None:
    force(REQUEST.validate_python(value))


def check_reply(value, lenient: bool) -> None:
    extra = set(unknown_members(Response.model_validate(value))) - UNTYPED
    if extra and not lenient:
        raise ValueError(f"unknown members {extra}")
    if missing := [key for key in REQUIRED if key not in value]:
        raise ValueError(f"required by the OpenAPI spec, though nullable: {missing}")
    identifiers = [item["id"] for item in value["output"]]
    if len(set(identifiers)) != len(identifiers):
        raise ValueError("two items of one identifier")


def fold(text: str, lenient: bool):
    """Built from the pieces alone; the whole forms that the stream repeats are then compared with that."""
    reply, items, done, ended = None, [], 0, None
    for number, (event, data) in enumerate(frames(text)):
        value = exact(data)
        if event != value["type"] or ended:
            raise ValueError("the event line names the type, and nothing follows the end")
        if value["sequence_number"] != Number(number):
            raise ValueError(f"event {number} has the number {value['sequence_number']}")
        extra = set(unknown_members(EVENT.validate_python(json.loads(data)))) - UNTYPED
        if extra and not lenient:
            raise ValueError(f"unknown members {extra}")
        if (number == 0) != (event == "response.created") or (number == 1) != (event == "response.in_progress"):
            raise ValueError("created and in_progress come first and once")
        if "response" in value:
            check_reply(json.loads(data)["response"], lenient)
        if event in ("response.created", "response.in_progress"):
            head = value["response"]
            if head["status"] != "in_progress" or head["output"] or head["usage"] or reply not in (None, head):
                raise ValueError("a response begins in progress and empty")
            reply = head
        elif event == "response.output_item.added":
            if done != len(items) or value["output_index"] != Number(len(items)):
                raise ValueError("items follow one another, from index 0")
            items.append(value["item"])
        elif event in TERMINAL:
            ended = value["response"]
        else:
            if value["output_index"] != Number(len(items) - 1) or done == len(items):
                raise ValueError("a piece of an item that is not open")
            if event == "response.output_item.done":
                if _without_status(items[-1]) != _without_status(value["item"]):
                    raise ValueError(f"the pieces give {items[-1]}, the item is {value['item']}")
                items[-1] = value["item"]
                done += 1
            else:
                if value["item_id"] != items[-1]["id"]:
                    raise ValueError("item_id is the item's")
                _take(items[-1], value)
    if ended is None:
        return None, "truncated"
    if ended["status"] == "failed":
        return None, ended["error"]
    if ended["output"] != items or done != len(items):
        raise ValueError("the response at the end has other items than were streamed")
    for key in set(reply) - {"status", "output", "usage", "incomplete_details"}:
        if reply[key] != ended[key]:
            raise ValueError(f"{key} changes between the beginning and the end")
    return ended, None


def _without_status(item):
    # Encrypted reasoning is whole in the last event of its item only.
    return {key: value for key, value in item.items() if key not in ("status", "encrypted_content")}


def _take(item, value) -> None:
    kind = value["type"].removeprefix("response.")
    part = None
    if "content_index" in value:
        content, place = item.setdefault("content", []), int(value["content_index"])
        part = content[place] if place < len(content) else None
    elif "summary_index" in value:
        content, place = item["summary"], int(value["summary_index"])
        part = content[place] if place < len(content) else None
    if kind in ("content_part.added", "reasoning_summary_part.added"):
        if part is not None or place != len(content):
            raise ValueError("parts follow one another, from index 0")
        content.append(value["part"])
    elif kind in ("output_text.delta", "reasoning_text.delta", "reasoning_summary_text.delta"):
        part["text"] += value["delta"]
    elif kind == "refusal.delta":
        part["refusal"] += value["delta"]
    elif kind == "output_text.annotation.added":
        if value["annotation_index"] != Number(len(part["annotations"])):
            raise ValueError("annotations follow one another, from index 0")
        part["annotations"].append(value["annotation"])
    elif kind == "function_call_arguments.delta":
        item["arguments"] += value["delta"]
    elif kind == "custom_tool_call_input.delta":
        item["input"] += value["delta"]
    elif kind in ("content_part.done", "reasoning_summary_part.done"):
        # The log probabilities are told here, with their bytes.
        part |= {"logprobs": value["part"]["logprobs"]} if "logprobs" in part else {}
        if part != value["part"]:
            raise ValueError(f"the pieces give {part}, the part is {value['part']}")
    elif kind.endswith(".done"):
        key = {"refusal": "refusal", "function_call_arguments": "arguments", "custom_tool_call_input": "input"}
        key = key.get(kind.removesuffix(".done"), "text")
        if (part or item)[key] != value[key]:
            raise ValueError(f"the pieces give {(part or item)[key]}, all of it is {value[key]}")
    elif "_call." not in kind:
        raise ValueError(f"{kind} is no event of these cases")


# What is said.


def usage(value):
    told, out = value["input_tokens_details"], value["output_tokens_details"]
    if int(value["total_tokens"]) != int(value["input_tokens"]) + int(value["output_tokens"]):
        raise ValueError("total_tokens is not the sum")
    read, write = int(told["cached_tokens"]), int(told["cache_write_tokens"])
    output, thought = int(value["output_tokens"]), int(out["reasoning_tokens"])
    return int(value["input_tokens"]) - read - write, read, write, output, thought


def candidate(reply):
    text, calls, refused = "", [], False
    for item in reply["output"]:
        if item["type"] == "message":
            text += "".join(part.get("text", part.get("refusal")) for part in item["content"])
            refused = refused or any(part["type"] == "refusal" for part in item["content"])
        elif item["type"] == "function_call":
            calls.append((item["call_id"], item["name"], ordered(exact(item["arguments"]))))
    reason = (reply["incomplete_details"] or {}).get("reason")
    stop = {"max_output_tokens": "limit", "content_filter": "filter"}.get(reason, "tools" if calls else "end")
    return text, calls, "filter" if refused else stop


def content(parts):
    for part in [{"type": "input_text", "text": parts}] if isinstance(parts, str) else parts:
        if part["type"] in ("input_text", "output_text"):
            yield "text", part["text"]
        elif part["type"] == "input_image":
            yield media_of_url(part["image_url"])
        elif part["type"] == "input_file":
            yield media_of_url(part["file_data"])


def messages(body):
    """(role, what is said) for each item, the instructions first."""
    if "instructions" in body:
        yield "system", [("text", body["instructions"])]
    for item in body["input"]:
        kind = item.get("type", "message")
        if kind == "message":
            yield item["role"], list(content(item["content"]))
        elif kind == "function_call":
            arguments = ordered(exact(item["arguments"]))
            yield "assistant", [("call", item["call_id"], item["name"], arguments)]
        elif kind == "custom_tool_call":
            yield "assistant", [("call", item["call_id"], item["name"], ordered({"input": item["input"]}))]
        elif kind in ("function_call_output", "custom_tool_call_output"):
            inner = list(content(item["output"]))
            texts = "".join(what[1] for what in inner if what[0] == "text")
            media = [what for what in inner if what[0] == "media"]
            yield "user", [("result", item["call_id"], texts), *media]
        elif kind != "reasoning":
            raise ValueError(f"{kind} is no item of these cases")


def tools(body):
    return [
        (tool["name"], tool["description"], ordered(tool.get("parameters", FREE_TEXT)))
        for tool in body.get("tools", [])
        if tool["type"] in ("function", "custom")
    ]


def schema(body):
    return body.get("text", {}).get("format", {}).get("schema")
