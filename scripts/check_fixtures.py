#!/usr/bin/env python3
"""Checks Tests/Fixtures/Conversations against the vendors' SDK types, and the fixtures against each other.

Needs `pip install openai anthropic google-genai`; run it with that Python. Exit status 1 and a list if anything is wrong.

1. Every file validates against the SDK's types, unknown members refused (the case `unknown_fields` excepted).
2. Every stream keeps its vendor's order, and its fold (written here, independent of the gateway) is the reply.
3. For every pair of formats the golden of the target says what the source says: text, media, tool calls and results,
   tools, limits, stop reason, and usage by the table of WIRE_FORMATS section 8b.
"""

import json
import pathlib
import pkgutil
import importlib
import re
import sys
import typing

import pydantic

ROOT = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/Conversations"
FORMATS = ("openai", "anthropic", "gemini")
NAME = re.compile(r"(openai|anthropic|gemini)(?:\.from-(openai|anthropic|gemini))?\.(request|reply|failure)\.json$")
# Members older Anthropic models take and the newest types no longer list.
OLDER_ANTHROPIC = ("temperature", "top_p", "top_k")
# Sent by OpenAI's search models and absent from its chunk type.
UNTYPED = {".choices[0].delta.annotations"}
GOOGLE_STATUS = {400: ("INVALID_ARGUMENT", "FAILED_PRECONDITION"), 401: ("UNAUTHENTICATED",), 403: ("PERMISSION_DENIED",),
                 404: ("NOT_FOUND",), 429: ("RESOURCE_EXHAUSTED",), 500: ("INTERNAL",), 503: ("UNAVAILABLE",), 504: ("DEADLINE_EXCEEDED",)}

problems: list[str] = []
counts: dict[str, int] = {}


def count(what: str) -> None:
    counts[what] = counts.get(what, 0) + 1


# ---------------------------------------------------------------- reading

class Number(str):
    """A number as it was written, so that 1.0 is not 1."""


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"member written twice in {keys}")
    return dict(pairs)


def exact(text: str):
    return json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=unique)


def ordered(value):
    """For comparisons in which the order of members counts: arguments and schemas."""
    if isinstance(value, dict):
        return ("object", tuple((key, ordered(item)) for key, item in value.items()))
    if isinstance(value, list):
        return tuple(ordered(item) for item in value)
    if isinstance(value, Number):
        return ("number", str(value))
    return value


# ---------------------------------------------------------------- types

def forbid_unknown_members(package: str) -> None:
    """Makes pydantic refuse members that the request types of an SDK do not list."""
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, package + "."):
        if ".beta" in info.name or ".types" not in info.name and info.name != package:
            continue
        module = importlib.import_module(info.name)
        for item in vars(module).values():
            if isinstance(item, type) and typing.is_typeddict(item) and "__pydantic_config__" not in vars(item):
                item.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}


def force(value):
    """Pydantic validates an Iterable lazily: walk it."""
    if isinstance(value, dict):
        return {key: force(item) for key, item in value.items()}
    if isinstance(value, (str, bytes, int, float, bool, type(None))):
        return value
    if hasattr(value, "__iter__"):
        return [force(item) for item in value]
    return value


def unknown_members(model, path=""):
    if isinstance(model, pydantic.BaseModel):
        for key in model.model_extra or {}:
            yield f"{path}.{key}"
        for key, item in model.__dict__.items():
            yield from unknown_members(item, f"{path}.{key}")
    elif isinstance(model, (list, tuple)):
        for index, item in enumerate(model):
            yield from unknown_members(item, f"{path}[{index}]")


forbid_unknown_members("openai.types")
forbid_unknown_members("anthropic.types")
from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent  # noqa: E402
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming  # noqa: E402
from google.genai import types as google  # noqa: E402
from openai.types import ErrorObject  # noqa: E402
from openai.types.chat import ChatCompletion, ChatCompletionChunk  # noqa: E402
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming  # noqa: E402

