"""What OpenAI's Responses refuses beyond the shape of a request, and what the model sees of one."""

import base64
import json
import re

from .openai_api import EFFORTS, error
from .provider import describe_media
from .responses_schema import OUTPUT_TYPES, kind_of
from .script import Seen, ToolResult
from .signatures import Signer

TYPES_OF_CALLS = {output: call for call, output in OUTPUT_TYPES.items()}
LOGPROBS = "message.output_text.logprobs"


def check_model_limits(body: dict) -> None:
    model = body["model"]
    if model == "omni":
        return

    def unsupported(param: str) -> Exception:
        message = f"Unsupported parameter: '{param}' is not supported with this model."
        return error(400, message, param, "unsupported_parameter")

    reasoning = body.get("reasoning") or {}
    effort, verbosity = reasoning.get("effort"), (body.get("text") or {}).get("verbosity")
    if model not in EFFORTS:
        for name in ("effort", "summary"):
            if reasoning.get(name) is not None:
                raise unsupported(f"reasoning.{name}")
        if "reasoning.encrypted_content" in (body.get("include") or []):
            raise error(400, "Encrypted content is not supported with this model.", "include")
        if verbosity not in (None, "medium"):
            message = f"Unsupported value: '{verbosity}' is not supported with the '{model}' model."
            raise error(400, message + " Supported values are: 'medium'.", "text.verbosity", "unsupported_value")
        return
    if effort is not None and effort not in EFFORTS[model]:
        allowed = ", ".join(f"'{name}'" for name in EFFORTS[model])
        message = f"Unsupported value: '{effort}' is not supported with the '{model}' model."
        raise error(400, f"{message} Supported values are: {allowed}.", "reasoning.effort", "unsupported_value")
    if model == "gpt-5.1" and effort in (None, "none"):
        return
    for param, standard in (("temperature", 1), ("top_p", 1), ("top_logprobs", 0)):
        if body.get(param) not in (None, standard):
            raise unsupported(param)


def check_combinations(body: dict) -> None:
    if not any(body.get(name) is not None for name in ("input", "previous_response_id", "prompt", "conversation")):
        message = "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation_id' must be provided."
        raise error(400, message, "input", "missing_required_parameter")
    if body.get("previous_response_id") is not None and body.get("conversation") is not None:
        message = "Mutually exclusive parameters: 'previous_response_id' and 'conversation'."
        raise error(400, message, None, "mutually_exclusive_parameters")
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise error(400, message, "stream_options")
    if body.get("background") and body.get("store") is False:
        raise error(400, "Background mode requires 'store' to be true.", "background")
    for key in body.get("metadata") or {}:
        if len(key) > 64:
            raise error(400, f"Invalid property name in 'metadata': '{key}' is too long.", "metadata")
    check_tool_choice(body)
    form = (body.get("text") or {}).get("format") or {}
    if form.get("type") == "json_object" and "json" not in json.dumps(body.get("input")).lower():
        message = "Response input messages must contain the word 'json' in some form to use 'text.format' of type"
        raise error(400, f"{message} 'json_object'.", "input")


def check_tool_choice(body: dict) -> None:
    tools = body.get("tools") or []
    choice = body.get("tool_choice")
    if choice == "required" and not tools:
        raise error(400, "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice")
    names = [(tool["type"], tool.get("name")) for tool in tools]
    if len(set(names)) != len(names):
        raise error(400, "Tool names must be unique.", "tools")
    if not isinstance(choice, dict):
        return
    wanted = choice["tools"] if choice["type"] == "allowed_tools" else [choice]
    for one in wanted:
        if one.get("type") in ("function", "custom") and (one["type"], one.get("name")) not in names:
            raise error(400, f"Tool choice '{one.get('name')}' not found in 'tools' parameter.", "tool_choice")


class ItemRules:
    """The order of the items: results have their calls, calls their results, thoughts what they led to."""

    def __init__(self, model: str, signer: "Encryption", kept_ids: set[str]) -> None:
        self.model, self.encryption, self.kept_ids = model, signer, kept_ids

    def check(self, earlier: list[dict], items: list[dict]) -> None:
        seen_ids: set[str] = set()
        for index, item in enumerate(items):
            if (name := item.get("id")) is not None:
                if name in seen_ids:
                    message = f"Duplicate item found with id {name}. Remove duplicate items from your input and try again."
                    raise error(400, message, "input")
                seen_ids.add(name)
            if kind_of(item) == "reasoning":
                self.check_reasoning(item, items[index + 1 :], index)
        self.check_calls(earlier + items)

    def check_reasoning(self, item: dict, following: list[dict], index: int) -> None:
        if self.model not in EFFORTS and self.model != "omni":
            message = "Reasoning input items can only be provided to a reasoning or computer use model."
            raise error(400, f"{message} Remove reasoning items from your input and try again.", "input")
        name, proof = item.get("id"), item.get("encrypted_content")
        if proof is None:
            if name is None:
                raise error(400, f"Missing required parameter: 'input[{index}].id'.", f"input[{index}].id")
            if name not in self.kept_ids:
                raise self.not_kept(name)
        elif not self.encryption.is_own(proof):
            message = f"The encrypted content {proof[:8]}... could not be verified."
            raise error(400, message, None, "invalid_encrypted_content")
        for after in following:
            kind = kind_of(after)
            if kind != "reasoning":
                if after.get("role") in ("user", "system", "developer") or kind in TYPES_OF_CALLS:
                    break
                return
        raise error(
            400, f"Item '{name}' of type 'reasoning' was provided without its required following item.", "input"
        )

    @staticmethod
    def not_kept(name: str) -> Exception:
        message = f"Item with id '{name}' not found. Items are not persisted when `store` is set to false."
        return error(404, f"{message} Try again with `store` set to true, or remove this item from your input.", "input")

    @staticmethod
    def check_calls(items: list[dict]) -> None:
        calls: dict[str, str] = {}
        answered: set[str] = set()
        for item in items:
            kind = str(kind_of(item))
            if kind in OUTPUT_TYPES:
                calls[item["call_id"]] = kind
            elif kind in TYPES_OF_CALLS:
                # A local shell's result names the call by `id`.
                name = item.get("call_id") or item.get("id")
                made = calls.get(name or "")
                # Codex answers its shell as it answers functions.
                is_shell = (made, kind) == ("local_shell_call", "function_call_output")
                if made != TYPES_OF_CALLS[kind] and not is_shell:
                    what = TYPES_OF_CALLS[kind].replace("_", " ")
                    raise error(400, f"No tool call found for {what} output with call_id {name}.", "input")
                answered.add(name or "")
        for name, kind in calls.items():
            if name not in answered:
                raise error(400, f"No tool output found for {kind.replace('_', ' ')} {name}.", "input")


