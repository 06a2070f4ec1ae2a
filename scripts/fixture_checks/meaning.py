"""What a request, reply or failure says, in no format, so that two formats can be compared."""

from . import converse, responses
from .reading import FREE_TEXT, exact, media_of_url, ordered


def number(value) -> int:
    return int(value or 0)


def usage_of(format: str, reply):
    """(input without cache, cache read, cache write, output, reasoning)"""
    usage = reply.get("usage") or reply.get("usageMetadata")
    if format == "responses":
        return responses.usage(usage)
    if format == "converse":
        return converse.usage(usage)
    if format in ("openai", "completions"):
        details, out = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
        read, write = number(details.get("cached_tokens")), number(details.get("cache_write_tokens"))
        if number(usage["total_tokens"]) != number(usage["prompt_tokens"]) + number(usage["completion_tokens"]):
            raise ValueError("total_tokens is not the sum")
        return (
            number(usage["prompt_tokens"]) - read - write,
            read,
            write,
            number(usage["completion_tokens"]),
            number(out.get("reasoning_tokens")),
        )
    if format == "anthropic":
        split = usage.get("cache_creation")
        if split and sum(map(number, split.values())) != number(usage["cache_creation_input_tokens"]):
            raise ValueError("cache_creation is not the sum")
        return (
            number(usage["input_tokens"]),
            number(usage.get("cache_read_input_tokens")),
            number(usage.get("cache_creation_input_tokens")),
            number(usage["output_tokens"]),
            number(usage.get("output_tokens_details", {}).get("thinking_tokens")),
        )
    read, thought = number(usage.get("cachedContentTokenCount")), number(usage.get("thoughtsTokenCount"))
    output = number(usage.get("candidatesTokenCount")) + thought
    if number(usage["totalTokenCount"]) != number(usage["promptTokenCount"]) + output:
        raise ValueError("totalTokenCount is not the sum")
    return number(usage["promptTokenCount"]) - read, read, 0, output, thought


def same_usage(left, right) -> bool:
    """Cache writes may be counted as fresh input where a format has no word for them, and reasoning may be untold."""
    same_reasoning = None in (left[4], right[4]) or left[4] == right[4]
    same_input = left[1] == right[1] and left[0] + left[2] == right[0] + right[2]
    return same_input and left[3] == right[3] and same_reasoning


STOP = {
    "stop": "end",
    "length": "limit",
    "tool_calls": "tools",
    "content_filter": "filter",
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "limit",
    "model_context_window_exceeded": "limit",
    "tool_use": "tools",
    "refusal": "filter",
    "content_filtered": "filter",
    "STOP": "end",
    "MAX_TOKENS": "limit",
    "SAFETY": "filter",
}


def candidates_of(format: str, reply):
    """For each candidate: text, tool calls, stop."""
    if format == "openai":
        for choice in reply["choices"]:
            message = choice["message"]
            calls = [
                (call["id"], call["function"]["name"], ordered(exact(call["function"]["arguments"])))
                for call in message.get("tool_calls", [])
            ]
            yield (
                (message["content"] or "") + (message["refusal"] or ""),
                calls,
                "filter" if message["refusal"] else STOP[choice["finish_reason"]],
            )
    elif format == "responses":
        yield responses.candidate(reply)
    elif format == "converse":
        yield converse.candidate(reply, STOP)
    elif format == "completions":
        for choice in reply["choices"]:
            yield choice["text"], [], STOP[choice["finish_reason"]]
    elif format == "anthropic":
        calls = [
            (block["id"], block["name"], ordered(block["input"]))
            for block in reply["content"]
            if block["type"] == "tool_use"
        ]
        yield (
            "".join(block["text"] for block in reply["content"] if block["type"] == "text"),
            calls,
            STOP[reply["stop_reason"]],
        )
    elif "candidates" not in reply:
        yield "", [], "filter"
    else:
        for candidate in reply["candidates"]:
            parts = candidate["content"].get("parts", [])
            calls = [
                (part["functionCall"]["id"], part["functionCall"]["name"], ordered(part["functionCall"]["args"]))
                for part in parts
                if "functionCall" in part
            ]
            yield (
                "".join(part["text"] for part in parts if "text" in part and not part.get("thought")),
                calls,
                "tools" if calls else STOP[candidate["finishReason"]],
            )


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
        if call["type"] == "custom":
            yield "call", call["id"], call["custom"]["name"], ordered({"input": call["custom"]["input"]})
        else:
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
            yield (
                "call",
                part["functionCall"]["id"],
                part["functionCall"]["name"],
                ordered(part["functionCall"]["args"]),
            )
        elif "functionResponse" in part:
            response = part["functionResponse"]
            yield "result", response["id"], response["response"].get("output", response["response"].get("error"))
            yield from gemini_items(response.get("parts", []))


