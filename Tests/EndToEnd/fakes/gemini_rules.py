"""The rules of generateContent that no single field tells: between turns, parts and models."""

import base64
import json
from dataclasses import dataclass

from .signatures import Signer, normal


class Refused(Exception):
    """The message of an INVALID_ARGUMENT."""


@dataclass(frozen=True)
class Model:
    budgets: tuple[int, int] = (0, 24_576)
    always_thinks: bool = False
    levels: tuple[str, ...] = ()
    needs_signatures: bool = False
    mixes_json_and_tools: bool = False


THREE = Model((0, 32_768), True, ("LOW", "MEDIUM", "HIGH"), True, True)
MODELS = {
    "gemini-2.5-flash": Model(),
    "gemini-2.5-pro": Model((128, 32_768), True),
    "gemini-3-pro-preview": THREE,
    # No model of Google's: takes everything that the format has.
    "omni": Model((0, 32_768), levels=("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"), mixes_json_and_tools=True),
}
# What the documentation offers for calls that another model made.
ESCAPES = ("skip_thought_signature_validator", base64.b64encode(b"skip_thought_signature_validator").decode())


def call_text(call: dict) -> str:
    """What the signature of a call is made over."""
    return f"call {call['name']} {json.dumps(call.get('args') or {}, sort_keys=True)}"


def check(body: dict, name: str, signer: Signer) -> None:
    model = MODELS[name]
    config = body.get("generationConfig", {})
    check_thinking(config.get("thinkingConfig", {}), name, model)
    declared = check_tools(body)
    if declared and config.get("responseMimeType") == "application/json" and not model.mixes_json_and_tools:
        raise Refused("Function calling with a response mime type: 'application/json' is unsupported")
    turns = merged(body["contents"])
    check_turns(turns)
    check_signatures(turns, model, signer)


def merged(contents: list[dict]) -> list[tuple[str, list[dict]]]:
    turns: list[tuple[str, list[dict]]] = []
    for content in contents:
        role = content.get("role", "user")
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(content["parts"])
        else:
            turns.append((role, list(content["parts"])))
    return turns


def check_thinking(config: dict, name: str, model: Model) -> None:
    if "thinkingLevel" in config:
        if not model.levels:
            raise Refused("Thinking level is not supported for this model.")
        if config["thinkingLevel"] not in model.levels:
            raise Refused(f"Thinking level {config['thinkingLevel']} is not supported for this model.")
    budget = config.get("thinkingBudget")
    if budget is None or budget == -1:
        return
    if budget == 0 and model.always_thinks:
        raise Refused("Budget 0 is invalid. This model only works in thinking mode.")
    low, high = model.budgets
    if not low <= budget <= high:
        raise Refused(f"The thinking budget {budget} is invalid. Please choose a value between {low} and {high}.")


def check_tools(body: dict) -> set[str]:
    names = [one["name"] for tool in body.get("tools", []) for one in tool.get("functionDeclarations", [])]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"Duplicate function declaration found: {name}")
    calling = body.get("toolConfig", {}).get("functionCallingConfig")
    if calling and not names:
        raise Refused("Function calling config is set without function_declarations.")
    for name in (calling or {}).get("allowedFunctionNames", []):
        if name not in names:
            raise Refused(f"allowed_function_names: {name} is not declared")
    return set(names)


def check_turns(turns: list[tuple[str, list[dict]]]) -> None:
    before: list[dict] = []
    for index, (role, parts) in enumerate(turns):
        calls = [part["functionCall"] for part in parts if "functionCall" in part]
        responses = [part["functionResponse"] for part in parts if "functionResponse" in part]
        if calls and role != "model":
            raise Refused("Please ensure that function call parts are in a turn of the role model.")
        if responses and role != "user":
            raise Refused("Please use a valid role: function responses ride in the role user.")
        if calls and index == 0:
            raise Refused(
                "Please ensure that function call turn comes immediately after a user turn or after a function"
                " response turn."
            )
        if responses and not before:
            raise Refused("Please ensure that function response turn comes immediately after a function call turn.")
        if before and len(before) != len(responses):
            raise Refused(
                "Please ensure that the number of function response parts is equal to the number of function call"
                " parts of the function call turn."
            )
        if before and sorted(call["name"] for call in before) != sorted(one["name"] for one in responses):
            raise Refused("Please ensure that function responses have the names of the function calls.")
        check_ids(before, responses)
        before = calls
    if before:
        raise Refused("Please ensure that function call turn is followed by a function response turn.")


def check_ids(calls: list[dict], responses: list[dict]) -> None:
    ids = {call["id"] for call in calls if "id" in call}
    for response in responses:
        if ids and response.get("id", next(iter(ids))) not in ids:
            raise Refused(f"Function response id {response['id']} does not match a function call.")


def check_signatures(turns: list[tuple[str, list[dict]]], model: Model, signer: Signer) -> None:
    for _, parts in turns:
        for part in parts:
            signature = part.get("thoughtSignature")
            if signature is None or signature in ESCAPES:
                continue
            text = call_text(part["functionCall"]) if "functionCall" in part else "text"
            if not signer.verifies(text, normal(signature)):
                raise Refused("Corrupted thought signature.")
    if not model.needs_signatures:
        return
    current = 0
    for index, (role, parts) in enumerate(turns):
        if role == "user" and any("functionResponse" not in part for part in parts):
            if not any("functionResponse" in part for part in parts):
                current = index
    for index, (role, parts) in enumerate(turns[current:], current):
        calls = [part for part in parts if "functionCall" in part]
        if role == "model" and calls and "thoughtSignature" not in calls[0]:
            raise Refused(
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to"
                f" work correctly. Function call `{calls[0]['functionCall']['name']}`, position {index + 1}."
            )
