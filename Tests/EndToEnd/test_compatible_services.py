"""Services that differ from OpenAI, by their presets: every client reaches each, and what they refuse never gets there."""

from collections.abc import Iterator

import pytest
from anthropic import Anthropic
from openai import APIStatusError, BadRequestError, OpenAI, UnprocessableEntityError

from fakes.cluster import Fakes
from fakes.compatible_api import Compatible
from fakes.compatible_rules import SERVICES
from fakes.provider import Recorded
from gateway import CLIENT_KEY, KEYS, Gateway
from raw import body_of, key_header, request

KEY = "sk-compatible"
# One per service, so that no rule by name makes them anything else.
MODEL = {"xai": "grok-4.3", "mistral": "mistral-large-latest"}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "It knows the weather.",
            "strict": True,
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
    for name in ("weather", "forecast")
]
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


@pytest.fixture(scope="module")
def services() -> Iterator[Fakes]:
    with Fakes(only={"services": Compatible(KEY)}) as fakes:
        yield fakes


@pytest.fixture(scope="module")
def presets(services: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Each preset as an operator would write it, but for the address, which is the fake's."""
    folder = tmp_path_factory.mktemp("presets")
    lines = ['[server]\nhost = "127.0.0.1"\nport = 0\n', KEYS]
    for name in SERVICES:
        url = f"{services.urls['services']}/{name}"
        lines.append(f'[[providers.{name}]]\napi_key = "{KEY}-{name}"\nbase_url = "{url}"\n')
    path = folder / "config.toml"
    path.write_text("\n".join(lines))
    with Gateway(folder, path) as gateway:
        yield gateway


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, services: Fakes) -> str:
    services.reset()
    return request.param


def model_of(service: str) -> str:
    return f"{service}/{MODEL.get(service, 'a-model')}"


def last(services: Fakes) -> Recorded:
    return services.last("services")


def openai(gateway: Gateway) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0, timeout=15)


