"""Bedrock beyond plain conversations: its two doors, its credentials, its errors."""

import json
from pathlib import Path

import anthropic
import boto3
import botocore.exceptions
import httpx2 as httpx
import pytest

from conftest import MODELS, PROVIDERS, THINKING_MODELS
from drivers import Target, talk
from drivers.bedrock_driver import bedrock_client
from drivers.clients import openai_client
from fakes.bedrock_api import ACCESS_KEY, REGION
from fakes.cluster import KEYS, Fakes
from fakes.signatures import Signer
from gateway import CLIENT_KEY, Gateway, write_config

CLAUDE = THINKING_MODELS["bedrock"]
NOVA = MODELS["bedrock"]
HI = [{"role": "user", "content": [{"text": "say: hi"}]}]


def claude_client(gateway: Gateway) -> anthropic.AnthropicBedrock:
    """Anthropic's own client for Bedrock speaks InvokeModel."""
    return anthropic.AnthropicBedrock(
        base_url=gateway.url, aws_access_key=CLIENT_KEY, aws_secret_key="unused", aws_region=REGION, max_retries=0
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_clients_of_invoke_model_reach_every_provider(gateway: Gateway, provider: str, stream: bool) -> None:
    arguments = {
        "model": THINKING_MODELS[provider],
        "max_tokens": 3000,
        "messages": [{"role": "user", "content": "say: Grüezi"}],
    }
    client = claude_client(gateway)
    if not stream:
        message = client.messages.create(**arguments)
    else:
        with client.messages.stream(**arguments) as events:
            message = events.get_final_message()
    assert [block.text for block in message.content] == ["Grüezi"]
    assert message.stop_reason == "end_turn" and message.usage.output_tokens > 0


def test_boto3_invokes_models(gateway: Gateway) -> None:
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "anthropic_beta": ["context-1m-2025-08-07"],
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "say: hi"}],
    }
    reply = client.invoke_model(modelId=CLAUDE, body=json.dumps(body))
    assert json.loads(reply["body"].read())["content"][0]["text"] == "hi"
    stream = client.invoke_model_with_response_stream(modelId=CLAUDE, body=json.dumps(body))["body"]
    events = [json.loads(event["chunk"]["bytes"]) for event in stream]
    assert [event["type"] for event in events][-1] == "message_stop"
    assert "amazon-bedrock-invocationMetrics" not in events[-1]


def test_betas_reach_bedrock_in_the_body(gateway: Gateway, fakes: Fakes) -> None:
    client = anthropic.Anthropic(base_url=f"{gateway.url}/bedrock", api_key=CLIENT_KEY, max_retries=0)
    message = client.messages.create(
        model=CLAUDE,
        max_tokens=100,
        messages=[{"role": "user", "content": "say: hi"}],
        extra_headers={"anthropic-beta": "context-1m-2025-08-07,other"},
    )
    assert message.content[0].text == "hi"
    sent = fakes.last("bedrock")
    assert sent.path == f"/model/{CLAUDE}/invoke"
    assert sent.body["anthropic_beta"] == ["context-1m-2025-08-07", "other"]
    assert sent.body["anthropic_version"] == "bedrock-2023-05-31"
    assert "model" not in sent.body and "stream" not in sent.body


def test_converse_is_relayed_unchanged(gateway: Gateway, fakes: Fakes) -> None:
    """A member that the gateway does not know goes through, and so do the messages of the stream, bit for bit."""
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    client.converse(modelId=CLAUDE, messages=HI, requestMetadata={"team": "blue"})
    sent = fakes.last("bedrock")
    assert sent.path == f"/model/{CLAUDE}/converse"
    assert sent.body == {"messages": HI, "requestMetadata": {"team": "blue"}}
    # Percent-encoded once on the way, whatever is in the name.
    assert "%3A0/converse" in sent.target


