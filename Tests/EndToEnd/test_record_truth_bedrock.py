"""The record tells what the provider reported when boto3 asks, by Converse and by InvokeModel; see `test_record_truth`."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import botocore.exceptions
import pytest

from conftest import MODELS, PROVIDERS, provider_name
from drivers.bedrock_driver import bedrock_client
from gateway import CLIENT_KEY, Gateway
from records import expected, figures, row

# The fixtures that are asked for by their names.
from test_record_truth import COUNTS, TARGETS, check_fragment, recording, world  # noqa: F401

# The services that speak OpenAI's format differ behind the door, which `test_record_truth` walks through.
BEHIND = ("openai", "anthropic", "gemini", "openai_responses", "bedrock", "bedrock-claude", "azure_openai", "vertex", "vertex-claude")


@dataclass(frozen=True)
class API:
    """One of Bedrock's two, whole and streamed."""

    format: str
    whole: str
    streamed: str
    arguments: Callable[[str, str], dict]
    events: str

    def ask(self, gateway: Gateway, model: str, text: str, stream: bool) -> tuple[str, Iterator[dict]]:
        """The request's identifier, and the events of a stream."""
        client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
        reply = getattr(client, self.streamed if stream else self.whole)(**self.arguments(model, text))
        identifier = reply["ResponseMetadata"]["HTTPHeaders"]["x-request-id"]
        return identifier, reply[self.events] if stream else iter(())


def converse(model: str, text: str) -> dict:
    return {"modelId": model, "messages": [{"role": "user", "content": [{"text": text}]}]}


def invoke(model: str, text: str) -> dict:
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 4096, "messages": [{"role": "user", "content": text}]}
    return {"modelId": model, "body": json.dumps(body)}


APIS = {
    "converse": API("converse", "converse", "converse_stream", converse, "stream"),
    "invoke": API("anthropic", "invoke_model", "invoke_model_with_response_stream", invoke, "body"),
}


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> API:
    return APIS[request.param]


@pytest.mark.parametrize("target", BEHIND)
def test_pitfall_9_tokens_and_cost_are_what_the_provider_reported(
    recording: Gateway, target: str, api: API, stream: bool  # noqa: F811
) -> None:
    model, own, kind = TARGETS[target]
    if api.format == "converse" and target == "bedrock-claude":
        # Asked for by Converse it is passed on by Converse, and counts in its manner.
        kind = "converse"
    for counts in COUNTS:
        identifier, events = api.ask(recording, model, counts.text, stream)
        for _ in events:
            pass
        record = row(recording, identifier)
        assert record["status"] == "success" and record["http_status"] == 200
        assert (record["provider"], record["provider_model"]) == (target.removesuffix("-claude"), own)
        assert (record["client_format"], record["is_stream"]) == (api.format, int(stream))
        assert record["usage_estimated"] == 0 and record["cost_source"] == "configuration"
        assert figures(record) == expected(kind, counts), counts


@pytest.mark.parametrize("provider", PROVIDERS)
def test_failures_cost_nothing_that_is_known(recording: Gateway, provider: str, api: API, stream: bool) -> None:  # noqa: F811
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        api.ask(recording, MODELS[provider], "fail 500", stream)
    record = row(recording, raised.value.response["ResponseMetadata"]["HTTPHeaders"]["x-request-id"])
    assert record["status"] == "failure" and record["attempts"] >= 1
    assert record["provider"] == provider_name(provider) and record["client_format"] == api.format
    for name in ("input_tokens", "output_tokens", "total_tokens", "total_cost_pico"):
        assert record[name] is None, f"{name} is unknown, not {record[name]}"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("text", ["cut after 5", "error mid"])
def test_pitfall_13_an_answer_that_breaks_off_is_estimated(
    recording: Gateway, provider: str, api: API, text: str  # noqa: F811
) -> None:
    identifier, events = api.ask(recording, MODELS[provider], text, True)
    with pytest.raises(botocore.exceptions.EventStreamError):
        for _ in events:
            pass
    record = row(recording, identifier)
    assert record["status"] == "failure" and record["error_type"]
    pieces = 5 if text.startswith("cut") else 3
    check_fragment(record, provider, pieces, pieces)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pitfall_13_an_answer_that_the_client_leaves_is_estimated(
    recording: Gateway, provider: str, api: API  # noqa: F811
) -> None:
    identifier, events = api.ask(recording, MODELS[provider], "slow 200 20", True)
    for event in events:
        if b"tick9" in (event.get("chunk", {}).get("bytes") or str(event).encode()):
            break
    events.close()  # type: ignore[attr-defined]
    record = row(recording, identifier)
    assert (record["status"], record["http_status"]) == ("cancelled", 200)
    check_fragment(record, provider, 10, 60)
