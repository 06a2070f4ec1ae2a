"""What a request to OpenAI's chat completions may hold, after the SDK's types (openai 3.52) and the API reference."""

import base64
import binascii
import re

from . import json_schema
from .schema import (
    Anything,
    Arr,
    Base64,
    Bool,
    Either,
    Int,
    JsonObject,
    MapOf,
    Nullable,
    Number,
    Obj,
    Schema,
    Str,
    Tagged,
    Violation,
    join,
)

NAME = Str(pattern=r"[A-Za-z0-9_-]{1,64}")
BREAKPOINT = Obj({"mode!": Str(one_of=["explicit"])})


def check_image_url(value: dict, path: str) -> None:
    url = value["url"]
    if url.startswith("data:"):
        match = re.match(r"data:image/(png|jpeg|gif|webp);base64,", url)
        if not match:
            raise Violation("value", join(path, "url"), "Invalid MIME type. Only image types are supported.")
        try:
            base64.b64decode(url[match.end() :], validate=True)
        except binascii.Error:
            raise Violation("value", join(path, "url"), "Invalid base64 image_url.") from None
    elif not re.match(r"https?://[^/ ]+", url):
        raise Violation("value", join(path, "url"), f"Expected a valid URL, but got a value '{url}'.")


def check_file(value: dict, path: str) -> None:
    if "file_id" not in value and not ("file_data" in value and "filename" in value):
        raise Violation("missing", path, "file_id, or file_data and filename, must be given")
    if "file_data" in value and not value["file_data"].startswith("data:"):
        raise Violation("value", join(path, "file_data"), "expected a base64-encoded data URL with a MIME type")


TEXT = Obj({"type!": Str(), "text!": Str(), "prompt_cache_breakpoint": BREAKPOINT})
REFUSAL = Obj({"type!": Str(), "refusal!": Str()})
IMAGE = Obj(
    {
        "type!": Str(),
        "image_url!": Obj({"url!": Str(), "detail": Str(one_of=["auto", "low", "high", "original"])}, check_image_url),
        "prompt_cache_breakpoint": BREAKPOINT,
    }
)
AUDIO = Obj(
    {
        "type!": Str(),
        "input_audio!": Obj({"data!": Base64(), "format!": Str(one_of=["wav", "mp3"])}),
        "prompt_cache_breakpoint": BREAKPOINT,
    }
)
FILE = Obj(
    {
        "type!": Str(),
        "file!": Obj({"file_data": Str(), "file_id": Str(), "filename": Str()}, check_file),
        "prompt_cache_breakpoint": BREAKPOINT,
    }
)


def content(**shapes: Schema) -> Schema:
    return Either(Str(), Arr(Tagged("type", shapes), shortest=1))


TOOL_CALL = Tagged(
    "type",
    {
        "function": Obj(
            {
                "id!": Str(shortest=1, longest=40),
                "type!": Str(),
                "function!": Obj({"name!": NAME, "arguments!": Str()}),
            }
        ),
        "custom": Obj({"id!": Str(shortest=1), "type!": Str(), "custom!": Obj({"name!": NAME, "input!": Str()})}),
    },
)
SPOKEN_NAME = Str(pattern=r"[^\s<|\\/>]{1,64}")


def check_assistant(value: dict, path: str) -> None:
    if value.get("content") is None and not any(value.get(key) for key in ("tool_calls", "function_call", "refusal")):
        raise Violation("missing", join(path, "content"), "content is required without tool_calls or function_call")


MESSAGE = Tagged(
    "role",
    {
        "system": Obj({"role!": Str(), "content!": content(text=TEXT), "name": SPOKEN_NAME}),
        "developer": Obj({"role!": Str(), "content!": content(text=TEXT), "name": SPOKEN_NAME}),
        "user": Obj(
            {
                "role!": Str(),
                "content!": content(text=TEXT, image_url=IMAGE, input_audio=AUDIO, file=FILE),
                "name": SPOKEN_NAME,
            }
        ),
        "assistant": Obj(
            {
                "role!": Str(),
                "content": Nullable(content(text=TEXT, refusal=REFUSAL)),
                "name": SPOKEN_NAME,
                "refusal": Nullable(Str()),
                # Not in the SDK's types, but what a reply holds may be sent back.
                "annotations": Nullable(Arr(JsonObject())),
                "audio": Nullable(Obj({"id!": Str()})),
                "tool_calls": Nullable(Arr(TOOL_CALL, shortest=1)),
                "function_call": Nullable(Obj({"name!": NAME, "arguments!": Str()})),
            },
            check_assistant,
        ),
        "tool": Obj({"role!": Str(), "content!": content(text=TEXT), "tool_call_id!": Str()}),
        "function": Obj({"role!": Str(), "content!": Nullable(Str()), "name!": NAME}),
    },
)


def check_strict(strict: object, schema: object, where: str) -> None:
    """Strict schemas close every object and require every property."""
    if not strict or not isinstance(schema, dict):
        return
    if (path := json_schema.open_object(schema)) is not None:
        raise Violation(
            "value", where, f"Invalid schema: In context=({path}), 'additionalProperties' is required to be false."
        )
    if found := json_schema.optional_property(schema):
        raise Violation(
            "value", where, f"Invalid schema: In context={found[0]}, 'required' must name every key, '{found[1]}' too."
        )


