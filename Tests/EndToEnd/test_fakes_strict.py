"""The fakes refuse what the real providers refuse, in the providers' own words. One refusal a case."""

import json
import urllib.error
import urllib.request

import pytest

from fakes.cluster import KEYS, Fakes
from samples import PNG

USER = {"role": "user", "content": "hi"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
FUNCTION = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CHAT = {"model": "gpt-4o", "messages": [USER]}
O_SERIES = {"model": "gpt-5", "messages": [USER]}

OPENAI = {
    "unknown field": ({**CHAT, "top_k": 3}, "Unrecognized request argument supplied: top_k"),
    "unknown nested field": ({**CHAT, "messages": [{**USER, "cache_control": {}}]}, "messages[0].cache_control"),
    "no messages": ({"model": "gpt-4o"}, "Missing required parameter: 'messages'"),
    "temperature range": ({**CHAT, "temperature": 2.5}, "temperature"),
    "role": ({**CHAT, "messages": [{"role": "model", "content": "x"}]}, "messages[0].role"),
    "arguments as object": (
        {
            **CHAT,
            "messages": [
                USER,
                {"role": "assistant", "tool_calls": [{**CALL, "function": {"name": "f", "arguments": {}}}]},
            ],
        },
        "arguments",
    ),
    "stream options": ({**CHAT, "stream_options": {"include_usage": True}}, "'stream_options'"),
    "lone result": ({**CHAT, "messages": [{"role": "tool", "tool_call_id": "x", "content": ""}]}, "preceeding message"),
    "unanswered call": (
        {**CHAT, "messages": [USER, {"role": "assistant", "tool_calls": [CALL]}, USER]},
        "must be followed by tool messages",
    ),
    "image in a result": (
        {
            **CHAT,
            "messages": [
                USER,
                {"role": "assistant", "tool_calls": [CALL]},
                {
                    "role": "tool",
                    "tool_call_id": "call_1",
                    "content": [{"type": "image_url", "image_url": {"url": "x"}}],
                },
            ],
        },
        "content[0].type",
    ),
    "null content": ({**CHAT, "messages": [USER, {"role": "assistant", "content": None}]}, "content"),
    "empty tools": ({**CHAT, "tools": []}, "tools"),
    "choice without tools": ({**CHAT, "tool_choice": "auto"}, "'tool_choice' is only allowed when"),
    "tool name": ({**CHAT, "tools": [{"type": "function", "function": {"name": "a.b"}}]}, "name"),
    "five stops": ({**CHAT, "stop": list("abcde")}, "stop"),
    "max_tokens of reasoning models": ({**O_SERIES, "max_tokens": 5}, "max_completion_tokens"),
    "temperature of reasoning models": ({**O_SERIES, "temperature": 0.2}, "Only the default (1)"),
    "effort of plain models": ({**CHAT, "reasoning_effort": "low"}, "reasoning_effort"),
    "unsupported effort": ({**O_SERIES, "reasoning_effort": "none"}, "'minimal', 'low'"),
    "json mode without the word": ({**CHAT, "response_format": {"type": "json_object"}}, "must contain the word"),
    "open strict schema": (
        {
            **CHAT,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "a", "strict": True, "schema": {"type": "object", "properties": {}}},
            },
        },
        "additionalProperties",
    ),
    "image URL": (
        {**CHAT, "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,x"}}]}]},
        "image",
    ),
}

USE = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}
MESSAGE = {"model": "claude-sonnet-4-5", "max_tokens": 4096, "messages": [USER]}
USED = [USER, {"role": "assistant", "content": [USE]}]
CUSTOM = {"name": "f", "input_schema": {"type": "object"}}
MARK = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
BUDGET = {"type": "enabled", "budget_tokens": 2048}


def with_blocks(*blocks: dict) -> dict:
    return {**MESSAGE, "messages": [{"role": "user", "content": list(blocks)}]}


