"""What each SDK offers beyond the plain call: async clients, parsing helpers, streaming helpers, automatic tools."""

import base64
import json

import anthropic
import openai
import pytest
from google.genai import types
from pydantic import BaseModel, Field

from conftest import FORMATS, direct, through
from drivers import Target
from drivers.clients import anthropic_client, google_client, openai_client
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway
from samples import PNG, UNICODE, WEATHER


class Address(BaseModel):
    city: str
    zip: str | None


class Person(BaseModel):
    name: str = Field(min_length=1)
    age: int = Field(ge=0, le=150)
    homes: list[Address]


@pytest.fixture(params=["direct", *FORMATS])
def provider(request: pytest.FixtureRequest) -> str:
    return request.param


def reach(request: pytest.FixtureRequest, fakes: Fakes, client: str, provider: str) -> Target:
    if provider == "direct":
        return direct(fakes, client)
    return through(request.getfixturevalue("gateway"), client, provider)


@pytest.fixture
def chat(request: pytest.FixtureRequest, fakes: Fakes, provider: str) -> Target:
    return reach(request, fakes, "openai", provider)


@pytest.fixture
def messages(request: pytest.FixtureRequest, fakes: Fakes, provider: str) -> Target:
    return reach(request, fakes, "anthropic", provider)


@pytest.fixture
def google(request: pytest.FixtureRequest, fakes: Fakes, provider: str) -> Target:
    return reach(request, fakes, "gemini", provider)


def user(text: str) -> list:
    return [{"role": "user", "content": text}]


# openai ---------------------------------------------------------------------------------------------------------------


