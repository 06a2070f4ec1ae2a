"""Whether a provider takes a body: asked of the strict fakes, without a network."""

import asyncio
import json
from collections.abc import Callable

from openai.types.completion_create_params import CompletionCreateParamsNonStreaming, CompletionCreateParamsStreaming

from fakes import aws_shapes, converse_rules
from fakes.cluster import KEYS, providers
from fakes.http_server import Request
from fakes.schema import Violation
from fakes.signatures import Signer
from fakes.typed_schema import SdkTypes

from .probe import MODEL, Sent


def fault(provider: str, sent: Sent) -> str:
    """Why the provider refuses; empty where it takes the body."""
    assert sent.body is not None
    return CHECKS[provider](sent)


class Fake:
    """One of the fake providers, asked without a network."""

    loop = asyncio.new_event_loop()

    def __init__(self, name: str, path: str, header: str, key: str) -> None:
        self.fake, self.path, self.header, self.key = providers()[name], path, header, key

    def __call__(self, sent: Sent) -> str:
        headers = [("content-type", "application/json"), (self.header, self.key), ("anthropic-version", "2023-06-01")]
        request = Request("POST", self.path, headers, json.dumps(sent.body).encode())
        response = self.loop.run_until_complete(self.fake.handle(request))
        self.fake.reset()
        return "" if response.status == 200 else bytes(response.body).decode()


def completions(sent: Sent) -> str:
    hint = CompletionCreateParamsStreaming if sent.is_streaming else CompletionCreateParamsNonStreaming
    try:
        SdkTypes().schema(hint).check(sent.body, "")
    except Violation as violation:
        return str(violation)
    return ""


def converse(sent: Sent) -> str:
    assert sent.body is not None
    try:
        aws_shapes.check(sent.body, aws_shapes.shape("ConverseStreamRequest" if sent.is_streaming else "ConverseRequest"))
        converse_rules.check(sent.body, MODEL, Signer("anthropic"))
    except ValueError as error:
        return str(error)
    return ""


CHECKS: dict[str, Callable[[Sent], str]] = {
    "openai": Fake("openai", "/v1/chat/completions", "authorization", f"Bearer {KEYS['openai']}"),
    "anthropic": Fake("anthropic", "/v1/messages", "x-api-key", KEYS["anthropic"]),
    "gemini": Fake("gemini", f"/v1beta/models/{MODEL}:generateContent", "x-goog-api-key", KEYS["gemini"]),
    "responses": Fake("responses", "/v1/responses", "authorization", f"Bearer {KEYS['responses']}"),
    "completions": completions,
    "converse": converse,
}