OPENAI_REQUEST = pydantic.TypeAdapter(CompletionCreateParamsNonStreaming)
ANTHROPIC_REQUEST = pydantic.TypeAdapter(MessageCreateParamsNonStreaming)
ANTHROPIC_EVENT = pydantic.TypeAdapter(RawMessageStreamEvent)
GOOGLE_REQUEST = {
    "contents": list[google.Content], "systemInstruction": google.Content, "tools": list[google.Tool],
    "toolConfig": google.ToolConfig, "generationConfig": google.GenerationConfig, "safetySettings": list[google.SafetySetting],
    "labels": dict[str, str], "cachedContent": str,
}


def check_types(format: str, kind: str, value, lenient: bool) -> None:
    def model(type_, body):
        extra = list(unknown_members(type_.model_validate(body)))
        if extra and not lenient:
            raise ValueError(f"unknown members {extra}")

    if kind == "request" and format == "gemini":
        for key, item in value.items():
            pydantic.TypeAdapter(GOOGLE_REQUEST[key]).validate_python(item)
    elif kind == "request":
        if format == "anthropic":
            value = {key: item for key, item in value.items() if key not in OLDER_ANTHROPIC}
        force((OPENAI_REQUEST if format == "openai" else ANTHROPIC_REQUEST).validate_python(value))
    elif kind == "reply":
        model({"openai": ChatCompletion, "anthropic": Message, "gemini": google.GenerateContentResponse}[format], value)
        if format == "openai":
            for choice in value["choices"]:
                missing = {"index", "message", "finish_reason", "logprobs"} - choice.keys() | {"role", "content", "refusal"} - choice["message"].keys()
                if missing:
                    raise ValueError(f"required by the OpenAPI spec, though nullable: {missing}")
    elif kind == "failure":
        body = value["body"]
        if set(value) != {"status", "headers", "body"} or any(key != key.lower() for key in value["headers"]):
            raise ValueError("a failure has status, headers in lower case, and body")
        if format == "openai":
            model(ErrorObject, body["error"])
        elif format == "anthropic":
            model(ErrorResponse, body)
        elif body["error"]["status"] not in GOOGLE_STATUS[body["error"]["code"]] or body["error"]["code"] != value["status"]:
            raise ValueError("status and code disagree")


# ---------------------------------------------------------------- streams

def frames(text: str):
    """(event, data) of a stream; the fixtures have one data line a frame."""
    if "\r" in text or not text.endswith("\n\n"):
        raise ValueError("frames end in a blank line, lines in LF")
    for block in text[:-2].split("\n\n"):
        *head, data = block.split("\n")
        if not data.startswith("data: ") or len(head) > 1 or head and not head[0].startswith("event: "):
            raise ValueError(f"not a frame: {block[:60]}")
        yield (head[0][7:] if head else None), data[6:]


def fold_openai(text: str, lenient: bool):
    reply, choices, done = None, {}, False
    for event, data in frames(text):
        if event or done:
            raise ValueError("OpenAI frames have no event line, and nothing follows [DONE]")
        if data == "[DONE]":
            done = True
            continue
        chunk = exact(data)
        if "error" in chunk:
            return None, ErrorObject.model_validate(chunk["error"])
        extra = set(unknown_members(ChatCompletionChunk.model_validate(json.loads(data)))) - UNTYPED
        if extra and not lenient:
            raise ValueError(f"unknown members {extra}")
        chunk.pop("obfuscation", None)
        head = {key: item for key, item in chunk.items() if key not in ("choices", "usage")} | {"object": "chat.completion"}
        if reply is None:
            reply = head
        elif {key: reply[key] for key in head} != head:
            raise ValueError("id, created and model are the same on all frames")
        if chunk.get("usage"):
            if chunk["choices"]:
                raise ValueError("the usage frame has no choices")
            reply["usage"] = chunk["usage"]
        for piece in chunk["choices"]:
            delta, first = piece["delta"], piece["index"] not in choices
            choice = choices.setdefault(piece["index"], {
                "index": piece["index"], "message": {"role": None, "content": None, "refusal": None}, "logprobs": None, "finish_reason": None})
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
    if not done:
        return None, "truncated"
    reply["choices"] = [choices[key] for key in sorted(choices)]
    return reply, None


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
                same = parts and "text" in part and "text" in parts[-1] and part.get("thought") == parts[-1].get("thought") and "thoughtSignature" not in parts[-1]
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
    if not reply or "promptFeedback" not in reply and not (candidates and all("finishReason" in item for item in candidates.values())):
        return None, "truncated"
    if candidates:
        reply["candidates"] = [candidates[key] for key in sorted(candidates)]
    return reply, None


