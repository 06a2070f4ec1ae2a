"""Embeddings of every provider that has them, for OpenAI's client: many inputs, a size, both encodings."""

import base64
import struct
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from fakes.azure_api import Azure
from fakes.bedrock_embeddings import COHERE_3, COHERE_4, TITAN, TITAN_1
from fakes.cluster import Fakes, providers
from gateway import CLIENT_KEY, Gateway, write_config
from records import observability, row

AZURE_KEY = "azure-key"


@pytest.fixture(scope="module")
def world() -> Iterator[Fakes]:
    with Fakes(only={**providers(), "azure": Azure(AZURE_KEY)}) as fakes:
        yield fakes


@pytest.fixture
def fakes(world: Fakes) -> Fakes:
    world.reset()
    return world


@pytest.fixture(scope="module")
def gateway(world: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("embeddings")
    config = write_config(folder, world.urls)
    config.write_text(
        config.read_text()
        + f'[[providers.azure_openai]]\nbase_url = "{world.urls["azure"]}"\napi_key = "{AZURE_KEY}"\n'
        + observability(folder)
    )
    with Gateway(folder, config) as gateway:
        yield gateway


@pytest.fixture
def client(gateway: Gateway, fakes: Fakes) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)


# The model, whose requests the fakes count, the size asked for, how many requests three inputs become.
PROVIDERS = {
    "openai": ("text-embedding-3-small", "openai", 2, 1),
    "azure": ("azure/prod-embed", "azure", 2, 1),
    "gemini": ("gemini/gemini-embedding-001", "gemini", 2, 1),
    "titan": (f"bedrock/{TITAN}", "bedrock", 256, 3),
    "cohere": (f"bedrock/{COHERE_4}", "bedrock", 512, 1),
}


@pytest.mark.parametrize("encoding", ["float", "base64", None])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_embeds(
    client: OpenAI, gateway: Gateway, fakes: Fakes, provider: str, encoding: str | None
) -> None:
    model, fake, size, requests = PROVIDERS[provider]
    extra: dict = {"encoding_format": encoding} if encoding else {}
    inputs = ["ab", "abcd", "Grüße 🗼"]
    answer = client.embeddings.with_raw_response.create(model=model, input=inputs, dimensions=size, **extra)
    reply = answer.parse()
    vectors: list = [item.embedding for item in reply.data]
    if encoding == "base64":
        # The SDK decodes what it asked for by itself, and leaves alone what its user asked for.
        assert all(isinstance(vector, str) for vector in vectors)
        vectors = [list(struct.unpack(f"<{size}f", base64.b64decode(vector, validate=True))) for vector in vectors]
    assert [item.index for item in reply.data] == [0, 1, 2]
    assert [vector[:2] for vector in vectors] == [[0.5, -float(len(text))] for text in inputs]
    assert all(len(vector) == size for vector in vectors)
    assert [one.status for one in fakes.providers[fake].requests] == [200] * requests
    record = row(gateway, answer.headers["x-request-id"])
    assert (record["status"], record["endpoint"]) == ("success", "/v1/embeddings")
    if provider != "gemini":
        # Gemini does not count.
        assert reply.usage.prompt_tokens == reply.usage.total_tokens == record["input_tokens"] == 12


def test_one_text_is_one_vector(client: OpenAI, fakes: Fakes) -> None:
    for model, _, size, _ in PROVIDERS.values():
        reply = client.embeddings.create(model=model, input="abc", dimensions=size)
        assert [item.embedding[1] for item in reply.data] == [-3.0]
    assert fakes.total() == len(PROVIDERS)


def test_more_texts_than_a_request_may_have(client: OpenAI, fakes: Fakes) -> None:
    """Cohere takes 96 at a time."""
    texts = ["x" * (number % 50 + 1) for number in range(200)]
    reply = client.embeddings.create(model=f"bedrock/{COHERE_3}", input=texts)
    assert [item.embedding[1] for item in reply.data] == [-float(len(text)) for text in texts]
    assert [len(one.body["texts"]) for one in fakes.providers["bedrock"].requests] == [96, 96, 8]
    assert reply.usage.prompt_tokens == 800


@pytest.mark.parametrize("model", [TITAN_1, COHERE_3])
def test_a_model_of_one_size_says_that_the_size_was_dropped(client: OpenAI, fakes: Fakes, model: str) -> None:
    answer = client.embeddings.with_raw_response.create(model=f"bedrock/{model}", input="abc", dimensions=256)
    assert len(answer.parse().data[0].embedding) > 256
    assert '"/dimensions"' in answer.headers["x-llm-gateway-warnings"]


def test_a_size_that_the_model_has_not_is_the_clients_mistake(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model=f"bedrock/{TITAN}", input="abc", dimensions=100)
    assert "dimensions" in refused.value.message


def test_tokens_go_to_nobody_but_who_made_them(client: OpenAI, fakes: Fakes) -> None:
    assert client.embeddings.create(model="text-embedding-3-small", input=[1, 2, 3]).data[0].embedding
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model=f"bedrock/{TITAN}", input=[1, 2, 3])
    assert "send text" in refused.value.message
    assert fakes.total() == 1