def everything(service: str) -> dict:
    """A conversation with most of what OpenAI takes and somebody does not."""
    return {
        "model": model_of(service),
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "name": "ann", "content": [{"type": "text", "text": "Weather in Paris?"}]},
            {
                "role": "assistant",
                "content": None,
                "reasoning_content": "A tool will know.",
                "tool_calls": [
                    {
                        "id": "call_PTLP8xhu3uwZk4l3nlnrrJha",
                        "type": "function",
                        "function": {"name": "weather", "arguments": '{"city":"Paris"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "call_PTLP8xhu3uwZk4l3nlnrrJha", "content": "sunny"},
            {"role": "assistant", "content": "It is sunny."},
            {"role": "user", "content": [{"type": "text", "text": "say: "}, {"type": "text", "text": "done"}]},
        ],
        "tools": TOOLS,
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "max_completion_tokens": 64,
        "seed": 7,
        "n": 1,
        "stop": ["###"],
        "logit_bias": {"1": 1},
        "presence_penalty": 0.5,
        "user": "user-1",
        "store": False,
    }


def test_the_fake_refuses_what_its_service_refuses(services: Fakes, service: str) -> None:
    if service in ("vllm", "fireworks"):
        pytest.skip("takes all of it, but for the name of the model")
    client = OpenAI(
        base_url=f"{services.urls['services']}/{service}", api_key=f"{KEY}-{service}", max_retries=0, timeout=15
    )
    body = {**everything(service), "model": MODEL.get(service, "a-model")}
    with pytest.raises((BadRequestError, UnprocessableEntityError)):
        client.chat.completions.create(**body)


def test_a_request_with_everything_reaches_it(presets: Gateway, services: Fakes, service: str, stream: bool) -> None:
    client = openai(presets)
    if stream:
        chunks = list(
            client.chat.completions.create(
                **everything(service), stream=True, stream_options={"include_usage": True}
            )
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert sum(bool(chunk.choices and chunk.choices[0].finish_reason) for chunk in chunks) == 1
    else:
        text = client.chat.completions.create(**everything(service)).choices[0].message.content
    assert text.strip() == "done"
    body = last(services).body
    assert isinstance(body, dict)
    assert (body.get("max_completion_tokens") or body.get("max_tokens")) == 64
    assert body.get("seed", body.get("random_seed")) in (7, None)
    assert last(services).headers["authorization"] == f"Bearer {KEY}-{service}"


def test_the_anthropic_sdk_reaches_it(presets: Gateway, services: Fakes, service: str, stream: bool) -> None:
    client = Anthropic(base_url=presets.url, api_key=CLIENT_KEY, max_retries=0, timeout=15)
    ask: dict = {
        "model": model_of(service),
        "max_tokens": 64,
        "system": "Be brief.",
        "stop_sequences": ["###"],
        "tools": [{"name": "weather", "description": "Weather.", "input_schema": TOOLS[0]["function"]["parameters"]}],
        "messages": [{"role": "user", "content": "weather in Rome"}],
    }

    def turn() -> object:
        if not stream:
            return client.messages.create(**ask)
        with client.messages.stream(**ask) as events:
            return events.get_final_message()

    call = turn()
    used = [block for block in call.content if block.type == "tool_use"]
    assert [one.input for one in used] == [{"city": "Rome"}]
    results = [{"type": "tool_result", "tool_use_id": one.id, "content": "sunny"} for one in used]
    ask["messages"] += [{"role": "assistant", "content": call.content}, {"role": "user", "content": results}]
    answer = turn()
    assert answer.stop_reason == "end_turn"
    assert "sunny" in answer.content[-1].text
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0


def test_streams_end_whole_and_with_usage(presets: Gateway, service: str, services: Fakes) -> None:
    body = body_of("openai", model_of(service), "say: whole", True)
    reply = request(presets.url, "POST", "/v1/chat/completions", body, key_header("openai"))
    assert reply.status == 200
    assert reply.body.endswith(b"data: [DONE]\n\n"), reply.body[-200:]
    assert b"error" not in reply.body
    # The usage that only the gateway asked for is not the client's.
    assert b'"choices":[],"usage"' not in reply.body


def test_reasoning_arrives_and_goes_back(presets: Gateway, services: Fakes, service: str, stream: bool) -> None:
    client = Anthropic(base_url=presets.url, api_key=CLIENT_KEY, max_retries=0, timeout=15)
    ask: dict = {
        "model": "mistral/magistral-medium" if service == "mistral" else model_of(service),
        "max_tokens": 4096,
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "messages": [{"role": "user", "content": "think, then say: deep"}],
    }
    if stream:
        with client.messages.stream(**ask) as events:
            reply = events.get_final_message()
    else:
        reply = client.messages.create(**ask)
    kinds = [block.type for block in reply.content]
    assert kinds == ["thinking", "text"], kinds
    assert reply.content[0].thinking.startswith("Thinking about")
    assert reply.content[1].text == "deep"
    # The next turn holds the thinking; no service refuses it.
    ask["messages"] += [{"role": "assistant", "content": reply.content}, {"role": "user", "content": "say: again"}]
    assert client.messages.create(**ask).content[-1].text == "again"


@pytest.mark.parametrize("choice", ["required", "named"])
def test_a_forced_tool_is_called_or_asked_for(presets: Gateway, services: Fakes, service: str, choice: str) -> None:
    named = {"type": "function", "function": {"name": "forecast"}}
    with openai(presets).chat.completions.with_streaming_response.create(
        model=model_of(service),
        messages=[{"role": "user", "content": "What about Rome?"}],
        tools=TOOLS,
        tool_choice=named if choice == "named" else "required",
    ) as raw:
        warnings = raw.headers.get("x-llm-gateway-warnings", "")
        reply = raw.parse()
    body = last(services).body
    if service in ("moonshot", "deepinfra", "ollama"):
        assert "tool_choice" not in body and "tool" in body["messages"][-1]["content"]
        assert '"/tool_choice"' in warnings
        return
    call = reply.choices[0].message.tool_calls[0].function
    assert call.name == ("forecast" if choice == "named" else "weather")
    if choice == "named" and service in ("perplexity", "lmstudio", "llamacpp"):
        assert [tool["function"]["name"] for tool in body["tools"]] == ["forecast"]
        assert '"/tool_choice"' in warnings


@pytest.mark.parametrize("form", ["json_object", "json_schema"])
def test_the_form_of_the_reply(presets: Gateway, services: Fakes, service: str, form: str) -> None:
    wanted: dict = {"type": form}
    if form == "json_schema":
        wanted["json_schema"] = {"name": "answer", "schema": SCHEMA, "strict": True}
    reply = openai(presets).chat.completions.create(
        model=model_of(service),
        messages=[{"role": "user", "content": 'json: {"answer": "yes"}'}],
        response_format=wanted,
    )
    assert reply.choices[0].finish_reason == "stop"
    body = last(services).body
    assert body["response_format"]["type"] in SERVICES[service].formats
    if form == "json_schema" and "json_schema" not in SERVICES[service].formats:
        assert '"answer"' in body["messages"][-1]["content"]


def test_images_by_address_are_fetched_where_the_service_does_not(
    presets: Gateway, services: Fakes, service: str
) -> None:
    """The guarded fetcher refuses loopback, which is how a test can see that it was asked."""
    client = openai(presets)
    ask = {
        "model": model_of(service),
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "describe"},
                    {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/cat.png"}},
                ],
            }
        ],
    }
    if SERVICES[service].text_only:
        pytest.skip("its text models take no images")
    if SERVICES[service].fetches_images:
        assert "cat.png" in client.chat.completions.create(**ask).choices[0].message.content
        return
    with pytest.raises(BadRequestError, match="could not be fetched"):
        client.chat.completions.create(**ask)
    assert not services.total()


