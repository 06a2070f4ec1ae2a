"""Gemini generateContent: the SDK's own types and names, and its own way to write them on the wire."""

import json

from google import genai
from google.auth.credentials import AnonymousCredentials
from google.genai import _common, models, types

from samples import PDF, PNG

from ..shapes import ListOf, Member, Models, Object
from .form import Form
from .media import base64_of

USER = {"role": "user", "parts": [{"text": "Hello"}]}
HI = {"role": "model", "parts": [{"text": "Hi"}]}
CALL = {"role": "model", "parts": [{"function_call": {"id": "call_1", "name": "look", "args": {}}}]}
RESPONSE = {"id": "call_1", "name": "look", "response": {"output": "found"}}
ANSWER = {"role": "user", "parts": [{"function_response": RESPONSE}]}
LOOK = {"name": "look", "parameters_json_schema": {"type": "object", "properties": {}}}
OTHER = {"name": "mark", "parameters_json_schema": {"type": "object", "properties": {}}}
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
OTHER_SCHEMA = {**SCHEMA, "properties": {"name": {"type": "integer"}}}
TEXT_SCHEMA = {"type": "OBJECT", "properties": {"name": {"type": "STRING"}}}
DATA = (
    "text",
    "inline_data",
    "file_data",
    "function_call",
    "function_response",
    "executable_code",
    "code_execution_result",
    "tool_call",
    "tool_response",
)

THINKING = ("thinking_budget", "thinking_level")


def talk(*contents: dict, **config: object) -> dict:
    return {"contents": list(contents), "config": config}


class GenerateContent(Form):
    client = genai.Client(api_key="unused")
    vertex = genai.Client(enterprise=True, project="p", location="l", credentials=AnonymousCredentials())

    def wire(self, model: str, body: dict) -> dict:
        """As the SDK writes it for the Gemini API, or for Vertex AI where only that takes a field."""
        parameters = types._GenerateContentParameters(
            model=model,
            contents=[types.Content.model_validate_json(json.dumps(one)) for one in body["contents"]],
            config=types.GenerateContentConfig.model_validate_json(json.dumps(body["config"])),
        )
        try:
            written = models._GenerateContentParameters_to_mldev(self.client._api_client, parameters, None, parameters)
        except ValueError:
            written = models._GenerateContentParameters_to_vertex(self.vertex._api_client, parameters, None, parameters)
        for key in ("_url", "_query", "config"):
            written.pop(key, None)
        return _common.encode_unserializable_types(_common.convert_to_dict(written))