ANTHROPIC = {
    "unknown field": ({**MESSAGE, "n": 1}, "n: Extra inputs are not permitted"),
    "no max_tokens": ({"model": "claude-sonnet-4-5", "messages": [USER]}, "max_tokens: Field required"),
    "max_tokens of the model": ({**MESSAGE, "max_tokens": 64_001}, "maximum allowed number of output tokens"),
    "temperature range": ({**MESSAGE, "temperature": 1.5}, "temperature"),
    "temperature and top_p": ({**MESSAGE, "temperature": 1, "top_p": 1}, "cannot both be specified"),
    "sampling of newer models": ({**MESSAGE, "model": "claude-opus-5", "temperature": 1}, "deprecated for this model"),
    "budget of newer models": (
        {**MESSAGE, "model": "claude-opus-5", "thinking": BUDGET},
        "not supported for this model",
    ),
    "budget over max_tokens": ({**MESSAGE, "max_tokens": 2048, "thinking": BUDGET}, "must be greater than"),
    "forced tools and thinking": (
        {**MESSAGE, "thinking": BUDGET, "tools": [CUSTOM], "tool_choice": {"type": "any"}},
        "Thinking may not be enabled",
    ),
    "temperature and thinking": ({**MESSAGE, "thinking": BUDGET, "temperature": 0.5}, "may only be set to 1"),
    "assistant first": ({**MESSAGE, "messages": [{"role": "assistant", "content": "x"}, USER]}, "first message"),
    "empty content": ({**MESSAGE, "messages": [{"role": "user", "content": ""}]}, "non-empty content"),
    "empty text": (with_blocks({"type": "text", "text": ""}), "must be non-empty"),
    "block type": (with_blocks({"type": "image_url"}), "type"),
    "five marks": (with_blocks(*[MARK] * 5), "maximum of 4 blocks"),
    "input as string": (
        {**MESSAGE, "messages": [USER, {"role": "assistant", "content": [{**USE, "input": "{}"}]}]},
        "input",
    ),
    "unanswered use": ({**MESSAGE, "messages": [*USED, USER]}, "without `tool_result` blocks"),
    "text before results": (
        {**MESSAGE, "messages": [*USED, {"role": "user", "content": [{"type": "text", "text": "x"}, RESULT]}]},
        "must come before",
    ),
    "lone result": (with_blocks(RESULT), "unexpected `tool_use_id`"),
    "foreign signature": (
        {
            **MESSAGE,
            "messages": [
                USER,
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "x", "signature": "AAAA"}]},
                USER,
            ],
        },
        "Invalid `signature`",
    ),
    "thinking without its thoughts": (
        {**MESSAGE, "thinking": BUDGET, "messages": [*USED, {"role": "user", "content": [RESULT]}]},
        "Expected `thinking`",
    ),
    "choice as string": ({**MESSAGE, "tools": [CUSTOM], "tool_choice": "auto"}, "tool_choice"),
    "tool name": ({**MESSAGE, "tools": [{**CUSTOM, "name": "a.b"}]}, "tools.0.name"),
    "tool schema": ({**MESSAGE, "tools": [{**CUSTOM, "input_schema": {}}]}, "input_schema.type"),
    "open format": (
        {**MESSAGE, "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        "must be explicitly set to false",
    ),
    "image bytes": (
        with_blocks({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}),
        "does not match",
    ),
    "metadata": ({**MESSAGE, "metadata": {"user": "x"}}, "metadata.user"),
}


def text(words: str, role: str = "user") -> dict:
    return {"role": role, "parts": [{"text": words}]}


def called(**part: object) -> list[dict]:
    return [text("hi"), {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}, **part}]}]


def declared(**fields: object) -> list[dict]:
    return [{"functionDeclarations": [{"name": "f", **fields}]}]


