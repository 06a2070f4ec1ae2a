"""The examples, as a newcomer runs them: without a network and without keys."""

import os
import subprocess
from pathlib import Path

import pytest

LIMIT = 60
ROOT = Path(__file__).parents[2]

TOLD = {
    "embed_example": ["demo/echo said: Say hello to the reader.", "(stopped: endOfTurn)", "As expected:"],
    "streaming_example": ["demo/lorem writes:", "tokens of output", "(stopped:", 'Left after "Lorem ipsum'],
    "vision_example": ["demo/echo says:", "image/png"],
    "tool_calling_example": ["turn 1: get_weather(", "demo/tools answers:"],
    "json_mode_example": ["demo/echo wrote a recipe", '"ingredients"'],
    "caching_example": ["tokens written to the cache", "And rule 9?\n    0 tokens written"],
    "failover_example": [
        "first: failed, unavailable 503, then failover\n    second: answered",
        "rests now, and is not even asked:\n    second: answered\n    -> second here",
        "second: failed, unavailable 503, then fallback\n    spare: answered",
        "-> unavailable:",
        "custom:house/first: resting",
    ],
    "custom_provider_example": ["whole:  captain says Hello there!", "stream: captain |says |Pieces |"],
    "responses_example": [
        "1. My name is Ada.",
        "2. What is my name?",
        "3. Count from one to five.",
        "response.created",
        "response.completed",
    ],
}


def run(name: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    binary = Path(os.environ["GATEWAYD"]).with_name(name)
    assert binary.exists(), f"{binary} is not there; build it with: swift build --product {name}"
    keys = ("_API_KEY", "_TOKEN", "GATEWAY_URL", "EXAMPLE_MODEL")
    env = {key: value for key, value in os.environ.items() if not key.endswith(keys)}
    return subprocess.run(
        [binary, *arguments], env={**env, **variables}, capture_output=True, text=True, timeout=LIMIT, check=False
    )


def test_all_examples_are_tested_and_listed() -> None:
    folders = {path.name for path in (ROOT / "Examples").iterdir() if path.name.endswith("_example")}
    assert folders == TOLD.keys()
    for page in ("Examples/README.md", "README.md"):
        text = (ROOT / page).read_text()
        assert all(f"`{name}`" in text for name in folders if name != "embed_example"), page


@pytest.mark.parametrize("name", TOLD)
def test_it_runs_offline(name: str) -> None:
    result = run(name)
    assert result.returncode == 0, result.stderr
    missing = [text for text in TOLD[name] if text not in result.stdout]
    assert not missing, result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("name", TOLD)
def test_it_tells_what_it_does(name: str) -> None:
    result = run(name, "--help")
    assert result.returncode == 0 and f"swift run {name}" in result.stdout
    assert len(result.stdout.splitlines()[0]) > 20


def test_it_ends_with_a_clear_message() -> None:
    wrong = run("streaming_example", "--wrong")
    assert wrong.returncode == 2 and '"--wrong"' in wrong.stderr
    unknown = run("streaming_example", EXAMPLE_MODEL="no-such-model")
    assert unknown.returncode == 1
    assert 'No provider is configured for the model "no-such-model"' in unknown.stderr
    assert "Fatal error" not in unknown.stderr
    closed = run("responses_example", GATEWAY_URL="http://127.0.0.1:1")
    assert closed.returncode == 1 and closed.stderr.startswith("responses_example: ")