def make() -> Form:
    reader = Models()
    content, config = reader.named(types.Content)[0], reader.named(types.GenerateContentConfig)[0]
    # The SDK also takes functions and sessions here; on the wire there are only tools.
    tools = (ListOf((reader.named(types.Tool)[0],)),)
    assert isinstance(config, Object)

    def members() -> list[Member]:
        return [Member(one.name, False, tools if one.name == "tools" else one.shapes) for one in config.members]

    whole = Object("GenerateContentConfig", members)
    root = Object("Request", lambda: [Member("contents", True, (ListOf((content,)),)), Member("config", True, (whole,))])
    asking = talk(USER, CALL, ANSWER, tools=[{"function_declarations": [LOOK, OTHER]}])
    return GenerateContent(
        name="gemini",
        root=root,
        body=talk(USER),
        left_out={
            "config.tools[].function_declarations[].parameters.type": "must be OBJECT",
            "Schema.additional_properties": "any value, told apart no further",
            "config.http_options": "the SDK's own",
            "config.should_return_http_response": "the SDK's own",
            "config.automatic_function_calling": "the SDK's own",
            "config.automatic_continuation": "the SDK's own",
            "config.system_instruction": "short for a content",
            "config.system_instruction[]": "short for a content",
            "config.system_instruction(File)": "short for a content",
            "config.system_instruction(Part)": "short for a content",
            "config.system_instruction[File]": "short for a content",
            "config.system_instruction[Part]": "short for a content",
            "config.speech_config": "short for a voice's name",
            **{
                f"config.system_instruction(Content).parts[].{name}": "a system instruction holds text"
                for name in types.Part.model_fields
                if name not in ("text", "inline_data", "thought", "thought_signature", "part_metadata")
            },
        },
        exclusive={"Part": DATA, "FunctionResponsePart": ("inline_data", "file_data"), "ThinkingConfig": THINKING},
        moot={
            "config.tools[].function_declarations[].parameters.nullable": "arguments are always an object",
            "Schema.property_ordering": "the properties are written in that order",
            "config.service_tier=unspecified": "the provider chooses without it, too",
            "config.system_instruction(Content).role": "Gemini itself looks at no role here",
        },
        samples={
            "contents[].role": ("user", "model"),
            "Blob.data": (base64_of(PNG), base64_of(PNG + b"\0")),
            "Blob.mime_type": "image/png",
            "FunctionResponseBlob.mime_type": "image/png",
            "FunctionResponseBlob.data": (base64_of(PNG), base64_of(PNG + b"\0")),
            "FunctionResponseFileData.file_uri": ("https://files.invalid/mark.png", "gs://bucket/mark.png"),
            "FunctionResponseFileData.mime_type": ("image/png", "image/jpeg"),
            "config.top_k": 40,
            "FileData.file_uri": ("https://files.invalid/mark.png", "gs://bucket/mark.png"),
            "FileData.mime_type": ("image/png", "image/jpeg"),
            "contents[].parts[].function_call.name": ("look", "mark"),
            "contents[].parts[].function_call.id": ("call_1", "call_mark"),
            "contents[].parts[].function_call.args": ({}, {"mark": "marked"}),
            "contents[].parts[].function_response.name": ("look", "mark"),
            "contents[].parts[].function_response.id": ("call_1", "call_mark"),
            "contents[].parts[].function_response.response": ({"output": "found"}, {"output": "marked"}),
            "config.system_instruction(Content)": {"parts": [{"text": "mark-system"}]},
            "config.candidate_count": 3,
            "config.max_output_tokens": 321,
            "config.seed": 4711,
            "config.logprobs": 3,
            "config.stop_sequences[]": "mark-stop",
            "config.response_mime_type": "application/json",
            "config.response_schema": TEXT_SCHEMA,
            "config.response_json_schema": SCHEMA,
            "config.response_modalities[]": "IMAGE",
            "config.cached_content": "cachedContents/mark",
            "config.labels": {"mark": "marked"},
            "config.thinking_config.thinking_budget": (2048, 4096),
            "config.tool_config.function_calling_config.mode": "ANY",
            "FunctionCallingConfig.allowed_function_names": "mark",
            "FunctionDeclaration.parameters": (TEXT_SCHEMA, {**TEXT_SCHEMA, "required": ["name"]}),
            "FunctionDeclaration.parameters_json_schema": (SCHEMA, OTHER_SCHEMA),
            "FunctionDeclaration.response_json_schema": SCHEMA,
            "Schema.type": ("STRING", "INTEGER"),
            "Schema.ref": "#/$defs/mark",
        },
        each={
            "config.service_tier",
            "config.media_resolution",
            "ThinkingConfig.thinking_level",
            "FunctionCallingConfig.mode",
        },
        needs={
            "contents[]": USER,
            "contents[].parts[]": {"text": "Hello"},
            "Part": {"text": "Hello"},
            "config.system_instruction(Content)": {"parts": [{"text": "Be brief"}]},
            "Blob": {"data": base64_of(PNG), "mime_type": "image/png"},
            "FunctionResponseBlob": {"data": base64_of(PNG), "mime_type": "image/png"},
            "FunctionResponseFileData": {"file_uri": "https://files.invalid/cat.png", "mime_type": "image/png"},
            "FileData": {"file_uri": "https://files.invalid/cat.png", "mime_type": "image/png"},
            "ExecutableCode": {"code": "print(1)", "language": "PYTHON"},
            "CodeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"},
            "FunctionDeclaration": {"name": "look"},
            "SafetySetting": {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
            "config.tools[].function_declarations[].parameters": TEXT_SCHEMA,
            "config.response_schema": TEXT_SCHEMA,
            "config.tools[]": {"function_declarations": [LOOK]},
            "Schema": {"type": "STRING"},
            "ThinkingConfig": {"include_thoughts": True},
            "FunctionResponsePart": {"inline_data": {"data": base64_of(PNG), "mime_type": "image/png"}},
            "ToolConfig": {"function_calling_config": {"mode": "AUTO"}},
            "FunctionCallingConfig": {"mode": "ANY"},
        },
        leads={
            "contents[].parts": [{"text": "Look:"}],
        },
        contexts={
            "config": (talk(USER), ("config",)),
            "contents[]": (talk(USER, HI, USER), ("contents", 2)),
            "contents[].parts[].function_call": (asking, ("contents", 1, "parts", 0, "function_call")),
            "contents[].parts[].function_response": (asking, ("contents", 2, "parts", 0, "function_response")),
        },
        alongside={
            "config.tool_config": {"config": {"tools": [{"function_declarations": [LOOK, OTHER]}]}},
            "config.thinking_config.include_thoughts": {"config": {"thinking_config": {"thinking_budget": 2048}}},
            "config.logprobs": {"config": {"response_logprobs": True}},
            "config.response_schema": {"config": {"response_mime_type": "application/json"}},
            "config.response_schema.ref": {"config": {"response_schema": {"defs": {"mark": {"type": "STRING"}}}}},
            "config.tools[].function_declarations[].parameters.ref": {
                "config": {
                    "tools": [
                        {
                            "function_declarations": [
                                {**LOOK, "parameters": {**TEXT_SCHEMA, "defs": {"mark": {"type": "STRING"}}}}
                            ]
                        }
                    ]
                }
            },
            "config.response_json_schema": {"config": {"response_mime_type": "application/json"}},
        },
        links={
            "contents[].parts[].function_call.name": [("contents", 2, "parts", 0, "function_response", "name")],
            "contents[].parts[].function_response.name": [("contents", 1, "parts", 0, "function_call", "name")],
            "contents[].parts[].function_call.id": [("contents", 2, "parts", 0, "function_response", "id")],
            "contents[].parts[].function_response.id": [("contents", 1, "parts", 0, "function_call", "id")],
        },
    )
