"""OpenAI's chat completions, as strict as the real one."""

import json

from . import openai_schema
from .completions_api import MODELS as TEXT_MODELS
from .http_server import Request, Response
from .openai_reply import OpenAIReply
from .openai_resources import Resources
from .provider import ApiError, Provider, Recorded, bracketed, describe_media, event_stream_or_whole, json_response
from .schema import Violation
from .script import Failure, Seen, ToolResult

MODELS = {
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-5": "gpt-5-2025-08-07",
    "gpt-5.1": "gpt-5.1-2025-11-13",
    "o3": "o3-2025-04-16",
    "o4-mini": "o4-mini-2025-04-16",
    # No model of OpenAI's: takes everything that the format has.
    "omni": "omni",
}
EFFORTS = {
    "gpt-5": ["minimal", "low", "medium", "high"],
    "gpt-5.1": ["none", "low", "medium", "high"],
    "o3": ["low", "medium", "high"],
    "o4-mini": ["low", "medium", "high"],
}
STATUS_TYPES = {401: "invalid_request_error", 429: "rate_limit_error", 403: "permission_error"}


def error(status: int, message: str, param: str | None = None, code: str | None = None, **headers: str) -> ApiError:
    kind = STATUS_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return ApiError(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


class OpenAI(Provider):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.resources = Resources()

    async def route(self, request: Request, recorded: Recorded) -> Response:
        self.authenticate(request)
        match request.method, request.path:
            case "GET", "/v1/models":
                return json_response(200, {"object": "list", "data": [self.model(name) for name in MODELS]})
            case "GET", path if path.startswith("/v1/models/"):
                return json_response(200, self.model(path.removeprefix("/v1/models/")))
            case "POST", "/v1/chat/completions":
                return await self.complete(request, recorded.body)
        if response := self.resources.answer(request, recorded.body):
            return response
        raise error(404, f"Invalid URL ({request.method} {request.path})")

    def authenticate(self, request: Request) -> None:
        authorization = request.header("authorization")
        if authorization is None:
            raise error(401, "You didn't provide an API key.")
        if authorization != f"Bearer {self.key}":
            raise error(401, "Incorrect API key provided.", code="invalid_api_key")

    def model(self, name: str) -> dict:
        if name not in MODELS:
            raise error(404, f"The model `{name}` does not exist.", code="model_not_found")
        return {"id": name, "object": "model", "created": 1715367049, "owned_by": "system"}

    async def complete(self, request: Request, body: object) -> Response:
        if (request.header("content-type") or "").split(";")[0] != "application/json" or not isinstance(body, dict):
            raise error(400, "We could not parse the JSON body of your request.")
        try:
            openai_schema.REQUEST.check(body, "")
        except Violation as violation:
            raise self.refusal(violation) from None
        if body["model"] in TEXT_MODELS:
            message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
            raise error(404, f"{message} Did you mean to use v1/completions?", "model")
        self.model(body["model"])
        check_model_limits(body)
        check_combinations(body)
        check_tool_messages(body["messages"])
        headers = {"x-request-id": "req_fake_openai", "openai-processing-ms": "5"}
        try:
            plan = await self.script.plan(see(body))
        except Failure as failure:
            extra = {"retry_after": str(failure.retry_after)} if failure.retry_after is not None else {}
            code = "rate_limit_exceeded" if failure.status == 429 else None
            raise error(failure.status, failure.message, code=code, **extra) from None
        reply = OpenAIReply(body, plan, MODELS[body["model"]])
        broken = error(500, "The server had an error while processing your request.")
        return event_stream_or_whole(reply, plan, headers, broken, bool(body.get("stream")))

    @staticmethod
    def refusal(violation: Violation) -> ApiError:
        param = bracketed(violation.path)
        if violation.kind == "unknown":
            if "." not in violation.path:
                return error(400, f"Unrecognized request argument supplied: {param}")
            return error(400, f"Unknown parameter: '{param}'.", param, "unknown_parameter")
        if violation.kind == "missing":
            return error(400, f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
        code = "invalid_type" if violation.kind == "type" else "invalid_value"
        return error(400, f"Invalid value for '{param}': {violation.message}.", param, code)


def check_model_limits(body: dict) -> None:
    model = body["model"]
    if model == "omni":
        return

    def unsupported(param: str, hint: str = "") -> ApiError:
        message = f"Unsupported parameter: '{param}' is not supported with this model.{hint}"
        return error(400, message, param, "unsupported_parameter")

    effort = body.get("reasoning_effort")
    if model not in EFFORTS:
        if effort is not None:
            raise error(400, "Unrecognized request argument supplied: reasoning_effort")
        if body.get("verbosity") not in (None, "medium"):
            raise error(400, "Unsupported value: 'verbosity'", "verbosity", "unsupported_value")
        return
    if effort is not None and effort not in EFFORTS[model]:
        allowed = ", ".join(f"'{name}'" for name in EFFORTS[model])
        message = f"Unsupported value: 'reasoning_effort' does not support '{effort}'. Supported values are: {allowed}."
        raise error(400, message, "reasoning_effort", "unsupported_value")
    if body.get("max_tokens") is not None:
        raise unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    if model.startswith("o") and body.get("stop") is not None:
        raise unsupported("stop")
    if model == "gpt-5.1" and effort in (None, "none"):
        return
    if body.get("temperature") not in (None, 1):
        message = "Unsupported value: 'temperature' does not support this value with this model."
        raise error(400, message + " Only the default (1) value is supported.", "temperature", "unsupported_value")
    for param in ("top_p", "logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty"):
        if body.get(param) not in (None, False, 0 if param.endswith("penalty") else None):
            raise unsupported(param)


def check_combinations(body: dict) -> None:
    if body.get("stream_options") is not None and not body.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise error(400, message, "stream_options")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        raise error(400, "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs")
    for param in ("parallel_tool_calls", "tool_choice"):
        if param in body and "tools" not in body:
            raise error(400, f"'{param}' is only allowed when 'tools' are specified.", param)
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        raise error(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    names = [tool["function"]["name"] for tool in body.get("tools", []) if tool["type"] == "function"]
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice["type"] == "function" and choice["function"]["name"] not in names:
        message = f"Tool choice '{choice['function']['name']}' not found in 'tools' parameter."
        raise error(400, message, "tool_choice")
    if (body.get("response_format") or {}).get("type") == "json_object":
        if "json" not in json.dumps(body["messages"]).lower():
            message = (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
            )
            raise error(400, message, "messages")


def check_tool_messages(messages: list[dict]) -> None:
    """Every call is answered right after the message that made it, and nothing else is."""
    open_calls: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                text = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
                raise error(400, f"Invalid parameter: {text}", f"messages.[{index}].role")
            open_calls.remove(message["tool_call_id"])
            continue
        require_answers(open_calls, index)
        calls = message.get("tool_calls") or []
        open_calls = {call["id"] for call in calls}
        if len(open_calls) != len(calls):
            raise error(400, f"Duplicate value for 'tool_call_id' in message {index}.", f"messages[{index}]")
    require_answers(open_calls, len(messages))


def require_answers(open_calls: set[str], index: int) -> None:
    if open_calls:
        text = "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
        missing = ", ".join(sorted(open_calls))
        raise error(
            400,
            f"{text} 'tool_call_id'. The following tool_call_ids did not have response messages: {missing}",
            f"messages.[{index}].role",
        )


def text_of(content: object) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", part.get("refusal", "")) for part in content)
    return content if isinstance(content, str) else ""


def media_of(content: object) -> list[str]:
    import base64

    found = []
    for part in content if isinstance(content, list) else []:
        if "input_audio" in part:
            audio = part["input_audio"]
            found.append(describe_media(f"audio/{audio['format']}", base64.b64decode(audio["data"])))
        url = part.get("image_url", {}).get("url") or part.get("file", {}).get("file_data")
        if url and url.startswith("data:"):
            head, data = url.split(",", 1)
            found.append(describe_media(head[5:].split(";")[0], base64.b64decode(data)))
        elif url:
            found.append(url)
    return found


def see(body: dict) -> Seen:
    seen = Seen(model=body["model"])
    calls: dict[str, str] = {}
    system = []
    role = ""
    for message in body["messages"]:
        before, role, text = role, message["role"], text_of(message.get("content"))
        if role in ("system", "developer"):
            system.append(text)
        elif role == "user":
            seen.turns.append(f"user: {text}")
            seen.text, seen.media = text or seen.text, media_of(message["content"])
            # What directly follows results belongs to their turn.
            if before != "tool":
                seen.results, seen.rounds = [], 0
        elif role == "assistant":
            if text:
                seen.turns.append(f"assistant: {text}")
            seen.rounds += bool(message.get("tool_calls"))
            for call in message.get("tool_calls") or []:
                calls[call["id"]] = call[call["type"]]["name"]
        elif role == "tool":
            seen.results.append(ToolResult(calls[message["tool_call_id"]], text))
    seen.system = "\n\n".join(system)
    for tool in body.get("tools", []):
        if tool["type"] == "function":
            seen.tools[tool["function"]["name"]] = tool["function"].get("parameters", {"type": "object"})
    choice = body.get("tool_choice", "auto")
    seen.may_call, seen.must_call = choice != "none", choice == "required"
    if isinstance(choice, dict) and choice["type"] == "allowed_tools":
        allowed = choice["allowed_tools"]
        seen.must_call = allowed["mode"] == "required"
        seen.only = [tool["function"]["name"] for tool in allowed["tools"]]
    elif isinstance(choice, dict):
        seen.must_call, seen.only = True, [choice[choice["type"]]["name"]]
    seen.parallel = body.get("parallel_tool_calls", True)
    wanted = body.get("response_format", {})
    seen.schema = wanted.get("json_schema", {}).get("schema")
    seen.json_mode = wanted.get("type") == "json_object"
    seen.thinks = body["model"] in EFFORTS and body.get("reasoning_effort") != "none"
    stop = body.get("stop") or []
    seen.stop = [stop] if isinstance(stop, str) else stop
    seen.limit = body.get("max_completion_tokens") or body.get("max_tokens")
    seen.candidates = body.get("n") or 1
    return seen
