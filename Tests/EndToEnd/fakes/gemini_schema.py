"""What a request to Gemini's generateContent may hold, after the SDK's types (google-genai 3.4) and the API reference.

Names are checked in camelCase; the snake_case that proto3 JSON also accepts is rewritten on the way, in place.
"""

import re
from collections.abc import Callable

from .schema import (
    Anything,
    Arr,
    Base64,
    Bool,
    Either,
    Int,
    JsonObject,
    MapOf,
    Number,
    Obj,
    Schema,
    Str,
    Violation,
    join,
)


def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


class Message(Obj):
    """A protocol buffer as JSON: null is the same as absent."""

    def __init__(self, fields: dict[str, Schema], rule: Callable[[dict, str], None] | None = None) -> None:
        super().__init__(fields, rule)

    def check(self, value: object, path: str) -> None:
        if isinstance(value, dict):
            for name in list(value):
                if value[name] is None:
                    del value[name]
                elif camel(name) != name and camel(name) in self.fields:
                    value[camel(name)] = value.pop(name)
        super().check(value, path)


class Recursive(Schema):
    """A schema that stands for one which is not made yet."""

    expected = "an object"

    def __init__(self, find: Callable[[], Schema]) -> None:
        self.find = find

    def check(self, value: object, path: str) -> None:
        self.find().check(value, path)


TYPES = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"]
COUNT = Either(Int(0), Str(pattern=r"\d+"))


def check_schema(value: dict, path: str) -> None:
    kind = value.get("type", "").upper()
    if not kind and "anyOf" not in value:
        raise Violation("missing", join(path, "type"), "must be specified")
    if kind == "OBJECT" and not value.get("properties"):
        raise Violation("value", join(path, "properties"), "should be non-empty for OBJECT type")
    if kind == "ARRAY" and "items" not in value:
        raise Violation("missing", join(path, "items"), "missing field")
    if kind == "STRING" and value.get("format", "enum") not in ("enum", "date-time"):
        raise Violation("value", join(path, "format"), "only 'enum' and 'date-time' are supported for STRING type")
    if "enum" in value and (kind != "STRING" or "" in value["enum"]):
        raise Violation("value", join(path, "enum"), "only allowed for STRING type, without empty strings")
    for name in value.get("required", []):
        if name not in value.get("properties", {}):
            raise Violation("value", join(path, "required"), f"property {name} is not defined")


INNER = Recursive(lambda: SCHEMA)
SCHEMA = Message(
    {
        "type": Str(one_of=TYPES + [name.lower() for name in TYPES]),
        "format": Str(),
        "title": Str(),
        "description": Str(),
        "nullable": Bool(),
        "default": Anything(),
        "example": Anything(),
        "enum": Arr(Str()),
        "items": INNER,
        "minItems": COUNT,
        "maxItems": COUNT,
        "properties": MapOf(INNER),
        "required": Arr(Str()),
        "propertyOrdering": Arr(Str()),
        "minProperties": COUNT,
        "maxProperties": COUNT,
        "minimum": Number(),
        "maximum": Number(),
        "minLength": COUNT,
        "maxLength": COUNT,
        "pattern": Str(),
        "anyOf": Arr(INNER, 1),
    },
    check_schema,
)

MIME = Str(
    pattern=r"(image/(png|jpeg|webp|heic|heif)|application/(pdf|json)|text/[a-z.+-]+|audio/[a-z0-9.+-]+|video/.+)"
)
BLOB = Message({"mimeType!": MIME, "data!": Base64(url_safe=True), "displayName": Str()})


def check_uri(value: dict, path: str) -> None:
    if not re.match(r"(https|gs)://[^/]+", value["fileUri"]):
        raise Violation("value", join(path, "file_uri"), "Unsupported file uri")


FILE_DATA = Message({"fileUri!": Str(shortest=1), "mimeType": Str(), "displayName": Str()}, check_uri)
DATA_FIELDS = {
    "text": Str(),
    "inlineData": BLOB,
    "fileData": FILE_DATA,
    "functionCall": Message({"id": Str(), "name!": Str(shortest=1), "args": JsonObject()}),
    "functionResponse": Message(
        {
            "id": Str(),
            "name!": Str(shortest=1),
            "response!": JsonObject(),
            "parts": Arr(Message({"inlineData": BLOB, "fileData": FILE_DATA})),
            "scheduling": Str(one_of=["SILENT", "WHEN_IDLE", "INTERRUPT"]),
            "willContinue": Bool(),
        }
    ),
    "executableCode": Message({"code!": Str(), "language!": Str(one_of=["PYTHON"]), "id": Str()}),
    "codeExecutionResult": Message({"outcome!": Str(), "output": Str(), "id": Str()}),
    "toolCall": JsonObject(),
    "toolResponse": JsonObject(),
}


def check_part(value: dict, path: str) -> None:
    given = [name for name in DATA_FIELDS if name in value]
    if len(given) != 1:
        raise Violation("value", join(path, "data"), "required oneof field 'data' must have one initialized field")
    if value.get("text") == "" and "thoughtSignature" not in value:
        raise Violation("value", join(path, "text"), "contents.parts must not be empty")


