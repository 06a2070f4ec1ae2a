"""Codex, the command-line agent, on every model: requests as its own client makes them, never with identifiers of items."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FORMATS, THINKING_MODELS
from drivers.responses_driver import Fold
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from test_responses_api import sdk

PATCH = "*** Begin Patch\n*** Update File: naïve.py\n@@\n-print(\"a\")\n+print('b')  # \\ 🗼\n*** End Patch\n"
GRAMMAR = 'start: begin_patch hunk+ end_patch\nbegin_patch: "*** Begin Patch" LF\nend_patch: "*** End Patch" LF?\n'
SHELL = {
    "type": "function",
    "name": "shell",
    "description": "Runs a command.",
    "strict": False,
    "parameters": {
        "type": "object",
        "properties": {
            "command": {"type": "array", "items": {"type": "string"}, "description": "The command"},
            "workdir": {"type": "string"},
            "timeout_ms": {"type": "number"},
        },
        "required": ["command"],
        "additionalProperties": False,
    },
}
APPLY_PATCH = {
    "type": "custom",
    "name": "apply_patch",
    "description": "Edits files. FREEFORM: do not wrap the patch in JSON.",
    "format": {"type": "grammar", "syntax": "lark", "definition": GRAMMAR},
}
PROVIDERS = (*FORMATS, "bedrock", "chat")
EVERY_PROVIDER = pytest.mark.parametrize("provider", PROVIDERS)


@pytest.fixture(scope="module")
def coding(shared_fakes: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The usual providers, and a service that has OpenAI's chat alone."""
    folder: Path = tmp_path_factory.mktemp("coding")
    path = write_config(folder, shared_fakes.urls)
    chat = f'\n[[providers.custom]]\nprovider_id = "chat"\napi_key = "{KEYS["openai"]}"\n'
    path.write_text(path.read_text() + chat + f'base_url = "{shared_fakes.urls["openai"]}/v1"\n')
    with Gateway(folder, path) as gateway:
        yield gateway


class Codex:
    """Keeps its history as Codex does: each item of an answer without its identifier, and only members it knows."""

    def __init__(self, gateway: Gateway, model: str, *tools: dict) -> None:
        self.client = sdk(gateway, CLIENT_KEY)
        self.model, self.tools = model, list(tools)
        self.items = [
            self.message("developer", "<permissions instructions>ask first</permissions instructions>"),
            self.message("user", "<environment_context>\n  <cwd>/tmp</cwd>\n</environment_context>"),
        ]

    @staticmethod
    def message(role: str, text: str) -> dict:
        kind = "output_text" if role == "assistant" else "input_text"
        return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}

    def say(self, text: str) -> list[dict]:
        return self.send(self.message("user", text))

    def send(self, *items: dict) -> list[dict]:
        self.items += items
        fold = Fold()
        for event in self.client.responses.create(
            model=self.model,
            instructions="You are Codex.",
            input=self.items,
            tools=self.tools,
            tool_choice="auto",
            parallel_tool_calls=False,
            reasoning={"effort": "medium", "summary": "auto"},
            store=False,
            stream=True,
            include=["reasoning.encrypted_content"],
            prompt_cache_key="0199a213-81c0-7800-8aa1-bbab2a035a53",
            extra_headers={"originator": "codex_cli_rs", "session_id": "0199a213-81c0-7800-8aa1-bbab2a035a53"},
            extra_body={"client_metadata": {"x-codex-installation-id": "1"}},
        ):
            fold.add(event)
        output = [item.to_dict() for item in fold.finish().output]
        self.items += [self.remembered(item) for item in output]
        return output

    @staticmethod
    def remembered(item: dict) -> dict:
        match item["type"]:
            case "message":
                content = [{"type": part["type"], "text": part["text"]} for part in item["content"]]
                return {"type": "message", "role": "assistant", "content": content}
            case "reasoning":
                proof = item.get("encrypted_content")
                return {"type": "reasoning", "summary": item["summary"], "content": None, "encrypted_content": proof}
        return {name: value for name, value in item.items() if name != "id"}


def model_of(provider: str) -> str:
    return "chat/gpt-5" if provider == "chat" else THINKING_MODELS[provider]


