"""Plain conversations: every client format with every provider, whole and streamed."""

import json

import pytest

from drivers import Target, talk
from fakes.cluster import Fakes
from samples import PDF, PNG, UNICODE


def test_text_arrives_unchanged(target: Target, stream: bool) -> None:
    conversation = talk(target, stream)
    answer = conversation.say(f"say: {UNICODE}")
    assert answer.text == UNICODE
    assert answer.stop == "end"
    assert answer.model.startswith(target.model)
    assert answer.events > 10 or not stream


def test_history_and_system_prompt_reach_the_model(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, system="You are a Zürich guide.")
    conversation.say("say: Grüezi")
    seen = json.loads(conversation.say("report").text)
    assert seen["system"] == "You are a Zürich guide."
    assert seen["turns"] == ["user: say: Grüezi", "assistant: Grüezi", "user: report"]


def test_usage_is_counted_in_the_terms_of_the_format(target: Target, stream: bool) -> None:
    """50 fresh, 40 read from cache, 10 written to it; 20 spoken, 5 thought."""
    conversation = talk(target, stream)
    answer = conversation.say("usage")
    assert answer.prompt_tokens == 100
    assert answer.cached_tokens == 40
    assert answer.output_tokens == 25
    if "bedrock" not in (target.client, target.provider):
        # Converse does not tell how much of the output was thought.
        assert answer.reasoning_tokens == 5


@pytest.mark.parametrize("mime,data", [("image/png", PNG), ("application/pdf", PDF)], ids=["image", "pdf"])
def test_media_arrive_as_the_same_bytes(target: Target, stream: bool, mime: str, data: bytes) -> None:
    conversation = talk(target, stream)
    answer = conversation.say("describe", ((mime, data),))
    assert answer.text.startswith(f"I see 1: {mime} {len(data)} bytes")


def test_token_limit_is_told(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, max_tokens=16)
    answer = conversation.say("say: " + "long " * 40)
    assert answer.stop == "length"
    assert 0 < len(answer.text) < 80


def test_stop_sequences_stop(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, stop=("HALT", "END"))
    answer = conversation.say("say: one two END three HALT")
    if "responses" in (target.client, target.provider):
        # That API has no such thing.
        assert (answer.text, answer.stop) == ("one two END three HALT", "end")
        return
    assert answer.text == "one two "
    assert answer.stop in ("end", "sequence")
    if target.client == "anthropic" and target.provider == "anthropic":
        assert answer.stop == "sequence"


def test_filtered_answers_are_told(target: Target, stream: bool) -> None:
    conversation = talk(target, stream)
    answer = conversation.say("filter")
    assert answer.stop == "filter"


def test_an_empty_answer_is_an_answer(target: Target, stream: bool) -> None:
    conversation = talk(target, stream)
    answer = conversation.say("empty")
    assert (answer.text, answer.calls, answer.stop) == ("", [], "end")


def test_temperature_is_fitted_to_the_provider(target: Target, stream: bool, fakes: Fakes) -> None:
    value = 0.5 if target.client in ("anthropic", "bedrock") else 1.5
    conversation = talk(target, stream, temperature=value)
    conversation.say("say: warm")
    body = fakes.last(target.provider).body
    sent = body.get("generationConfig", body.get("inferenceConfig", body))["temperature"]
    assert sent == (min(value, 1) if target.provider in ("anthropic", "bedrock") else value)


def test_a_large_answer_arrives_whole(target: Target, stream: bool) -> None:
    conversation = talk(target, stream)
    answer = conversation.say("huge 300")
    assert answer.text == "0123456789abcdef" * 64 * 300
