"""Gemini's generateContent, as strict as the real one."""

import copy
import json
import re
from collections.abc import AsyncIterator

from . import gemini_rules, gemini_schema
from .gemini_reply import GeminiReply
from .gemini_rules import MODELS, merged
from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, bracketed, describe_media, json_response, torn, whole_response
from .schema import Violation, decode_base64
from .script import Failure, Seen, ToolResult
from .signatures import Signer

EMBEDDING_MODEL = "gemini-embedding-001"
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error(status: int, message: str, *details: dict) -> ApiError:
    body: dict = {"code": status, "message": message, "status": STATUSES.get(status, "UNKNOWN")}
    if details:
        body["details"] = list(details)
    return ApiError(status, {"error": body})


class Gemini(Provider):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.signer = Signer("gemini")

    async def route(self, request: Request, recorded: Recorded) -> Response:
        self.authenticate(request)
        match = re.fullmatch(r"/v1(?:beta)?/models(?:/([^/:]+)(?::(\w+))?)?", request.path)
        if not match:
            raise error(404, f"Path {request.path} was not found.")
        name, action = match.groups()
        if request.method == "POST" and name == EMBEDDING_MODEL and action == "batchEmbedContents":
            return self.embed(recorded.body)
        if name is not None and name not in MODELS:
            raise error(404, f"models/{name} is not found for API version v1beta, or is not supported.")
        match request.method, name, action:
            case "GET", None, None:
                return self.models(request.query)
            case "GET", str(), None:
                return json_response(200, self.model_info(name))
            case "POST", str(), "countTokens":
                self.checked(request, recorded.body, gemini_schema.COUNT_REQUEST)
                return json_response(200, {"totalTokens": 20})
            case "POST", str(), "generateContent" | "streamGenerateContent":
                return await self.generate(request, recorded.body, name, action == "streamGenerateContent")
        raise error(404, f"Method not found: {request.method} {request.path}")

    @staticmethod
    def embed(body: object) -> Response:
        if not isinstance(body, dict) or body.keys() != {"requests"}:
            raise error(400, "requests: required")
        vectors = []
        for one in body["requests"]:
            if not {"model", "content"} <= one.keys() <= {"model", "content", "taskType", "title", "outputDimensionality"}:
                raise error(400, f"Unknown name in {sorted(one)}")
            if one["model"] != f"models/{EMBEDDING_MODEL}":
                raise error(400, f"model: {one['model']}")
            text = "".join(part["text"] for part in one["content"]["parts"])
            vectors.append({"values": [0.5, -float(len(text)), 0.25][: one.get("outputDimensionality", 3)]})
        return json_response(200, {"embeddings": vectors})

    def authenticate(self, request: Request) -> None:
        keys = [key for key in (request.header("x-goog-api-key"), request.query.get("key")) if key is not None]
        if not keys:
            raise error(403, "Method doesn't allow unregistered callers. Please use API Key.")
        if any(key != self.key for key in keys):
            info = {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
            }
            raise error(400, "API key not valid. Please pass a valid API key.", info)

    def model_info(self, name: str) -> dict:
        return {
            "name": f"models/{name}",
            "version": "001",
            "displayName": name.replace("-", " ").title(),
            "description": "A fake model",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
            "temperature": 1,
            "maxTemperature": 2,
            "topP": 0.95,
            "topK": 64,
            "thinking": True,
        }

    def models(self, query: dict[str, str]) -> Response:
        names = list(MODELS)
        start = int(query.get("pageToken") or "0")
        end = start + int(query.get("pageSize") or "50")
        body: dict = {"models": [self.model_info(name) for name in names[start:end]]}
        if end < len(names):
            body["nextPageToken"] = str(end)
        return json_response(200, body)

    def checked(self, request: Request, raw: object, schema: gemini_schema.Message) -> dict:
        if (request.header("content-type") or "").split(";")[0] != "application/json" or not isinstance(raw, dict):
            raise error(400, "Invalid JSON payload received.")
        body = copy.deepcopy(raw)
        try:
            schema.check(body, "")
        except Violation as violation:
            raise self.refusal(violation) from None
        return body

    async def generate(self, request: Request, raw: object, name: str, streams: bool) -> Response:
        body = self.checked(request, raw, gemini_schema.REQUEST)
        try:
            gemini_rules.check(body, name, self.signer)
        except gemini_rules.Refused as refused:
            raise error(400, str(refused)) from None
        try:
            plan = await self.script.plan(see(body, name))
        except Failure as failure:
            details = []
            if failure.retry_after is not None:
                kind = "type.googleapis.com/google.rpc.RetryInfo"
                details.append({"@type": kind, "retryDelay": f"{failure.retry_after}s"})
            raise error(failure.status, failure.message, *details) from None
        reply = GeminiReply(body, plan, name, self.signer)
        if not streams:
            return whole_response(reply, plan, {}, error(500, "An internal error has occurred."))
        if request.query.get("alt") == "sse":
            return Response(200, {"Content-Type": "text/event-stream"}, torn(framed_as_sse(reply.stream())))
        return Response(200, {"Content-Type": "application/json; charset=UTF-8"}, torn(framed_as_array(reply.stream())))

    @staticmethod
    def refusal(violation: Violation) -> ApiError:
        parent, _, name = violation.path.rpartition(".")
        where = bracketed(parent)
        if violation.kind == "unknown":
            place = f" at '{where}'" if where else ""
            message = f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'
        else:
            message = f"* GenerateContentRequest.{bracketed(violation.path)}: {violation.message}"
        kind = "type.googleapis.com/google.rpc.BadRequest"
        return error(400, message, {"@type": kind, "fieldViolations": [{"field": where, "description": message}]})