FUNCTION = {"name!": NAME, "description": Str(), "parameters": JsonObject(), "strict": Nullable(Bool())}


def check_function(value: dict, path: str) -> None:
    parameters = value.get("parameters", {})
    if parameters and parameters.get("type") != "object":
        raise Violation("value", join(path, "parameters"), "Invalid schema for function: schema must be of type object")
    check_strict(value.get("strict"), parameters, join(path, "parameters"))


TOOL = Tagged(
    "type",
    {
        "function": Obj({"type!": Str(), "function!": Obj(FUNCTION, check_function)}),
        "custom": Obj(
            {
                "type!": Str(),
                "custom!": Obj(
                    {
                        "name!": NAME,
                        "description": Str(),
                        "format": Tagged(
                            "type",
                            {
                                "text": Obj({"type!": Str()}),
                                "grammar": Obj(
                                    {
                                        "type!": Str(),
                                        "grammar!": Obj(
                                            {"definition!": Str(), "syntax!": Str(one_of=["lark", "regex"])}
                                        ),
                                    }
                                ),
                            },
                        ),
                    }
                ),
            }
        ),
    },
)
NAMED = Obj({"name!": NAME})
TOOL_CHOICE = Either(
    Str(one_of=["none", "auto", "required"]),
    Tagged(
        "type",
        {
            "function": Obj({"type!": Str(), "function!": NAMED}),
            "custom": Obj({"type!": Str(), "custom!": NAMED}),
            "allowed_tools": Obj(
                {
                    "type!": Str(),
                    "allowed_tools!": Obj(
                        {
                            "mode!": Str(one_of=["auto", "required"]),
                            "tools!": Arr(Obj({"type!": Str(one_of=["function"]), "function!": NAMED}), 1),
                        }
                    ),
                }
            ),
        },
    ),
)
RESPONSE_FORMAT = Tagged(
    "type",
    {
        "text": Obj({"type!": Str()}),
        "json_object": Obj({"type!": Str()}),
        "json_schema": Obj(
            {
                "type!": Str(),
                "json_schema!": Obj(
                    {"name!": NAME, "description": Str(), "schema": JsonObject(), "strict": Nullable(Bool())},
                    lambda value, path: check_strict(value.get("strict"), value.get("schema"), join(path, "schema")),
                ),
            }
        ),
    },
)
LEVEL = Str(one_of=["low", "medium", "high"])

REQUEST = Obj(
    {
        "model!": Str(shortest=1),
        "messages!": Arr(MESSAGE, shortest=1),
        "audio": Nullable(
            Obj(
                {
                    "voice!": Either(Str(), Obj({"id!": Str()})),
                    "format!": Str(one_of=["wav", "aac", "mp3", "flac", "opus", "pcm16"]),
                }
            )
        ),
        "frequency_penalty": Nullable(Number(-2, 2)),
        "function_call": Either(Str(one_of=["none", "auto"]), NAMED),
        "functions": Arr(Obj({"name!": NAME, "description": Str(), "parameters": JsonObject()}), 1, 128),
        "logit_bias": Nullable(MapOf(Int(-100, 100))),
        "logprobs": Nullable(Bool()),
        "max_completion_tokens": Nullable(Int(1)),
        "max_tokens": Nullable(Int(1)),
        "metadata": Nullable(MapOf(Str(longest=512), longest=16)),
        "modalities": Nullable(Arr(Str(one_of=["text", "audio"]), 1)),
        "moderation": Nullable(Obj({"model!": Str(), "policy": Anything()})),
        "n": Nullable(Int(1, 128)),
        "parallel_tool_calls": Bool(),
        "prediction": Nullable(Obj({"type!": Str(one_of=["content"]), "content!": content(text=TEXT)})),
        "presence_penalty": Nullable(Number(-2, 2)),
        "prompt_cache_key": Nullable(Str()),
        "prompt_cache_options": Obj({"mode": Str(one_of=["implicit", "explicit"]), "ttl": Str(one_of=["30m"])}),
        "prompt_cache_retention": Nullable(Str(one_of=["in_memory", "24h"])),
        "reasoning_effort": Nullable(Str(one_of=["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
        "response_format": RESPONSE_FORMAT,
        "safety_identifier": Nullable(Str(longest=64)),
        "seed": Nullable(Int(-(2**63), 2**63 - 1)),
        "service_tier": Nullable(Str(one_of=["auto", "default", "flex", "scale", "priority", "fast"])),
        "stop": Nullable(Either(Str(), Arr(Str(), 1, 4))),
        "store": Nullable(Bool()),
        "stream": Nullable(Bool()),
        "stream_options": Nullable(Obj({"include_usage": Bool(), "include_obfuscation": Bool()})),
        "temperature": Nullable(Number(0, 2)),
        "tool_choice": TOOL_CHOICE,
        "tools": Arr(TOOL, 1, 128),
        "top_logprobs": Nullable(Int(0, 20)),
        "top_p": Nullable(Number(0, 1)),
        "user": Str(),
        "verbosity": Nullable(LEVEL),
        "web_search_options": Obj(
            {
                "search_context_size": LEVEL,
                "user_location": Nullable(
                    Obj(
                        {
                            "type!": Str(one_of=["approximate"]),
                            "approximate!": Obj({"city": Str(), "country": Str(), "region": Str(), "timezone": Str()}),
                        }
                    )
                ),
            }
        ),
    }
)
