"""The gateway's own limits, as the SDKs see them."""

import contextlib
import time
from pathlib import Path

import pytest
from anthropic import Anthropic
from anthropic import RateLimitError as AnthropicRateLimitError
from openai import OpenAI, RateLimitError

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, KEYS, Gateway, write_config
from raw import ask, connected, head_and_body, read_until, wait_for

SAY = [{"role": "user", "content": "say: here"}]


def limited(fakes: Fakes, folder: Path, limits: str) -> Gateway:
    return Gateway(folder, write_config(folder, fakes.urls, keys=f"{KEYS}\n{limits}\n"))


def test_the_sdks_raise_their_rate_limit_error(fakes: Fakes, tmp_path: Path) -> None:
    with limited(fakes, tmp_path, "[limits.per_key]\nrequests = 2\nwindow_seconds = 3600") as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)
        raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=SAY)
        assert raw.headers["x-ratelimit-limit-requests"] == "2"
        assert raw.headers["x-ratelimit-remaining-requests"] == "1"
        for chunk in client.chat.completions.create(model="gpt-4o", messages=SAY, stream=True):
            assert chunk.object == "chat.completion.chunk"
        with pytest.raises(RateLimitError) as error:
            client.chat.completions.create(model="gpt-4o", messages=SAY)
        assert error.value.code == "rate_limit_exceeded"
        assert 0 < int(error.value.response.headers["retry-after"]) <= 1800
        claude = Anthropic(base_url=gateway.url, api_key=CLIENT_KEY, max_retries=0)
        with pytest.raises(AnthropicRateLimitError):
            claude.messages.create(model="claude-sonnet-4-5", max_tokens=99, messages=SAY)
        assert fakes.total() == 2


def test_a_stream_counts_until_it_ends(fakes: Fakes, tmp_path: Path) -> None:
    with limited(fakes, tmp_path, "[limits.global]\nconcurrent = 1") as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key=CLIENT_KEY, max_retries=0)
        for _ in range(5):
            with client.chat.completions.create(model="gpt-4o", messages=SAY, stream=True) as stream:
                assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices) == "here"


def test_too_many_under_way_are_refused_early(fakes: Fakes, tmp_path: Path) -> None:
    """Nobody waits in a line without bound: 503 in the client's format, and a hint when to come back."""
    with limited(fakes, tmp_path, "[limits]\nmax_in_flight = 2") as gateway, contextlib.ExitStack() as held:
        for _ in range(2):
            sock = held.enter_context(connected(gateway.url))
            sock.sendall(head_and_body("openai", MODELS["openai"], "slow 200 20"))
            read_until(sock, b"tick0")
        asked = fakes.total()
        for client in FORMATS:
            began = time.monotonic()
            reply = ask(gateway.url, client, MODELS["openai"], "say: here")
            assert reply.status == 503 and time.monotonic() - began < 2
            assert int(reply.headers["retry-after"]) >= 1 and "error" in reply.json
        assert fakes.total() == asked
        held.close()
        wait_for(lambda: ask(gateway.url, "openai", MODELS["openai"], "say: here").status == 200, 3)


def test_models_and_providers_have_limits_of_their_own(fakes: Fakes, tmp_path: Path) -> None:
    limits = """
    [limits.models."gpt-4o*"]
    requests = 2
    window_seconds = 3600
    [limits.providers.anthropic]
    requests = 1
    window_seconds = 3600
    [routing.fallbacks]
    "claude-sonnet-4-5" = ["gemini/gemini-2.5-flash"]
    """
    with limited(fakes, tmp_path, limits) as gateway:
        # What begins alike is counted together.
        statuses = [ask(gateway.url, "openai", model, "say: x").status for model in ("gpt-4o", "gpt-4o-mini", "gpt-4o")]
        assert statuses == [200, 200, 429]
        assert ask(gateway.url, "openai", "gpt-5", "say: x").status == 200
        # What is over a provider's limit goes to the next of its chain, and back where there is none.
        providers = [
            ask(gateway.url, "openai", "claude-sonnet-4-5", "say: x").headers["x-provider"] for _ in range(3)
        ]
        assert providers == ["anthropic", "gemini", "gemini"]
        reply = ask(gateway.url, "anthropic", "claude-opus-4-5", "say: x")
        assert reply.status == 429 and reply.json["error"]["type"] == "rate_limit_error"
        assert 0 < int(reply.headers["retry-after"]) <= 3600


def test_a_wrong_name_is_told_at_the_start(fakes: Fakes, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nobody"):
        with limited(fakes, tmp_path, "[limits.keys.nobody]\nrequests = 1"):
            pass
