"""What is around OpenAI's Responses, with its SDK: going on from a response, reading and deleting it, what a bridge refuses."""

import json
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from conftest import FORMATS, MODELS, THINKING_MODELS
from drivers.responses_driver import Fold
from fakes.cluster import Fakes
from fakes.responses_api import Responses
from gateway import CLIENT_KEY, KEYS, Gateway, write_config
from raw import ask, key_header, request
from samples import WEATHER

OTHER_KEY = "sk-gateway-other"
NATIVE = ("openai", "responses")
BRIDGED = ("anthropic", "gemini", "bedrock")
EVERY_PROVIDER = pytest.mark.parametrize("provider", FORMATS)
EVERY_BRIDGE = pytest.mark.parametrize("provider", BRIDGED)
TOOL = {"type": "function", "name": WEATHER.name, "parameters": WEATHER.parameters, "strict": False}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, shared_fakes: Fakes) -> Iterator[tuple[Gateway, list[Responses]]]:
    """A gateway of two keys, before two accounts of OpenAI's that know nothing of each other."""
    folder = tmp_path_factory.mktemp("two")
    accounts = {"first": Responses("sk-first"), "second": Responses("sk-second")}
    with Fakes(only=dict(accounts)) as fakes:
        keys = KEYS + f'[[api_keys]]\nkey = "{OTHER_KEY}"\nname = "other"\n\n'
        path = write_config(folder, {**shared_fakes.urls, "openai": fakes.urls["first"]}, keys=keys, openai_key="sk-first")
        second = f'\n[[providers.openai]]\nname = "openai-second"\napi_key = "sk-second"\nbase_url = "{fakes.urls["second"]}/v1"\n'
        path.write_text(path.read_text() + second)
        with Gateway(folder, path) as gateway:
            yield gateway, list(accounts.values())


@pytest.fixture
def accounts(two: tuple[Gateway, list[Responses]], fakes: Fakes) -> list[Responses]:
    for account in two[1]:
        account.reset()
    return two[1]


def sdk(gateway: Gateway, key: str = CLIENT_KEY) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=key, max_retries=0, timeout=15)


@pytest.fixture
def client(two: tuple[Gateway, list[Responses]], accounts: list[Responses]) -> OpenAI:
    return sdk(two[0])


@pytest.fixture
def stranger(two: tuple[Gateway, list[Responses]], accounts: list[Responses]) -> OpenAI:
    return sdk(two[0], OTHER_KEY)


def make(client: OpenAI, stream: bool, **body: object):  # noqa: ANN201
    if not stream:
        return client.responses.create(**body)
    fold = Fold()
    for event in client.responses.create(**body, stream=True):
        fold.add(event)
    return fold.finish()


def keeper(accounts: list[Responses], response_id: str) -> Responses:
    found = [account for account in accounts if response_id in account.kept]
    assert len(found) == 1
    return found[0]


# Going on ---------------------------------------------------------------------------------------------------------------


@EVERY_PROVIDER
def test_pitfall_16_a_conversation_goes_on_by_its_latest_response(client: OpenAI, provider: str, stream: bool) -> None:
    """Three turns, calls of tools among them, of which each request says only what is new."""
    more: dict = {"model": MODELS[provider], "tools": [TOOL], "instructions": "Be brief."}
    first = make(client, stream, input="say: Grüezi", **more)
    second = make(client, stream, input="weather in Paris and Rome", previous_response_id=first.id, **more)
    assert second.previous_response_id == first.id
    calls = [item for item in second.output if item.type == "function_call"]
    assert [json.loads(call.arguments) for call in calls] == [{"city": "Paris"}, {"city": "Rome"}]
    results = [{"type": "function_call_output", "call_id": call.call_id, "output": call.arguments} for call in calls]
    third = make(client, stream, input=results, previous_response_id=second.id, **more)
    said = third.output_text.removeprefix("The tools said: ").split(" | ")
    assert [json.loads(one.removeprefix("get_weather=")) for one in said] == [{"city": "Paris"}, {"city": "Rome"}]
    seen = json.loads(
        make(client, stream, input="report", model=MODELS[provider], previous_response_id=third.id).output_text
    )
    assert seen["turns"][0] == "user: say: Grüezi" and seen["turns"][-1] == "user: report"
    assert "assistant: Grüezi" in seen["turns"]
    assert seen["system"] == "", "instructions are those of one request"


