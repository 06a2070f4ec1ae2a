"""The rules of Converse that botocore's shapes do not tell, and what the model sees of a request."""

import base64
import json

from . import anthropic_rules
from .provider import describe_media
from .script import Seen, ToolResult
from .signatures import Signer

MIMES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
MIMES |= {"pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "html": "text/html"}


def check(body: dict, claude: str | None, signer: Signer) -> None:
    """`claude` is Anthropic's own name of the model; None for a model of another vendor."""
    messages = body.get("messages") or []
    if not messages:
        raise ValueError("The messages field is required")
    if messages[0]["role"] != "user":
        raise ValueError("A conversation must start with a user message. Try again with a conversation that does.")
    for before, after in zip(messages, messages[1:]):
        if before["role"] == after["role"]:
            raise ValueError("A conversation must alternate between user and assistant roles.")
    for index, message in enumerate(messages):
        check_content(message, f"messages.{index}", body)
    config = body.get("inferenceConfig") or {}
    if claude and "temperature" in config and "topP" in config:
        raise ValueError("`temperature` and `top_p` cannot both be specified for this model.")
    turns = [(message["role"], [anthropic_block(block) for block in message["content"]]) for message in messages]
    try:
        anthropic_rules.check_tool_turns(turns)
        anthropic_rules.check_signatures(turns, signer)
        check_thinking(body, claude, turns)
    except anthropic_rules.Refused as refused:
        raise ValueError(f"The model returned the following errors: {refused}") from None
    names = [tool["toolSpec"]["name"] for tool in tools(body) if "toolSpec" in tool]
    if len(set(names)) != len(names):
        raise ValueError("The toolConfig has tools of the same name.")
    choice = (body.get("toolConfig") or {}).get("toolChoice") or {}
    if "tool" in choice and choice["tool"]["name"] not in names:
        raise ValueError(f"Tool '{choice['tool']['name']}' is not in the toolConfig.")
    if not claude and body.get("outputConfig"):
        raise ValueError("This model doesn't support the outputConfig field.")


def check_thinking(body: dict, claude: str | None, turns: list) -> None:
    thinking = (body.get("additionalModelRequestFields") or {}).get("thinking")
    if not thinking:
        return
    if not claude:
        raise ValueError("Malformed input request: extraneous key [thinking] is not permitted")
    own = {"thinking": thinking, "max_tokens": (body.get("inferenceConfig") or {}).get("maxTokens", 4096)}
    anthropic_rules.check_thinking(own, anthropic_rules.MODELS[claude])
    if thinking["type"] == "enabled":
        anthropic_rules.check_thinking_before_tools(turns)


def tools(body: dict) -> list[dict]:
    return (body.get("toolConfig") or {}).get("tools", [])


def check_content(message: dict, path: str, body: dict) -> None:
    kinds = [next(iter(block)) for block in message["content"]]
    if not kinds:
        raise ValueError(f"The content field in the Message object at {path} is empty.")
    for index, block in enumerate(message["content"]):
        if "text" in block and not block["text"].strip():
            raise ValueError(f"The text field in the ContentBlock object at {path}.content.{index} is blank.")
    if message["role"] == "assistant" and {"image", "document", "video"} & set(kinds):
        raise ValueError("Media are only allowed in the user role.")
    if "document" in kinds and "text" not in kinds:
        raise ValueError("A message with documents must have a text.")
    if {"toolUse", "toolResult"} & set(kinds) and not tools(body):
        raise ValueError("The toolConfig field must be defined when using toolUse and toolResult content blocks.")


def anthropic_block(block: dict) -> dict:
    """As far as Anthropic's rules look at it."""
    if "toolUse" in block:
        return {"type": "tool_use", "id": block["toolUse"]["toolUseId"]}
    if "toolResult" in block:
        return {"type": "tool_result", "tool_use_id": block["toolResult"]["toolUseId"]}
    reasoning = block.get("reasoningContent", {})
    if "reasoningText" in reasoning:
        text = reasoning["reasoningText"]
        return {"type": "thinking", "thinking": text["text"], "signature": text.get("signature", "")}
    if "redactedContent" in reasoning:
        data = base64.b64decode(reasoning["redactedContent"]).decode()
        return {"type": "redacted_thinking", "data": data}
    return {"type": next(iter(block))}


def media_of(blocks: list[dict]) -> list[str]:
    found = []
    for block in blocks:
        for kind in ("image", "document", "video"):
            source = block.get(kind, {}).get("source", {})
            if "bytes" in source:
                form = block[kind].get("format", "")
                found.append(describe_media(MIMES.get(form, form), base64.b64decode(source["bytes"])))
            elif source:
                found.append(next(iter(source)))
    return found


def result_text(content: list[dict]) -> str:
    return "".join(json.dumps(one["json"], ensure_ascii=False) if "json" in one else one.get("text", "") for one in content)


def told_schema(instructions: str) -> dict | None:
    """A model does what it is told: the last schema that stands in its instructions."""
    if "JSON Schema" not in instructions:
        return None
    place = instructions.find("{")
    return json.JSONDecoder().raw_decode(instructions, place)[0] if place >= 0 else None


def see(model: str, body: dict) -> Seen:
    seen = Seen(model=model)
    seen.system = "\n\n".join(block["text"] for block in body.get("system", []) if "text" in block)
    calls: dict[str, str] = {}
    for message in body["messages"]:
        blocks = message["content"]
        text = "".join(block.get("text", "") for block in blocks)
        if message["role"] == "assistant":
            if text:
                seen.turns.append(f"assistant: {text}")
            uses = [block["toolUse"] for block in blocks if "toolUse" in block]
            seen.rounds += bool(uses)
            calls |= {use["toolUseId"]: use["name"] for use in uses}
            continue
        results = [block["toolResult"] for block in blocks if "toolResult" in block]
        for result in results:
            content = result["content"]
            failed = result.get("status") == "error"
            seen.results.append(
                ToolResult(calls[result["toolUseId"]], result_text(content), media_of(content), failed)
            )
        if text:
            seen.turns.append(f"user: {text}")
            if not results:
                seen.results, seen.rounds = [], 0
            seen.text, seen.media = text, media_of(blocks)
    for tool in tools(body):
        if "toolSpec" in tool:
            seen.tools[tool["toolSpec"]["name"]] = tool["toolSpec"]["inputSchema"]["json"]
    choice = (body.get("toolConfig") or {}).get("toolChoice") or {"auto": {}}
    seen.must_call = "auto" not in choice
    seen.only = [choice["tool"]["name"]] if "tool" in choice else None
    wanted = (body.get("outputConfig") or {}).get("textFormat")
    seen.schema = json.loads(wanted["structure"]["jsonSchema"]["schema"]) if wanted else told_schema(seen.system)
    thinking = (body.get("additionalModelRequestFields") or {}).get("thinking") or {}
    seen.thinks = seen.shows_thinking = thinking.get("type") in ("enabled", "adaptive")
    config = body.get("inferenceConfig") or {}
    seen.stop, seen.limit = config.get("stopSequences", []), config.get("maxTokens")
    return seen
