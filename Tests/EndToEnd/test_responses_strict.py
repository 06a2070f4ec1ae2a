"""The fake of OpenAI's Responses refuses what the real one refuses, and what it answers fits the SDK's own types."""

import base64
import contextlib
import json

import openai
import pytest
from openai.types.responses import Response

from drivers.clients import openai_client
from drivers.responses_driver import EVENTS
from fakes.cluster import KEYS, Fakes
from fakes.responses_rules import Encryption
from raw import request
from samples import PNG

USER = {"role": "user", "content": "hi"}
PLAIN = {"model": "gpt-4o", "input": "hi"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "x"}
TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
OPEN = {"type": "object", "properties": {}}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": Encryption(KEYS["openai"]).seal("x")}
SAID = {"role": "assistant", "content": [{"type": "output_text", "text": "x"}]}


def given(*items: dict, model: str = "gpt-4o", **members: object) -> dict:
    return {"model": model, "input": list(items), **members}


def parts(*content: dict) -> dict:
    return given({"role": "user", "content": list(content)})


REFUSED = {
    "unknown field": ({**PLAIN, "stop": "x"}, "Unknown parameter: 'stop'"),
    "unknown nested field": (given({**USER, "name": "x"}), "Unknown parameter: 'input[0].name'"),
    "chat's messages": ({"model": "gpt-4o", "messages": [USER]}, "Unknown parameter: 'messages'"),
    "no input": ({"model": "gpt-4o"}, 'One of "input"'),
    "no model": ({"input": "hi"}, "Missing required parameter: 'model'"),
    "role": (given({"role": "tool", "content": "x"}), "input[0].role"),
    "item type": (given({"type": "tool_result"}), "input[0].type"),
    "chat's part": (parts({"type": "text", "text": "x"}), "input[0].content[0].type"),
    "input of the model": (
        given({"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}),
        "'input_text' is not one of 'output_text', 'refusal'",
    ),
    "output of the user": (parts({"type": "output_text", "text": "x"}), "'output_text' is not one of 'input_text'"),
    "image as object": (parts({"type": "input_image", "image_url": {"url": "https://x/y"}}), "image_url"),
    "image URL": (parts({"type": "input_image", "image_url": "data:,x"}), "Invalid MIME type"),
    "file without a name": (parts({"type": "input_file", "file_data": "data:application/pdf;base64,eA=="}), "filename"),
    "little output": ({**PLAIN, "max_output_tokens": 15}, "less than the minimum of 16"),
    "temperature range": ({**PLAIN, "temperature": 2.5}, "temperature"),
    "stream options": ({**PLAIN, "stream_options": {"include_obfuscation": False}}, "'stream_options'"),
    "chat's stream options": ({**PLAIN, "stream": True, "stream_options": {"include_usage": True}}, "include_usage"),
    "background of nothing kept": ({**PLAIN, "background": True, "store": False}, "Background mode requires"),
    "include": ({**PLAIN, "include": ["usage"]}, "include[0]"),
    # Tools
    "chat's tool": ({**PLAIN, "tools": [{"type": "function", "function": {"name": "f"}}]}, "tools[0].function"),
    "tool without strict": ({**PLAIN, "tools": [{**TOOL, "strict": "no"}]}, "tools[0].strict"),
    "tool name": ({**PLAIN, "tools": [{**TOOL, "name": "a.b"}]}, "tools[0].name"),
    "tool schema": ({**PLAIN, "tools": [{**TOOL, "parameters": {"type": "string"}}]}, "Invalid schema"),
    "open strict tool": ({**PLAIN, "tools": [{**TOOL, "strict": True}]}, "additionalProperties"),
    "tools of one name": ({**PLAIN, "tools": [TOOL, TOOL]}, "must be unique"),
    "choice of no tool": ({**PLAIN, "tools": [TOOL], "tool_choice": {"type": "function", "name": "g"}}, "not found in"),
    "choice without tools": ({**PLAIN, "tool_choice": "required"}, "Tool choice 'required'"),
    "chat's choice": (
        {**PLAIN, "tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}},
        "tool_choice.function",
    ),
    "open strict format": (
        {**PLAIN, "text": {"format": {"type": "json_schema", "name": "a", "schema": OPEN, "strict": True}}},
        "additionalProperties",
    ),
    "chat's format": (
        {**PLAIN, "text": {"format": {"type": "json_schema", "json_schema": {"name": "a", "schema": OPEN}}}},
        "json_schema",
    ),
    "json mode without the word": ({**PLAIN, "text": {"format": {"type": "json_object"}}}, "must contain the word"),
    # The order of items
    "lone result": (given(USER, RESULT), "No tool call found for function call output with call_id call_1"),
    "result before its call": (given(USER, RESULT, CALL), "No tool call found"),
    "result of another kind": (
        given(USER, CALL, {**RESULT, "type": "custom_tool_call_output"}),
        "No tool call found for custom tool call output",
    ),
    "unanswered call": (given(USER, CALL, USER), "No tool output found for function call call_1"),
    "arguments as object": (given(USER, {**CALL, "arguments": {}}, RESULT), "input[1].arguments"),
    "long call id": (given(USER, {**CALL, "call_id": "c" * 65}, RESULT), "input[1].call_id"),
    "another's id": (given(USER, {**CALL, "id": "call_1"}, RESULT), "Expected an ID that begins with 'fc'"),
    "one id twice": (given({**USER, "id": "msg_1"}, {**USER, "id": "msg_1"}), "Duplicate item found with id msg_1"),
    "thought without what follows": (given(USER, THOUGHT, model="gpt-5"), "without its required following item"),
    "thought before the user": (given(USER, THOUGHT, USER, SAID, model="gpt-5"), "without its required following item"),
    "thought of another provider": (
        given(USER, {**THOUGHT, "encrypted_content": "AAAA"}, SAID, model="gpt-5"),
        "could not be verified",
    ),
    "thoughts of plain models": (given(USER, THOUGHT, SAID), "can only be provided to a reasoning"),
    # Models
    "encryption of plain models": ({**PLAIN, "include": ["reasoning.encrypted_content"]}, "Encrypted content is not"),
    "effort of plain models": ({**PLAIN, "reasoning": {"effort": "low"}}, "'reasoning.effort' is not supported"),
    "summary of plain models": ({**PLAIN, "reasoning": {"summary": "auto"}}, "'reasoning.summary' is not supported"),
    "verbosity of plain models": ({**PLAIN, "text": {"verbosity": "low"}}, "Supported values are: 'medium'"),
    "temperature of reasoning models": ({**PLAIN, "model": "gpt-5", "temperature": 0.2}, "'temperature' is not supported"),
    "unsupported effort": ({**PLAIN, "model": "gpt-5", "reasoning": {"effort": "none"}}, "'minimal', 'low'"),
    # What is kept
    "unknown response": ({**PLAIN, "previous_response_id": "resp_x"}, "Previous response with id 'resp_x' not found"),
    "two memories": ({**PLAIN, "previous_response_id": "resp_x", "conversation": "conv_x"}, "Mutually exclusive"),
}


def post(fakes: Fakes, body: object, path: str = "/v1/responses") -> tuple[int, dict]:
    reply = request(fakes.urls["openai"], "POST", path, body, {"Authorization": f"Bearer {KEYS['openai']}"})
    return reply.status, reply.json


@pytest.mark.parametrize("body,message", REFUSED.values(), ids=REFUSED)
def test_refuses(fakes: Fakes, body: dict, message: str) -> None:
    status, answer = post(fakes, body)
    assert status == 400, answer
    assert message in answer["error"]["message"]
    assert answer["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("item", [{**THOUGHT, "encrypted_content": None}, {"type": "item_reference", "id": "msg_1"}])
def test_what_was_not_kept_is_not_found(fakes: Fakes, item: dict) -> None:
    status, answer = post(fakes, given(USER, item, SAID, model="gpt-5"))
    assert status == 404 and "Items are not persisted when `store` is set to false" in answer["error"]["message"]


ACCEPTED = {
    "plain": PLAIN,
    "items": given(USER, SAID, {**USER, "type": "message"}),
    "calls": given(USER, CALL, {**CALL, "call_id": "call_2"}, {**RESULT, "call_id": "call_2"}, RESULT, tools=[TOOL]),
    "thoughts": given(USER, THOUGHT, CALL, RESULT, model="gpt-5", include=["reasoning.encrypted_content"]),
    "nulls": {**PLAIN, "temperature": None, "tools": [], "metadata": None, "store": None, "reasoning": None},
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(fakes: Fakes, body: dict) -> None:
    status, answer = post(fakes, body)
    assert status == 200, answer
    Response.model_validate(answer)


def events(fakes: Fakes, **body: object) -> list[dict]:
    reply = request(
        fakes.urls["openai"],
        "POST",
        "/v1/responses",
        {"stream": True, **body},
        {"Authorization": f"Bearer {KEYS['openai']}"},
    )
    assert reply.status == 200, reply.body
    found = []
    for block in reply.body.decode().strip().split("\n\n"):
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        found.append(event)
    return found


def test_every_event_is_one_of_the_sdk(fakes: Fakes) -> None:
    """A thought, a text, two calls and a custom one in one answer."""
    custom = {"type": "custom", "name": "g"}
    text = 'think about the weather, call f {} call f {} call g {"input": "raw é"}'
    found = events(
        fakes, model="gpt-5", input=text, tools=[TOOL, custom], reasoning={"summary": "auto"}, include=[]
    )
    for event in found:
        EVENTS[event["type"]].model_validate(event)
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    kinds = [event["type"] for event in found]
    assert kinds[:2] == ["response.created", "response.in_progress"] and kinds[-1] == "response.completed"
    done = [event["item"] for event in found if event["type"] == "response.output_item.done"]
    assert [item["type"] for item in done] == [
        "reasoning",
        "message",
        "function_call",
        "function_call",
        "custom_tool_call",
    ]
    assert found[-1]["response"]["output"] == done
    assert "response.reasoning_summary_text.delta" in kinds and "response.custom_tool_call_input.delta" in kinds


@pytest.mark.parametrize("text,last", [("error mid", "error"), ("error mid failed", "response.failed")])
def test_a_stream_may_end_in_an_error(fakes: Fakes, text: str, last: str) -> None:
    client, seen = openai_client(fakes.urls["openai"], KEYS["openai"]), []
    with contextlib.suppress(openai.APIConnectionError):
        for event in client.responses.create(model="gpt-4o", input=text, stream=True):
            seen.append(event)
    assert seen[-1].type == last
    why = seen[-1] if last == "error" else seen[-1].response.error
    assert why.code == "server_error"


def test_responses_are_kept_unless_unwanted(fakes: Fakes) -> None:
    client = openai_client(fakes.urls["openai"], KEYS["openai"])
    first = client.responses.create(model="gpt-5", input="think, then say: one")
    second = client.responses.create(model="gpt-5", input="report", previous_response_id=first.id)
    assert json.loads(second.output_text)["turns"] == ["user: think, then say: one", "assistant: one", "user: report"]
    assert client.responses.retrieve(second.id).output_text == second.output_text
    items = client.responses.input_items.list(second.id, order="asc").data
    assert [item.type for item in items] == ["message", "reasoning", "message", "message"]
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    unkept = client.responses.create(model="gpt-5", input="say: two", store=False)
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(model="gpt-5", input="hi", previous_response_id=unkept.id)
    assert raised.value.code == "previous_response_not_found"


def test_only_the_background_can_be_cancelled(fakes: Fakes) -> None:
    client = openai_client(fakes.urls["openai"], KEYS["openai"])
    queued = client.responses.create(model="gpt-4o", input="say: later", background=True)
    assert queued.status == "queued" and queued.output == []
    assert client.responses.retrieve(queued.id).output_text == "later"
    assert client.responses.cancel(queued.id).status == "cancelled"
    made = client.responses.create(model="gpt-4o", input="say: now")
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(made.id)


def test_images_are_seen(fakes: Fakes) -> None:
    image = {"type": "input_image", "image_url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"}
    status, answer = post(fakes, parts(image, {"type": "input_text", "text": "describe"}))
    assert status == 200
    assert answer["output"][0]["content"][0]["text"].startswith(f"I see 1: image/png {len(PNG)} bytes")


def test_tokens_are_counted_for_what_is_a_request(fakes: Fakes) -> None:
    assert post(fakes, PLAIN, "/v1/responses/input_tokens")[1]["input_tokens"] > 0
    status, answer = post(fakes, {**PLAIN, "stream": False}, "/v1/responses/input_tokens")
    assert status == 400 and "stream" in answer["error"]["message"]
