"""Vertex AI: Gemini and Claude behind one Google account, whose tokens are fetched as Google's tools fetch them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from anthropic import Anthropic
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2 import service_account
from openai import APIStatusError, InternalServerError, OpenAI, RateLimitError

from drivers.clients import google_client
from fakes.cluster import Fakes
from fakes.vertex_api import PROJECT, Vertex
from gateway import Gateway

EMAIL = f"gateway@{PROJECT}.iam.gserviceaccount.com"
CLAUDE = "claude-sonnet-4-5@20250929"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """Made for this run: no key stands in the repository."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def cloud(key: rsa.RSAPrivateKey) -> Iterator[Fakes]:
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with Fakes(only={"vertex": Vertex(EMAIL, public)}) as fakes:
        yield fakes


@pytest.fixture
def vertex(cloud: Fakes) -> Fakes:
    cloud.reset()
    return cloud


def account(folder: Path, url: str, key: rsa.RSAPrivateKey) -> Path:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "account.json"
    content = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "key-1",
        "private_key": pem.decode(),
        "client_email": EMAIL,
        "client_id": "1",
        "token_uri": f"{url}/token",
    }
    path.write_text(json.dumps(content))
    return path


def start(folder: Path, url: str, lines: str, env: dict[str, str] | None = None) -> Gateway:
    folder = folder / f"gateway-{len(list(folder.iterdir()))}"
    folder.mkdir()
    path = folder / "config.toml"
    path.write_text(
        f'[server]\nport = 0\n[routing]\ndefault_provider = "vertex"\n[[providers.vertex]]\nbase_url = "{url}"\n{lines}'
    )
    nowhere = {"HOME": str(folder / "nobody"), "GOOGLE_APPLICATION_CREDENTIALS": "", "CLOUDSDK_CONFIG": ""}
    return Gateway(folder, path, env={**nowhere, **(env or {})})


@pytest.fixture
def gateway(vertex: Fakes, key: rsa.RSAPrivateKey, tmp_path: Path) -> Iterator[Gateway]:
    url = vertex.urls["vertex"]
    lines = f'location = "europe-west1"\ncredentials_file = "{account(tmp_path, url, key)}"\n'
    with start(tmp_path, url, lines) as gateway:
        yield gateway


def openai(gateway: Gateway) -> OpenAI:
    return OpenAI(base_url=f"{gateway.url}/v1", api_key="unused", max_retries=0, timeout=15)


def ask(gateway: Gateway, model: str, stream: bool, text: str = "say: from vertex") -> str:
    messages = [{"role": "user", "content": text}]
    if not stream:
        reply = openai(gateway).chat.completions.create(model=model, messages=messages)
        return reply.choices[0].message.content
    chunks = openai(gateway).chat.completions.create(model=model, messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_the_fake_takes_googles_own_assertion(vertex: Fakes, key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    from google.auth.transport import requests as transport  # noqa: PLC0415

    pytest.importorskip("requests")
    own = service_account.Credentials.from_service_account_file(
        str(account(tmp_path, vertex.urls["vertex"], key)), scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    own.refresh(transport.Request())
    assert own.token.startswith("ya29.fake-")


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "vertex_ai/gemini-2.5-flash", CLAUDE, f"vertex/{CLAUDE}"])
def test_openai_clients_reach_both_publishers(gateway: Gateway, vertex: Fakes, model: str, stream: bool) -> None:
    assert ask(gateway, model, stream) == "from vertex"
    seen = vertex.last("vertex")
    publisher = "anthropic" if "claude" in model else "google"
    assert f"/projects/{PROJECT}/locations/europe-west1/publishers/{publisher}/models/" in seen.path
    assert seen.headers["authorization"].startswith("Bearer ya29.")
    assert ("streamRawPredict" if stream else "rawPredict") in seen.path or publisher == "google"


def test_one_token_serves_until_it_expires(gateway: Gateway, vertex: Fakes) -> None:
    for stream in (False, True, False):
        assert ask(gateway, CLAUDE, stream) == "from vertex"
    exchanges = [one for one in vertex.providers["vertex"].requests if one.path == "/token"]
    assert len(exchanges) == 1


def test_anthropic_clients_are_relayed_to_claude(gateway: Gateway, vertex: Fakes, stream: bool) -> None:
    client = Anthropic(base_url=gateway.url, api_key="unused", max_retries=0, timeout=15)
    question: dict = {
        "model": CLAUDE,
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "say: hi"}],
        "extra_headers": {"anthropic-beta": "context-1m-2025-08-07"},
    }
    if stream:
        with client.messages.stream(**question) as events:
            reply = events.get_final_message()
    else:
        reply = client.messages.create(**question)
    assert reply.content[0].text == "hi"
    seen = vertex.last("vertex")
    assert seen.headers["anthropic-beta"] == "context-1m-2025-08-07"
    assert "model" not in seen.body and seen.body["anthropic_version"] == "vertex-2023-10-16"


