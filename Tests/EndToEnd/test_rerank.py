"""`POST /v1/rerank`: passed on to who ranks documents, at the address each service has it."""

from collections.abc import Iterator

import httpx2 as httpx
import openai
import pytest
from openai import OpenAI

from fakes.cluster import Fakes
from fakes.rerank_api import SERVICES, Rerank
from gateway import CLIENT_KEY, KEYS, Gateway
from records import observability, row

KEY = "rerank-key"
MODELS = {
    "cohere": "rerank-v3.5",
    "jina": "jina-reranker-v2-base-multilingual",
    "together": "Salesforce/Llama-Rank-V1",
    "vllm": "BAAI/bge-reranker-v2-m3",
}
# Under which section an operator has it, and what his address ends in.
SECTIONS = {
    "cohere": ("cohere", "/compatibility/v1"),
    "jina": ("custom", "/v1"),
    "together": ("together", "/v1"),
    "vllm": ("vllm", "/v1"),
}
DOCUMENTS = ["Berlin is large.", "Paris is the capital of France.", "France has cheese."]


@pytest.fixture(scope="module")
def services() -> Iterator[Fakes]:
    with Fakes(only={name: Rerank(name, KEY, {MODELS[name]}) for name in SERVICES}) as fakes:
        yield fakes


@pytest.fixture(scope="module")
def gateway(services: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("rerank")
    lines = ["[server]\nport = 0\n", KEYS, '[routing.rules]\n"rerank-" = "cohere"\n']
    for name, (section, path) in SECTIONS.items():
        lines.append(f'[[providers.{section}]]\napi_key = "{KEY}"\nbase_url = "{services.urls[name]}{path}"\n')
        if section == "custom":
            lines.append(f'provider_id = "{name}"\n')
    lines += [f'[models.ranker]\nprovider = "jina"\napi_model = "{MODELS["jina"]}"\n', observability(folder)]
    path = folder / "config.toml"
    path.write_text("\n".join(lines))
    with Gateway(folder, path) as gateway:
        yield gateway


@pytest.fixture
def client(gateway: Gateway, services: Fakes) -> OpenAI:
    services.reset()
    return OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)


def rank(client: OpenAI, model: str, **more: object) -> tuple[dict, dict]:
    """The reply and its headers."""
    body = {"model": model, "query": "capital France", "documents": DOCUMENTS, **more}
    answer = client.post("/rerank", cast_to=httpx.Response, body=body)
    return answer.json(), dict(answer.headers)


@pytest.mark.parametrize("service", SERVICES)
def test_documents_are_ranked_and_recorded(client: OpenAI, gateway: Gateway, services: Fakes, service: str) -> None:
    reply, headers = rank(client, f"{service}/{MODELS[service]}", top_n=2)
    assert [(one["index"], one["relevance_score"]) for one in reply["results"]] == [(1, 1.0), (2, 0.5)]
    seen = services.last(service)
    assert seen.path == SERVICES[service][0]
    assert seen.body == {
        "model": MODELS[service], "query": "capital France", "documents": DOCUMENTS, "top_n": 2
    }
    record = row(gateway, headers["x-request-id"])
    assert (record["status"], record["endpoint"]) == ("success", "/v1/rerank")
    assert record["model"] == f"{service}/{MODELS[service]}" and record["provider"].endswith(service)
    # Cohere counts searches, not tokens.
    assert record["input_tokens"] == (None if service == "cohere" else 17)


def test_the_names_of_models_route(client: OpenAI, services: Fakes) -> None:
    assert rank(client, "rerank-v3.5")[0]["results"]
    assert services.last("cohere").body["model"] == "rerank-v3.5"
    assert rank(client, "ranker", return_documents=False)[0]["model"] == MODELS["jina"]
    assert services.last("jina").body["return_documents"] is False


def test_objects_and_unknown_members_go_through(client: OpenAI, services: Fakes) -> None:
    documents = [{"title": "Rome", "text": "in Italy"}, {"title": "Paris", "text": "capital of France"}]
    reply, _ = rank(client, f"together/{MODELS['together']}", documents=documents, rank_fields=["title", "text"])
    assert reply["results"][0]["index"] == 1
    assert services.last("together").body["documents"] == documents


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_refuses_is_told_with_its_status(client: OpenAI, service: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        rank(client, f"{service}/{MODELS[service]}", nonsense=True)
    assert "nonsense" in refused.value.message
    with pytest.raises(openai.NotFoundError):
        rank(client, f"{service}/nothing")
