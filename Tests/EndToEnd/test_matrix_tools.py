"""Tools, thinking and structured outputs: every client format with every provider, whole and streamed."""

import json

import pytest

from drivers import Call, Conversation, Target, talk
from fakes.cluster import Fakes
from samples import ORDER, ORDER_ARGUMENTS, PERSON, PING, WEATHER

FORECASTS = {"Paris": "sun ☀️", "London": "rain", "Rome": "18°"}


def forecast(conversation: Conversation, calls: list[Call]):  # noqa: ANN201
    return conversation.give_results([(call, FORECASTS[call.arguments["city"]]) for call in calls])


def test_a_loop_of_three_rounds(target: Target, stream: bool, fakes: Fakes) -> None:
    conversation = talk(target, stream, tools=(WEATHER,), system="Use the tools.")
    answer = conversation.say("weather in Paris then London then Rome")
    for city in FORECASTS:
        assert answer.stop == "calls"
        assert [(call.name, call.arguments) for call in answer.calls] == [("get_weather", {"city": city})]
        answer = forecast(conversation, answer.calls)
    assert answer.text == "The tools said: get_weather=sun ☀️ | get_weather=rain | get_weather=18°"
    assert (answer.stop, answer.calls) == ("end", [])
    assert [request.status for request in fakes.providers[target.provider].requests] == [200] * 4


def test_parallel_calls_keep_their_order_and_ids(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, tools=(PING, WEATHER))
    answer = conversation.say("weather in Paris, London and Rome?")
    assert answer.text == "Let me look that up. "
    assert answer.stop == "calls"
    assert [call.arguments["city"] for call in answer.calls] == list(FORECASTS)
    if target.client != "gemini":
        assert len({call.id for call in answer.calls}) == 3
    answer = forecast(conversation, answer.calls)
    assert answer.text == "The tools said: get_weather=sun ☀️ | get_weather=rain | get_weather=18°"
    # The turns with the calls stay in the history of later turns.
    seen = json.loads(conversation.say("report").text)
    assert seen["rounds"] == 0 and len(seen["turns"]) == 4


def test_arguments_arrive_unchanged(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, tools=(ORDER,))
    answer = conversation.say(f"call place_order {json.dumps(ORDER_ARGUMENTS, ensure_ascii=False)}")
    assert [call.arguments for call in answer.calls] == [ORDER_ARGUMENTS]
    answer = conversation.give_results([(answer.calls[0], '{"ok": true}')])
    assert answer.text.replace('\\"', '"') in (
        'The tools said: place_order={"ok": true}',
        'The tools said: place_order="{"ok": true}"',
    )


def test_calls_without_arguments(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, tools=(PING,))
    answer = conversation.say("call ping {} call ping {}")
    assert [(call.name, call.arguments) for call in answer.calls] == [("ping", {}), ("ping", {})]
    answer = conversation.give_results([(call, f"pong {number}") for number, call in enumerate(answer.calls)])
    assert answer.text == "The tools said: ping=pong 0 | ping=pong 1"


@pytest.mark.parametrize("choice,called", [("none", None), ("required", "ping"), ("get_weather", "get_weather")])
def test_tool_choices(target: Target, stream: bool, choice: str, called: str | None) -> None:
    conversation = talk(target, stream, tools=(PING, WEATHER), choice=choice)
    answer = conversation.say("hello")
    assert [call.name for call in answer.calls] == ([called] if called else [])


def test_one_call_at_a_time(target: Target, stream: bool) -> None:
    if {"gemini", "bedrock"} & {target.client, target.provider}:
        # Neither Gemini nor Converse has such a switch.
        return
    conversation = talk(target, stream, tools=(WEATHER,), parallel=False)
    answer = conversation.say("weather in Paris and London")
    assert len(answer.calls) == 1
    answer = forecast(conversation, answer.calls)
    assert len(answer.calls) == 1
    answer = forecast(conversation, answer.calls)
    assert answer.text == "The tools said: get_weather=sun ☀️ | get_weather=rain"


def test_structured_outputs_obey_the_schema(target: Target, stream: bool) -> None:
    conversation = talk(target, stream, schema=PERSON)
    person = json.loads(conversation.say("Who are you?").text)
    assert person.keys() == {"name", "age", "tags", "home"}
    assert isinstance(person["age"], int) and person["home"]["city"]


def test_thinking_goes_back_over_the_turns(target: Target, stream: bool, fakes: Fakes) -> None:
    """Formats that carry thoughts give them back as they came; what cannot be carried must not be missed."""
    conversation = talk(target, stream, tools=(WEATHER,), thinking=True, max_tokens=8000)
    answer = conversation.say("think about the weather in Paris then London")
    assert answer.calls and (answer.reasoning_tokens or target.client == "bedrock")
    if target.client == target.provider and target.client != "openai":
        assert answer.thinking.startswith("Thinking about: think")
    answer = forecast(conversation, answer.calls)
    answer = forecast(conversation, answer.calls)
    assert answer.text == "The tools said: get_weather=sun ☀️ | get_weather=rain"
    assert conversation.say("say: thank you").text == "thank you"
    assert [request.status for request in fakes.providers[target.provider].requests] == [200] * 4


def test_thoughts_cross_formats(target: Target, stream: bool) -> None:
    if "openai" in (target.client, target.provider):
        # Chat completions has no place for thoughts.
        return
    conversation = talk(target, stream, thinking=True, max_tokens=8000)
    answer = conversation.say("think, then say: done")
    assert answer.text == "done"
    assert answer.thinking == "Thinking about: think, then say: done – step by step…"
    assert conversation.say("say: and again").text == "and again"
