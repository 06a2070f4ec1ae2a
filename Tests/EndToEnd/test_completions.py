"""The legacy Completions API, with OpenAI's SDK, before every provider."""

import openai
import pytest
from openai import OpenAI

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway

EVERY_PROVIDER = pytest.mark.parametrize("provider", FORMATS)


@pytest.fixture
def client(gateway: Gateway, fakes: Fakes) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)


@EVERY_PROVIDER
def test_a_prompt_is_answered(client: OpenAI, provider: str) -> None:
    reply = client.completions.create(model=MODELS[provider], prompt="say: once upon a time", max_tokens=50)
    assert reply.object == "text_completion"
    assert reply.choices[0].text == "once upon a time"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage and reply.usage.prompt_tokens > 0 and reply.usage.completion_tokens > 0


@EVERY_PROVIDER
def test_a_prompt_is_streamed(client: OpenAI, provider: str) -> None:
    chunks = list(
        client.completions.create(
            model=MODELS[provider],
            prompt=["say: once upon a time"],
            stream=True,
            stream_options={"include_usage": True},
            echo=True,
        )
    )
    assert len({chunk.id for chunk in chunks}) == 1
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == (
        "say: once upon a timeonce upon a time"
    )
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason] == ["stop"]
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens > 0


def test_stops_and_limits(client: OpenAI) -> None:
    reply = client.completions.create(model="gpt-4o", prompt="say: one two three", max_tokens=1)
    assert reply.choices[0].finish_reason == "length"
    reply = client.completions.create(model="claude-sonnet-4-5", prompt="say: one two three", stop="two")
    assert reply.choices[0].text == "one "


def test_several_candidates(client: OpenAI) -> None:
    reply = client.completions.create(model="gpt-4o", prompt="say: one", n=2)
    assert [choice.index for choice in reply.choices] == [0, 1]


def test_what_a_bridge_cannot_take(client: OpenAI) -> None:
    for prompt in (["one", "two"], [1, 2, 3]):
        with pytest.raises(openai.BadRequestError) as raised:
            client.completions.create(model="claude-sonnet-4-5", prompt=prompt)
        assert raised.value.param == "/prompt"
