"""The rules of Anthropic's Messages that no single field tells: between messages, blocks and parameters."""

from dataclasses import dataclass

from .signatures import Signer


class Refused(Exception):
    """The message of an `invalid_request_error`."""


@dataclass(frozen=True)
class Model:
    max_tokens: int = 64_000
    samples: bool = True
    budgets: bool = True
    adapts: bool = False
    efforts: tuple[str, ...] = ()
    prefills: bool = True


NEWER = Model(128_000, False, False, True, ("low", "medium", "high", "xhigh", "max"), False)
MODELS = {
    "claude-sonnet-4-5": Model(),
    "claude-sonnet-4-5-20250929": Model(),
    "claude-haiku-4-5": Model(),
    "claude-opus-4-5": Model(efforts=("low", "medium", "high")),
    "claude-sonnet-5": NEWER,
    "claude-opus-5": NEWER,
    # No model of Anthropic's: takes everything that the format has.
    "omni": Model(128_000, adapts=True, efforts=("low", "medium", "high", "xhigh", "max")),
}


def blocks_of(content: object) -> list[dict]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)  # type: ignore[call-overload]


def merged(messages: list[dict]) -> list[tuple[str, list[dict]]]:
    """The turns as the server sees them: neighbours of one role are one turn."""
    turns: list[tuple[str, list[dict]]] = []
    for message in messages:
        blocks = blocks_of(message["content"])
        if turns and turns[-1][0] == message["role"]:
            turns[-1][1].extend(blocks)
        else:
            turns.append((message["role"], blocks))
    return turns


def check(body: dict, model: Model, signer: Signer) -> None:
    check_parameters(body, model)
    check_thinking(body, model)
    check_tools(body)
    check_cache_marks(body)
    check_messages(body["messages"], model)
    turns = merged([message for message in body["messages"] if message["role"] != "system"])
    check_tool_turns(turns)
    check_signatures(turns, signer)
    if (body.get("thinking") or {}).get("type") == "enabled":
        check_thinking_before_tools(turns)


