"""Where Bedrock's credentials come from, and that they are replaced before they end."""

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from conftest import MODELS, THINKING_MODELS
from drivers.clients import openai_client
from fakes.aws_keys import METADATA, ROLE, TOKEN, AWSKeys
from fakes.bedrock_api import ACCESS_KEY, REGION, SESSION, Bedrock
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, KEYS as CLIENT_KEYS, Gateway

CLAUDE = THINKING_MODELS["bedrock"]
NOVA = MODELS["bedrock"]


@pytest.fixture(scope="module")
def cloud() -> Iterator[Fakes]:
    bedrock, keys = Bedrock(KEYS["bedrock"]), AWSKeys()
    bedrock.issuer = keys
    with Fakes(only={"bedrock": bedrock, "keys": keys}) as fakes:
        yield fakes


@pytest.fixture
def fakes(cloud: Fakes) -> Fakes:
    cloud.reset()
    return cloud


def start(folder: Path, fakes: Fakes, lines: str = "", environment: dict[str, str] | None = None) -> Gateway:
    """Without any credentials but those of `lines` and `environment`."""
    config = folder / "config.toml"
    config.write_text(
        f'[server]\nport = 0\n{CLIENT_KEYS}\n[routing]\ndefault_provider = "bedrock"\n'
        f'[[providers.bedrock]]\nname = "b"\nregion = "{REGION}"\nbase_url = "{fakes.urls["bedrock"]}"\n{lines}\n'
        f'[providers.bedrock.model_id_mapping]\n"sonnet" = "{CLAUDE}"\n'
    )
    nowhere = {"HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true"}
    return Gateway(folder, config, env=nowhere | (environment or {}))


def ask(gateway: Gateway, model: str = "bedrock/sonnet") -> str:
    messages = [{"role": "user", "content": "say: hi"}]
    return openai_client(gateway.url, CLIENT_KEY).chat.completions.create(model=model, messages=messages).choices[
        0
    ].message.content


def asked_with(fakes: Fakes) -> str:
    """The access key by which the latest request was signed."""
    return fakes.last("bedrock").headers["authorization"].split("Credential=")[1].split("/")[0]


KEPT = {
    "session": (
        f'access_key_id = "{SESSION[0]}"\nsecret_access_key = "{KEYS["bedrock"]}"\nsession_token = "{SESSION[1]}"',
        {},
    ),
    "api-key": (f'api_key = "{KEYS["bedrock"]}"', {}),
    "environment": ("", {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": KEYS["bedrock"]}),
    "bearer-variable": ("", {"AWS_BEARER_TOKEN_BEDROCK": KEYS["bedrock"]}),
    "shared-file": ('profile = "work"', {}),
    "shared-file-of-the-environment": ("", {"AWS_PROFILE": "work"}),
}


@pytest.mark.parametrize("kind", KEPT)
def test_credentials_are_found(tmp_path: Path, fakes: Fakes, kind: str) -> None:
    home = tmp_path / ".aws"
    home.mkdir()
    (home / "credentials").write_text(
        f"[work]\naws_access_key_id = {SESSION[0]}\naws_secret_access_key = {KEYS['bedrock']}\n"
        f"aws_session_token = {SESSION[1]}\n"
    )
    with start(tmp_path, fakes, *KEPT[kind]) as gateway:
        assert ask(gateway) == "hi"
    assert fakes.last("bedrock").path == f"/model/{CLAUDE}/invoke"


def issuer_of(way: str, fakes: Fakes, folder: Path) -> dict[str, str]:
    url = fakes.urls["keys"]
    if way == "instance":
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{url}/", "AWS_EC2_METADATA_DISABLED": "false"}
    endpoint = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/container"}
    if way == "container":
        return endpoint | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN}
    (folder / "token").write_text(TOKEN)
    return endpoint | {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(folder / "token")}


ISSUED = pytest.mark.parametrize("way", ["container", "container-with-a-file", "instance"])


@ISSUED
def test_credentials_are_issued(tmp_path: Path, fakes: Fakes, way: str) -> None:
    with start(tmp_path, fakes, "", issuer_of(way, fakes, tmp_path)) as gateway:
        assert [ask(gateway) for _ in range(3)] == ["hi"] * 3
    (key,) = fakes.providers["keys"].expires
    assert asked_with(fakes) == key
    assert fakes.last("bedrock").headers["x-amz-security-token"] == f"token-{key}"
    paths = [(one.method, one.path) for one in fakes.providers["keys"].requests]
    if way == "instance":
        assert paths == [("PUT", "/latest/api/token"), ("GET", METADATA), ("GET", METADATA + ROLE)]
    else:
        assert paths == [("GET", "/container")]
    assert f"secret-{key}" not in gateway.output()


@ISSUED
def test_issued_credentials_are_replaced_before_they_end(tmp_path: Path, fakes: Fakes, way: str) -> None:
    """No request waits for a refusal: Bedrock never sees keys that ended."""
    issuer = fakes.providers["keys"]
    issuer.lifetime = 4
    with start(tmp_path, fakes, "", issuer_of(way, fakes, tmp_path)) as gateway:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and len(issuer.expires) < 2:
            assert ask(gateway) == "hi"
            time.sleep(0.05)
        first, second = issuer.expires
        assert datetime.datetime.now(datetime.timezone.utc) < issuer.expires[first], "replaced in time"
        assert ask(gateway) == "hi"
    assert asked_with(fakes) == second
    assert {one.status for one in fakes.providers["bedrock"].requests} == {200}


def test_a_wrong_token_of_the_container_is_the_gateways_trouble(tmp_path: Path, fakes: Fakes) -> None:
    environment = issuer_of("container", fakes, tmp_path) | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic wrong"}
    with start(tmp_path, fakes, "", environment) as gateway, pytest.raises(openai.InternalServerError) as caught:
        ask(gateway)
    assert caught.value.status_code == 503
    assert "HTTP 403" in caught.value.message and "wrong" not in caught.value.message


def test_a_wrong_secret_is_the_gateways_trouble(tmp_path: Path, fakes: Fakes) -> None:
    lines = f'access_key_id = "{ACCESS_KEY}"\nsecret_access_key = "wrong"\n'
    with start(tmp_path, fakes, lines) as gateway, pytest.raises(openai.APIStatusError) as caught:
        ask(gateway, f"bedrock/{NOVA}")
    assert caught.value.status_code == 502
    assert "wrong" not in str(caught.value)