ANSWER = {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": "x"}}}]}
CONTENTS = {"contents": [text("hi")]}

GEMINI = {
    "unknown field": ({**CONTENTS, "messages": []}, 'Unknown name "messages"'),
    "unknown nested field": ({**CONTENTS, "generationConfig": {"maxTokens": 3}}, 'Unknown name "maxTokens"'),
    "no contents": ({}, "contents"),
    "role": ({"contents": [text("hi", "assistant")]}, "contents[0].role"),
    "two data fields": ({"contents": [{"role": "user", "parts": [{"text": "x", "inlineData": {}}]}]}, "inlineData"),
    "no parts": ({"contents": [{"role": "user", "parts": []}]}, "parts"),
    "args as string": (
        {"contents": [text("hi"), {"role": "model", "parts": [{"functionCall": {"name": "f", "args": "{}"}}]}]},
        "args",
    ),
    "unanswered call": ({"contents": [*called(), text("go on")]}, "number of function response parts"),
    "lone response": ({"contents": [ANSWER]}, "immediately after a function call turn"),
    "additional properties": (
        {**CONTENTS, "tools": declared(parameters={"type": "OBJECT", "additionalProperties": False})},
        'Unknown name "additionalProperties"',
    ),
    "reference": ({**CONTENTS, "tools": declared(parameters={"$ref": "#/x"})}, 'Unknown name "$ref"'),
    "empty object": ({**CONTENTS, "tools": declared(parameters={"type": "OBJECT"})}, "non-empty for OBJECT"),
    "two schemas": (
        {
            **CONTENTS,
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseSchema": {"type": "STRING"},
                "responseJsonSchema": {"type": "string"},
            },
        },
        "only one of",
    ),
    "schema without mime": ({**CONTENTS, "generationConfig": {"responseJsonSchema": {}}}, "response_mime_type"),
    "budget and level": (
        {**CONTENTS, "generationConfig": {"thinkingConfig": {"thinkingBudget": 1, "thinkingLevel": "LOW"}}},
        "thinking",
    ),
    "level of 2.5": ({**CONTENTS, "generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}, "not supported"),
    "names without ANY": (
        {
            **CONTENTS,
            "tools": declared(),
            "toolConfig": {"functionCallingConfig": {"mode": "AUTO", "allowedFunctionNames": ["f"]}},
        },
        "allowed_function_names",
    ),
    "missing signature": (
        {"model": "gemini-3-pro-preview", "contents": [*called(), ANSWER]},
        "missing a thought_signature",
    ),
    "foreign signature": (
        {"model": "gemini-3-pro-preview", "contents": [*called(thoughtSignature="AAAA"), ANSWER]},
        "Corrupted thought signature",
    ),
    "six stops": ({**CONTENTS, "generationConfig": {"stopSequences": list("abcdef")}}, "stopSequences"),
    "image URL": (
        {
            "contents": [
                {"role": "user", "parts": [{"fileData": {"fileUri": "http://x/y.png", "mimeType": "image/png"}}]}
            ]
        },
        "file uri",
    ),
}


def post(url: str, body: object, headers: dict[str, str]) -> tuple[int, dict]:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def send(fakes: Fakes, provider: str, body: dict) -> tuple[int, dict]:
    url, key = fakes.urls[provider], KEYS[provider]
    match provider:
        case "openai":
            return post(f"{url}/v1/chat/completions", body, {"Authorization": f"Bearer {key}"})
        case "anthropic":
            return post(f"{url}/v1/messages", body, {"x-api-key": key, "anthropic-version": "2023-06-01"})
    model = body.get("model", "gemini-2.5-flash")
    return post(f"{url}/v1beta/models/{model}:generateContent", body, {"x-goog-api-key": key})


CASES = [
    pytest.param(provider, body, message, id=f"{provider} {name}")
    for provider, cases in (("openai", OPENAI), ("anthropic", ANTHROPIC), ("gemini", GEMINI))
    for name, (body, message) in cases.items()
]


@pytest.mark.parametrize("provider,body,message", CASES)
def test_refuses(fakes: Fakes, provider: str, body: dict, message: str) -> None:
    status, answer = send(fakes, provider, body)
    assert status == 400, answer
    assert message in answer["error"]["message"]
    wanted = "INVALID_ARGUMENT" if provider == "gemini" else "invalid_request_error"
    assert wanted in (answer["error"].get("type"), answer["error"].get("status"))


@pytest.mark.parametrize("provider,body", [("openai", CHAT), ("anthropic", MESSAGE), ("gemini", CONTENTS)])
def test_accepts_the_plain_form(fakes: Fakes, provider: str, body: dict) -> None:
    assert send(fakes, provider, body)[0] == 200


def test_keys_count_only_in_their_own_header(fakes: Fakes) -> None:
    chat, messages = f"{fakes.urls['openai']}/v1/chat/completions", f"{fakes.urls['anthropic']}/v1/messages"
    generate = f"{fakes.urls['gemini']}/v1beta/models/gemini-2.5-flash:generateContent"
    assert post(chat, CHAT, {"x-api-key": KEYS["openai"]})[0] == 401
    assert post(messages, MESSAGE, {"x-goog-api-key": KEYS["anthropic"]})[0] == 401
    assert post(generate, CONTENTS, {"Authorization": f"Bearer {KEYS['gemini']}"})[0] == 403
    assert (
        post(generate, CONTENTS, {"x-goog-api-key": "wrong"})[1]["error"]["details"][0]["reason"] == "API_KEY_INVALID"
    )


def test_images_are_seen(fakes: Fakes) -> None:
    body = with_blocks({"type": "text", "text": "describe"})
    import base64

    image = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    body["messages"][0]["content"].insert(0, {"type": "image", "source": image})
    answer = send(fakes, "anthropic", body)[1]
    assert answer["content"][0]["text"].startswith(f"I see 1: image/png {len(PNG)} bytes")
