"""The matrices once more, with Azure OpenAI behind, in both forms of its addresses: every client format."""

from collections.abc import Iterator

import pytest

from conftest import CLIENTS
from drivers import Target
from fakes.azure_api import Azure
from fakes.cluster import Fakes
from gateway import Gateway

# Collected here, they get this module's `target` and `fakes`.
from test_matrix_text import *  # noqa: F403
from test_matrix_tools import *  # noqa: F403

KEY = "azure-matrix-key"
MODEL, THINKING_MODEL = "gpt-4o", "gpt-5"
FORMS = {"dated": "2024-10-21", "v1": "v1"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Fakes]:
    # By the format in which it is asked: what the tests call the provider.
    with Fakes(only={"openai": Azure(KEY)}) as fakes:
        yield fakes


@pytest.fixture
def fakes(cloud: Fakes) -> Fakes:
    cloud.reset()
    return cloud


@pytest.fixture(scope="module", params=FORMS)
def gateway(request: pytest.FixtureRequest, cloud: Fakes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("azure")
    path = folder / "config.toml"
    path.write_text(
        '[server]\nport = 0\n[routing]\ndefault_provider = "azure"\n'
        f'[[providers.azure_openai]]\nbase_url = "{cloud.urls["openai"]}"\napi_key = "{KEY}"\n'
        f'api_version = "{FORMS[request.param]}"\n'
        '[providers.azure_openai.model_deployments]\n"gpt-4o" = "prod-4o"\n"gpt-5" = "prod-5"\n'
    )
    with Gateway(folder, path) as gateway:
        yield gateway


@pytest.fixture(params=CLIENTS)
def target(request: pytest.FixtureRequest, fakes: Fakes, gateway: Gateway) -> Target:
    return Target(gateway.url, "unused", request.param, "openai", MODEL, THINKING_MODEL)