async def framed_as_sse(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield b"data: " + chunk + b"\r\n\r\n"


async def framed_as_array(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    opening = b"["
    async for chunk in chunks:
        yield opening + chunk
        opening = b"\n,\r\n"
    yield b"]"


def media_of(parts: list[dict]) -> list[str]:
    found = []
    for part in parts:
        if "inlineData" in part:
            blob = part["inlineData"]
            found.append(describe_media(blob["mimeType"], decode_base64(blob["data"], url_safe=True)))
        elif "fileData" in part:
            found.append(part["fileData"]["fileUri"])
    return found


def result_of(response: dict) -> ToolResult:
    fields = response["response"]
    value = fields.get("error", fields.get("output", fields.get("result", fields)))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return ToolResult(response["name"], text, media_of(response.get("parts", [])), "error" in fields)


def see(body: dict, name: str) -> Seen:
    seen = Seen(model=name)
    seen.system = "".join(part.get("text", "") for part in body.get("systemInstruction", {}).get("parts", []))
    for role, parts in merged(body["contents"]):
        text = "".join(part.get("text", "") for part in parts if not part.get("thought"))
        if role == "model":
            if text:
                seen.turns.append(f"assistant: {text}")
            seen.rounds += any("functionCall" in part for part in parts)
            continue
        results = [result_of(part["functionResponse"]) for part in parts if "functionResponse" in part]
        seen.results += results
        if text:
            seen.turns.append(f"user: {text}")
            if not results:
                seen.results, seen.rounds = [], 0
            seen.text, seen.media = text, media_of(parts)
    for tool in body.get("tools", []):
        for one in tool.get("functionDeclarations", []):
            seen.tools[one["name"]] = one.get("parametersJsonSchema") or one.get("parameters") or {"type": "object"}
    calling = body.get("toolConfig", {}).get("functionCallingConfig", {})
    seen.may_call, seen.must_call = calling.get("mode") != "NONE", calling.get("mode") == "ANY"
    seen.only = calling.get("allowedFunctionNames") or None
    config = body.get("generationConfig", {})
    seen.schema = config.get("responseJsonSchema") or config.get("responseSchema")
    seen.json_mode = config.get("responseMimeType") == "application/json"
    thinking = config.get("thinkingConfig", {})
    seen.thinks = thinking.get("thinkingBudget") != 0
    seen.shows_thinking = thinking.get("includeThoughts", False)
    seen.stop = config.get("stopSequences", [])
    seen.limit = config.get("maxOutputTokens")
    seen.candidates = config.get("candidateCount", 1)
    return seen