FOLD = {"openai": fold_openai, "anthropic": fold_anthropic, "gemini": fold_gemini}

# ---------------------------------------------------------------- what a file says, in no format

def number(value) -> int:
    return int(value or 0)


def usage_of(format: str, reply):
    """(input without cache, cache read, cache write, output, reasoning)"""
    usage = reply.get("usage") or reply.get("usageMetadata")
    if format == "openai":
        details, out = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
        read, write = number(details.get("cached_tokens")), number(details.get("cache_write_tokens"))
        if number(usage["total_tokens"]) != number(usage["prompt_tokens"]) + number(usage["completion_tokens"]):
            raise ValueError("total_tokens is not the sum")
        return number(usage["prompt_tokens"]) - read - write, read, write, number(usage["completion_tokens"]), number(out.get("reasoning_tokens"))
    if format == "anthropic":
        split = usage.get("cache_creation")
        if split and sum(map(number, split.values())) != number(usage["cache_creation_input_tokens"]):
            raise ValueError("cache_creation is not the sum")
        return (number(usage["input_tokens"]), number(usage.get("cache_read_input_tokens")), number(usage.get("cache_creation_input_tokens")),
                number(usage["output_tokens"]), number(usage.get("output_tokens_details", {}).get("thinking_tokens")))
    read, thought = number(usage.get("cachedContentTokenCount")), number(usage.get("thoughtsTokenCount"))
    output = number(usage.get("candidatesTokenCount")) + thought
    if number(usage["totalTokenCount"]) != number(usage["promptTokenCount"]) + output:
        raise ValueError("totalTokenCount is not the sum")
    return number(usage["promptTokenCount"]) - read, read, 0, output, thought


def same_usage(left, right) -> bool:
    """Cache writes may be counted as fresh input where a format has no word for them."""
    return left[1] == right[1] and left[3:] == right[3:] and left[0] + left[2] == right[0] + right[2]


STOP = {
    "stop": "end", "length": "limit", "tool_calls": "tools", "content_filter": "filter",
    "end_turn": "end", "stop_sequence": "end", "max_tokens": "limit", "model_context_window_exceeded": "limit", "tool_use": "tools", "refusal": "filter",
    "STOP": "end", "MAX_TOKENS": "limit", "SAFETY": "filter",
}


def candidates_of(format: str, reply):
    """For each candidate: text, tool calls, stop."""
    if format == "openai":
        for choice in reply["choices"]:
            message = choice["message"]
            calls = [(call["id"], call["function"]["name"], ordered(exact(call["function"]["arguments"]))) for call in message.get("tool_calls", [])]
            yield (message["content"] or "") + (message["refusal"] or ""), calls, "filter" if message["refusal"] else STOP[choice["finish_reason"]]
    elif format == "anthropic":
        calls = [(block["id"], block["name"], ordered(block["input"])) for block in reply["content"] if block["type"] == "tool_use"]
        yield "".join(block["text"] for block in reply["content"] if block["type"] == "text"), calls, STOP[reply["stop_reason"]]
    elif "candidates" not in reply:
        yield "", [], "filter"
    else:
        for candidate in reply["candidates"]:
            parts = candidate["content"].get("parts", [])
            calls = [(part["functionCall"]["id"], part["functionCall"]["name"], ordered(part["functionCall"]["args"])) for part in parts if "functionCall" in part]
            yield "".join(part["text"] for part in parts if "text" in part and not part.get("thought")), calls, "tools" if calls else STOP[candidate["finishReason"]]


def media_of_url(url: str):
    return ("media", *url[5:].split(";base64,")) if url.startswith("data:") else ("media", "", url)


def openai_items(message):
    if message["role"] == "tool":
        yield "result", message["tool_call_id"], message["content"]
        return
    content = message["content"]
    for part in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
        if part["type"] == "text":
            yield "text", part["text"]
        elif part["type"] == "image_url":
            yield media_of_url(part["image_url"]["url"])
        elif part["type"] == "file":
            yield media_of_url(part["file"]["file_data"])
        elif part["type"] == "input_audio":
            yield "media", "audio/" + part["input_audio"]["format"], part["input_audio"]["data"]
    for call in message.get("tool_calls", []):
        yield "call", call["id"], call["function"]["name"], ordered(exact(call["function"]["arguments"]))