@EVERY_PROVIDER
def test_thoughts_go_on_by_the_latest_response(client: OpenAI, provider: str, stream: bool) -> None:
    more: dict = {"model": THINKING_MODELS[provider], "tools": [TOOL], "reasoning": {"effort": "low", "summary": "auto"}}
    first = make(client, stream, input="think about the weather in Paris", **more)
    assert first.usage.output_tokens_details.reasoning_tokens
    (call,) = [item for item in first.output if item.type == "function_call"]
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "sun"}
    second = make(client, stream, input=[result], previous_response_id=first.id, **more)
    assert second.output_text == "The tools said: get_weather=sun"


def test_the_instance_that_keeps_it_goes_on(client: OpenAI, accounts: list[Responses], stream: bool) -> None:
    for number in range(12):
        first = make(client, stream, model="gpt-4o", input=f"say: {number}")
        second = make(client, stream, model="gpt-4o", input="report", previous_response_id=first.id)
        assert json.loads(second.output_text)["turns"][1] == f"assistant: {number}"
        assert keeper(accounts, first.id) is keeper(accounts, second.id)
    # Both have their share: the one that goes on is not simply the only one that is ever asked.
    assert all(account.kept for account in accounts)


def test_a_bridged_conversation_goes_on_at_openai(client: OpenAI, accounts: list[Responses]) -> None:
    first = client.responses.create(model=MODELS["anthropic"], input="say: bonjour")
    second = client.responses.create(model="gpt-4o", input="report", previous_response_id=first.id)
    assert json.loads(second.output_text)["turns"] == ["user: say: bonjour", "assistant: bonjour", "user: report"]
    third = client.responses.create(model="gpt-4o", input="report", previous_response_id=second.id)
    assert len(json.loads(third.output_text)["turns"]) == 5


def refused(client: OpenAI, **body: object) -> openai.BadRequestError:
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(**{"input": "hi", **body})
    return raised.value


@EVERY_PROVIDER
def test_pitfall_16_what_is_not_kept_is_refused(client: OpenAI, stranger: OpenAI, provider: str, stream: bool) -> None:
    model = MODELS[provider]
    unkept = make(client, stream, model=model, input="say: one", store=False)
    kept = make(client, stream, model=model, input="say: two")
    for asker, name in ((client, "resp_unknown"), (client, unkept.id), (stranger, kept.id)):
        error = refused(asker, model=model, previous_response_id=name)
        assert error.code == "previous_response_not_found", error
        assert error.param == "previous_response_id"
    assert client.responses.create(model=model, input="hi", previous_response_id=kept.id).status == "completed"


def test_what_openai_keeps_does_not_go_on_elsewhere(client: OpenAI) -> None:
    first = client.responses.create(model="gpt-4o", input="say: one")
    error = refused(client, model=MODELS["anthropic"], previous_response_id=first.id)
    assert error.code == "previous_response_not_found"


# What is kept -----------------------------------------------------------------------------------------------------------


