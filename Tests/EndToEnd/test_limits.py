"""The gateway's own limits, as the SDKs see them."""

from pathlib import Path

import pytest
from anthropic import Anthropic
from anthropic import RateLimitError as AnthropicRateLimitError
from openai import OpenAI, RateLimitError

from fakes.cluster import Fakes
from gateway import CLIENT_KEY, KEYS, Gateway, write_config

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


def test_a_wrong_name_is_told_at_the_start(fakes: Fakes, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nobody"):
        with limited(fakes, tmp_path, "[limits.keys.nobody]\nrequests = 1"):
            pass
