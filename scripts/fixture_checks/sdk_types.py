"""Validates requests, replies and failures by the types of the vendors' SDKs."""

import pydantic
from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from google.genai import types as google
from openai.types import Completion, ErrorObject
from openai.types.chat import ChatCompletion
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from openai.types.completion_create_params import (
    CompletionCreateParamsNonStreaming as LegacyCompletionCreateParams,
)

from . import converse, responses
from .strictness import force, unknown_members

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
        check = {"request": converse.check_request, "reply": converse.check_reply, "failure": converse.check_failure}
        if not lenient:
            check[kind](value)
    elif format == "responses" and kind != "failure":
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