def check_parameters(body: dict, model: Model) -> None:
    if body.get("max_tokens", 0) > model.max_tokens:
        raise Refused(
            f"max_tokens: {body['max_tokens']} > {model.max_tokens}, which is the maximum allowed number of output"
            f" tokens for {body['model']}"
        )
    for name in ("temperature", "top_p", "top_k"):
        if name in body and not model.samples:
            raise Refused(f"`{name}` is deprecated for this model.")
    if "temperature" in body and "top_p" in body:
        raise Refused("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
    for index, text in enumerate(body.get("stop_sequences", [])):
        if not text.strip():
            raise Refused(f"stop_sequences.{index}: each stop sequence must contain non-whitespace")
    effort = (body.get("output_config") or {}).get("effort")
    if effort is not None and effort not in model.efforts:
        raise Refused(f"This model does not support the effort parameter '{effort}'.")


def check_thinking(body: dict, model: Model) -> None:
    thinking = body.get("thinking")
    if thinking is None or thinking["type"] == "disabled":
        return
    if thinking["type"] == "enabled":
        if not model.budgets:
            raise Refused('thinking.type: "enabled" is not supported for this model. Use "adaptive".')
        if thinking["budget_tokens"] >= body["max_tokens"]:
            raise Refused("`max_tokens` must be greater than `thinking.budget_tokens`.")
    elif not model.adapts:
        raise Refused(f"{thinking['type']} thinking is not supported on this model")
    if body.get("temperature", 1) != 1:
        raise Refused("`temperature` may only be set to 1 when thinking is enabled.")
    if "top_k" in body:
        raise Refused("`top_k` must be unset when thinking is enabled.")
    if body.get("top_p", 1) < 0.95:
        raise Refused("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        raise Refused("Thinking may not be enabled when tool_choice forces tool use.")


def check_tools(body: dict) -> None:
    names = [tool["name"] for tool in body.get("tools", []) if "name" in tool]
    if len(set(names)) != len(names):
        raise Refused("tools: Tool names must be unique.")
    choice = body.get("tool_choice")
    if choice is not None and not body.get("tools"):
        raise Refused("tool_choice: tool_choice may only be specified while providing tools")
    if choice is not None and choice["type"] == "tool" and choice["name"] not in names:
        raise Refused(f"Tool '{choice['name']}' not found in provided tools")


def check_cache_marks(body: dict) -> None:
    marks = [tool["cache_control"] for tool in body.get("tools", []) if tool.get("cache_control")]
    system = body.get("system") or []
    groups = [system if isinstance(system, list) else []]
    for message in body["messages"]:
        blocks = blocks_of(message["content"])
        groups.append(blocks)
        groups += [block["content"] for block in blocks if isinstance(block.get("content"), list)]
    marks += [block["cache_control"] for group in groups for block in group if block.get("cache_control")]
    if body.get("cache_control"):
        marks.append(body["cache_control"])
    if len(marks) > 4:
        raise Refused(f"A maximum of 4 blocks with cache_control may be provided. Found {len(marks)}.")
    short_seen = False
    for mark in marks:
        if mark.get("ttl", "5m") == "1h" and short_seen:
            raise Refused("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.")
        short_seen = short_seen or mark.get("ttl", "5m") == "5m"


def check_messages(messages: list[dict], model: Model) -> None:
    if messages[0]["role"] != "user":
        raise Refused("messages: first message must use the user role")
    for index, message in enumerate(messages):
        is_last = index == len(messages) - 1
        if not message["content"] and not (is_last and message["role"] == "assistant"):
            raise Refused(
                f"messages.{index}: all messages must have non-empty content except for the optional final assistant"
                " message"
            )
    final = messages[-1]
    if final["role"] != "assistant":
        return
    if not model.prefills:
        raise Refused("This model does not support assistant message prefill.")
    text = blocks_of(final["content"])[-1].get("text", "") if final["content"] else ""
    if text != text.rstrip():
        raise Refused("messages: final assistant content cannot end with trailing whitespace")


def check_tool_turns(turns: list[tuple[str, list[dict]]]) -> None:
    """Each use is answered in the next user turn, results first, every id once, and nothing else is answered."""
    asked: list[str] = []
    for index, (role, blocks) in enumerate(turns):
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        for position, block in enumerate(blocks):
            if block["type"] == "tool_result" and block["tool_use_id"] not in asked:
                raise Refused(
                    f"messages.{index}.content.{position}: unexpected `tool_use_id` found in `tool_result` blocks:"
                    f" {block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` block in"
                    " the previous message."
                )
        missing = [one for one in asked if one not in results]
        if missing:
            raise Refused(
                f"messages.{index - 1}: `tool_use` ids were found without `tool_result` blocks immediately after:"
                f" {', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the"
                " next message."
            )
        if len(set(results)) != len(results):
            raise Refused(f"messages.{index}.content: each tool_use must have a single result.")
        if results and any(block["type"] != "tool_result" for block in blocks[: len(results)]):
            raise Refused(f"messages.{index}: `tool_result` blocks must come before all other content.")
        asked = [block["id"] for block in blocks if block["type"] == "tool_use"] if role == "assistant" else []
        if len(set(asked)) != len(asked):
            raise Refused(f"messages.{index}: `tool_use` ids must be unique")
    if asked:
        raise Refused(f"messages.{len(turns) - 1}: `tool_use` ids were found without `tool_result` blocks: {asked}")


def check_signatures(turns: list[tuple[str, list[dict]]], signer: Signer) -> None:
    for index, (_, blocks) in enumerate(turns):
        for position, block in enumerate(blocks):
            where = f"messages.{index}.content.{position}"
            if block["type"] == "thinking" and not signer.verifies(block["thinking"], block["signature"]):
                raise Refused(f"{where}: Invalid `signature` in `thinking` block")
            if block["type"] == "redacted_thinking" and not signer.verifies("redacted", block["data"]):
                raise Refused(f"{where}: Invalid `data` in `redacted_thinking` block")


def check_thinking_before_tools(turns: list[tuple[str, list[dict]]]) -> None:
    """With a thinking budget, the turn whose tools are being answered must begin with what was thought."""
    if len(turns) < 2 or not any(block["type"] == "tool_result" for block in turns[-1][1]):
        return
    first = turns[-2][1][0]["type"]
    if first not in ("thinking", "redacted_thinking"):
        raise Refused(
            f"messages.{len(turns) - 2}.content.0.type: Expected `thinking` or `redacted_thinking`, but found"
            f" `{first}`. When `thinking` is enabled, a final `assistant` message must start with a thinking block."
        )
