"""What a request to Anthropic's Messages may hold, after the SDK's types (anthropic 2.12) and the API reference."""

import base64

from . import json_schema
from .schema import (
    Anything,
    Arr,
    Base64,
    Bool,
    Either,
    Int,
    JsonObject,
    Nullable,
    Number,
    Obj,
    Schema,
    Str,
    Tagged,
    Violation,
    join,
)

CACHE = Nullable(Obj({"type!": Str(one_of=["ephemeral"]), "ttl": Str(one_of=["5m", "1h"])}))
TOOL_NAME = Str(pattern=r"[a-zA-Z0-9_-]{1,128}")
TOOL_ID = Str(pattern=r"[a-zA-Z0-9_-]+")
IMAGE_STARTS = {
    "image/png": (b"\x89PNG",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF8",),
    "image/webp": (b"RIFF",),
}


def check_text(value: dict, path: str) -> None:
    if not value["text"]:
        raise Violation("value", path, "text content blocks must be non-empty")
    if not value["text"].strip():
        raise Violation("value", path, "text content blocks must contain non-whitespace text")


def check_image_bytes(value: dict, path: str) -> None:
    data = base64.b64decode(value["data"])
    if not data.startswith(IMAGE_STARTS[value["media_type"]]):
        raise Violation("value", join(path, "base64"), f"Image does not match the media type {value['media_type']}")


def check_https(value: dict, path: str) -> None:
    if not value["url"].startswith("https://"):
        raise Violation("value", join(path, "url"), "Only HTTPS URLs are supported.")


def check_pdf(value: dict, path: str) -> None:
    if not base64.b64decode(value["data"]).startswith(b"%PDF"):
        raise Violation("value", join(path, "data"), "The PDF specified was not valid.")


TEXT = Obj(
    {"type!": Str(), "text!": Str(), "cache_control": CACHE, "citations": Nullable(Arr(JsonObject()))}, check_text
)
URL = Obj({"type!": Str(), "url!": Str()}, check_https)
FILE = Obj({"type!": Str(), "file_id!": Str()})
IMAGE = Obj(
    {
        "type!": Str(),
        "source!": Tagged(
            "type",
            {
                "base64": Obj(
                    {"type!": Str(), "media_type!": Str(one_of=list(IMAGE_STARTS)), "data!": Base64()},
                    check_image_bytes,
                ),
                "url": URL,
                "file": FILE,
            },
        ),
        "cache_control": CACHE,
        "transformations": Obj({"oversized_image": Str(one_of=["downsize", "error"])}),
    }
)


def text_or(**blocks: Schema) -> Schema:
    return Either(Str(), Arr(Tagged("type", blocks)))


DOCUMENT = Obj(
    {
        "type!": Str(),
        "source!": Tagged(
            "type",
            {
                "base64": Obj(
                    {"type!": Str(), "media_type!": Str(one_of=["application/pdf"]), "data!": Base64()}, check_pdf
                ),
                "text": Obj({"type!": Str(), "media_type!": Str(one_of=["text/plain"]), "data!": Str(shortest=1)}),
                "content": Obj({"type!": Str(), "content!": text_or(text=TEXT, image=IMAGE)}),
                "url": URL,
                "file": FILE,
            },
        ),
        "title": Nullable(Str(shortest=1, longest=500)),
        "context": Nullable(Str(shortest=1)),
        "citations": Nullable(Obj({"enabled": Bool()})),
        "cache_control": CACHE,
    }
)
SEARCH_RESULT = Obj(
    {
        "type!": Str(),
        "source!": Str(),
        "title!": Str(),
        "content!": Arr(Tagged("type", {"text": TEXT})),
        "citations": Obj({"enabled": Bool()}),
        "cache_control": CACHE,
    }
)
THINKING = Obj({"type!": Str(), "thinking!": Str(), "signature!": Str()})
REDACTED = Obj({"type!": Str(), "data!": Str()})
TOOL_USE = Obj(
    {
        "type!": Str(),
        "id!": TOOL_ID,
        "name!": Str(shortest=1, longest=200),
        "input!": JsonObject(),
        "caller": JsonObject(),
        "toolset_name": Nullable(Str()),
        "cache_control": CACHE,
    }
)
TOOL_RESULT = Obj(
    {
        "type!": Str(),
        "tool_use_id!": TOOL_ID,
        "content": text_or(text=TEXT, image=IMAGE, document=DOCUMENT, search_result=SEARCH_RESULT),
        "is_error": Bool(),
        "toolset_name": Nullable(Str()),
        "cache_control": CACHE,
    }
)
SERVER_BLOCKS = {
    name: Anything()
    for name in (
        "server_tool_use",
        "web_search_tool_result",
        "web_fetch_tool_result",
        "code_execution_tool_result",
        "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result",
        "tool_search_tool_result",
        "container_upload",
    )
}
MESSAGE = Tagged(
    "role",
    {
        "user": Obj(
            {
                "role!": Str(),
                "content!": text_or(
                    text=TEXT,
                    image=IMAGE,
                    document=DOCUMENT,
                    search_result=SEARCH_RESULT,
                    tool_result=TOOL_RESULT,
                    **SERVER_BLOCKS,
                ),
            }
        ),
        "assistant": Obj(
            {
                "role!": Str(),
                "content!": text_or(
                    text=TEXT, thinking=THINKING, redacted_thinking=REDACTED, tool_use=TOOL_USE, **SERVER_BLOCKS
                ),
            }
        ),
        "system": Obj({"role!": Str(), "content!": text_or(text=TEXT)}),
    },
)

# Structured outputs are compiled to a grammar that has no numbers to compare nor lengths to count.
UNSUPPORTED_KEYWORDS = {
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
}


def check_grammar_schema(schema: dict, path: str) -> None:
    if (open_at := json_schema.open_object(schema)) is not None:
        where = f" (at {open_at})" if open_at else ""
        message = f"For 'object' type, 'additionalProperties' must be explicitly set to false{where}"
        raise Violation("value", path, message)
    check_keywords(schema, path)


def check_keywords(schema: object, path: str) -> None:
    if not isinstance(schema, dict):
        return
    found = sorted(UNSUPPORTED_KEYWORDS & schema.keys())
    if schema.get("minItems", 0) > 1:
        found.append("minItems")
    if found:
        message = f"For '{schema.get('type', 'any')}' type, properties {', '.join(found)} are not supported"
        raise Violation("value", path, message)
    for key in ("properties", "$defs", "definitions"):
        for inner in (schema.get(key) or {}).values():
            check_keywords(inner, path)
    for key in ("anyOf", "allOf", "oneOf"):
        for inner in schema.get(key) or []:
            check_keywords(inner, path)
    check_keywords(schema.get("items"), path)


def check_tool(value: dict, path: str) -> None:
    if value["input_schema"].get("type") != "object":
        raise Violation("missing", join(path, "input_schema.type"), "Field required")
    if value.get("strict"):
        check_grammar_schema(value["input_schema"], join(path, "input_schema"))


CUSTOM_TOOL = Obj(
    {
        "type": Nullable(Str()),
        "name!": TOOL_NAME,
        "description": Str(),
        "input_schema!": JsonObject(),
        "strict": Bool(),
        "input_examples": Arr(JsonObject()),
        "defer_loading": Bool(),
        "allowed_callers": Arr(Str()),
        "eager_input_streaming": Nullable(Bool()),
        "cache_control": CACHE,
    },
    check_tool,
)


class AnthropicTool(Schema):
    """A tool of the client's own, or one of Anthropic's, which are told by their dated types."""

    expected = "an object"
    PREFIXES = ("bash_", "text_editor_", "memory_", "code_execution_", "web_search_", "web_fetch_", "tool_search_tool_")

    def check(self, value: object, path: str) -> None:
        if isinstance(value, dict) and str(value.get("type", "")).startswith(self.PREFIXES):
            return
        if isinstance(value, dict) and value.get("type") not in (None, "custom"):
            raise Violation("value", join(path, "type"), f"Input tag '{value['type']}' does not match any expected tag")
        CUSTOM_TOOL.check(value, path)


DISABLE = {"type!": Str(), "disable_parallel_tool_use": Bool()}
TOOL_CHOICE = Tagged(
    "type",
    {
        "auto": Obj(DISABLE),
        "any": Obj(DISABLE),
        "tool": Obj({**DISABLE, "name!": Str()}),
        "none": Obj({"type!": Str()}),
    },
)
DISPLAY = Nullable(Str(one_of=["summarized", "omitted"]))
THINKING_CONFIG = Tagged(
    "type",
    {
        "enabled": Obj({"type!": Str(), "budget_tokens!": Int(1024), "display": DISPLAY}),
        "adaptive": Obj({"type!": Str(), "display": DISPLAY}),
        "disabled": Obj({"type!": Str()}),
        "between_tools": Obj({"type!": Str()}),
    },
)
FORMAT = Obj(
    {"type!": Str(one_of=["json_schema"]), "schema!": JsonObject()},
    lambda value, path: check_grammar_schema(value["schema"], join(path, "schema")),
)

COUNTED = {
    "model!": Str(shortest=1),
    "messages!": Arr(MESSAGE, shortest=1, longest=100_000),
    "cache_control": CACHE,
    "output_config": Obj(
        {"effort": Nullable(Str(one_of=["low", "medium", "high", "xhigh", "max"])), "format": Nullable(FORMAT)}
    ),
    "speed": Nullable(Str(one_of=["standard", "fast"])),
    "system": Either(Str(), Arr(Tagged("type", {"text": TEXT}))),
    "thinking": THINKING_CONFIG,
    "tool_choice": TOOL_CHOICE,
    "tools": Arr(AnthropicTool()),
}
COUNT_REQUEST = Obj(COUNTED)
REQUEST = Obj(
    {
        **COUNTED,
        "max_tokens!": Int(0),
        "container": Nullable(Either(Str(), JsonObject())),
        "diagnostics": Nullable(Obj({"previous_message_id": Nullable(Str())})),
        "inference_geo": Nullable(Str()),
        "metadata": Obj({"user_id": Nullable(Str(longest=512))}),
        "service_tier": Str(one_of=["auto", "standard_only"]),
        "stop_sequences": Arr(Str()),
        "stream": Bool(),
        "temperature": Number(0, 1),
        "top_k": Int(0),
        "top_p": Number(0, 1),
    }
)
