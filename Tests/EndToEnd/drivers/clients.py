"""SDK clients, one for each place and key: making one costs more than most tests."""

from functools import lru_cache

import anthropic
import openai
from google import genai
from google.genai import types

TIMEOUT = 15


@lru_cache(maxsize=32)
def openai_client(url: str, key: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{url}/v1", api_key=key, timeout=TIMEOUT, max_retries=0)


@lru_cache(maxsize=32)
def anthropic_client(url: str, key: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=url, api_key=key, timeout=TIMEOUT, max_retries=0)


@lru_cache(maxsize=32)
def google_client(url: str, key: str, version: str | None = "v1beta") -> genai.Client:
    """Without a version the SDK asks under its own default, `/v1`."""
    options = types.HttpOptions(base_url=url, api_version=version, timeout=TIMEOUT * 1000)
    return genai.Client(api_key=key, http_options=options)
