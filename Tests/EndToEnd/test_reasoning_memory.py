"""PITFALLS 14 and 15: clients that cannot return proofs of reasoning; the fakes refuse forged and misplaced ones."""

import json

import pytest

from conftest import THINKING_MODELS
from drivers.clients import anthropic_client, openai_client
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway
from samples import WEATHER

FUNCTION = {"name": WEATHER.name, "description": WEATHER.description, "parameters": WEATHER.parameters}
TOOLS = [{"type": "function", "function": FUNCTION}]
QUESTION = "think about the weather in Paris then London"


def chat_turns(gateway: Gateway, model: str, stream: bool) -> str:
    """Keeps of each answer what a Chat client knows: text and calls."""
    client = openai_client(gateway.url, CLIENT_KEY)
    history: list = [{"role": "user", "content": QUESTION}]
    for _ in range(5):
        fields = {"model": model, "messages": history, "tools": TOOLS, "reasoning_effort": "low"}
        if stream:
            with client.chat.completions.stream(**fields) as events:
                message = events.get_final_completion().choices[0].message
        else:
            message = client.chat.completions.create(**fields).choices[0].message
        if not message.tool_calls:
            return message.content or ""
        calls = [
            {"id": call.id, "type": "function", "function": {"name": call.function.name, "arguments": call.function.arguments}}
            for call in message.tool_calls
        ]
        history.append({"role": "assistant", "content": message.content, "tool_calls": calls})
        history += [{"role": "tool", "tool_call_id": call["id"], "content": "sun"} for call in calls]
    raise AssertionError("the tools were called without end")


def test_a_chat_client_of_claude(fakes: Fakes, gateway: Gateway, stream: bool) -> None:
    assert chat_turns(gateway, THINKING_MODELS["anthropic"], stream).startswith("The tools said")
    requests = fakes.providers["anthropic"].requests
    assert [request.status for request in requests] == [200] * 3
    for place, request in enumerate(requests):
        assert isinstance(request.body, dict) and request.body["thinking"]["type"] == "enabled"
        turns = [message for message in request.body["messages"] if message["role"] == "assistant"]
        assert len(turns) == place
        for turn in turns:
            assert turn["content"][0]["type"] == "thinking" and turn["content"][0]["signature"]


@pytest.mark.parametrize("client", ["openai", "anthropic"])
def test_gemini_gets_its_signatures_back(fakes: Fakes, gateway: Gateway, stream: bool, client: str) -> None:
    model = THINKING_MODELS["gemini"]
    if client == "openai":
        assert chat_turns(gateway, model, stream).startswith("The tools said")
    else:
        assert messages_turns(gateway, model).startswith("The tools said")
    requests = fakes.providers["gemini"].requests
    assert [request.status for request in requests] == [200] * 3
    body = requests[-1].body
    assert isinstance(body, dict)
    calls = [part for turn in body["contents"] for part in turn["parts"] if "functionCall" in part]
    assert len(calls) == 2
    assert all(len(call["thoughtSignature"]) > 0 and "c2tpcF90" not in call["thoughtSignature"] for call in calls)


def messages_turns(gateway: Gateway, model: str) -> str:
    client = anthropic_client(gateway.url, CLIENT_KEY)
    tools = [{"name": WEATHER.name, "description": WEATHER.description, "input_schema": WEATHER.parameters}]
    history: list = [{"role": "user", "content": QUESTION}]
    for _ in range(5):
        reply = client.messages.create(model=model, max_tokens=8000, messages=history, tools=tools)
        calls = [block for block in reply.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in reply.content if block.type == "text")
        history.append({"role": "assistant", "content": reply.content})
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "sun"} for call in calls]
        history.append({"role": "user", "content": results})
    raise AssertionError("the tools were called without end")


def test_a_changed_model_gets_no_proofs(fakes: Fakes, gateway: Gateway) -> None:
    """Another provider's model goes on with the conversation without what it could not read."""
    client = openai_client(gateway.url, CLIENT_KEY)
    first = client.chat.completions.create(
        model=THINKING_MODELS["anthropic"],
        messages=[{"role": "user", "content": QUESTION}],
        tools=TOOLS,
        reasoning_effort="low",
    )
    call = first.choices[0].message.tool_calls[0]
    history = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "tool_calls": [call.model_dump()]},
        {"role": "tool", "tool_call_id": call.id, "content": "sun"},
    ]
    for model in ("claude-opus-4-5", THINKING_MODELS["gemini"]):
        client.chat.completions.create(model=model, messages=history, tools=TOOLS)
    assert "signature" not in json.dumps(fakes.last("anthropic").body)
    assert fakes.last("gemini").status == 200


def test_claude_takes_a_conversation_over(fakes: Fakes, gateway: Gateway) -> None:
    """PITFALLS 14: what Gemini thought reached the client without a signature; Anthropic never sees it."""
    client = anthropic_client(gateway.url, CLIENT_KEY)
    fields = {"max_tokens": 8000, "thinking": {"type": "enabled", "budget_tokens": 2000}}
    history: list = [{"role": "user", "content": "think, then say: hello"}]
    reply = client.messages.create(model=THINKING_MODELS["gemini"], messages=history, **fields)
    assert reply.content[0].type == "thinking" and reply.content[0].signature == ""
    history += [{"role": "assistant", "content": reply.content}, {"role": "user", "content": "think, then say: done"}]
    reply = client.messages.create(model=THINKING_MODELS["anthropic"], messages=history, **fields)
    assert reply.content[-1].text == "done"
    assert "Thinking about: think, then say: hello" not in json.dumps(fakes.last("anthropic").body)