def anthropic_items(content):
    for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
        kind, source = block["type"], block.get("source", {})
        if kind == "text":
            yield "text", block["text"]
        elif source.get("type") == "text":
            yield "text", source["data"]
        elif kind in ("image", "document"):
            yield "media", source.get("media_type", ""), source.get("data") or source["url"]
        elif kind == "tool_use":
            yield "call", block["id"], block["name"], ordered(block["input"])
        elif kind == "tool_result":
            inner = list(anthropic_items(block["content"]))
            yield "result", block["tool_use_id"], "".join(item[1] for item in inner if item[0] == "text")
            yield from (item for item in inner if item[0] == "media")


def gemini_items(parts):
    for part in parts:
        if "text" in part and not part.get("thought"):
            yield "text", part["text"]
        elif "inlineData" in part:
            yield "media", part["inlineData"]["mimeType"], part["inlineData"]["data"]
        elif "fileData" in part:
            yield "media", "", part["fileData"]["fileUri"]
        elif "functionCall" in part:
            yield "call", part["functionCall"]["id"], part["functionCall"]["name"], ordered(part["functionCall"]["args"])
        elif "functionResponse" in part:
            response = part["functionResponse"]
            yield "result", response["id"], response["response"].get("output", response["response"].get("error"))
            yield from gemini_items(response.get("parts", []))


def request_of(format: str, body):
    """What a request says, turn by turn; consecutive turns of a side are one."""
    turns, system = [], []
    settings = body.get("generationConfig", {}) if format == "gemini" else body
    messages = body["contents"] if format == "gemini" else body["messages"]
    if format == "anthropic" and "system" in body:
        system += [item[1] for item in anthropic_items(body["system"])]
    if format == "gemini" and "systemInstruction" in body:
        system += [item[1] for item in gemini_items(body["systemInstruction"]["parts"])]
    for message in messages:
        role = "assistant" if message["role"] in ("assistant", "model") else "system" if message["role"] in ("system", "developer") else "user"
        items = list(openai_items(message) if format == "openai" else anthropic_items(message["content"]) if format == "anthropic" else gemini_items(message["parts"]))
        if role == "system":
            system += [item[1] for item in items]
        elif turns and turns[-1][0] == role:
            turns[-1][1].extend(items)
        else:
            turns.append((role, items))
    if format == "openai":
        tools = [(tool["function"]["name"], tool["function"]["description"], ordered(tool["function"]["parameters"])) for tool in body.get("tools", [])]
        schema = settings.get("response_format", {}).get("json_schema", {}).get("schema")
        names = ("max_completion_tokens", "temperature", "top_p", "stop")
    elif format == "anthropic":
        tools = [(tool["name"], tool["description"], ordered(tool["input_schema"])) for tool in body.get("tools", []) if "input_schema" in tool]
        schema = settings.get("output_config", {}).get("format", {}).get("schema")
        names = ("max_tokens", "temperature", "top_p", "stop_sequences")
    else:
        tools = [(tool["name"], tool["description"], ordered(tool["parametersJsonSchema"])) for group in body.get("tools", []) for tool in group["functionDeclarations"]]
        schema = settings.get("responseJsonSchema")
        names = ("maxOutputTokens", "temperature", "topP", "stopSequences")
    return {"turns": turns, "system": system, "tools": tools, "schema": ordered(schema), "settings": [ordered(settings.get(name)) for name in names]}


def failure_of(format: str, failure):
    error = failure["body"]["error"]
    retry = failure["headers"].get("retry-after")
    for detail in error.get("details", []) if format == "gemini" else []:
        retry = detail["retryDelay"].rstrip("s") if "retryDelay" in detail else retry
    return error["message"], retry, {529: 503}.get(int(failure["status"]), int(failure["status"]))


# ---------------------------------------------------------------- the run

IGNORED = ("id", "responseId", "created")


