"""Chat's tools of type `custom`: they take free text, and are functions to models that have no such thing."""

from pathlib import Path

import pytest

from conftest import MODELS
from drivers.clients import openai_client
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway
from test_cache import cached

PATCH = '*** Begin Patch\n+Hello, "Wörld" 🗼\n*** End Patch\n'
TOOL = {"type": "custom", "custom": {"name": "apply_patch", "description": "Edits files.", "format": {"type": "text"}}}
QUESTION = 'call apply_patch {"input": "*** Begin Patch\\n+Hello, \\"Wörld\\" 🗼\\n*** End Patch\\n"}'


def ask(gateway: Gateway, provider: str, messages: list, stream: bool) -> tuple[str, list[dict]]:
    """The text and the calls of a reply, in the shape of the SDK's messages."""
    client = openai_client(gateway.url, CLIENT_KEY)
    arguments: dict = {"model": MODELS[provider], "messages": messages, "tools": [TOOL]}
    if not stream:
        message = client.chat.completions.create(**arguments).choices[0].message
        return message.content or "", [call.model_dump(exclude_none=True) for call in message.tool_calls or []]
    text, calls = "", []
    for chunk in client.chat.completions.create(**arguments, stream=True):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            calls += [call.model_dump(exclude_none=True) for call in choice.delta.tool_calls or []]
    return text, [{name: value for name, value in call.items() if name != "index"} for call in calls]


@pytest.mark.parametrize("provider", ["anthropic", "gemini", "bedrock"])
def test_a_custom_tool_is_called_with_free_text(gateway: Gateway, fakes: Fakes, provider: str, stream: bool) -> None:
    messages: list = [{"role": "user", "content": QUESTION}]
    _, calls = ask(gateway, provider, messages, stream)
    (call,) = calls
    assert (call["type"], call["custom"]) == ("custom", {"name": "apply_patch", "input": PATCH})
    messages += [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": call["id"], "content": "Done!"},
    ]
    text, calls = ask(gateway, provider, messages, stream)
    assert (text, calls) == ("The tools said: apply_patch=Done!", [])
    assert [one.status for one in fakes.providers[provider].requests] == [200, 200]


def test_a_cached_call_is_told_alike(fakes: Fakes, tmp_path: Path) -> None:
    with cached(fakes, tmp_path) as gateway:
        messages = [{"role": "user", "content": QUESTION}]
        found = [ask(gateway, "anthropic", messages, stream)[1] for stream in (False, False, True)]
        assert [calls[0]["custom"]["input"] for calls in found] == [PATCH] * 3
        assert fakes.total() == 1
