"""Token counts, embeddings, and OpenAI's other APIs, with the official SDKs."""

import base64
import hashlib

import openai
import pytest
from anthropic import Anthropic
from google import genai
from openai import OpenAI

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from fakes.openai_resources import SPEECH
from gateway import CLIENT_KEY, Gateway
from raw import key_header, request
from samples import PNG, WEATHER

EVERY_PROVIDER = pytest.mark.parametrize("provider", FORMATS)
COUNTS = {"openai": 33, "gemini": 20}
SOUND = bytes(range(256)) * 400 + b"\r\n--boundary\r\n\x00"


@pytest.fixture
def client(gateway: Gateway, fakes: Fakes) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)


@pytest.fixture
def google(gateway: Gateway, fakes: Fakes) -> genai.Client:
    return genai.Client(api_key=CLIENT_KEY, http_options={"base_url": gateway.url})


@EVERY_PROVIDER
def test_anthropics_sdk_counts(gateway: Gateway, fakes: Fakes, provider: str) -> None:
    anthropic = Anthropic(base_url=gateway.url, api_key=CLIENT_KEY, max_retries=0)
    tool = {"name": WEATHER.name, "description": WEATHER.description, "input_schema": WEATHER.parameters}
    reply = anthropic.messages.with_raw_response.count_tokens(
        model=MODELS[provider], system="Be kind.", messages=[{"role": "user", "content": "Hello"}], tools=[tool]
    )
    assert reply.parse().input_tokens > 0
    assert "x-gateway-token-count" not in reply.headers
    if provider in COUNTS:
        assert reply.parse().input_tokens == COUNTS[provider]
    assert len(fakes.providers[provider].requests) == 1


@EVERY_PROVIDER
def test_googles_sdk_counts(google: genai.Client, provider: str) -> None:
    assert google.models.count_tokens(model=MODELS[provider], contents="Hello").total_tokens > 0


def test_responses_input_tokens(client: OpenAI) -> None:
    assert client.responses.input_tokens.count(model="gpt-4o", input="Hello").input_tokens == 33
    assert client.responses.input_tokens.count(model="gemini-2.5-flash", input="Hello").input_tokens == 20


@pytest.mark.parametrize("encoding", ["float", "base64", None])
@pytest.mark.parametrize("model", ["text-embedding-3-small", "gemini/gemini-embedding-001"])
def test_embeddings(client: OpenAI, model: str, encoding: str | None) -> None:
    extra = {"encoding_format": encoding} if encoding else {}
    reply = client.embeddings.create(model=model, input=["ab", "abcd"], dimensions=2, **extra)
    vectors = [item.embedding for item in reply.data]
    if encoding == "base64":
        assert all(isinstance(vector, str) for vector in vectors)
    else:
        assert vectors == [[0.5, -2.0], [0.5, -4.0]]
    if not model.startswith("gemini"):
        assert reply.usage.prompt_tokens == 8


def test_googles_sdk_embeds(google: genai.Client) -> None:
    for model in ("gemini-embedding-001", "openai/text-embedding-3-small"):
        reply = google.models.embed_content(model=model, contents=["ab", "abcd"])
        assert reply.embeddings and [item.values[:2] for item in reply.embeddings] == [[0.5, -2.0], [0.5, -4.0]]


def test_providers_without_embeddings_say_so(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="claude-sonnet-4-5", input="x")


def test_images(client: OpenAI) -> None:
    reply = client.images.generate(model="openai/gpt-image-1", prompt="A fox", n=2)
    assert len(reply.data or []) == 2


def test_speech_comes_as_bytes(client: OpenAI) -> None:
    reply = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello")
    assert reply.content == SPEECH
    assert reply.response.headers["content-type"] == "audio/mpeg"


def test_transcriptions_take_the_model_of_their_form(client: OpenAI, fakes: Fakes) -> None:
    reply = client.audio.transcriptions.create(model="openai/whisper-1", file=("a.wav", SOUND))
    assert reply.text == f"{len(SOUND)} bytes {hashlib.sha256(SOUND).hexdigest()}"
    assert fakes.last("openai").headers["authorization"] == "Bearer sk-fake-openai"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_other_forms_take_the_model_of_theirs(client: OpenAI, gateway: Gateway, fakes: Fakes) -> None:
    """It stands behind the file or before it, and is renamed on the way; the bytes around it stay."""
    reply = client.audio.translations.create(model="openai/whisper-1", file=("a.wav", SOUND))
    assert reply.text == f"{len(SOUND)} bytes {hashlib.sha256(SOUND).hexdigest()}"
    edited = client.images.edit(model="openai/gpt-image-1", image=("a.png", PNG), prompt="A hat")
    assert base64.b64decode(edited.data[0].b64_json) == PNG
    assert fakes.last("openai").path == "/v1/images/edits"
    assert client.images.create_variation(model="openai/dall-e-2", image=("a.png", PNG)).data[0].url
    boundary = b"--x\r\nContent-Disposition: form-data; name="
    image = boundary + b'"image"; filename="a.png"\r\n\r\n' + PNG + b"\r\n"
    fields = [boundary + b'"prompt"\r\n\r\nA hat\r\n', boundary + b'"model"\r\n\r\nopenai/gpt-image-1\r\n']
    for order in ([image, *fields], [*fields, image]):
        headers = key_header("openai") | {"Content-Type": "multipart/form-data; boundary=x"}
        body = b"".join(order) + b"--x--\r\n"
        told = request(gateway.url, "POST", "/v1/images/edits", body, headers)
        assert told.status == 200 and base64.b64decode(told.json["data"][0]["b64_json"]) == PNG


def test_moderations_go_to_the_default_provider(client: OpenAI) -> None:
    assert client.moderations.create(input="a bad word").results[0].flagged
    assert not client.moderations.create(input="a good word", model="omni-moderation").results[0].flagged


def test_files_and_batches(client: OpenAI) -> None:
    made = client.files.create(file=("f.jsonl", b'{"a":1}\n'), purpose="batch")
    assert made.bytes == 8
    assert client.files.retrieve(made.id).purpose == "batch"
    assert client.files.content(made.id).read() == b'{"a":1}\n'
    assert made.id in [one.id for one in client.files.list(limit=5)]
    batch = client.batches.create(input_file_id=made.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert client.batches.retrieve(batch.id).status == "validating"
    assert client.batches.cancel(batch.id).status == "cancelling"
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(made.id)


def test_an_unable_provider_and_a_wrong_method(gateway: Gateway, fakes: Fakes) -> None:
    key = key_header("openai")
    refused = request(gateway.url, "GET", "/anthropic/v1/files", None, key)
    assert refused.status == 400 and "anthropic" in refused.json["error"]["message"]
    assert request(gateway.url, "GET", "/openai/v1/files", None, key).status == 200
    assert request(gateway.url, "PUT", "/v1/files", b"{}", key).headers["allow"].startswith("GET, POST")
    assert request(gateway.url, "GET", "/v1/files").status == 401
