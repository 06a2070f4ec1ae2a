"""Without a configuration file: providers by their variables, of the process and of a file .env."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from fakes.cluster import Fakes
from fakes.compatible_api import Compatible
from gateway import Gateway
from raw import request

KEY = "sk-zero"


@pytest.fixture(scope="module")
def services() -> Iterator[Fakes]:
    with Fakes(only={"services": Compatible(KEY)}) as fakes:
        yield fakes


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of gatewayd in that folder, with no variables but these."""
    return subprocess.run(
        [os.environ["GATEWAYD"], *arguments], cwd=folder, env=variables, capture_output=True, text=True, timeout=20
    )


def test_providers_come_from_a_file_of_variables(services: Fakes, tmp_path: Path) -> None:
    url = services.urls["services"]
    (tmp_path / ".env").write_text(
        f"# keys of the team\nexport OLLAMA_API_BASE={url}/ollama  # not the usual port\n"
        f"OLLAMA_API_KEY='{KEY}-ollama'\nVLLM_API_BASE=\"{url}/nowhere\"\nVLLM_API_KEY={KEY}-vllm\n"
    )
    # What the process has goes before the file.
    env = {"LLM_GATEWAY__SERVER__PORT": "0", "VLLM_API_BASE": f"{url}/vllm"}
    with Gateway(tmp_path, None, env=env) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)
        for model in ("ollama/llama3.2", "ollama_chat/llama3.2", "vllm/m", "hosted_vllm/m", "demo/echo"):
            reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "say: hi"}])
            assert reply.choices[0].message.content in ("hi", "say: hi"), model
        log = gateway.output()
    assert "ollama (key of OLLAMA_API_KEY)" in log
    assert "variables of .env" in log
    assert KEY not in log


def test_nothing_set_is_the_demo_alone(tmp_path: Path) -> None:
    known = json.loads(run(tmp_path, "providers", "--json").stdout)
    assert [one["provider"] for one in known["configured"]] == ["demo"]
    assert {"openai", "anthropic", "gemini", "groq", "ollama"} <= {one["key"] for one in known["known"]}


def test_the_list_tells_where_keys_are_and_never_the_keys(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GROQ_API_KEY=gsk-very-secret\n")
    variables = {"ANTHROPIC_API_KEY": "sk-ant-very-secret"}
    text = run(tmp_path, "providers", **variables)
    assert text.returncode == 0
    assert "of GROQ_API_KEY" in text.stdout and "of ANTHROPIC_API_KEY" in text.stdout
    listed = json.loads(run(tmp_path, "providers", "--json", **variables).stdout)["configured"]
    assert [(one["provider"], one["key"]) for one in listed] == [
        ("anthropic", "variable"),
        ("groq", "variable"),
        ("demo", "not_needed"),
    ]
    for output in (text.stdout, text.stderr, json.dumps(listed)):
        assert "very-secret" not in output


def test_models_are_routed_by_the_variables(tmp_path: Path) -> None:
    routes = run(tmp_path, "test", GROQ_API_KEY="a", COHERE_API_KEY="b", MISTRAL_API_KEY="c").stdout
    assert "command-*" in routes and "groq/*" in routes and "mistral-*" in routes


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GROQ_API_KEY=a\nOPENAI_API_KEY sk-1\n")
    failed = run(tmp_path, "providers")
    assert failed.returncode == 78
    assert failed.stderr == ".env:2: this is no assignment; write NAME=value\n"


def test_a_file_adds_them_only_when_it_asks(tmp_path: Path) -> None:
    demo = '[[providers.demo]]\nname = "demo"\n'
    (tmp_path / "config.toml").write_text(demo)
    quiet = json.loads(run(tmp_path, "providers", "--json", GROQ_API_KEY="a").stdout)["configured"]
    assert [one["provider"] for one in quiet] == ["demo"]
    (tmp_path / "config.toml").write_text("[routing]\nproviders_from_environment = true\n" + demo)
    asked = json.loads(run(tmp_path, "providers", "--json", GROQ_API_KEY="a").stdout)["configured"]
    assert [one["provider"] for one in asked] == ["demo", "groq"]


def test_a_custom_service_by_its_own_rules(services: Fakes, tmp_path: Path) -> None:
    """Row 39: headers before the key, a key in a header of its own, prefixes, capabilities per model."""
    url = services.urls["services"]
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
[server]
port = 0
[routing.rules]
"deepseek-" = "custom:mine"
[models.old]
provider = "custom:mine"
api_model = "old-model"
capabilities = {{ structured_outputs = false }}
[[providers.custom]]
provider_id = "mine"
base_url = "{url}/vllm"
api_key = "{KEY}-vllm"
headers = {{ Authorization = "never", X-Team = "blue" }}
model_prefixes = ["ds/"]
quirks = ["max_tokens", "system_role"]
unsupported_parameters = ["logit_bias"]
"""
    )
    with Gateway(tmp_path, config) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)
        for model, asked in (("deepseek-chat", "deepseek-chat"), ("ds/chat", "chat"), ("mine/x", "x")):
            reply = client.chat.completions.with_raw_response.create(
                model=model,
                messages=[{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "say: hi"}],
                max_completion_tokens=9,
                logit_bias={"1": 1},
            )
            assert reply.parse().choices[0].message.content == "hi"
            assert reply.headers["x-provider"] == "custom:mine"
            assert "/logit_bias" in reply.headers["x-llm-gateway-warnings"]
            seen = services.last("services")
            assert seen.body["model"] == asked and seen.body["max_tokens"] == 9
            assert seen.body["messages"][0]["role"] == "system" and "logit_bias" not in seen.body
            assert seen.headers["x-team"] == "blue"
        client.chat.completions.create(
            model="old",
            messages=[{"role": "user", "content": "say: hi"}],
            response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
        )
        seen = services.last("services")
        assert seen.body["model"] == "old-model" and seen.body["response_format"] == {"type": "json_object"}
        path = request(
            gateway.url,
            "POST",
            "/custom/mine/v1/chat/completions",
            {"model": "m", "messages": [{"role": "user", "content": "say: hi"}]},
        )
        assert path.status == 200, path.body