def chat_of(body):
    """A Completions request as the chat request it stands for: a prompt, or a transcript that ends in `Assistant:`."""
    labels = {"User: ": "user", "Assistant: ": "assistant"}
    messages, stop = [{"role": "user", "content": body["prompt"]}], list(body.get("stop", []))
    if body["prompt"].endswith("\n\nAssistant:"):
        messages = []
        for turn in body["prompt"].removesuffix("\n\nAssistant:").split("\n\n"):
            label = next((label for label in labels if turn.startswith(label)), "")
            messages.append({"role": labels.get(label, "system"), "content": turn.removeprefix(label)})
        stop.remove("\nUser:")
    chat = {**body, "messages": messages, "max_completion_tokens": body.get("max_tokens"), "stop": stop or None}
    return {key: value for key, value in chat.items() if value is not None}


def request_of(format: str, body):
    """What a request says, turn by turn; consecutive turns of a side are one."""
    if format == "completions":
        return request_of("openai", chat_of(body))
    turns, system = [], []
    settings = body.get({"gemini": "generationConfig", "converse": "inferenceConfig"}.get(format), {})
    settings = settings if format in ("gemini", "converse") else body
    if format == "responses":
        messages = [{"role": role, "items": items} for role, items in responses.messages(body)]
    else:
        messages = body["contents"] if format == "gemini" else body["messages"]
    if format == "anthropic" and "system" in body:
        system += [item[1] for item in anthropic_items(body["system"])]
    if format == "gemini" and "systemInstruction" in body:
        system += [item[1] for item in gemini_items(body["systemInstruction"]["parts"])]
    if format == "converse" and "system" in body:
        system += [block["text"] for block in body["system"] if "text" in block]
    for message in messages:
        role = (
            "assistant"
            if message["role"] in ("assistant", "model")
            else "system"
            if message["role"] in ("system", "developer")
            else "user"
        )
        items = list(
            message["items"]
            if format == "responses"
            else openai_items(message)
            if format == "openai"
            else anthropic_items(message["content"])
            if format == "anthropic"
            else converse.items([block for block in message["content"] if "cachePoint" not in block])
            if format == "converse"
            else gemini_items(message["parts"])
        )
        if role == "system":
            system += [item[1] for item in items]
        elif turns and turns[-1][0] == role:
            turns[-1][1].extend(items)
        else:
            turns.append((role, items))
    if format == "openai":
        kinds = [tool[tool["type"]] for tool in body.get("tools", [])]
        tools = [
            (tool["name"], tool["description"], ordered(tool.get("parameters", FREE_TEXT))) for tool in kinds
        ]
        schema = settings.get("response_format", {}).get("json_schema", {}).get("schema")
        names = ("max_completion_tokens", "temperature", "top_p", "stop")
    elif format == "responses":
        tools, schema = responses.tools(body), responses.schema(body)
        names = ("max_output_tokens", "temperature", "top_p", "stop")
    elif format == "converse":
        tools, schema = converse.tools(body), converse.schema(body)
        names = ("maxTokens", "temperature", "topP", "stopSequences")
    elif format == "anthropic":
        tools = [
            (tool["name"], tool["description"], ordered(tool["input_schema"]))
            for tool in body.get("tools", [])
            if "input_schema" in tool
        ]
        schema = settings.get("output_config", {}).get("format", {}).get("schema")
        names = ("max_tokens", "temperature", "top_p", "stop_sequences")
    else:
        tools = [
            (tool["name"], tool["description"], ordered(tool["parametersJsonSchema"]))
            for group in body.get("tools", [])
            for tool in group["functionDeclarations"]
        ]
        schema = settings.get("responseJsonSchema")
        names = ("maxOutputTokens", "temperature", "topP", "stopSequences")
    return {
        "turns": turns,
        "system": system,
        "tools": tools,
        "schema": ordered(schema),
        "settings": [ordered(settings.get(name)) for name in names],
    }


def failure_of(format: str, failure):
    """Message, seconds to wait, and the status, where 529 is 503 and Google's bad key and AWS's bad signature are 401."""
    error = failure["body"] if format == "converse" else failure["body"]["error"]
    retry = failure["headers"].get("retry-after")
    status = {529: 503}.get(int(failure["status"]), int(failure["status"]))
    if failure["headers"].get("x-amzn-errortype") == "UnrecognizedClientException":
        status = 401
    for detail in error.get("details", []) if format == "gemini" else []:
        retry = detail["retryDelay"].rstrip("s") if "retryDelay" in detail else retry
        status = 401 if detail.get("reason") == "API_KEY_INVALID" else status
    return error["message"], retry, status