async def test_openai_async(chat: Target) -> None:
    async with openai.AsyncOpenAI(base_url=f"{chat.url}/v1", api_key=chat.key, max_retries=0) as client:
        reply = await client.chat.completions.create(model=chat.model, messages=user(f"say: {UNICODE}"))
        assert reply.choices[0].message.content == UNICODE
        stream = await client.chat.completions.create(model=chat.model, messages=user(f"say: {UNICODE}"), stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
        assert text == UNICODE


def test_openai_parse(chat: Target) -> None:
    client = openai_client(chat.url, chat.key)
    reply = client.chat.completions.parse(model=chat.model, messages=user("Who?"), response_format=Person)
    person = reply.choices[0].message.parsed
    assert isinstance(person, Person) and person.homes[0].city


def test_openai_stream_helper_accumulates_tool_calls(chat: Target) -> None:
    tool = {"name": WEATHER.name, "description": WEATHER.description, "parameters": WEATHER.parameters}
    client = openai_client(chat.url, chat.key)
    tools = [{"type": "function", "function": tool}]
    with client.chat.completions.stream(
        model=chat.model, messages=user("weather in Paris and Łódź"), tools=tools
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds
    calls = final.choices[0].message.tool_calls or []
    assert [json.loads(call.function.arguments) for call in calls] == [{"city": "Paris"}, {"city": "Łódź"}]


def test_openai_message_forms(chat: Target) -> None:
    """Developer messages, parts instead of strings, names, a single stop string, max_tokens as it was called once."""
    history = [
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "name": "ann", "content": [{"type": "text", "text": "say: a"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "a"}]},
        {"role": "user", "content": "say: one STOP two"},
    ]
    # Responses knows no sequences that stop.
    said = "one STOP two" if chat.provider == "responses" else "one "
    client = openai_client(chat.url, chat.key)
    reply = client.chat.completions.create(
        model=chat.model, messages=history, stop="STOP", max_tokens=100, user="u", temperature=0
    )
    choice = reply.choices[0]
    assert (choice.message.content, choice.finish_reason) == (said, "stop")
    body = reply.model_dump(mode="json")
    assert body["object"] == "chat.completion" and body["created"] > 1_700_000_000
    assert {"refusal", "content"} <= body["choices"][0]["message"].keys()


def test_openai_message_objects_go_back(chat: Target) -> None:
    """Users append the SDK's own message object to their history."""
    tool = {"name": WEATHER.name, "description": WEATHER.description, "parameters": WEATHER.parameters}
    history: list = user("weather in Oslo")
    client = openai_client(chat.url, chat.key)
    for expected in ("tool_calls", "stop"):
        reply = client.chat.completions.create(
            model=chat.model, messages=history, tools=[{"type": "function", "function": tool}]
        )
        assert reply.choices[0].finish_reason == expected
        history.append(reply.choices[0].message)
        for call in reply.choices[0].message.tool_calls or []:
            history.append({"role": "tool", "tool_call_id": call.id, "content": "snow"})
    assert reply.choices[0].message.content == "The tools said: get_weather=snow"


def test_openai_json_mode(chat: Target) -> None:
    client = openai_client(chat.url, chat.key)
    reply = client.chat.completions.create(
        model=chat.model,
        messages=[{"role": "system", "content": "Answer in JSON."}, *user('json: {"a": 1}')],
        response_format={"type": "json_object"},
    )
    assert json.loads(reply.choices[0].message.content or "") == {"a": 1}


def test_openai_several_choices(chat: Target) -> None:
    if chat.provider in ("anthropic", "responses"):
        # They have one answer; the gateway says so.
        return
    client = openai_client(chat.url, chat.key)
    reply = client.chat.completions.create(model=chat.model, messages=user("say: twice"), n=2)
    assert [(choice.index, choice.message.content) for choice in reply.choices] == [(0, "twice"), (1, "twice")]
    texts = {0: "", 1: ""}
    for chunk in client.chat.completions.create(model=chat.model, messages=user("say: twice"), n=2, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
    assert texts == {0: "twice", 1: "twice"}


def test_openai_refusals(chat: Target) -> None:
    client = openai_client(chat.url, chat.key)
    choice = client.chat.completions.create(model=chat.model, messages=user("refuse")).choices[0]
    if chat.provider == "openai":
        assert choice.message.refusal == "I cannot help with that." and choice.finish_reason == "stop"
    else:
        assert choice.message.refusal or choice.finish_reason == "content_filter"


# anthropic ------------------------------------------------------------------------------------------------------------


async def test_anthropic_async(messages: Target) -> None:
    async with anthropic.AsyncAnthropic(base_url=messages.url, api_key=messages.key, max_retries=0) as client:
        reply = await client.messages.create(model=messages.model, max_tokens=500, messages=user(f"say: {UNICODE}"))
        assert reply.content[0].text == UNICODE
        async with client.messages.stream(
            model=messages.model, max_tokens=500, messages=user(f"say: {UNICODE}")
        ) as stream:
            text = "".join([piece async for piece in stream.text_stream])
            final = await stream.get_final_message()
        assert text == UNICODE and final.stop_reason == "end_turn" and final.usage.output_tokens > 0


def test_anthropic_stream_helper_accumulates(messages: Target) -> None:
    tool = {"name": WEATHER.name, "description": WEATHER.description, "input_schema": WEATHER.parameters}
    client = anthropic_client(messages.url, messages.key)
    with client.messages.stream(
        model=messages.model, max_tokens=500, messages=user("weather in Paris and Łódź"), tools=[tool]
    ) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    assert "input_json" in kinds and final.stop_reason == "tool_use"
    assert [block.type for block in final.content] == ["text", "tool_use", "tool_use"]
    assert [block.input for block in final.content[1:]] == [{"city": "Paris"}, {"city": "Łódź"}]


def test_anthropic_parse(messages: Target) -> None:
    client = anthropic_client(messages.url, messages.key)
    reply = client.messages.parse(model=messages.model, max_tokens=500, messages=user("Who?"), output_format=Person)
    assert isinstance(reply.parsed_output, Person)


def test_anthropic_tool_results_with_pictures_errors_and_text(messages: Target) -> None:
    tool = {"name": WEATHER.name, "description": WEATHER.description, "input_schema": WEATHER.parameters}
    image = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    client = anthropic_client(messages.url, messages.key)
    history: list = user("weather in Paris and Rome")
    first = client.messages.create(model=messages.model, max_tokens=500, messages=history, tools=[tool])
    history.append({"role": "assistant", "content": first.content})
    paris, rome = (block.id for block in first.content if block.type == "tool_use")
    picture = [{"type": "text", "text": "a map"}, {"type": "image", "source": image}]
    results = [
        {"type": "tool_result", "tool_use_id": rome, "content": "no data", "is_error": True},
        {"type": "tool_result", "tool_use_id": paris, "content": picture},
        {"type": "text", "text": "report"},
    ]
    history.append({"role": "user", "content": results})
    reply = client.messages.create(model=messages.model, max_tokens=500, messages=history, tools=[tool])
    said = "".join(block.text for block in reply.content if block.type == "text")
    # The model must have been given the words, the failure and the bytes of the picture, in whatever places.
    assert "a map" in said and "no data" in said
    assert f"image/png {len(PNG)} bytes" in said
    assert "(error)" in said or messages.provider in ("openai", "responses")


def test_anthropic_cache_marks_reach_anthropic_alone(messages: Target, fakes: Fakes) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    system = [{"type": "text", "text": "You know everything.", **mark}]
    tool = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}, **mark}
    content = [{"type": "text", "text": "say: cached", **mark}]
    client = anthropic_client(messages.url, messages.key)
    reply = client.messages.create(
        model=messages.model,
        max_tokens=500,
        system=system,
        tools=[tool],
        messages=[{"role": "user", "content": content}],
        metadata={"user_id": "u-1"},
    )
    assert reply.content[0].text == "cached"
    sent = fakes.last(messages.provider).raw
    assert sent.count(b"cache_control") == (3 if messages.provider == "anthropic" else 0)