def test_a_relayed_stream_is_the_same_bytes(gateway: Gateway, fakes: Fakes) -> None:
    def stream_of(url: str, access_key: str, secret: str) -> bytes:
        client = bedrock_client(url, access_key, secret)
        reply = client.converse_stream(modelId=NOVA, messages=HI)
        return b"".join(reply["stream"]._raw_stream.stream())  # noqa: SLF001

    direct = stream_of(fakes.urls["bedrock"], ACCESS_KEY, KEYS["bedrock"])
    assert stream_of(gateway.url, CLIENT_KEY, "unused") == direct


@pytest.mark.parametrize(
    "status,code", [(400, "ValidationException"), (429, "ThrottlingException"), (503, "ServiceUnavailableException")]
)
def test_errors_are_bedrocks_for_boto3(gateway: Gateway, status: int, code: str) -> None:
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    messages = [{"role": "user", "content": [{"text": f"fail {status}"}]}]
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.converse(modelId=NOVA, messages=messages)
    assert caught.value.response["Error"]["Code"] == code
    assert "scripted failure" in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["ResponseMetadata"]["RequestId"]


ANTHROPIC_ERRORS = {400: anthropic.BadRequestError, 429: anthropic.RateLimitError, 503: anthropic.InternalServerError}


@pytest.mark.parametrize("provider", ["bedrock", "openai", "anthropic"])
@pytest.mark.parametrize(
    "status,code", [(400, "ValidationException"), (429, "ThrottlingException"), (503, "ServiceUnavailableException")]
)
def test_errors_of_invoke_model_are_bedrocks(
    gateway: Gateway, provider: str, status: int, code: str, stream: bool
) -> None:
    """boto3 goes by the header and the message, Anthropic's client for Bedrock by the status."""
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    messages = [{"role": "user", "content": f"fail {status}"}]
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": messages}
    invoke = client.invoke_model_with_response_stream if stream else client.invoke_model
    # Asked by its name, a class of botocore's own: `client.exceptions.ThrottlingException`.
    with pytest.raises(getattr(client.exceptions, code)) as caught:
        invoke(modelId=THINKING_MODELS[provider], body=json.dumps(body))
    assert caught.value.response["Error"]["Code"] == code
    assert "scripted failure" in caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["ResponseMetadata"]["RequestId"]
    with pytest.raises(ANTHROPIC_ERRORS[status]) as told:
        claude_client(gateway).messages.create(
            model=THINKING_MODELS[provider], max_tokens=100, messages=messages, stream=stream
        )
    assert told.value.status_code == status and "scripted failure" in str(told.value)