@EVERY_PROVIDER
def test_a_turn_of_commands_and_patches(coding: Gateway, fakes: Fakes, provider: str) -> None:
    codex = Codex(coding, model_of(provider), SHELL, APPLY_PATCH)
    command = {"command": ["bash", "-lc", "rg --files"], "workdir": "/tmp"}
    output = codex.say(f"think, then call shell {json.dumps(command)}")
    (call,) = [item for item in output if item["type"] == "function_call"]
    assert json.loads(call["arguments"]) == command
    result = json.dumps({"output": "naïve.py\n", "metadata": {"exit_code": 0}}, ensure_ascii=False)
    output = codex.send({"type": "function_call_output", "call_id": call["call_id"], "output": result})
    assert output[-1]["content"][0]["text"].startswith("The tools said: shell=")

    output = codex.say(f"think, then call apply_patch {json.dumps({'input': PATCH})}")
    (call,) = [item for item in output if item["type"] == "custom_tool_call"]
    assert (call["name"], call["input"]) == ("apply_patch", PATCH)
    output = codex.send({"type": "custom_tool_call_output", "call_id": call["call_id"], "output": "Success."})
    assert output[-1]["content"][0]["text"] == "The tools said: apply_patch=Success."

    seen = json.loads(codex.say("report")[-1]["content"][0]["text"])
    assert seen["turns"][-1] == "user: report" and len(seen["turns"]) in (5, 6)
    assert "You are Codex." in seen["system"] and "ask first" in seen["system"]
    fake = fakes.providers["openai" if provider == "chat" else provider]
    assert [request.status for request in fake.requests] == [200] * 5


@pytest.mark.parametrize("kind", ["function_call_output", "local_shell_call_output"])
@EVERY_PROVIDER
def test_the_shell_of_the_clients_machine(coding: Gateway, fakes: Fakes, provider: str, kind: str) -> None:
    """Codex gives the output back as a function's, other programs as the shell's own."""
    codex = Codex(coding, model_of(provider), {"type": "local_shell"}, APPLY_PATCH)
    action = {"command": ["bash", "-lc", "echo \"é\""], "timeout_ms": 1000, "working_directory": "/tmp"}
    output = codex.say(f"call local_shell {json.dumps(action)}")
    (call,) = [item for item in output if item["type"] == "local_shell_call"]
    assert call["action"] == {"type": "exec", "env": {}, **action} and call["status"] == "completed"
    output = codex.send({"type": kind, "call_id": call["call_id"], "output": "é"})
    assert output[-1]["content"][0]["text"] == "The tools said: local_shell=é"
    again = codex.say("report")[-1]["content"][0]["text"]
    assert json.loads(again)["turns"][-1] == "user: report"


CHANGES = [(first, then) for first in PROVIDERS for then in PROVIDERS if first != then]
# Two accounts of OpenAI's: neither can read what the other has encrypted.
CHANGES = [pair for pair in CHANGES if set(pair) != {"openai", "responses"}]


@pytest.mark.parametrize("first,then", CHANGES)
def test_pitfall_14_a_conversation_changes_its_model(coding: Gateway, fakes: Fakes, first: str, then: str) -> None:
    """In the middle of a turn of tools: each provider gets its own thoughts alone, and back again finds them."""
    codex = Codex(coding, model_of(first), SHELL, APPLY_PATCH)
    (call,) = [one for one in codex.say('think, then call shell {"command": ["ls"]}') if "call_id" in one]
    codex.model = model_of(then)
    output = codex.send({"type": "function_call_output", "call_id": call["call_id"], "output": "a"})
    assert output[-1]["content"][0]["text"] == "The tools said: shell=a"
    (call,) = [one for one in codex.say(f"think, then call apply_patch {json.dumps({'input': PATCH})}") if "call_id" in one]
    assert call["input"] == PATCH
    codex.model = model_of(first)
    output = codex.send({"type": "custom_tool_call_output", "call_id": call["call_id"], "output": "Success."})
    assert output[-1]["content"][0]["text"] == "The tools said: apply_patch=Success."


@pytest.mark.parametrize("provider", ["anthropic", "gemini", "openai", "responses"])
def test_pitfall_14_thoughts_return_to_who_had_them(coding: Gateway, fakes: Fakes, provider: str) -> None:
    """As proofs inside `encrypted_content`: the providers' fakes refuse a turn of tools that has lost its own."""
    codex = Codex(coding, model_of(provider), SHELL)
    output = codex.say('think, then call shell {"command": ["ls"]}')
    assert output[0]["type"] == "reasoning"
    call = output[-1]
    codex.send({"type": "function_call_output", "call_id": call["call_id"], "output": "a"})
    raw = fakes.last(provider).raw.decode()
    match provider:
        case "anthropic":
            assert output[0]["encrypted_content"] and '"type":"thinking"' in raw and '"signature":"' in raw
        case "gemini":
            # Its proof stands at the call, for which the format has no place: the gateway remembers it.
            assert '"thoughtSignature":"' in raw
        case _:
            assert output[0]["encrypted_content"] in raw
