"""The fakes, the gateway before them, and every pair of client format and provider."""

from collections.abc import Iterator

import pytest

from drivers import Target
from fakes.cluster import KEYS, Fakes
from gateway import CLIENT_KEY, Gateway, write_config

MODELS = {"openai": "gpt-4o", "anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-flash"}
MODELS["responses"] = "gpt-4.1"
THINKING_MODELS = {"openai": "gpt-5", "anthropic": "claude-sonnet-4-5", "gemini": "gemini-3-pro-preview"}
THINKING_MODELS["responses"] = "o4-mini"
FORMATS = ("openai", "anthropic", "gemini", "responses")
# Claude there is asked by InvokeModel, other models by Converse.
MODELS["bedrock"], THINKING_MODELS["bedrock"] = "amazon.nova-pro-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
# Every SDK, and every API behind the gateway.
CLIENTS = (*FORMATS, "bedrock")
PROVIDERS = (*FORMATS, "bedrock")


def provider_name(provider: str) -> str:
    """What the gateway calls the provider that is asked in that format."""
    return "openai_responses" if provider == "responses" else provider


@pytest.fixture(scope="session")
def shared_fakes() -> Iterator[Fakes]:
    with Fakes() as fakes:
        yield fakes


@pytest.fixture
def fakes(shared_fakes: Fakes) -> Fakes:
    """The fakes, with nothing recorded yet."""
    shared_fakes.reset()
    return shared_fakes


@pytest.fixture(scope="session")
def gateway(shared_fakes: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The gateway that most tests share."""
    folder = tmp_path_factory.mktemp("gateway")
    with Gateway(folder, write_config(folder, shared_fakes.urls)) as gateway:
        yield gateway


def direct(fakes: Fakes, client: str) -> Target:
    return Target(
        fakes.urls[client], KEYS[client], client, client, MODELS[client], THINKING_MODELS[client], direct=True
    )


def through(gateway: Gateway, client: str, provider: str) -> Target:
    return Target(gateway.url, CLIENT_KEY, client, provider, MODELS[provider], THINKING_MODELS[provider])


def pairs() -> list[tuple[str, str]]:
    """Each SDK with the fake of its own vendor, and through the gateway with every provider."""
    gateways = [(client, provider) for client in CLIENTS for provider in PROVIDERS]
    return [(client, "direct") for client in CLIENTS] + gateways


@pytest.fixture(params=pairs(), ids=lambda pair: f"{pair[0]}-to-{pair[1]}")
def target(request: pytest.FixtureRequest, fakes: Fakes) -> Target:
    client, provider = request.param
    if provider == "direct":
        return direct(fakes, client)
    return through(request.getfixturevalue("gateway"), client, provider)


@pytest.fixture(params=[False, True], ids=["whole", "stream"])
def stream(request: pytest.FixtureRequest) -> bool:
    return request.param
