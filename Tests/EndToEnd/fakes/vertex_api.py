"""Google Cloud: a token service that checks signatures, a metadata server, and Vertex AI with Gemini and Claude."""

import copy
import itertools
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

from google.auth import jwt

from .anthropic_api import Anthropic
from .gemini_api import Gemini
from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, json_response

PROJECT = "my-project"
# Always this one, as Google's page and SDK have it, wherever the request itself goes.
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
RESOURCE = (
    r"/(v1(?:beta1)?)/projects/([^/]+)/locations/([^/]+)/publishers/(google|anthropic)/models/([^/:]+):(\w+)"
)


def refused(status: int, message: str, word: str = "invalid_grant") -> ApiError:
    return ApiError(status, {"error": word, "error_description": message})


class Vertex(Provider):
    """`public_key` is what the service account's assertions must be signed by the other half of."""

    def __init__(self, email: str, public_key: bytes) -> None:
        super().__init__("unused")
        self.email, self.public_key = email, public_key
        self.gemini, self.anthropic = Gemini("inner"), Anthropic("inner")
        self.tokens: set[str] = set()
        self.numbers = itertools.count(1)
        self.lifetime = 3600

    def reset(self) -> None:
        super().reset()
        for inner in (self.gemini, self.anthropic):
            inner.reset()

    async def route(self, request: Request, recorded: Recorded) -> Response:
        match request.method, request.path:
            case "POST", "/token":
                return self.exchange(request)
            case "GET", "/computeMetadata/v1/instance/service-accounts/default/token":
                self.check_flavor(request)
                return self.issue()
            case "GET", "/computeMetadata/v1/project/project-id":
                self.check_flavor(request)
                return Response(200, {"Content-Type": "application/text"}, PROJECT.encode())
        self.authenticate(request)
        if (request.method, request.path) == ("GET", "/v1beta1/publishers/google/models"):
            names = [{"name": "publishers/google/models/gemini-2.5-flash"}]
            return json_response(200, {"publisherModels": names})
        match_ = re.fullmatch(RESOURCE, request.path)
        if request.method != "POST" or not match_:
            raise self.error(404, f"no {request.method} {request.path}")
        version, project, location, publisher, model, action = match_.groups()
        if project != PROJECT or not location:
            raise self.error(403, f"Permission denied on resource project {project}.")
        if publisher == "google":
            return await self.generate(request, recorded, version, model, action)
        return await self.predict(request, recorded, model, action)

    # Tokens ----------------------------------------------------------------------------------------------------------

    def exchange(self, request: Request) -> Response:
        if request.header("content-type") != "application/x-www-form-urlencoded":
            raise refused(400, "a form is wanted", "invalid_request")
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), strict_parsing=True).items()}
        if form.get("grant_type") == "refresh_token":
            if (form["client_id"], form["client_secret"], form["refresh_token"]) != ("id", "secret/+", "1//refresh"):
                raise refused(400, "Bad Request")
            return self.issue()
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            raise refused(400, "Invalid grant type", "unsupported_grant_type")
        try:
            claims = jwt.decode(form["assertion"], certs=self.public_key, audience=AUDIENCE)
        except ValueError as error:
            raise refused(400, f"Invalid JWT: {error}") from None
        header = jwt.decode_header(form["assertion"])
        if header["alg"] != "RS256" or header.get("kid") != "key-1":
            raise refused(400, "Invalid JWT header")
        if claims["iss"] != self.email or claims["scope"] != SCOPE or claims["exp"] - claims["iat"] > 3600:
            raise refused(400, "Invalid JWT claims")
        return self.issue()

    def issue(self) -> Response:
        token = f"ya29.fake-{next(self.numbers)}"
        self.tokens.add(token)
        return json_response(200, {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"})

    def check_flavor(self, request: Request) -> None:
        if request.header("metadata-flavor") != "Google":
            raise self.error(403, "Missing Metadata-Flavor:Google header.")

    def authenticate(self, request: Request) -> None:
        kind, _, token = (request.header("authorization") or "").partition(" ")
        if kind != "Bearer" or token not in self.tokens:
            raise self.error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED")
        if request.header("x-goog-api-key") or request.query.get("key"):
            raise self.error(401, "API keys are not supported by this API.", "UNAUTHENTICATED")

    @staticmethod
    def error(status: int, message: str, word: str = "PERMISSION_DENIED") -> ApiError:
        return ApiError(status, {"error": {"code": status, "message": message, "status": word}})

    # Models ----------------------------------------------------------------------------------------------------------

    async def generate(self, request: Request, recorded: Recorded, version: str, model: str, action: str) -> Response:
        if version != "v1beta1":
            raise self.error(404, "Gemini is asked for under v1beta1 here")
        text = json.dumps(recorded.body)
        if found := re.search(r"busy inside (\d+)", text):
            status = int(found[1])
            body = {"error": {"code": status, "message": "Resource exhausted.", "status": "RESOURCE_EXHAUSTED"}}
            return Response(200, {"Content-Type": "text/event-stream"}, one_event(body))
        inner = copy.copy(request)
        inner.path = f"/v1beta/models/{model}:{action}"
        inner.headers = [("content-type", "application/json"), ("x-goog-api-key", "inner")]
        return await self.gemini.route(inner, recorded)

    async def predict(self, request: Request, recorded: Recorded, model: str, action: str) -> Response:
        body = recorded.body
        if not isinstance(body, dict) or "model" in body:
            raise self.error(400, "model: Extra inputs are not permitted", "INVALID_ARGUMENT")
        if body.get("anthropic_version") != "vertex-2023-10-16":
            raise self.error(400, "anthropic_version: Field required", "INVALID_ARGUMENT")
        if bool(body.get("stream")) != (action == "streamRawPredict"):
            raise self.error(400, "stream and the method do not agree", "INVALID_ARGUMENT")
        rest = {name: value for name, value in body.items() if name != "anthropic_version"}
        inner = copy.copy(request)
        inner.path = "/v1/messages"
        inner.headers = [
            ("content-type", "application/json"),
            ("x-api-key", "inner"),
            ("anthropic-version", "2023-06-01"),
        ]
        seen = copy.copy(recorded)
        seen.body = {"model": model.replace("@", "-"), **rest}
        return await self.anthropic.route(inner, seen)


async def one_event(body: dict) -> AsyncIterator[bytes]:
    yield b"data: " + json.dumps(body).encode() + b"\r\n\r\n"
