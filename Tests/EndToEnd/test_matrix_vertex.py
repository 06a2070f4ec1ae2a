"""The matrices once more, with Vertex AI behind: every client format with Gemini there and with Claude there."""

from collections.abc import Iterator

import pytest

from conftest import CLIENTS
from drivers import Target
from fakes.cluster import Fakes
from fakes.vertex_api import PROJECT, Vertex
from gateway import Gateway

# Collected here, they get this module's `target` and `fakes`.
from test_matrix_text import *  # noqa: F403
from test_matrix_tools import *  # noqa: F403

TOKEN = "ya29.matrix"
# By the format in which Vertex AI is asked for them: what the tests call the provider.
MODELS = {"gemini": "gemini-2.5-flash", "anthropic": "claude-sonnet-4-5"}
THINKING_MODELS = {**MODELS, "gemini": "gemini-3-pro-preview"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Fakes]:
    vertex = Vertex("nobody", b"")
    vertex.tokens.add(TOKEN)
    with Fakes(only=dict.fromkeys(MODELS, vertex)) as fakes:
        yield fakes


@pytest.fixture
def fakes(cloud: Fakes) -> Fakes:
    cloud.reset()
    return cloud


@pytest.fixture(scope="module")
def gateway(cloud: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("vertex")
    path = folder / "config.toml"
    path.write_text(
        '[server]\nport = 0\n[routing]\ndefault_provider = "vertex"\n'
        f'[[providers.vertex]]\nbase_url = "{cloud.urls["gemini"]}"\nproject = "{PROJECT}"\naccess_token = "{TOKEN}"\n'
    )
    with Gateway(folder, path) as gateway:
        yield gateway


@pytest.fixture(params=[(client, form) for client in CLIENTS for form in MODELS], ids="-to-vertex-".join)
def target(request: pytest.FixtureRequest, fakes: Fakes, gateway: Gateway) -> Target:
    client, form = request.param
    return Target(gateway.url, "unused", client, form, MODELS[form], THINKING_MODELS[form])
