"""Chains of fallbacks, across providers and formats."""

import json
from pathlib import Path

import pytest

from conftest import MODELS
from fakes.cluster import Fakes
from gateway import CLIENT_KEY, Gateway, write_config
from raw import Reply, body_of, key_header, path_of, request
from records import observability, row

CHAIN = """
[routing.fallbacks]
"gpt-4o" = ["anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"]
"quick" = ["gemini/gemini-2.5-flash"]

[routing.aliases]
quick = "openai/gpt-4o-mini"
"""
# Not 503, after which an instance rests and others go before it.
FAILING = "fail 500 1"
# What a client of each format may say that providers of other formats cannot take.
FIELDS = {
    "openai": {"temperature": 0.5, "logit_bias": {"1": 2}, "seed": 7},
    "anthropic": {"temperature": 0.5, "top_k": 3, "metadata": {"user_id": "u"}},
    "gemini": {"generationConfig": {"temperature": 0.5, "topK": 3, "seed": 7}},
}


def configured(fakes: Fakes, folder: Path, general: str = "") -> Gateway:
    path = write_config(folder, fakes.urls)
    text = path.read_text().replace('default_provider = "openai"', f'default_provider = "openai"\n{general}')
    path.write_text(text + CHAIN + observability(folder))
    return Gateway(folder, path)


def fail(fakes: Fakes, *names: str) -> None:
    """Those refuse the next request with the failing text; the others have done so."""
    for name, provider in fakes.providers.items():
        provider.script.failures[FAILING] = 0 if name in names else 1


def ask(gateway: Gateway, client: str, model: str, *, stream: bool = False, text: str = FAILING) -> Reply:
    body = body_of(client, model, text, stream, **FIELDS[client])
    return request(gateway.url, "POST", path_of(client, model, stream), body, key_header(client, CLIENT_KEY))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("client", FIELDS)
def test_a_chain_leads_across_formats(fakes: Fakes, tmp_path: Path, client: str, stream: bool) -> None:
    """PITFALLS 19: each attempt is converted from the client's own request, never from the one before."""
    with configured(fakes, tmp_path) as gateway:
        for failing, answers in ((["openai"], "anthropic"), (["openai", "anthropic"], "gemini")):
            fail(fakes, *failing)
            reply = ask(gateway, client, "gpt-4o", stream=stream)
            assert reply.status == 200, reply.body
            assert reply.headers["x-provider"] == answers and b"error" not in reply.body
            assert reply.headers["x-gateway-attempts"] == str(len(failing) + 1)
            sent = fakes.last(answers).body
            fail(fakes)
            assert ask(gateway, client, MODELS[answers], stream=stream).headers["x-provider"] == answers
            assert fakes.last(answers).body == sent, "not what the provider is asked when it is asked first"
            record = row(gateway, reply.headers["x-request-id"])
            attempts = json.loads(record["attempt_log"])
            assert [one.get("then") for one in attempts] == ["fallback"] * len(failing) + [None]
            assert [one["provider"] for one in attempts] == [*failing, answers] and record["provider"] == answers


def test_chains_of_a_model_of_an_alias_and_for_all(fakes: Fakes, tmp_path: Path) -> None:
    with configured(fakes, tmp_path, 'fallback_chain = ["anthropic/claude-sonnet-4-5"]') as gateway:
        for model, asked in (
            ("gpt-4o", ["openai", "anthropic"]),
            ("quick", ["openai", "gemini"]),
            # No chain of its own.
            ("gpt-4o-mini", ["openai", "anthropic"]),
        ):
            fakes.reset()
            fail(fakes, "openai")
            reply = ask(gateway, "openai", model)
            assert reply.status == 200 and reply.headers["x-provider"] == asked[-1], (model, reply.body)
            assert [name for name, one in fakes.providers.items() if one.requests] == asked


def test_the_first_failure_is_told_when_the_whole_chain_fails(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 20: in the client's format, with the number of attempts."""
    with configured(fakes, tmp_path) as gateway:
        for client in FIELDS:
            fail(fakes, "openai", "anthropic", "gemini")
            reply = ask(gateway, client, "gpt-4o")
            assert reply.status == 500 and reply.headers["x-gateway-attempts"] == "3"
            assert reply.headers["x-provider"] == "openai" and b"scripted failure 1" in reply.body


def test_the_clients_own_fault_goes_straight_back(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 20: nobody else is asked what everybody would refuse."""
    with configured(fakes, tmp_path) as gateway:
        assert ask(gateway, "openai", "gpt-4o", text="fail 400").status == 400
        assert fakes.total() == 1