@EVERY_PROVIDER
def test_a_response_is_read_listed_and_deleted(client: OpenAI, stranger: OpenAI, provider: str, stream: bool) -> None:
    model = MODELS[provider]
    first = make(client, stream, model=model, input="say: one", metadata={"mark": "marked"})
    second = make(client, stream, model=model, input="say: two", previous_response_id=first.id)
    again = client.responses.retrieve(second.id)
    assert again.to_dict() == second.to_dict()
    assert client.responses.retrieve(first.id).metadata == {"mark": "marked"}
    items = list(client.responses.input_items.list(second.id, order="asc", limit=2))
    assert [(item.type, item.role) for item in items] == [("message", role) for role in ("user", "assistant", "user")]
    assert [item.content[0].text for item in items] == ["say: one", "one", "say: two"]
    assert len({item.id for item in items}) == 3
    for call in (stranger.responses.retrieve, stranger.responses.delete, stranger.responses.cancel):
        with pytest.raises(openai.NotFoundError):
            call(second.id)
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(second.id)
    client.responses.delete(second.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(second.id)
    assert refused(client, model=model, previous_response_id=second.id).code == "previous_response_not_found"


def test_a_response_of_the_background_is_awaited_and_cancelled(client: OpenAI, accounts: list[Responses]) -> None:
    queued = client.responses.create(model="gpt-4o", input="say: later", background=True)
    assert queued.status == "queued"
    assert client.responses.retrieve(queued.id).output_text == "later"
    assert client.responses.cancel(queued.id).status == "cancelled"
    assert keeper(accounts, queued.id).requests[-1].path == f"/v1/responses/{queued.id}/cancel"


# Relays -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", NATIVE)
def test_pitfall_2_relayed_streams_are_byte_identical(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    for text in ("say: päpér 🗼", "weather in Paris", "refuse", "filter", "think", "huge 100"):
        reply = ask(gateway.url, "responses", THINKING_MODELS[provider], text, True, tools=[TOOL], reasoning={"summary": "auto"})
        assert reply.status == 200
        assert reply.body == fakes.providers[provider].last_stream
        assert reply.headers["content-type"].startswith("text/event-stream")


@EVERY_PROVIDER
@pytest.mark.parametrize("text", ["error mid", "error mid failed", "cut after 4"])
def test_pitfall_3_a_broken_stream_ends_in_an_event_of_its_own(
    gateway: Gateway, fakes: Fakes, provider: str, text: str
) -> None:
    reply = ask(gateway.url, "responses", MODELS[provider], text, True)
    events = [json.loads(line[6:]) for line in reply.body.decode().splitlines() if line.startswith("data: ")]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    last = events[-1]
    why = last["response"]["error"] if last["type"] == "response.failed" else last
    assert last["type"] in ("error", "response.failed")
    assert why["code"] == "server_error" and why["message"]
    if last["type"] == "response.failed":
        assert last["response"]["status"] == "failed" and last["response"]["id"] == events[0]["response"]["id"]


# Bridges ----------------------------------------------------------------------------------------------------------------

KEPT_ELSEWHERE = {
    "background": {"background": True},
    "conversation": {"conversation": "conv_1"},
    "prompt": {"prompt": {"id": "pmpt_1"}},
    "input": {"input": [{"type": "item_reference", "id": "msg_1"}, {"role": "user", "content": "hi"}]},
}


@EVERY_BRIDGE
@pytest.mark.parametrize("member", KEPT_ELSEWHERE)
def test_a_bridge_refuses_what_it_cannot_keep(client: OpenAI, fakes: Fakes, provider: str, member: str) -> None:
    error = refused(client, model=MODELS[provider], **KEPT_ELSEWHERE[member])
    assert member in (error.param or ""), error
    assert fakes.total() == 0


@EVERY_BRIDGE
def test_a_bridge_tells_what_it_cannot_do(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    extra = {"truncation": "auto", "include": ["web_search_call.action.sources"], "max_tool_calls": 3}
    reply = ask(gateway.url, "responses", MODELS[provider], "say: x", **extra)
    warned = {note["pointer"].split("/")[1] for note in json.loads(reply.headers["x-llm-gateway-warnings"])}
    assert set(extra) <= warned
    strict = request(
        gateway.url,
        "POST",
        "/v1/responses",
        {"model": MODELS[provider], "input": "say: x", **extra},
        {**key_header("responses"), "x-gateway-conversion": "strict"},
    )
    assert strict.status == 400 and all(member in strict.json["error"]["message"] for member in extra)


@EVERY_PROVIDER
def test_what_a_response_repeats_of_its_request(client: OpenAI, provider: str, stream: bool) -> None:
    given: dict = {
        "instructions": "Be brief.",
        "max_output_tokens": 500,
        "metadata": {"mark": "marked"},
        "parallel_tool_calls": False,
        "store": False,
        "tools": [TOOL],
        "tool_choice": "none",
    }
    response = make(client, stream, model=MODELS[provider], input="say: x", **given)
    told = response.to_dict()
    assert {name: told[name] for name in given} == given
    assert response.object == "response" and response.created_at > 1_700_000_000 and response.id.startswith("resp_")


@EVERY_PROVIDER
def test_tokens_are_counted(client: OpenAI, provider: str) -> None:
    counted = client.responses.input_tokens.count(model=MODELS[provider], input="Hello", tools=[TOOL])
    assert counted.object == "response.input_tokens" and counted.input_tokens > 0