def compare_pair(kind: str, source: str, target: str, said, golden) -> None:
    if kind == "request":
        left, right = request_of(source, said), request_of(target, golden)
        if "anthropic" in (source, target) and left["settings"][0] in (None, ("number", "4096")):
            right["settings"][0] = left["settings"][0]
        if left != right:
            differing = [key for key in left if left[key] != right[key]]
            raise ValueError(f"{differing}: {[left[key] for key in differing]} is told as {[right[key] for key in differing]}")
    elif kind == "reply":
        left, right = list(candidates_of(source, said)), list(candidates_of(target, golden))
        if left != right:
            raise ValueError(f"{left} is told as {right}")
        if not same_usage(usage_of(source, said), usage_of(target, golden)):
            raise ValueError(f"usage {usage_of(source, said)} is told as {usage_of(target, golden)}")
    elif failure_of(source, said)[:2] != failure_of(target, golden)[:2]:
        raise ValueError(f"{failure_of(source, said)} is told as {failure_of(target, golden)}")


def check_case(folder: pathlib.Path) -> None:
    lenient = folder.name == "unknown_fields"
    own, override, streams = {}, {}, {}
    about = json.loads((folder / "case.json").read_bytes())
    if not {"description", "source", "model"} <= about.keys() <= {"description", "source", "notes", "model"}:
        problems.append(f"{folder.name}/case.json: members")

    def attempt(what: str, work) -> None:
        try:
            work()
        except (ValueError, KeyError, TypeError, AttributeError, pydantic.ValidationError) as error:
            problems.append(f"{folder.name}/{what}: {type(error).__name__}: {str(error)[:900]}")

    for file in sorted(folder.iterdir()):
        text = file.read_bytes().decode("utf-8")
        if file.name == "case.json":
            continue
        if match := NAME.match(file.name):
            target, source, kind = match.groups()
            value = exact(text)
            (override if source else own)[(kind, target, source) if source else (kind, target)] = value
            if not (lenient and kind == "request"):
                attempt(file.name, lambda: check_types(target, kind, json.loads(text), lenient))
            if kind == "request" and value.get("model", about["model"]) != about["model"]:
                problems.append(f"{folder.name}/{file.name}: model")
            count(f"{target} {kind}")
        elif file.name in [format + ".stream.sse" for format in FORMATS]:
            streams[file.name.split(".")[0]] = text
            count(f"{file.name.split('.')[0]} stream")
        else:
            problems.append(f"{folder.name}/{file.name}: not a fixture's name")

    def check_stream(format: str, text: str) -> None:
        folded, failure = FOLD[format](text, lenient)
        if failure is not None:
            expected = "truncated" if folder.name.startswith("truncated") else own.get(("failure", format), {}).get("body", {}).get("error")
            told = failure if failure == "truncated" else getattr(failure, "message", None) or failure.get("message") or failure["error"]["message"]
            if told != (expected if expected == "truncated" else expected["message"]):
                raise ValueError(f"ends in {told}")
            return
        reply = own[("reply", format)]
        left, right = ({key: item for key, item in value.items() if key not in IGNORED} for value in (folded, reply))
        if ordered_arguments(format, left) != ordered_arguments(format, right):
            raise ValueError(f"folds to {left}, the reply is {right}")
        count("folds that are the reply")

    for format, text in streams.items():
        attempt(f"{format}.stream.sse", lambda: check_stream(format, text))
    for (kind, format) in own:
        if kind == "reply" and format not in streams:
            problems.append(f"{folder.name}: {format} has a reply and no stream")
    for (kind, target, source), value in override.items():
        if (kind, source) not in own or own.get((kind, target)) == value:
            problems.append(f"{folder.name}/{target}.from-{source}.{kind}.json: without source, or equal to the target's own")
    for (kind, source), said in own.items():
        for target in FORMATS:
            golden = override.get((kind, target, source), own.get((kind, target)))
            if target != source and golden is not None:
                attempt(f"{source} -> {target} {kind}", lambda: compare_pair(kind, source, target, said, golden))
                count(f"pairs of {kind}")


def ordered_arguments(format: str, reply):
    """The order of members counts in tool arguments and nowhere else."""
    if format == "anthropic":
        return {**reply, "content": [{**block, "input": ordered(block["input"])} if "input" in block else block for block in reply["content"]]}
    return reply


def main() -> int:
    folders = sorted(path for path in ROOT.iterdir() if path.is_dir())
    for folder in folders:
        check_case(folder)
    for problem in problems:
        print(problem)
    print(f"{len(folders)} cases; " + ", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
