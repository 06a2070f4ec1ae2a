"""Anthropic's Messages, as strict as the real one."""

import base64

from . import anthropic_rules, anthropic_schema
from .anthropic_reply import AnthropicReply
from .anthropic_rules import MODELS, blocks_of, merged
from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, describe_media, event_stream_or_whole, json_response
from .schema import Violation
from .script import Failure, Seen, ToolResult
from .signatures import Signer

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
REQUEST_ID = "req_fake_anthropic"


def error(status: int, message: str, **headers: str) -> ApiError:
    detail = {"type": TYPES.get(status, "api_error"), "message": message}
    body = {"type": "error", "error": detail, "request_id": REQUEST_ID}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ApiError(status, body, {"request-id": REQUEST_ID, **named})


class Anthropic(Provider):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.signer = Signer("anthropic")

    async def route(self, request: Request, recorded: Recorded) -> Response:
        self.authenticate(request)
        if (request.method, request.path) == ("GET", "/api/oauth/usage"):
            return self.quota(request)
        if not request.header("anthropic-version"):
            raise error(400, "anthropic-version: header is required")
        match request.method, request.path:
            case "GET", "/v1/models":
                return self.models(request.query)
            case "GET", path if path.startswith("/v1/models/"):
                return json_response(200, self.model_info(path.removeprefix("/v1/models/")))
            case "POST", "/v1/messages/count_tokens":
                self.checked(request, recorded.body, anthropic_schema.COUNT_REQUEST)
                return json_response(200, {"input_tokens": 20})
            case "POST", "/v1/messages":
                return await self.message(request, recorded.body)
        raise error(404, "Not found")

    def authenticate(self, request: Request) -> None:
        key, bearer = request.header("x-api-key"), request.header("authorization")
        if key is None and bearer is None:
            raise error(401, "x-api-key header is required")
        if key not in (None, self.key) or bearer not in (None, f"Bearer {self.key}"):
            raise error(401, "invalid x-api-key")

    def quota(self, request: Request) -> Response:
        """As https://github.com/Haleclipse/CCometixLine/issues/95 tells it; there is no reference."""
        if "oauth-2025-04-20" not in (request.header("anthropic-beta") or "") or not request.header("authorization"):
            raise error(401, "OAuth authentication is currently not supported.")
        body = {
            "five_hour": {"utilization": 35.0, "resets_at": "2100-01-01T00:00:00.288792+00:00"},
            "seven_day": {"utilization": 42.5, "resets_at": "2100-01-02T00:00:00.288804+00:00"},
            "seven_day_opus": None,
            "seven_day_sonnet": {"utilization": 50, "resets_at": None},
            "extra_usage": {"is_enabled": False, "monthly_limit": None, "used_credits": None, "utilization": None},
        }
        return json_response(200, body)

    def model_info(self, name: str) -> dict:
        if name not in MODELS:
            raise error(404, f"model: {name}")
        return {
            "type": "model",
            "id": name,
            "display_name": name.replace("-", " ").title(),
            "created_at": "2025-09-29T00:00:00Z",
            "lifecycle": "active",
            "line": name.split("-")[-1],
            "max_input_tokens": 200_000,
            "max_tokens": MODELS[name].max_tokens,
        }

    def models(self, query: dict[str, str]) -> Response:
        names = list(MODELS)
        start = names.index(query["after_id"]) + 1 if query.get("after_id") in names else 0
        page = names[start : start + int(query.get("limit", "20"))]
        body = {
            "data": [self.model_info(name) for name in page],
            "has_more": start + len(page) < len(names),
            "first_id": page[0] if page else None,
            "last_id": page[-1] if page else None,
        }
        return json_response(200, body)

    def checked(self, request: Request, body: object, schema: object) -> dict:
        if (request.header("content-type") or "").split(";")[0] != "application/json" or not isinstance(body, dict):
            raise error(400, "The request body is not valid JSON")
        try:
            schema.check(body, "")  # type: ignore[attr-defined]
        except Violation as violation:
            raise self.refusal(violation) from None
        if body["model"] not in MODELS:
            raise error(404, f"model: {body['model']}")
        return body

    async def message(self, request: Request, raw: object) -> Response:
        body = self.checked(request, raw, anthropic_schema.REQUEST)
        try:
            anthropic_rules.check(body, MODELS[body["model"]], self.signer)
        except anthropic_rules.Refused as refused:
            raise error(400, str(refused)) from None
        try:
            plan = await self.script.plan(see(body))
        except Failure as failure:
            extra = {"retry_after": str(failure.retry_after)} if failure.retry_after is not None else {}
            raise error(failure.status, failure.message, **extra) from None
        reply = AnthropicReply(body, plan, self.signer)
        headers = {"request-id": REQUEST_ID, "anthropic-ratelimit-requests-limit": "50"}
        broken = error(500, "Internal server error")
        return event_stream_or_whole(reply, plan, headers, broken, bool(body.get("stream")))

    @staticmethod
    def refusal(violation: Violation) -> ApiError:
        texts = {"unknown": "Extra inputs are not permitted", "missing": "Field required"}
        return error(400, f"{violation.path}: {texts.get(violation.kind, violation.message)}")


