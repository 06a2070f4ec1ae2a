"""Azure OpenAI: deployments in addresses or, in the newer API, for models; keys, and tokens of an Entra beside it."""

import copy
import itertools
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, json_response
from .responses_api import Responses

DEPLOYMENTS = {"prod-4o": "gpt-4o", "prod-5": "gpt-5", "prod-embed": "text-embedding-3-small"}
TENANT, CLIENT, SECRET = "11111111-2222", "client-1", "s3cret/+="
RESOURCE = "https://cognitiveservices.azure.com"


def error(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, {"error": {"code": code, "message": message}})


class Azure(Provider):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.openai = Responses("inner")
        self.tokens: set[str] = set()
        self.numbers = itertools.count(1)

    def reset(self) -> None:
        super().reset()
        self.openai.reset()

    async def route(self, request: Request, recorded: Recorded) -> Response:
        match request.method, request.path:
            case "POST", path if path == f"/{TENANT}/oauth2/v2.0/token":
                return self.application(request)
            case "GET", "/metadata/identity/oauth2/token":
                return self.machine(request, "metadata", "true", "2018-02-01")
            case "GET", "/msi/token":
                return self.machine(request, "x-identity-header", "identity-secret", "2019-08-01")
        self.authenticate(request)
        if found := re.fullmatch(r"/openai/deployments/([^/]+)/(chat/completions|embeddings)", request.path):
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", request.query.get("api-version", "")):
                raise error(404, "404", "Resource not found")
            return await self.answer(request, recorded, found[1], found[2])
        if request.path in ("/openai/v1/chat/completions", "/openai/v1/embeddings"):
            if request.query.get("api-version", "v1") not in ("v1", "preview"):
                raise error(400, "BadRequest", "API version not supported")
            deployment = recorded.body.get("model") if isinstance(recorded.body, dict) else None
            return await self.answer(request, recorded, str(deployment), request.path.removeprefix("/openai/v1/"))
        if request.path.startswith("/openai/v1/responses"):
            return await self.respond(request, recorded)
        raise error(404, "404", "Resource not found")

    # Tokens ----------------------------------------------------------------------------------------------------------

    def application(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), strict_parsing=True).items()}
        assertion = form.get("client_assertion") == "eyJ.workload.token"
        if form.get("client_id") != CLIENT or not (assertion or form.get("client_secret") == SECRET):
            raise ApiError(401, {"error": "invalid_client", "error_description": "AADSTS7000215"})
        if form.get("grant_type") != "client_credentials" or form.get("scope") != f"{RESOURCE}/.default":
            raise ApiError(400, {"error": "invalid_scope", "error_description": "AADSTS70011"})
        return json_response(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": self.issue()})

    def machine(self, request: Request, header: str, value: str, version: str) -> Response:
        if request.header(header) != value:
            raise ApiError(400, {"error": "invalid_request", "error_description": "Required header missing"})
        if request.query.get("api-version") != version or request.query.get("resource") != RESOURCE:
            raise ApiError(400, {"error": "invalid_request", "error_description": "Bad query"})
        # Both kinds of machine write numbers as texts.
        return json_response(200, {"access_token": self.issue(), "expires_in": "86399", "token_type": "Bearer"})

    def issue(self) -> str:
        token = f"eyJ.entra.{next(self.numbers)}"
        self.tokens.add(token)
        return token

    def authenticate(self, request: Request) -> None:
        key, bearer = request.header("api-key"), request.header("authorization")
        if key == self.key and bearer is None:
            return
        # The v1 API also takes the key as OpenAI's clients send theirs.
        if bearer == f"Bearer {self.key}" and request.path.startswith("/openai/v1/"):
            return
        if key is None and (bearer or "").removeprefix("Bearer ") in self.tokens:
            return
        raise error(401, "401", "Access denied due to invalid subscription key or wrong API endpoint.")

    # Models ----------------------------------------------------------------------------------------------------------

    async def answer(self, request: Request, recorded: Recorded, deployment: str, operation: str) -> Response:
        if deployment not in DEPLOYMENTS:
            raise error(404, "DeploymentNotFound", f"The API deployment {deployment} does not exist.")
        if (operation == "embeddings") != (deployment == "prod-embed"):
            raise error(400, "OperationNotSupported", f"The {operation} operation does not work with this model.")
        response = await self.ask(f"/v1/{operation}", request, recorded, deployment)
        if not isinstance(response.body, bytes):
            response.body = with_filter_results(response.body)
        return response

    async def respond(self, request: Request, recorded: Recorded) -> Response:
        """The newer API has Responses, made by a deployment and then kept by the resource."""
        path = request.path.removeprefix("/openai")
        if request.method != "POST" or path.endswith("/cancel"):
            return await self.ask(path, request, recorded, None)
        deployment = recorded.body.get("model") if isinstance(recorded.body, dict) else None
        if deployment not in DEPLOYMENTS:
            raise error(404, "DeploymentNotFound", f"The API deployment {deployment} does not exist.")
        return await self.ask(path, request, recorded, deployment)

    async def ask(self, path: str, request: Request, recorded: Recorded, deployment: str | None) -> Response:
        """OpenAI itself, as which the model is known there."""
        inner, seen = copy.copy(request), copy.copy(recorded)
        inner.path = path
        inner.headers = [("content-type", "application/json"), ("authorization", "Bearer inner")]
        if deployment is not None:
            seen.body = {**recorded.body, "model": DEPLOYMENTS[deployment]}  # type: ignore[dict-item]
        return await self.openai.route(inner, seen)


async def with_filter_results(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The first chunk has no choices and no names."""
    results = [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}]
    first = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": results}
    yield b"data: " + json.dumps(first).encode() + b"\n\n"
    async for piece in stream:
        yield piece
