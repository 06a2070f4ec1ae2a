"""Azure OpenAI, in both forms of its addresses, by key and by every kind of Entra token."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from anthropic import Anthropic
from openai import APIStatusError, AzureOpenAI, OpenAI
from openai.types.responses import Response

from drivers.responses_driver import Fold
from fakes.azure_api import CLIENT, SECRET, TENANT, Azure
from fakes.cluster import Fakes
from gateway import Gateway

KEY = "azure-key"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Fakes]:
    with Fakes(only={"azure": Azure(KEY)}) as fakes:
        yield fakes


@pytest.fixture
def azure(cloud: Fakes) -> Fakes:
    cloud.reset()
    return cloud


def start(folder: Path, lines: str, env: dict[str, str] | None = None) -> Gateway:
    path = folder / "config.toml"
    path.write_text(f'[server]\nport = 0\n[routing]\ndefault_provider = "azure"\n[[providers.azure_openai]]\n{lines}')
    return Gateway(folder, path, env=env)


def ask(gateway: Gateway, stream: bool, model: str = "gpt-4o") -> str:
    client = OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)
    messages = [{"role": "user", "content": "say: from azure"}]
    if not stream:
        return client.chat.completions.create(model=model, messages=messages).choices[0].message.content
    chunks = client.chat.completions.create(model=model, messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


MAPPING = '[providers.azure_openai.model_deployments]\n"gpt-4o" = "prod-4o"\n'


def test_the_fake_answers_the_vendors_own_client(azure: Fakes) -> None:
    url = azure.urls["azure"]
    dated = AzureOpenAI(azure_endpoint=url, api_key=KEY, api_version="2024-10-21", max_retries=0)
    newer = OpenAI(base_url=f"{url}/openai/v1/", api_key=KEY, max_retries=0)
    for client in (dated, newer):
        reply = client.chat.completions.create(model="prod-4o", messages=[{"role": "user", "content": "say: direct"}])
        assert reply.choices[0].message.content == "direct"


@pytest.mark.parametrize(
    "form,path",
    [
        ('api_version = "2024-10-21"', "/openai/deployments/prod-4o/chat/completions"),
        ("", "/openai/deployments/prod-4o/chat/completions"),
        ('api_version = "v1"', "/openai/v1/chat/completions"),
        ('api_version = "preview"', "/openai/v1/chat/completions"),
    ],
)
def test_both_forms_of_addresses(azure: Fakes, tmp_path: Path, form: str, path: str, stream: bool) -> None:
    with start(tmp_path, f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\n{form}\n{MAPPING}') as gateway:
        assert ask(gateway, stream) == "from azure"
        seen = azure.last("azure")
        assert seen.path == path
        assert seen.headers["api-key"] == KEY and "authorization" not in seen.headers
        if path.startswith("/openai/v1"):
            assert seen.body["model"] == "prod-4o"
        with pytest.raises(APIStatusError) as failed:
            ask(gateway, stream, "azure/nothing")
        assert failed.value.status_code == 404


def test_the_address_may_name_the_api(azure: Fakes, tmp_path: Path) -> None:
    with start(tmp_path, f'base_url = "{azure.urls["azure"]}/openai/v1/"\napi_key = "{KEY}"\n{MAPPING}') as gateway:
        assert ask(gateway, False) == "from azure"
        assert azure.last("azure").target == "/openai/v1/chat/completions"


def test_its_own_address(azure: Fakes, tmp_path: Path, stream: bool) -> None:
    """`/azure/v1/...` goes to Azure, whatever the model is called."""
    lines = f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\n{MAPPING}'
    with start(tmp_path, lines) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/azure/v1", api_key="unused", max_retries=0, timeout=15)
        messages = [{"role": "user", "content": "say: from azure"}]
        reply = client.chat.completions.create(model="gpt-4o", messages=messages, stream=stream)
        if stream:
            text = "".join(chunk.choices[0].delta.content or "" for chunk in reply if chunk.choices)
        else:
            text = reply.choices[0].message.content
        assert text == "from azure"
        assert azure.last("azure").path == "/openai/deployments/prod-4o/chat/completions"


def test_the_newer_api_has_responses(azure: Fakes, tmp_path: Path, stream: bool) -> None:
    """Relayed to the deployment, and what the resource keeps is found again."""
    lines = f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\napi_version = "preview"\n{MAPPING}'
    with start(tmp_path, lines) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)

        def make(**body: object) -> Response:
            if not stream:
                return client.responses.create(model="gpt-4o", **body)
            fold = Fold()
            for event in client.responses.create(model="gpt-4o", **body, stream=True):
                fold.add(event)
            return fold.finish()

        first = make(input="say: from azure")
        assert first.output_text == "from azure"
        assert azure.last("azure").target == "/openai/v1/responses?api-version=preview"
        assert azure.last("azure").body["model"] == "prod-4o"
        second = make(input="report", previous_response_id=first.id)
        assert '"assistant: from azure"' in second.output_text
        assert client.responses.retrieve(second.id).output_text == second.output_text
        assert azure.last("azure").target == f"/openai/v1/responses/{second.id}?api-version=preview"
        assert len(list(client.responses.input_items.list(second.id))) == 3
        client.responses.delete(second.id)
        with pytest.raises(APIStatusError) as failed:
            client.responses.retrieve(second.id)
        assert failed.value.status_code == 404


def test_the_dated_api_is_bridged_to(azure: Fakes, tmp_path: Path) -> None:
    with start(tmp_path, f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\n{MAPPING}') as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)
        assert client.responses.create(model="gpt-4o", input="say: from azure").output_text == "from azure"
        assert azure.last("azure").path == "/openai/deployments/prod-4o/chat/completions"


def test_an_anthropic_client(azure: Fakes, tmp_path: Path, stream: bool) -> None:
    lines = f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\napi_version = "v1"\n{MAPPING}'
    with start(tmp_path, lines) as gateway:
        client = Anthropic(base_url=gateway.url, api_key="unused", max_retries=0, timeout=15)
        question: dict = {"model": "gpt-4o", "max_tokens": 50, "messages": [{"role": "user", "content": "say: hi"}]}
        if stream:
            with client.messages.stream(**question) as events:
                reply = events.get_final_message()
        else:
            reply = client.messages.create(**question)
        assert reply.content[0].text == "hi"


def test_an_application_of_entra(azure: Fakes, tmp_path: Path) -> None:
    url = azure.urls["azure"]
    lines = (
        f'base_url = "{url}"\napi_version = "v1"\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\nauthority = "{url}/"\n{MAPPING}'
    )
    with start(tmp_path, lines) as gateway:
        for stream in (False, True, False):
            assert ask(gateway, stream) == "from azure"
        tokens = [one for one in azure.providers["azure"].requests if one.path.endswith("/token")]
        assert len(tokens) == 1, "a token is kept until it expires"
        assert azure.last("azure").headers["authorization"].startswith("Bearer eyJ.entra.")
        assert "api-key" not in azure.last("azure").headers
    assert SECRET not in gateway.output()


@pytest.mark.parametrize("way", ["workload", "virtual machine", "app service", "static"])
def test_other_ways_of_entra(azure: Fakes, tmp_path: Path, way: str) -> None:
    url = azure.urls["azure"]
    lines, env = f'base_url = "{url}"\n', {}
    if way == "workload":
        (tmp_path / "token").write_text("eyJ.workload.token\n")
        lines += 'entra = "workload"\n'
        env = {
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_AUTHORITY_HOST": url,
            "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "token"),
        }
    elif way == "static":
        token = azure.providers["azure"].issue()
        lines += f'access_token = "{token}"\n'
    else:
        lines += 'entra = "managed_identity"\n'
        env = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": url}
        if way == "app service":
            env = {"IDENTITY_ENDPOINT": f"{url}/msi/token", "IDENTITY_HEADER": "identity-secret"}
    with start(tmp_path, lines + MAPPING, env) as gateway:
        assert ask(gateway, False) == "from azure"


def test_a_refused_application_is_told_without_its_secret(azure: Fakes, tmp_path: Path) -> None:
    url = azure.urls["azure"]
    lines = (
        f'base_url = "{url}"\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT}"\nclient_secret = "wrong-secret"\n'
        f'authority = "{url}"\n'
    )
    with start(tmp_path, lines) as gateway:
        with pytest.raises(APIStatusError) as failed:
            ask(gateway, False)
        assert failed.value.status_code == 503
        assert "Entra" in failed.value.message and "invalid_client" in failed.value.message
    assert "wrong-secret" not in failed.value.message + gateway.output()


def test_the_environment_alone(azure: Fakes, tmp_path: Path) -> None:
    env = {
        "AZURE_OPENAI_API_KEY": KEY,
        "AZURE_OPENAI_ENDPOINT": azure.urls["azure"] + "/",
        "LLM_GATEWAY__SERVER__PORT": "0",
    }
    with Gateway(tmp_path, None, env=env) as gateway:
        assert ask(gateway, False, "azure/prod-4o") == "from azure"


@pytest.mark.parametrize(
    "form,path",
    [("", "/openai/deployments/prod-embed/embeddings"), ('api_version = "v1"', "/openai/v1/embeddings")],
)
def test_embeddings_of_a_deployment(azure: Fakes, tmp_path: Path, form: str, path: str) -> None:
    lines = f'base_url = "{azure.urls["azure"]}"\napi_key = "{KEY}"\n{form}\n'
    mapping = '[providers.azure_openai.model_deployments]\n"text-embedding-3-small" = "prod-embed"\n'
    with start(tmp_path, lines + mapping) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/azure/v1", api_key="unused", max_retries=0)
        reply = client.embeddings.create(model="text-embedding-3-small", input=["ab", "abcd"], dimensions=2)
        assert [item.embedding for item in reply.data] == [[0.5, -2.0], [0.5, -4.0]]
    assert azure.last("azure").path == path
    if form:
        assert azure.last("azure").body["model"] == "prod-embed"