def media_of(blocks: list[dict]) -> list[str]:
    found = []
    for block in blocks:
        source = block.get("source")
        if not isinstance(source, dict):
            continue
        if source["type"] == "base64":
            found.append(describe_media(source["media_type"], base64.b64decode(source["data"])))
        elif source["type"] == "text":
            found.append(describe_media("text/plain", source["data"].encode()))
        else:
            found.append(source.get("url") or source.get("file_id") or "content")
    return found


def text_of(content: object) -> str:
    return "".join(block.get("text", "") for block in blocks_of(content or []))


def see(body: dict) -> Seen:
    seen = Seen(model=body["model"])
    system = [text_of(body.get("system"))]
    system += [text_of(message["content"]) for message in body["messages"] if message["role"] == "system"]
    seen.system = "\n\n".join(filter(None, system))
    calls: dict[str, str] = {}
    for role, blocks in merged([message for message in body["messages"] if message["role"] != "system"]):
        text = "".join(block["text"] for block in blocks if block["type"] == "text")
        if role == "assistant":
            if text:
                seen.turns.append(f"assistant: {text}")
            uses = [block for block in blocks if block["type"] == "tool_use"]
            seen.rounds += bool(uses)
            calls |= {block["id"]: block["name"] for block in uses}
            continue
        for block in blocks:
            if block["type"] == "tool_result":
                inner = blocks_of(block.get("content") or [])
                seen.results.append(
                    ToolResult(
                        calls[block["tool_use_id"]],
                        text_of(inner),
                        media_of(inner),
                        block.get("is_error", False),
                    )
                )
        if text:
            seen.turns.append(f"user: {text}")
            # Text beside results belongs to the same turn only when nothing was answered before it.
            keeps = any(block["type"] == "tool_result" for block in blocks)
            seen.results, seen.rounds = (seen.results, seen.rounds) if keeps else ([], 0)
            seen.text, seen.media = text, media_of([block for block in blocks if block["type"] != "tool_result"])
    for tool in body.get("tools", []):
        if "input_schema" in tool:
            seen.tools[tool["name"]] = tool["input_schema"]
    choice = body.get("tool_choice") or {"type": "auto"}
    seen.may_call, seen.must_call = choice["type"] != "none", choice["type"] in ("any", "tool")
    seen.only = [choice["name"]] if choice["type"] == "tool" else None
    seen.parallel = not choice.get("disable_parallel_tool_use", False)
    wanted = (body.get("output_config") or {}).get("format")
    seen.schema = wanted["schema"] if wanted else None
    thinking = body.get("thinking") or {"type": "disabled"}
    seen.thinks = thinking["type"] in ("enabled", "adaptive")
    seen.shows_thinking = seen.thinks and thinking.get("display") != "omitted"
    seen.stop = body.get("stop_sequences", [])
    seen.limit = body["max_tokens"]
    return seen