def test_refusals_of_the_gateway_at_invoke_model_are_bedrocks(gateway: Gateway) -> None:
    body = json.dumps({"max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]})
    for key, model, code, status in (
        ("sk-wrong", CLAUDE, "UnrecognizedClientException", 401),
        (CLIENT_KEY, "nobody-has-this", "ResourceNotFoundException", 404),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            bedrock_client(gateway.url, key, "unused").invoke_model(modelId=model, body=body)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    with pytest.raises(bedrock_client(gateway.url, CLIENT_KEY, "unused").exceptions.ValidationException):
        bedrock_client(gateway.url, CLIENT_KEY, "unused").invoke_model(modelId=CLAUDE, body="[]")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pitfall_3_a_stream_of_invoke_model_that_fails_ends_in_an_exception(gateway: Gateway, provider: str) -> None:
    messages = [{"role": "user", "content": "error mid"}]
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": messages}
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    stream = client.invoke_model_with_response_stream(modelId=THINKING_MODELS[provider], body=json.dumps(body))["body"]
    with pytest.raises(botocore.exceptions.EventStreamError) as caught:
        for _ in stream:
            pass
    assert caught.value.response["Error"]["Code"] in (
        "internalServerException",
        "modelStreamErrorException",
        "serviceUnavailableException",
    )
    assert caught.value.response["Error"]["Message"]
    events = claude_client(gateway).messages.create(
        model=THINKING_MODELS[provider], max_tokens=100, messages=messages, stream=True
    )
    with pytest.raises(anthropic.APIStatusError):
        list(events)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pitfall_3_a_stream_that_fails_ends_in_an_exception(gateway: Gateway, provider: str) -> None:
    client = bedrock_client(gateway.url, CLIENT_KEY, "unused")
    messages = [{"role": "user", "content": [{"text": "error mid"}]}]
    stream = client.converse_stream(modelId=MODELS[provider], messages=messages)["stream"]
    with pytest.raises(botocore.exceptions.EventStreamError):
        for _ in stream:
            pass


@pytest.mark.parametrize("provider", ["bedrock", "anthropic"])
def test_redacted_thinking_goes_back(gateway: Gateway, fakes: Fakes, provider: str, stream: bool) -> None:
    """The blob of Converse is the text of Anthropic's `data`; both fakes sign it and take nothing else back."""
    target = Target(gateway.url, CLIENT_KEY, "bedrock", provider, MODELS[provider], THINKING_MODELS[provider])
    conversation = talk(target, stream, thinking=True, max_tokens=8000)
    assert conversation.say("think of redacted things, then say: yes").text == "yes"
    (blob,) = [
        block["reasoningContent"]["redactedContent"]
        for block in conversation.messages[-1]["content"]
        if "redactedContent" in block.get("reasoningContent", {})
    ]
    assert Signer("anthropic").verifies("redacted", blob.decode())
    assert conversation.say("say: again").text == "again"
    assert [one.status for one in fakes.providers[provider].requests] == [200, 200]


def test_redacted_thinking_of_converse_goes_back_from_anthropics_client(
    tmp_path: Path, fakes: Fakes, stream: bool
) -> None:
    urls = {name: url for name, url in fakes.urls.items() if name != "responses"}
    config = write_config(tmp_path, urls)
    config.write_text(config.read_text() + 'api = "converse"\n')
    with Gateway(tmp_path, config) as gateway:
        target = Target(gateway.url, CLIENT_KEY, "anthropic", "bedrock", CLAUDE, CLAUDE)
        conversation = talk(target, stream, thinking=True, max_tokens=8000)
        conversation.say("think of redacted things, then say: yes")
        kinds = [block["type"] for block in conversation.messages[-1]["content"]]
        assert kinds == ["thinking", "redacted_thinking", "text"]
        assert conversation.say("say: again").text == "again"
    assert fakes.last("bedrock").path.endswith("/converse-stream" if stream else "/converse")


def test_wrong_keys_are_refused_as_bedrock_does(gateway: Gateway) -> None:
    client = bedrock_client(gateway.url, "sk-wrong", "unused")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.converse(modelId=NOVA, messages=HI)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (401, 403)


def test_models_of_bedrock_are_listed(gateway: Gateway) -> None:
    names = {model.id for model in openai_client(f"{gateway.url}/bedrock", CLIENT_KEY).models.list()}
    assert {NOVA, CLAUDE} <= names


def test_the_fake_checks_signatures(fakes: Fakes) -> None:
    """What this suite proves of signatures it proves by this: a changed body, path or key is noticed."""
    url = fakes.urls["bedrock"]
    sent: dict[str, object] = {}
    session = boto3.session.Session(ACCESS_KEY, KEYS["bedrock"], region_name=REGION)
    client = session.client("bedrock-runtime", endpoint_url=url)
    client.meta.events.register("before-send.*.Converse", lambda request, **_: sent.update(request=request))
    client.converse(modelId=NOVA, messages=HI)
    request = sent["request"]
    headers = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
    del headers["Content-Length"]
    assert httpx.post(request.url, content=request.body, headers=headers).status_code == 200
    for changed in (
        {"url": request.url.replace("/converse", "/converse-stream"), "content": request.body},
        {"url": request.url, "content": request.body + b" "},
        {"url": request.url, "content": request.body, "time": "20200101T000000Z"},
    ):
        time = changed.pop("time", headers["X-Amz-Date"])
        answer = httpx.post(**changed, headers={**headers, "X-Amz-Date": time})
        assert answer.status_code == 403 and "InvalidSignature" in answer.headers["x-amzn-errortype"]
