"""Anthropic Messages."""

from anthropic.types.message_create_params import MessageCreateParamsStreaming

from fakes.signatures import Signer
from samples import PDF, PNG

from ..shapes import Object, Types
from .form import Form
from .media import base64_of

USER = {"role": "user", "content": "Hello"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}
LOOK = {"name": "look", "input_schema": {"type": "object", "properties": {}}}
OTHER_TOOL = {"name": "mark-tool", "input_schema": {"type": "object", "properties": {}}}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
OTHER_SCHEMA = {**SCHEMA, "properties": {"name": {"type": "integer"}}}
TEXT_FIRST = [{"type": "text", "text": "Look:"}]
SERVER_USE = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
ASSISTANTS_ONLY = (
    "thinking",
    "redacted_thinking",
    "tool_use",
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
)
USERS_ONLY = ("image", "document", "search_result", "tool_result")


def talk(*messages: dict) -> dict:
    return {"max_tokens": 1000, "messages": list(messages)}


def make() -> Form:
    root = Types().shapes(MessageCreateParamsStreaming)[0]
    assert isinstance(root, Object)
    asking = talk(USER, {"role": "assistant", "content": [USE]}, {"role": "user", "content": [RESULT]})
    asking["tools"] = [LOOK]
    return Form(
        name="anthropic",
        root=root,
        body=talk(USER),
        left_out={
            "model": "names the route",
            "ThinkingBlockParam.thinking": "stands and falls with its signature",
            "ThinkingBlockParam.signature": "stands and falls with the text that it proves",
            "user_profile_id": "the SDK sends it as a header",
            "workspace_id": "the SDK sends it as a header",
            **{f"messages[user].content[{kind}]": "stands in the assistant's messages" for kind in ASSISTANTS_ONLY},
            **{f"messages[assistant].content[{kind}]": "stands in the user's messages" for kind in USERS_ONLY},
        },
        each={"output_config.effort", "service_tier", "speed", "thinking(enabled).display", "thinking(adaptive).display"},
        samples={
            "Base64ImageSourceParam.data": (base64_of(PNG), base64_of(PNG + b"\0")),
            "Base64ImageSourceParam.media_type": "image/png",
            "Base64PDFSourceParam.data": (base64_of(PDF), base64_of(PDF + b"\n")),
            "URLImageSourceParam.url": ("https://images.invalid/mark.png", "https://images.invalid/other.png"),
            "URLPDFSourceParam.url": ("https://files.invalid/mark.pdf", "https://files.invalid/other.pdf"),
            "FileImageSourceParam.file_id": ("file_mark", "file_other"),
            "FileDocumentSourceParam.file_id": ("file_mark", "file_other"),
            "max_tokens": 321,
            "stream": True,
            "stop_sequences[]": "mark-stop",
            "messages[assistant].content[tool_use].id": ("toolu_1", "toolu_mark"),
            "messages[assistant].content[tool_use].name": ("look", "mark-tool"),
            "messages[assistant].content[tool_use].input": ({}, {"mark": "marked"}),
            "messages[user].content[tool_result].tool_use_id": ("toolu_1", "toolu_mark"),
            "RedactedThinkingBlockParam.data": Signer("anthropic").sign("redacted"),
            "thinking(enabled).budget_tokens": (2048, 4096),
            "tool_choice(tool).name": ("look", "mark-tool"),
            "output_config.format(json_schema).schema": (SCHEMA, OTHER_SCHEMA),
            "ToolParam.input_schema": (SCHEMA, OTHER_SCHEMA),
            "ToolParam.name": ("mark-tool", "other-tool"),
            "InputSchemaTyped.properties": {"mark": {"type": "string"}},
            "InputSchemaTyped.required": "mark",
            "metadata.user_id": "mark-user",
            "cache_control(ephemeral).ttl": "1h",
            "CacheControlEphemeralParam.ttl": ("1h", "5m"),
        },
        needs={
            "ThinkingBlockParam": {"thinking": "Hm.", "signature": Signer("anthropic").sign("Hm.")},
            "messages[assistant].content[tool_use]": USE,
            "messages[user].content[tool_result]": {"tool_use_id": "toolu_1"},
            "InputSchemaTyped": {"properties": {"mark": {"type": "string"}}},
            "TextCitationParam": {},
        },
        leads={
            "messages[user].content": TEXT_FIRST,
            "messages[assistant].content": TEXT_FIRST,
            "messages[system].content": TEXT_FIRST,
            "messages[user].content[tool_result].content": TEXT_FIRST,
            "system": TEXT_FIRST,
        },
        contexts={
            "messages[user]": (talk(USER, {"role": "assistant", "content": "Hi"}, USER), ("messages", 2)),
            "messages[assistant]": (talk(USER, {"role": "assistant", "content": "Hi"}, USER), ("messages", 1)),
            "messages[system]": (talk(USER, {"role": "system", "content": "Be brief"}), ("messages", 1)),
            "messages[assistant].content[tool_use]": (asking, ("messages", 1, "content", 0)),
            "messages[user].content[tool_result]": (asking, ("messages", 2, "content", 0)),
        },
        moot={
            "ToolParam.type": "what it is without it",
            "service_tier=auto": "the provider chooses without it, too",
            "thinking(enabled).display=summarized": "what happens without it",
            "thinking(enabled).display=omitted": "what happens without it",
        },
        alongside={
            "tool_choice": {"tools": [LOOK, OTHER_TOOL]},
            "messages[assistant].content[tool_use].name": {},
            "thinking": {"max_tokens": 8000},
        },
        links={
            "messages[assistant].content[tool_use].id": [("messages", 2, "content", 0, "tool_use_id")],
            "messages[user].content[tool_result].tool_use_id": [("messages", 1, "content", 0, "id")],
            "messages[assistant].content[tool_use].name": [("tools", 0, "name")],
        },
    )
