"""Whatever a valid request holds, the provider must not refuse it: fields are fitted, moved or dropped."""

import json
import time

import pytest

from conftest import FORMATS, MODELS, PROVIDERS, THINKING_MODELS
from fakes.cluster import Fakes
from gateway import Gateway
from raw import Reply, ask, key_header, path_of, request

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer", "minimum": 3}}}
FUNCTION = {"name": "f", "description": "F", "parameters": SCHEMA}
CHAT_TOOL = {"type": "function", "function": FUNCTION}
ANTHROPIC_TOOL = {"name": "f", "description": "F", "input_schema": SCHEMA}
LONG_NAME = "a" * 120


def chat(*messages: dict, **fields: object) -> dict:
    return {"messages": list(messages) or [{"role": "user", "content": "hi"}], **fields}


def messages(*history: dict, **fields: object) -> dict:
    return {"max_tokens": 4096, "messages": list(history) or [{"role": "user", "content": "hi"}], **fields}


def contents(*turns: dict, **fields: object) -> dict:
    return {"contents": list(turns) or [{"role": "user", "parts": [{"text": "hi"}]}], **fields}


def json_format(schema: dict, **more: object) -> dict:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, **more}}


CALLED = [
    {"role": "user", "content": "go"},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": f"call:1/{'x' * 50}", "type": "function", "function": {"name": "f", "arguments": ""}}],
    },
    {"role": "tool", "tool_call_id": f"call:1/{'x' * 50}", "content": ""},
]

