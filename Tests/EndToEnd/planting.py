"""Secrets wherever a request can have something: in every header, key, part of the address and kind of field."""

import itertools
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from conftest import MODELS
from gateway import Gateway
from raw import Reply, body_of, key_header, path_of, request

CLIENTS = ("openai", "anthropic", "gemini", "responses", "completions")
PROVIDERS = ("openai", "anthropic", "gemini")
PREFIXES = ("sk-", "AIza", "ghp_", "hf_", "xai-", "gsk_")
HEADERS = [
    *("cookie", "x-secret", "user-agent", "referer", "openai-organization", "openai-project", "anthropic-beta"),
    *("x-goog-api-client", "x-request-id", "traceparent", "tracestate", "x-stainless-os", "forwarded", "x-api-key-2"),
    *("x-gateway-provider", "x-gateway-timeout", "x-gateway-conversion", "x-gateway-usage", "idempotency-key", "baggage"),
    *("anthropic-version", "x-goog-user-project", "proxy-authorization", "x-forwarded-for", "accept", "session_id"),
]


@dataclass
class Sent:
    """What came back, and how each body could be asked about."""

    replies: list[Reply] = field(default_factory=list)
    bodies: list[tuple[str, str, dict]] = field(default_factory=list)
    """Client format, model, body."""
    recorded: int = 0


