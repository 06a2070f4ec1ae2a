"""What the gateway marks for Anthropic's prompt cache by itself, before a fake that refuses what Anthropic would."""

from collections.abc import Iterator

import pytest

from drivers.clients import anthropic_client, google_client, openai_client
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from samples import WEATHER

MODEL = "claude-sonnet-4-5"
HANDBOOK = "The handbook says to be kind. " * 200
MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
TOOLS = [
    {"name": name, "description": WEATHER.description, "input_schema": WEATHER.parameters} for name in ("first", "last")
]
SAY = [{"role": "user", "content": "say: here"}]


@pytest.fixture(scope="module")
def marking(shared_fakes: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("marking")
    config = write_config(folder, shared_fakes.urls)
    config.write_text(config.read_text() + "\n[providers.anthropic.cache]\n")
    with Gateway(folder, config) as gateway:
        yield gateway


def sent(fakes: Fakes) -> dict:
    body = fakes.last("anthropic").body
    assert isinstance(body, dict)
    return body


def marked_tools(body: dict) -> list[str]:
    return [tool["name"] for tool in body["tools"] if tool.get("cache_control") == MARK]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_native_client_is_marked(fakes: Fakes, marking: Gateway, stream: bool) -> None:
    client = anthropic_client(marking.url, CLIENT_KEY)
    fields = {"model": MODEL, "max_tokens": 99, "system": HANDBOOK, "tools": TOOLS, "messages": SAY}
    if stream:
        with client.messages.stream(**fields) as events:
            assert events.get_final_text() == "here"
    else:
        assert client.messages.create(**fields).content[0].text == "here"
    body = sent(fakes)
    assert body["system"] == [{"type": "text", "text": HANDBOOK, "cache_control": MARK}]
    assert marked_tools(body) == ["last"]
    assert body["messages"] == SAY


def test_short_prompts_are_not_marked(fakes: Fakes, marking: Gateway) -> None:
    client = anthropic_client(marking.url, CLIENT_KEY)
    client.messages.create(model=MODEL, max_tokens=99, system="Be kind.", messages=SAY)
    assert sent(fakes)["system"] == "Be kind."


def test_the_clients_own_marks_win(fakes: Fakes, marking: Gateway) -> None:
    """Five minutes before the client's hour would be refused, as would a fifth mark."""
    parts = [{"type": "text", "text": text, "cache_control": HOUR} for text in ("a", "b", "c", "say: here")]
    messages = [{"role": "user", "content": parts}]
    client = anthropic_client(marking.url, CLIENT_KEY)
    client.messages.create(model=MODEL, max_tokens=99, system=HANDBOOK, tools=TOOLS, messages=messages)
    body = sent(fakes)
    assert (body["system"], body["tools"], body["messages"]) == (HANDBOOK, TOOLS, messages)


def test_clients_of_other_formats_are_marked(fakes: Fakes, marking: Gateway) -> None:
    function = {"name": WEATHER.name, "description": WEATHER.description, "parameters": WEATHER.parameters}
    chat = [{"role": "system", "content": HANDBOOK}, *SAY]
    openai_client(marking.url, CLIENT_KEY).chat.completions.create(
        model=MODEL, messages=chat, tools=[{"type": "function", "function": function}]
    )
    body = sent(fakes)
    assert body["system"][0]["cache_control"] == MARK and marked_tools(body) == [WEATHER.name]
    google_client(marking.url, CLIENT_KEY).models.generate_content(
        model=MODEL, contents="say: here", config={"system_instruction": HANDBOOK}
    )
    assert sent(fakes)["system"][0]["cache_control"] == MARK


def test_a_chat_client_marks_messages(fakes: Fakes, marking: Gateway) -> None:
    """PITFALLS 18: kept where the content is a string; of more than four the latest stay, and the client is told."""
    marked = [{"role": "user", "content": f"part {number}", "cache_control": MARK} for number in range(6)]
    client = openai_client(marking.url, CLIENT_KEY)
    reply = client.chat.completions.with_raw_response.create(model=MODEL, messages=marked)
    blocks = [block for message in sent(fakes)["messages"] for block in message["content"]]
    assert [block["text"] for block in blocks if "cache_control" in block] == [f"part {number}" for number in (2, 3, 4, 5)]
    assert "4 cache breakpoints" in reply.headers["x-llm-gateway-warnings"]


def test_without_the_section_nothing_is_marked(fakes: Fakes, gateway: Gateway) -> None:
    client = anthropic_client(gateway.url, CLIENT_KEY)
    client.messages.create(model=MODEL, max_tokens=99, system=HANDBOOK, tools=TOOLS, messages=SAY)
    assert (sent(fakes)["system"], sent(fakes)["tools"]) == (HANDBOOK, TOOLS)