PART = Message(
    {
        **DATA_FIELDS,
        "thought": Bool(),
        "thoughtSignature": Base64(url_safe=True),
        "videoMetadata": Message({"startOffset": Str(), "endOffset": Str(), "fps": Number(0, 24)}),
        "mediaResolution": JsonObject(),
        "partMetadata": JsonObject(),
    },
    check_part,
)
CONTENT = Message({"role": Str(one_of=["user", "model"]), "parts!": Arr(PART, shortest=1)})


def check_declaration(value: dict, path: str) -> None:
    if "parameters" in value and "parametersJsonSchema" in value:
        raise Violation("value", path, "only one of parameters and parameters_json_schema may be set")
    if value.get("parametersJsonSchema", {"type": "object"}).get("type") != "object":
        raise Violation("value", join(path, "parameters_json_schema"), "functions take an object")


FUNCTION = Message(
    {
        "name!": Str(pattern=r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}"),
        "description": Str(),
        "parameters": SCHEMA,
        "parametersJsonSchema": JsonObject(),
        "response": SCHEMA,
        "responseJsonSchema": Anything(),
        "behavior": Str(one_of=["BLOCKING", "NON_BLOCKING"]),
    },
    check_declaration,
)
TOOL = Message(
    {
        "functionDeclarations": Arr(FUNCTION, 1),
        "googleSearch": JsonObject(),
        "googleSearchRetrieval": JsonObject(),
        "codeExecution": JsonObject(),
        "urlContext": JsonObject(),
        "googleMaps": JsonObject(),
        "fileSearch": JsonObject(),
        "computerUse": JsonObject(),
        "mcpServers": Arr(JsonObject()),
    }
)


def check_calling(value: dict, path: str) -> None:
    if value.get("allowedFunctionNames") and value.get("mode") not in ("ANY", "VALIDATED"):
        raise Violation("value", path, "allowed_function_names may be set only when the mode is ANY or VALIDATED")


TOOL_CONFIG = Message(
    {
        "functionCallingConfig": Message(
            {
                "mode": Str(one_of=["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"]),
                "allowedFunctionNames": Arr(Str()),
            },
            check_calling,
        ),
        "retrievalConfig": JsonObject(),
        "includeServerSideToolInvocations": Bool(),
    }
)
LEVELS = ["THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"]


def check_thinking(value: dict, path: str) -> None:
    if "thinkingBudget" in value and "thinkingLevel" in value:
        raise Violation("value", path, "You can only set only one of thinking budget and thinking level.")


def check_generation(value: dict, path: str) -> None:
    schemas = [name for name in ("responseSchema", "responseJsonSchema") if name in value]
    if len(schemas) > 1:
        raise Violation("value", path, "only one of response_schema and response_json_schema may be set")
    if schemas and value.get("responseMimeType") not in ("application/json", "text/x.enum"):
        raise Violation("value", path, "a response schema requires response_mime_type application/json")
    if "logprobs" in value and not value.get("responseLogprobs"):
        raise Violation("value", path, "logprobs requires response_logprobs")


GENERATION = Message(
    {
        "temperature": Number(0, 2),
        "topP": Number(0, 1),
        "topK": Number(1),
        "candidateCount": Int(1, 8),
        "maxOutputTokens": Int(1),
        "stopSequences": Arr(Str(shortest=1), longest=5),
        "presencePenalty": Number(-2, 2),
        "frequencyPenalty": Number(-2, 2),
        "seed": Int(-(2**31), 2**31 - 1),
        "responseLogprobs": Bool(),
        "logprobs": Int(0, 20),
        "responseMimeType": Str(one_of=["text/plain", "application/json", "text/x.enum"]),
        "responseSchema": SCHEMA,
        "responseJsonSchema": JsonObject(),
        "responseModalities": Arr(Str(one_of=["TEXT", "IMAGE", "AUDIO", "VIDEO"])),
        "mediaResolution": Str(),
        "speechConfig": JsonObject(),
        "imageConfig": JsonObject(),
        "thinkingConfig": Message(
            {"includeThoughts": Bool(), "thinkingBudget": Int(-1), "thinkingLevel": Str(one_of=LEVELS)}, check_thinking
        ),
        "enableEnhancedCivicAnswers": Bool(),
    },
    check_generation,
)
REQUEST = Message(
    {
        "model": Str(),
        "contents!": Arr(CONTENT, shortest=1),
        "systemInstruction": Message({"role": Str(), "parts!": Arr(PART, shortest=1)}),
        "tools": Arr(TOOL),
        "toolConfig": TOOL_CONFIG,
        "safetySettings": Arr(
            Message(
                {
                    "category!": Str(pattern=r"HARM_CATEGORY_[A-Z_]+"),
                    "threshold!": Str(
                        one_of=[
                            "OFF",
                            "BLOCK_NONE",
                            "BLOCK_ONLY_HIGH",
                            "BLOCK_MEDIUM_AND_ABOVE",
                            "BLOCK_LOW_AND_ABOVE",
                        ]
                    ),
                }
            )
        ),
        "generationConfig": GENERATION,
        "cachedContent": Str(pattern=r"cachedContents/.+"),
        "serviceTier": Str(one_of=["unspecified", "standard", "flex", "priority"]),
        "labels": MapOf(Str()),
        "store": Bool(),
    }
)
COUNT_REQUEST = Message({"contents": Arr(CONTENT, shortest=1), "generateContentRequest": REQUEST})