class Planter:
    """Makes secrets, each of which is looked for by its random part."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self.prefixes = itertools.cycle(PREFIXES)

    def secret(self, place: str) -> str:
        core = secrets.token_hex(12)
        self.planted[core] = place
        return next(self.prefixes) + core

    def contexts(self, sink: bytes) -> list[str]:
        """Each secret that is found there, with what stands around it."""
        found = []
        for core, place in self.planted.items():
            if (start := sink.find(core.encode())) >= 0:
                found.append(f"{place}: {sink[max(0, start - 80) : start + 40]!r}")
        return found


def bodies(client: str, model: str, plant: Planter) -> Iterator[tuple[str, dict]]:
    """Models and bodies."""

    def secret(place: str) -> str:
        return plant.secret(f"{client} {place}")

    def body(**fields: object) -> tuple[str, dict]:
        return model, body_of(client, model, "hi", **fields)

    yield model, body_of(client, model, f"say: {secret('message')}")
    yield body(**{secret("member"): secret("value of an unknown member")})
    yield body(**{"x-gateway": {"provider": secret("x-gateway.provider")}})
    yield body(**{"x-gateway": {secret("x-gateway member"): 1}})
    yield body(**{"x-gateway": {"metadata": {"user": secret("metadata value")}}})
    yield body(**{"x-gateway": {"metadata": {secret("metadata key"): "x"}}})
    yield body(**{"x-gateway": {"conversion": secret("conversion"), "timeout": secret("timeout")}})
    yield body(**{"x-gateway": {"cache": secret("x-gateway.cache")}})
    if client == "gemini":
        yield body(systemInstruction={"parts": [{"text": secret("system")}]})
        yield body(tools=[{"functionDeclarations": [{"name": secret("tool"), "description": secret("description")}]}])
        yield body(generationConfig={"stopSequences": [secret("stop")], secret("member"): 1})
        yield body(cachedContent=secret("cached content"), safetySettings=[{"category": secret("category")}])
        image = {"fileUri": f"http://u:{secret('user of an address')}@127.0.0.1/{secret('image')}", "mimeType": "image/png"}
        yield body(contents=[{"role": "user", "parts": [{"fileData": image}]}])
        call = {"functionCall": {"name": "f", "args": {"k": secret("arguments")}}}
        yield body(contents=[{"role": "model", "parts": [call]}, {"role": secret("role"), "parts": []}])
        return
    named = secret("model")
    yield named, body_of(client, named, "hi")
    prefixed = f"gpt-4o-{secret('model with a prefix')}"
    yield prefixed, body_of(client, prefixed, "hi")
    other = f"{secret('provider of a model')}/gpt-4o"
    yield other, body_of(client, other, "hi")
    yield body(stop=[secret("stop")], stop_sequences=[secret("stop sequence")], user=secret("user"))
    yield body(metadata={"user_id": f"{secret('user_id')}_session_1", "k": secret("metadata")})
    yield body(tools=[{"type": "function", "function": {"name": secret("tool")}}])
    yield body(tools=[{"type": "function", "name": "f", "description": secret("description"), "parameters": {secret("keyword"): 1}}])
    yield body(tool_choice={"type": "function", "function": {"name": secret("tool choice")}})
    yield body(temperature=secret("temperature"), max_tokens=secret("max_tokens"))
    yield body(session_id=secret("session"), prompt_cache_key=secret("cache key"), safety_identifier=secret("identifier"))
    yield body(previous_response_id=secret("previous response"), instructions=secret("instructions"), suffix=secret("suffix"))
    yield body(system=secret("system"), service_tier=secret("tier"), reasoning_effort=secret("effort"))
    yield body(response_format={"type": "json_schema", "json_schema": {"name": secret("schema"), "schema": {secret("s"): 1}}})
    if client in ("openai", "anthropic"):
        yield body(messages=[{"role": secret("role"), "content": secret("content")}])
        address = f"http://u:{secret('user of an address')}@127.0.0.1:9/{secret('image')}?token={secret('query of an image')}"
        yield body(messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": address}}]}])
        image = {"type": "image", "source": {"type": "url", "url": address}}
        yield body(messages=[{"role": "user", "content": [image]}])
        call = {"id": secret("call"), "type": "function", "function": {"name": "f", "arguments": secret("broken arguments")}}
        yield body(messages=[{"role": "assistant", "tool_calls": [call]}, {"role": "user", "content": "hi"}])


def plant(gateway: Gateway, key: str, plant: Planter) -> Sent:
    """Sends everything."""
    sent = Sent()

    def send(path: str, body: object, headers: dict[str, str] | None = None, records: int = 1, method: str = "POST") -> None:
        reply = request(gateway.url, method, path, body, headers)
        assert reply.status < 600
        sent.replies.append(reply)
        sent.recorded += records

    for client, provider in itertools.product(CLIENTS, PROVIDERS):
        for model, body in bodies(client, MODELS[provider], plant):
            sent.bodies.append((client, model, body))
            for stream in (False, True) if client == "gemini" else (False,):
                send(path_of(client, model, stream), body, key_header(client, key))
    for name in HEADERS:
        value = plant.secret(f"header {name}")
        headers = {**key_header("openai", key), name: f"00-{value}-{value}-01" if name == "traceparent" else value}
        send("/v1/chat/completions", body_of("openai", MODELS["openai"], "hi"), headers)
    for client in CLIENTS:
        wrong = key_header(client, plant.secret(f"wrong key of {client}"))
        send(path_of(client, "m"), body_of(client, "m", "hi"), wrong)
        query = f"?key={plant.secret('key in the address')}&token={plant.secret('query')}"
        send(path_of(client, "m") + query, body_of(client, "m", "hi"))
        send(f"/v1/{plant.secret('path')}/x", body_of(client, "m", "hi"), key_header(client, key))
        broken = json.dumps({"model": plant.secret("cut body")})[:-1].encode()
        send(path_of(client, "m"), broken, key_header(client, key))
    gemini = key_header("gemini", key)
    send(f"/v1beta/models/{plant.secret('model in the address')}:generateContent", body_of("gemini", "m", "hi"), gemini)
    bearer = key_header("openai", key)
    asked = [f"requests/{plant.secret('identifier')}", f"usage?model={plant.secret('usage')}"]
    asked += [f"usage?{plant.secret('parameter')}=1", f"usage?since={plant.secret('time')}"]
    for path in asked:
        send(f"/api/v1/{path}", None, bearer, 0, "GET")
    send(f"/api/v1/{plant.secret('address')}", None, bearer, method="GET")
    return sent