OPENAI = {
    "every sampling parameter": chat(
        temperature=1.9, top_p=0.5, presence_penalty=1, frequency_penalty=-1, seed=2**40, logit_bias={"7": 3}, stop="X"
    ),
    "bookkeeping": chat(
        user="u", metadata={"k": "v"}, store=False, service_tier="auto", prompt_cache_key="k", safety_identifier="s"
    ),
    "tool parameters without meaning elsewhere": chat(
        tools=[CHAT_TOOL], tool_choice="auto", parallel_tool_calls=False, n=1, logprobs=False
    ),
    "allowed tools": chat(
        tools=[CHAT_TOOL, {"type": "function", "function": {"name": "g"}}],
        tool_choice={
            "type": "allowed_tools",
            "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "g"}}]},
        },
    ),
    "nulls": chat(temperature=None, stop=None, max_tokens=None, stream=None, logit_bias=None, n=None, seed=None),
    "four stops": chat(stop=["a\n", "b", "c", "d"]),
    "whitespace stop": chat(stop="\n\n"),
    "system alone": chat({"role": "system", "content": "say: alone"}),
    "system between": chat(
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "system", "content": "c"},
        {"role": "user", "content": "d"},
    ),
    "assistant first": chat({"role": "assistant", "content": "hello"}, {"role": "user", "content": "hi"}),
    "the same role twice": chat(*[{"role": role, "content": role} for role in ("user", "user", "assistant", "user")]),
    "empty strings": chat(
        {"role": "system", "content": ""}, {"role": "user", "content": "a"}, {"role": "assistant", "content": ""},
        {"role": "user", "content": " "}, {"role": "user", "content": "b"},
    ),
    "empty call and result": chat(*CALLED, tools=[CHAT_TOOL]),
    "calls without tools": chat(*CALLED),
    "arguments that are no JSON": chat(
        CALLED[0],
        {**CALLED[1], "tool_calls": [{**CALLED[1]["tool_calls"][0], "function": {"name": "f", "arguments": "{oops"}}]},
        CALLED[2],
    ),
    "open schema": chat(response_format=json_format(SCHEMA)),
    "schema without properties": chat(response_format=json_format({"type": "object"})),
    "strict tool": chat(
        tools=[{"type": "function", "function": {
            "name": "f", "strict": True,
            "parameters": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
                           "additionalProperties": False}}}]
    ),
    "tool without parameters": chat(tools=[{"type": "function", "function": {"name": "f"}}]),
    "json mode": chat({"role": "user", "content": "some JSON please"}, response_format={"type": "json_object"}),
    "schema and tools": chat(tools=[CHAT_TOOL], response_format=json_format(SCHEMA)),
    "file": chat(
        {
            "role": "user",
            "content": [
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQK"}}
            ],
        }
    ),
}  # fmt: skip
OPENAI_THINKING = {
    "little room": chat(reasoning_effort="high", max_completion_tokens=500),
    "exactly the budget": chat(reasoning_effort="high", max_completion_tokens=16_384),
    "with a temperature of one": chat(reasoning_effort="low", temperature=1),
    "forced tool": chat(reasoning_effort="low", tools=[CHAT_TOOL], tool_choice="required"),
    "answered call": chat(*CALLED, tools=[CHAT_TOOL], reasoning_effort="medium"),
    "minimal": chat(reasoning_effort="minimal"),
    "high without a limit": chat(reasoning_effort="high"),
}
ANTHROPIC = {
    "sampling": messages(temperature=1, top_k=5, stop_sequences=["a", "b", "c", "d", "e", "f"]),
    "top_p": messages(top_p=0.9),
    "bookkeeping": messages(metadata={"user_id": "u"}, service_tier="auto"),
    "system blocks": messages(
        system=[
            {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            {"type": "text", "text": "b", "cache_control": {"type": "ephemeral"}},
        ]
    ),
    "system in between": messages(
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c"},
        {"role": "system", "content": "d"},
    ),
    "prefill": messages({"role": "user", "content": "go"}, {"role": "assistant", "content": "Once"}),
    "long tool names": messages(tools=[{**ANTHROPIC_TOOL, "name": LONG_NAME}], tool_choice={"type": "any"}),
    "documents": messages(
        {
            "role": "user",
            "content": [
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "notes"}},
                {
                    "type": "document",
                    "title": "T",
                    "citations": {"enabled": True},
                    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"},
                },
                {"type": "text", "text": "describe"},
            ],
        }
    ),
    "result without content": messages(
        {"role": "user", "content": "go"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]},
        tools=[ANTHROPIC_TOOL],
    ),
    "disabled thinking": messages(thinking={"type": "disabled"}),
    "schema": messages(
        output_config={
            "format": {
                "type": "json_schema",
                "schema": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            }
        }
    ),
}
ANTHROPIC_THINKING = {
    "budget": messages(thinking={"type": "enabled", "budget_tokens": 1024}),
    "large budget": messages(thinking={"type": "enabled", "budget_tokens": 60_000}) | {"max_tokens": 64_000},
}
GEMINI = {
    "sampling": contents(
        generationConfig={
            "temperature": 2,
            "topP": 0.9,
            "topK": 40,
            "seed": 7,
            "stopSequences": ["a", "b", "c", "d", "e"],
            "presencePenalty": 0.5,
            "frequencyPenalty": 0.5,
            "candidateCount": 1,
        }
    ),
    "snake case": contents(
        system_instruction={"parts": [{"text": "s"}]}, generation_config={"max_output_tokens": 100, "top_k": 3}
    ),
    "dotted names": contents(
        tools=[{"functionDeclarations": [{"name": "files.read:v1", "parametersJsonSchema": SCHEMA}]}],
        toolConfig={"functionCallingConfig": {"mode": "ANY"}},
    ),
    "allowed names": contents(
        tools=[{"functionDeclarations": [{"name": "f"}, {"name": "g"}, {"name": "h"}]}],
        toolConfig={"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["g", "h"]}},
    ),
    "json without the word": contents(generationConfig={"responseMimeType": "application/json"}),
    "schema of its own": contents(
        generationConfig={
            "responseMimeType": "application/json",
            "responseSchema": {
                "type": "OBJECT",
                "properties": {
                    "a": {"type": "STRING", "nullable": True},
                    "b": {"type": "ARRAY", "items": {"type": "NUMBER"}},
                },
                "propertyOrdering": ["b", "a"],
            },
        }
    ),
    "roleless content": contents({"parts": [{"text": "hi"}]}),
    "safety": contents(
        safetySettings=[{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}], labels={"team": "x"}
    ),
    "two responses with one name": contents(
        {"role": "user", "parts": [{"text": "go"}]},
        {
            "role": "model",
            "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}, {"functionCall": {"name": "f"}}],
        },
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "f", "response": {"output": text}}} for text in ("one", "two")],
        },
        tools=[{"functionDeclarations": [{"name": "f"}]}],
    ),
}  # fmt: skip
GEMINI_THINKING = {
    "thoughts": contents(generationConfig={"thinkingConfig": {"includeThoughts": True}}),
    "budget": contents(generationConfig={"thinkingConfig": {"thinkingBudget": 512}, "maxOutputTokens": 5000}),
}