def test_its_own_error_arrives(presets: Gateway, service: str, services: Fakes) -> None:
    with pytest.raises(APIStatusError) as failed:
        openai(presets).chat.completions.create(
            model=model_of(service), messages=[{"role": "user", "content": "fail 418"}]
        )
    assert failed.value.status_code == 418
    assert "scripted failure" in failed.value.message


def test_mistrals_pieces_become_what_openai_clients_read(presets: Gateway, services: Fakes, stream: bool) -> None:
    ask = {
        "model": "mistral/magistral-medium",
        "messages": [{"role": "user", "content": "think, then say: deep"}],
    }
    client = openai(presets)
    if stream:
        deltas = [
            chunk.choices[0].delta for chunk in client.chat.completions.create(**ask, stream=True) if chunk.choices
        ]
        text = "".join(delta.content or "" for delta in deltas)
        thought = "".join((delta.model_extra or {}).get("reasoning_content") or "" for delta in deltas)
    else:
        message = client.chat.completions.create(**ask).choices[0].message
        text, thought = message.content, (message.model_extra or {})["reasoning_content"]
    assert text == "deep"
    assert thought.startswith("Thinking about")


def test_the_models_of_all_are_listed(presets: Gateway) -> None:
    names = {one.id for one in openai(presets).models.list()}
    assert {f"{name}/{name}-model" for name in SERVICES} <= names


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_completions_are_relayed_where_the_service_has_them(
    presets: Gateway, services: Fakes, service: str, stream: bool
) -> None:
    fields = {"model": model_of(service), "prompt": "say: once upon a time", "max_tokens": 50}
    reply = openai(presets).completions.create(**fields, stream=stream)
    if stream:
        chunks = list(reply)
        text = "".join(choice.text for chunk in chunks for choice in chunk.choices)
        # The gateway asked for the usage, the client did not.
        assert all(chunk.choices for chunk in chunks)
    else:
        text = reply.choices[0].text
        assert reply.usage and reply.usage.completion_tokens > 0
    assert text == "once upon a time"
    sent = last(services)
    assert isinstance(sent.body, dict)
    if SERVICES[service].completions:
        assert sent.path == f"/{service}/completions" and sent.body["prompt"] == fields["prompt"]
    else:
        assert sent.path == f"/{service}/chat/completions" and "prompt" not in sent.body