def test_google_clients_are_relayed_to_gemini(gateway: Gateway, stream: bool) -> None:
    client = google_client(gateway.url, "unused")
    question: dict = {"model": "gemini-2.5-flash", "contents": "say: hi"}
    if stream:
        text = "".join(piece.text or "" for piece in client.models.generate_content_stream(**question))
    else:
        text = client.models.generate_content(**question).text
    assert text == "hi"


def test_tools_over_two_turns(gateway: Gateway) -> None:
    client = Anthropic(base_url=gateway.url, api_key="unused", max_retries=0, timeout=15)
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    for model in ("gemini-2.5-flash", CLAUDE):
        question: dict = {
            "model": model,
            "max_tokens": 100,
            "tools": [{"name": "weather", "description": "Weather.", "input_schema": schema}],
            "messages": [{"role": "user", "content": "weather in Rome"}],
        }
        call = client.messages.create(**question)
        used = next(block for block in call.content if block.type == "tool_use")
        assert used.input == {"city": "Rome"}
        result = {"type": "tool_result", "tool_use_id": used.id, "content": "sunny"}
        question["messages"] += [
            {"role": "assistant", "content": call.content},
            {"role": "user", "content": [result]},
        ]
        assert "sunny" in client.messages.create(**question).content[-1].text


def test_pitfall_3_an_error_inside_a_200_has_its_real_status(gateway: Gateway, vertex: Fakes) -> None:
    """Vertex answers 200 and tells inside the stream that it is out of resources."""
    with pytest.raises(RateLimitError):
        ask(gateway, "gemini-2.5-flash", True, "busy inside 429")
    with pytest.raises(InternalServerError):
        ask(gateway, "gemini-2.5-flash", True, "busy inside 503")


def test_users_credentials_and_the_metadata_server(vertex: Fakes, tmp_path: Path) -> None:
    url = vertex.urls["vertex"]
    user = {
        "type": "authorized_user",
        "client_id": "id",
        "client_secret": "secret/+",
        "refresh_token": "1//refresh",
        "quota_project_id": PROJECT,
        "token_uri": f"{url}/token",
    }
    (tmp_path / "user.json").write_text(json.dumps(user))
    env = {"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "user.json")}
    with start(tmp_path, url, "", env) as gateway:
        assert ask(gateway, "gemini-2.5-flash", False) == "from vertex"
    assert "/locations/global/" in vertex.last("vertex").path
    # What `gcloud` leaves at its place.
    (tmp_path / "gcloud").mkdir()
    (tmp_path / "gcloud" / "application_default_credentials.json").write_text(json.dumps(user))
    with start(tmp_path, url, "", {"CLOUDSDK_CONFIG": str(tmp_path / "gcloud")}) as gateway:
        assert ask(gateway, "gemini-2.5-flash", True) == "from vertex"
    with start(tmp_path, url, "", {"GCE_METADATA_HOST": url.removeprefix("http://")}) as gateway:
        assert ask(gateway, CLAUDE, False) == "from vertex"


def test_a_static_token(vertex: Fakes, tmp_path: Path) -> None:
    vertex.providers["vertex"].tokens.add("ya29.mine")
    lines = f'project = "{PROJECT}"\naccess_token = "ya29.mine"\n'
    with start(tmp_path, vertex.urls["vertex"], lines) as gateway:
        assert ask(gateway, "gemini-2.5-flash", False) == "from vertex"
        names = [one.id for one in openai(gateway).models.list()]
        assert any("gemini-2.5-flash" in name for name in names)


def test_a_wrong_key_is_told_without_it(vertex: Fakes, tmp_path: Path) -> None:
    url = vertex.urls["vertex"]
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lines = f'credentials_file = "{account(tmp_path, url, other)}"\n'
    with start(tmp_path, url, lines) as gateway:
        with pytest.raises(APIStatusError) as failed:
            ask(gateway, "gemini-2.5-flash", False)
        assert failed.value.status_code == 503
        assert "invalid_grant" in failed.value.message
        assert "PRIVATE KEY" not in failed.value.message + gateway.output()
