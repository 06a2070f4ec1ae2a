"""Validates requests, replies and failures by the types of the vendors' SDKs."""

import importlib
import pkgutil
import warnings

import pydantic
import typing_extensions

# A word that google-genai's enums do not list is a warning there and an error here.
warnings.filterwarnings("error", message=".*is not a valid", category=UserWarning)

# Members older Anthropic models take and the newest types no longer list.
OLDER_ANTHROPIC = ("temperature", "top_p", "top_k")
GOOGLE_STATUS = {
    400: ("INVALID_ARGUMENT", "FAILED_PRECONDITION"),
    401: ("UNAUTHENTICATED",),
    403: ("PERMISSION_DENIED",),
    404: ("NOT_FOUND",),
    429: ("RESOURCE_EXHAUSTED",),
    500: ("INTERNAL",),
    503: ("UNAVAILABLE",),
    504: ("DEADLINE_EXCEEDED",),
}


def forbid_unknown_members(package: str) -> None:
    """Makes pydantic refuse members that the request types of an SDK do not list."""
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, package + "."):
        if ".beta" in info.name or ".types" not in info.name and info.name != package:
            continue
        module = importlib.import_module(info.name)
        for item in vars(module).values():
            if (
                isinstance(item, type)
                and typing_extensions.is_typeddict(item)
                and "__pydantic_config__" not in vars(item)
            ):
                item.__pydantic_config__ = {"extra": "forbid", "arbitrary_types_allowed": True}


def force(value):
    """Pydantic validates an Iterable lazily: walk it."""
    if isinstance(value, dict):
        return {key: force(item) for key, item in value.items()}
    if isinstance(value, (str, bytes, int, float, bool, type(None))):
        return value
    if hasattr(value, "__iter__"):
        return [force(item) for item in value]
    return value


def unknown_members(model, path=""):
    if isinstance(model, pydantic.BaseModel):
        for key in model.model_extra or {}:
            yield f"{path}.{key}"
        for key, item in model.__dict__.items():
            yield from unknown_members(item, f"{path}.{key}")
    elif isinstance(model, (list, tuple)):
        for index, item in enumerate(model):
            yield from unknown_members(item, f"{path}[{index}]")


forbid_unknown_members("openai.types")
forbid_unknown_members("anthropic.types")
from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent  # noqa: E402
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming  # noqa: E402
from google.genai import types as google  # noqa: E402
from openai.types import Completion, ErrorObject  # noqa: E402
from openai.types.chat import ChatCompletion  # noqa: E402
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming  # noqa: E402
from openai.types.completion_create_params import (  # noqa: E402
    CompletionCreateParamsNonStreaming as LegacyCompletionCreateParams,
)

REQUEST = {
    "openai": pydantic.TypeAdapter(CompletionCreateParamsNonStreaming),
    "completions": pydantic.TypeAdapter(LegacyCompletionCreateParams),
    "anthropic": pydantic.TypeAdapter(MessageCreateParamsNonStreaming),
}
REPLY = {
    "openai": ChatCompletion,
    "completions": Completion,
    "anthropic": Message,
    "gemini": google.GenerateContentResponse,
}
ANTHROPIC_EVENT = pydantic.TypeAdapter(RawMessageStreamEvent)
GOOGLE_REQUEST = {
    "contents": list[google.Content],
    "systemInstruction": google.Content,
    "tools": list[google.Tool],
    "toolConfig": google.ToolConfig,
    "generationConfig": google.GenerationConfig,
    "safetySettings": list[google.SafetySetting],
    "labels": dict[str, str],
    "cachedContent": str,
}


def check_types(format: str, kind: str, value, lenient: bool) -> None:
    def model(type_, body):
        extra = list(unknown_members(type_.model_validate(body)))
        if extra and not lenient:
            raise ValueError(f"unknown members {extra}")

    if format == "converse":
        from . import converse

        check = {"request": converse.check_request, "reply": converse.check_reply, "failure": converse.check_failure}
        if not lenient:
            check[kind](value)
    elif format == "responses" and kind != "failure":
        from . import responses

        responses.check_request(value) if kind == "request" else responses.check_reply(value, lenient)
    elif kind == "request" and format == "gemini":
        for key, item in value.items():
            pydantic.TypeAdapter(GOOGLE_REQUEST[key]).validate_python(item)
    elif kind == "request":
        if format == "anthropic":
            value = {key: item for key, item in value.items() if key not in OLDER_ANTHROPIC}
        force(REQUEST[format].validate_python(value))
    elif kind == "reply":
        model(REPLY[format], value)
        if format == "openai":
            for choice in value["choices"]:
                missing = {"index", "message", "finish_reason", "logprobs"} - choice.keys() | {
                    "role",
                    "content",
                    "refusal",
                } - choice["message"].keys()
                if missing:
                    raise ValueError(f"required by the OpenAPI spec, though nullable: {missing}")
    elif kind == "failure":
        body = value["body"]
        if set(value) != {"status", "headers", "body"} or any(key != key.lower() for key in value["headers"]):
            raise ValueError("a failure has status, headers in lower case, and body")
        if format in ("openai", "responses", "completions"):
            model(ErrorObject, body["error"])
        elif format == "anthropic":
            model(ErrorResponse, body)
        elif (
            body["error"]["status"] not in GOOGLE_STATUS[body["error"]["code"]]
            or body["error"]["code"] != value["status"]
        ):
            raise ValueError("status and code disagree")