class Encryption:
    """Thoughts as the API hands them out: sealed, and told apart from what it never sealed."""

    def __init__(self, provider: str) -> None:
        self.signer = Signer(provider)

    def seal(self, thought: str) -> str:
        text = base64.urlsafe_b64encode(thought.encode()).decode()
        return f"gAAAAA{text}.{self.signer.sign(thought)}"

    def is_own(self, sealed: str) -> bool:
        found = re.fullmatch(r"gAAAAA([A-Za-z0-9_=-]*)\.(.+)", sealed)
        if not found:
            return False
        thought = base64.urlsafe_b64decode(found[1]).decode()
        return self.signer.verifies(thought, found[2])


# What the model sees --------------------------------------------------------------------------------------------------


def text_of(content: object) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", part.get("refusal", "")) for part in content)
    return content if isinstance(content, str) else ""


def media_of(content: object) -> list[str]:
    found = []
    for part in content if isinstance(content, list) else []:
        source = part.get("image_url") or part.get("file_data") or part.get("file_url") or part.get("file_id")
        if source and source.startswith("data:"):
            head, data = source.split(",", 1)
            found.append(describe_media(head[5:].split(";")[0], base64.b64decode(data)))
        elif source:
            found.append(source)
    return found


def see(body: dict, items: list[dict]) -> Seen:
    """`items` are the whole conversation."""
    seen = Seen(model=body["model"])
    calls: dict[str, str] = {}
    system = [body["instructions"]] if body.get("instructions") else []
    is_calling = was_result = False
    for item in items:
        kind = str(kind_of(item))
        text = text_of(item.get("content"))
        if kind in OUTPUT_TYPES:
            calls[item["call_id"]] = item.get("name", kind.removesuffix("_call"))
            seen.rounds += not is_calling
        elif kind in TYPES_OF_CALLS:
            name = calls[item.get("call_id") or item["id"]]
            seen.results.append(ToolResult(name, text_of(item["output"]), media_of(item["output"])))
        elif item.get("role") in ("system", "developer"):
            system.append(text)
        elif item.get("role") == "user":
            seen.turns.append(f"user: {text}")
            seen.text, seen.media = text or seen.text, media_of(item["content"])
            if not was_result:
                seen.results, seen.rounds = [], 0
        elif item.get("role") == "assistant" and text:
            seen.turns.append(f"assistant: {text}")
        is_calling = kind in OUTPUT_TYPES or (is_calling and kind not in TYPES_OF_CALLS and item.get("role") != "user")
        was_result = kind in TYPES_OF_CALLS
    seen.system = "\n\n".join(system)
    see_settings(body, seen)
    return seen


def see_settings(body: dict, seen: Seen) -> None:
    for tool in body.get("tools") or []:
        if tool["type"] == "function":
            seen.tools[tool["name"]] = tool["parameters"] or {"type": "object", "properties": {}}
        elif tool["type"] == "custom":
            seen.tools[tool["name"]] = {"type": "object", "properties": {"input": {"type": "string"}}}
        elif tool["type"] == "local_shell":
            seen.tools["local_shell"] = {"type": "object", "properties": {"command": {"type": "array"}}}
    choice = body.get("tool_choice") or "auto"
    seen.may_call, seen.must_call = choice != "none", choice == "required"
    if isinstance(choice, dict) and choice["type"] == "allowed_tools":
        seen.must_call, seen.only = choice["mode"] == "required", [tool["name"] for tool in choice["tools"]]
    elif isinstance(choice, dict):
        seen.must_call, seen.only = True, [choice.get("name", choice["type"])]
    seen.parallel = body.get("parallel_tool_calls") is not False
    form = (body.get("text") or {}).get("format") or {}
    seen.schema, seen.json_mode = form.get("schema"), form.get("type") == "json_object"
    reasoning = body.get("reasoning") or {}
    seen.thinks = body["model"] in EFFORTS and reasoning.get("effort") != "none"
    seen.shows_thinking = reasoning.get("summary") is not None
    seen.limit = body.get("max_output_tokens")
