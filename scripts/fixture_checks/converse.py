"""Bedrock Converse, judged by botocore's service model: what check_fixtures.py asks of each format."""

import json
import pathlib
import sys

from .reading import Number, exact, ordered

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests/EndToEnd"))
from fakes import aws_shapes  # noqa: E402

STREAM = aws_shapes.shape("ConverseStreamOutput").members
EXCEPTIONS = {
    "UnrecognizedClientException": 403,
    **{
        error.name: error.metadata["error"]["httpStatusCode"]
        for error in aws_shapes.service().operation_model("Converse").error_shapes
    },
}


def check_request(value) -> None:
    aws_shapes.check(value, aws_shapes.shape("ConverseRequest"))
    definition = value.get("outputConfig", {}).get("textFormat", {}).get("structure", {}).get("jsonSchema")
    if definition:
        exact(definition["schema"])
    roles = [message["role"] for message in value["messages"]]
    if roles[0] != "user" or any(left == right for left, right in zip(roles, roles[1:], strict=False)):
        raise ValueError(f"the user begins, then it is turn and turn about: {roles}")
    has_tools = any("toolUse" in block or "toolResult" in block for _, block in blocks(value))
    if has_tools and "toolConfig" not in value:
        raise ValueError("calls and results want a toolConfig")
    if any(not message["content"] for message in value["messages"]):
        raise ValueError("a message without content")


def blocks(body):
    for message in body["messages"]:
        for block in message["content"]:
            yield message, block


def check_reply(value) -> None:
    aws_shapes.check(value, aws_shapes.shape("ConverseResponse"))


def check_failure(value) -> None:
    named = value["headers"]["x-amzn-errortype"]
    if set(value["body"]) != {"message"} or EXCEPTIONS[named] != value["status"]:
        raise ValueError(f"status and {named} disagree, or the body has more than a message")


def fold(text: str, lenient: bool):
    """(reply, failure) of a stream's lines, in the order that the service keeps."""
    reply, content, open_index, stopped = None, [], None, False
    for line in text.removesuffix("\n").split("\n"):
        message = exact(line)
        plain = json.loads(line)
        if "exception" in message:
            if message["exception"] not in STREAM:
                raise ValueError("not an exception of the stream")
            return None, message["payload"]
        event, payload = message["event"], message["payload"]
        aws_shapes.check(plain["payload"], STREAM[event])
        if event == "messageStart":
            if reply is not None:
                raise ValueError("starts twice")
            reply = {"output": {"message": {"role": payload["role"], "content": content}}}
            continue
        if reply is None or (stopped and event != "metadata"):
            raise ValueError(f"{event} out of turn")
        if event == "metadata":
            if not stopped:
                raise ValueError("counts before the stop")
            for block in content:
                finish(block)
            return {**reply, **payload}, None
        if event == "messageStop":
            if open_index is not None:
                raise ValueError("stops with an open block")
            stopped = True
            reply.update(payload)
        elif event == "contentBlockStop":
            if payload["contentBlockIndex"] != open_index:
                raise ValueError("closes a block that is not open")
            open_index = None
        else:
            index = payload["contentBlockIndex"]
            if open_index is None:
                if index != Number(len(content)):
                    raise ValueError("blocks are numbered from 0")
                open_index = index
                content.append({})
            elif index != open_index or event == "contentBlockStart":
                raise ValueError("blocks come one after the other")
            take(content[-1], payload.get("start") or payload["delta"])
    return None, "truncated"


def take(block, piece) -> None:
    ((kind, value),) = piece.items()
    if kind == "text":
        if "citationsContent" in block:
            block["citationsContent"]["content"][0]["text"] += value
        else:
            block["text"] = block.get("text", "") + value
    elif kind == "citation":
        cited = block.setdefault("citationsContent", {"content": [{"text": block.pop("text", "")}], "citations": []})
        cited["citations"].append(value)
    elif kind == "toolUse":
        use = block.setdefault("toolUse", {"fragments": ""})
        use["fragments"] += value.get("input", "")
        use.update({key: item for key, item in value.items() if key != "input"})
    elif kind == "reasoningContent" and "redactedContent" in value:
        block["reasoningContent"] = dict(value)
    elif kind == "reasoningContent":
        text = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
        text["text"] += value.get("text", "")
        if "signature" in value:
            text["signature"] = value["signature"]
    else:
        raise ValueError(f"no fixture has a {kind}")


def finish(block) -> None:
    if "toolUse" in block:
        fragments = block["toolUse"].pop("fragments")
        block["toolUse"]["input"] = exact(fragments) if fragments else {}


def usage(value):
    """The API does not tell reasoning apart."""
    read, write = int(value.get("cacheReadInputTokens") or 0), int(value.get("cacheWriteInputTokens") or 0)
    fresh, output = int(value["inputTokens"]), int(value["outputTokens"])
    if int(value["totalTokens"]) != fresh + read + write + output:
        raise ValueError("totalTokens is not the sum")
    if "cacheDetails" in value and sum(int(item["inputTokens"]) for item in value["cacheDetails"]) != write:
        raise ValueError("cacheDetails are not the sum")
    return fresh, read, write, output, None


def text_of(block) -> str:
    if "citationsContent" in block:
        return "".join(piece["text"] for piece in block["citationsContent"]["content"])
    return block.get("text", "")


def candidate(reply, stops):
    content = reply["output"]["message"]["content"]
    calls = [
        (block["toolUse"]["toolUseId"], block["toolUse"]["name"], ordered(block["toolUse"]["input"]))
        for block in content
        if "toolUse" in block
    ]
    return "".join(map(text_of, content)), calls, stops[reply["stopReason"]]


MEDIA = {"pdf": "application/pdf", "txt": "text/plain"}


def items(content):
    for block in content:
        ((kind, value),) = ((key, item) for key, item in block.items() if not key.startswith("x_"))
        if kind == "text":
            yield "text", value
        elif kind == "toolUse":
            yield "call", value["toolUseId"], value["name"], ordered(value["input"])
        elif kind == "toolResult":
            inner = list(items(value["content"]))
            yield "result", value["toolUseId"], "".join(item[1] for item in inner if item[0] == "text")
            yield from (item for item in inner if item[0] == "media")
        elif "source" in value and "text" in value["source"]:
            yield "text", value["source"]["text"]
        elif "source" in value:
            yield "media", MEDIA.get(value["format"], f"{kind}/{value['format']}"), value["source"]["bytes"]


def tools(body):
    return [
        (tool["toolSpec"]["name"], tool["toolSpec"]["description"], ordered(tool["toolSpec"]["inputSchema"]["json"]))
        for tool in body.get("toolConfig", {}).get("tools", [])
        if "toolSpec" in tool
    ]


def schema(body):
    definition = body.get("outputConfig", {}).get("textFormat", {}).get("structure", {}).get("jsonSchema")
    return exact(definition["schema"]) if definition else None