def test_anthropic_redacted_thinking_goes_back(messages: Target) -> None:
    if messages.provider != "anthropic":
        return
    client = anthropic_client(messages.url, messages.key)
    thinking = {"type": "enabled", "budget_tokens": 1024}
    history: list = user("think of redacted things, then say: yes")
    for _ in range(2):
        with client.messages.stream(
            model=messages.model, max_tokens=2000, messages=history, thinking=thinking
        ) as stream:
            final = stream.get_final_message()
        history += [{"role": "assistant", "content": final.content}, *user("say: again")]
        if len(history) == 3:
            assert [block.type for block in final.content] == ["thinking", "redacted_thinking", "text"]
    assert final.content[-1].text == "again"


def test_newer_claude_models_are_asked_in_their_own_terms(gateway: Gateway, fakes: Fakes) -> None:
    """No sampling parameters, and effort in place of a budget."""
    client = openai_client(gateway.url, CLIENT_KEY)
    reply = client.chat.completions.create(
        model="claude-opus-5", messages=user("think and say: new"), temperature=0.3, reasoning_effort="high"
    )
    assert reply.choices[0].message.content == "new"


# google-genai ---------------------------------------------------------------------------------------------------------


async def test_google_async(google: Target) -> None:
    client = google_client(google.url, google.key)
    reply = await client.aio.models.generate_content(model=google.model, contents=f"say: {UNICODE}")
    assert reply.text == UNICODE
    stream = await client.aio.models.generate_content_stream(model=google.model, contents=f"say: {UNICODE}")
    assert "".join([chunk.text or "" async for chunk in stream]) == UNICODE


def test_google_default_version(google: Target) -> None:
    """The SDK asks under /v1 unless it is told otherwise."""
    client = google_client(google.url, google.key, None)
    assert client.models.generate_content(model=google.model, contents="say: v1").text == "v1"
    stream = client.models.generate_content_stream(model=google.model, contents="say: v1")
    assert "".join(chunk.text or "" for chunk in stream) == "v1"


def test_google_parses_pydantic(google: Target) -> None:
    class Plain(BaseModel):
        name: str
        age: int
        tags: list[str]

    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Plain)
    client = google_client(google.url, google.key)
    reply = client.models.generate_content(model=google.model, contents="Who?", config=config)
    assert isinstance(reply.parsed, Plain)


def test_google_calls_functions_by_itself(google: Target) -> None:
    called = []

    def get_weather(city: str) -> str:
        """The weather at a place.

        Args:
            city: The city.
        """
        called.append(city)
        return f"fine in {city}"

    config = types.GenerateContentConfig(tools=[get_weather])
    client = google_client(google.url, google.key)
    chat = client.chats.create(model=google.model, config=config)
    reply = chat.send_message("weather in Paris then Rome")
    assert called == ["Paris", "Rome"]
    # The SDK wraps what a function returns in an object, and that is what other formats are given as text.
    assert reply.text.startswith("The tools said: get_weather=")
    assert reply.text.index("fine in Paris") < reply.text.index("fine in Rome")
    assert chat.send_message("say: bye").text == "bye"


def test_google_schemas_in_its_own_dialect(google: Target) -> None:
    """Upper-case types, nullable, property order: what `parameters` and `responseSchema` hold."""
    schema = types.Schema(
        type=types.Type.OBJECT,
        properties={
            "city": types.Schema(type=types.Type.STRING, description="Where"),
            "days": types.Schema(type=types.Type.INTEGER, nullable=True),
        },
        required=["city"],
        property_ordering=["city", "days"],
    )
    declaration = types.FunctionDeclaration(name="forecast", description="Forecast", parameters=schema)
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[declaration])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        safety_settings=[types.SafetySetting(category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")],
    )
    client = google_client(google.url, google.key)
    reply = client.models.generate_content(model=google.model, contents="weather in Kyiv", config=config)
    assert reply.function_calls and reply.function_calls[0].args == {"city": "Kyiv"}
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=schema)
    reply = client.models.generate_content(model=google.model, contents="Where?", config=config)
    assert json.loads(reply.text or "").keys() >= {"city"}


def test_google_blocked_prompts(google: Target) -> None:
    client = google_client(google.url, google.key)
    reply = client.models.generate_content(model=google.model, contents="refuse")
    blocked = reply.prompt_feedback is not None and reply.prompt_feedback.block_reason is not None
    finished = [candidate.finish_reason for candidate in reply.candidates or []]
    if google.provider == "gemini":
        assert blocked and not finished
    else:
        assert blocked or finished[0] in (types.FinishReason.SAFETY, types.FinishReason.OTHER) or reply.text