CASES = [
    pytest.param(client, provider, models[provider], body, id=f"{client}-{provider}: {name}")
    for client, cases, models in (
        ("openai", OPENAI, MODELS),
        ("openai", OPENAI_THINKING, THINKING_MODELS),
        ("anthropic", ANTHROPIC, MODELS),
        ("anthropic", ANTHROPIC_THINKING, THINKING_MODELS),
        ("gemini", GEMINI, MODELS),
        ("gemini", GEMINI_THINKING, THINKING_MODELS),
    )
    for name, body in cases.items()
    for provider in FORMATS
    if client != provider
]


def send(gateway: Gateway, client: str, model: str, body: dict) -> Reply:
    named = body if client == "gemini" else {"model": model, **body}
    return request(gateway.url, "POST", path_of(client, model), named, key_header(client))


@pytest.mark.parametrize("client,provider,model,body", CASES)
def test_valid_requests_are_never_refused(
    gateway: Gateway, fakes: Fakes, client: str, provider: str, model: str, body: dict
) -> None:
    reply = send(gateway, client, model, body)
    assert reply.status == 200, (reply.json, fakes.total() and fakes.last(provider).body)


def names(reply: Reply, client: str) -> list[str]:
    body = reply.json
    match client:
        case "openai":
            return [call["function"]["name"] for call in body["choices"][0]["message"]["tool_calls"]]
        case "anthropic":
            return [block["name"] for block in body["content"] if block["type"] == "tool_use"]
    parts = body["candidates"][0]["content"]["parts"]
    return [part["functionCall"]["name"] for part in parts if "functionCall" in part]


@pytest.mark.parametrize("provider", FORMATS)
def test_names_come_back_as_the_client_wrote_them(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    model = MODELS[provider]
    assert names(send(gateway, "gemini", model, GEMINI["dotted names"]), "gemini") == ["files.read:v1"]
    reply = send(gateway, "anthropic", model, ANTHROPIC["long tool names"])
    assert names(reply, "anthropic") == [LONG_NAME]


def test_the_chosen_tools_are_the_ones_called(gateway: Gateway, fakes: Fakes) -> None:
    for provider in FORMATS:
        assert names(send(gateway, "openai", MODELS[provider], OPENAI["allowed tools"]), "openai") == ["g"]
        assert names(send(gateway, "gemini", MODELS[provider], GEMINI["allowed names"]), "gemini") in (["g"], ["h"])


def test_results_with_one_name_keep_their_order(gateway: Gateway, fakes: Fakes) -> None:
    for provider in FORMATS:
        reply = send(gateway, "gemini", MODELS[provider], GEMINI["two responses with one name"])
        assert reply.json["candidates"][0]["content"]["parts"][-1]["text"] == "The tools said: f=one | f=two"


def test_numbers_keep_their_spelling_across_formats(gateway: Gateway, fakes: Fakes) -> None:
    """1.0 stays 1.0 and integers of 64 bits survive, in arguments and in schemas."""
    text = 'call f {"a": "x", "n": 9007199254740993, "z": 1.0}'
    for provider in FORMATS:
        reply = send(gateway, "openai", MODELS[provider], chat({"role": "user", "content": text}, tools=[CHAT_TOOL]))
        arguments = reply.json["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
        assert "9007199254740993" in arguments and "1.0" in arguments
        assert json.loads(arguments) == {"a": "x", "n": 9007199254740993, "z": 1.0}


@pytest.mark.parametrize("client", FORMATS)
def test_a_clients_own_timeout_holds(gateway: Gateway, client: str) -> None:
    options = {"x-gateway": {"timeout": 0.3}}
    began = time.monotonic()
    reply = ask(gateway.url, client, MODELS["openai"], "hang", **options)
    assert reply.status == 504
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("client", FORMATS)
def test_wishes_for_the_gateway_stay_with_it(gateway: Gateway, fakes: Fakes, client: str, provider: str) -> None:
    options = {"x-gateway": {"timeout": 20, "metadata": {"team": "blue"}}}
    assert ask(gateway.url, client, MODELS[provider], "hi", **options).status == 200
    assert b"x-gateway" not in fakes.last(provider).raw and b"blue" not in fakes.last(provider).raw
