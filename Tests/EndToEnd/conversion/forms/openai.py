"""OpenAI Chat Completions."""

from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming

from samples import PDF, PNG

from ..shapes import Object, Types
from .form import Form
from .media import base64_of

USER = {"role": "user", "content": "Hello"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "found"}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
CUSTOM_CALL = {"id": "call_1", "type": "custom", "custom": {"name": "look", "input": "here"}}
LOOK = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
OTHER_SCHEMA = {**SCHEMA, "properties": {"name": {"type": "integer"}}}
TEXT_FIRST = [{"type": "text", "text": "Look:"}]


def talk(*messages: dict) -> dict:
    return {"messages": list(messages)}


def make() -> Form:
    root = Types().shapes(CompletionCreateParamsStreaming)[0]
    assert isinstance(root, Object)
    return Form(
        name="openai",
        root=root,
        body=talk(USER),
        left_out={
            "model": "names the route",
            "messages[].role": "tells the kinds of messages apart",
        },
        each={
            "tool_choice",
            "reasoning_effort",
            "service_tier",
            "function_call",
            "ImageURL.detail",
        },
        samples={
            "ImageURL.url": (f"data:image/png;base64,{base64_of(PNG)}", "https://images.invalid/cat.png"),
            "InputAudio.data": (base64_of(b"RIFF0000WAVEfmt one"), base64_of(b"RIFF0000WAVEfmt two")),
            "InputAudio.format": ("wav", "mp3"),
            "FileFile.file_data": f"data:application/pdf;base64,{base64_of(PDF)}",
            "FileFile.filename": "mark.pdf",
            "FileFile.file_id": "file-mark",
            "messages[assistant].tool_calls[function].id": ("call_mark",),
            "messages[assistant].tool_calls[custom].id": ("call_mark",),
            "messages[assistant].tool_calls[function].function.arguments": ("{}", '{"mark": 1}'),
            "messages[assistant].function_call.arguments": ("{}", '{"mark": 1}'),
            "messages[assistant].function_call.name": ("look", "mark"),
            "messages[tool].tool_call_id": ("call_1", "call_mark"),
            "messages[function].name": ("look", "mark"),
            "logit_bias": {"50256": -7},
            "metadata": {"mark": "marked"},
            "modalities[]": "audio",
            "n": 3,
            "reasoning_effort": "high",
            "parallel_tool_calls": False,
            "presence_penalty": 0.5,
            "safety_identifier": "mark-safety",
            "seed": 4711,
            "max_tokens": 321,
            "max_completion_tokens": 321,
            "stream": True,
            "top_logprobs": 3,
            "FunctionDefinition.parameters": (SCHEMA, OTHER_SCHEMA),
            "Function.parameters": (SCHEMA, OTHER_SCHEMA),
            "JSONSchema.schema": (SCHEMA, OTHER_SCHEMA),
            "tool_choice(function).function.name": ("look", "mark"),
            "tool_choice(custom).custom.name": ("look", "mark"),
            "ChatCompletionFunctionCallOptionParam.name": ("look", "mark"),
            "tool_choice(allowed_tools).allowed_tools.tools[]": (
                {"type": "function", "function": {"name": "look"}},
                {"type": "function", "function": {"name": "mark"}},
            ),
        },
        needs={
            "messages[assistant].tool_calls[function]": CALL,
            "FileFile": {"file_data": f"data:application/pdf;base64,{base64_of(PDF)}", "filename": "report.pdf"},
            "JSONSchema": {"schema": SCHEMA},
        },
        leads={
            "messages[user].content": TEXT_FIRST,
            "messages[assistant].content": TEXT_FIRST,
            "messages[system].content": TEXT_FIRST,
            "messages[developer].content": TEXT_FIRST,
            "messages[tool].content": TEXT_FIRST,
        },
        contexts={
            "messages[system]": (talk({"role": "system", "content": "Be brief"}, USER), ("messages", 0)),
            "messages[developer]": (talk({"role": "developer", "content": "Be brief"}, USER), ("messages", 0)),
            "messages[user]": (talk(USER, {"role": "assistant", "content": "Hi"}, USER), ("messages", 2)),
            "messages[assistant]": (talk(USER, {"role": "assistant", "content": "Hi"}, USER), ("messages", 1)),
            "messages[tool]": (talk(USER, CALLING, RESULT) | {"tools": [LOOK]}, ("messages", 2)),
            "messages[function]": (
                talk(
                    USER,
                    {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": "{}"}},
                    {"role": "function", "name": "look", "content": "found"},
                )
                | {"functions": [LOOK["function"]]},
                ("messages", 2),
            ),
            "messages[assistant].function_call": (
                talk(
                    USER,
                    {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": "{}"}},
                    {"role": "function", "name": "look", "content": "found"},
                )
                | {"functions": [LOOK["function"], {"name": "mark"}]},
                ("messages", 1, "function_call"),
            ),
            "messages[assistant].tool_calls[function]": (
                talk(USER, CALLING, RESULT) | {"tools": [LOOK]},
                ("messages", 1, "tool_calls", 0),
            ),
            "messages[assistant].tool_calls[custom]": (
                talk(USER, {**CALLING, "tool_calls": [CUSTOM_CALL]}, RESULT)
                | {"tools": [{"type": "custom", "custom": {"name": "look"}}]},
                ("messages", 1, "tool_calls", 0),
            ),
        },
        moot={
            "messages[user].content[image_url].image_url.detail=auto": "what happens without it",
            "response_format(text)": "what happens without it",
            "tools[custom].custom.format(text)": "what happens without it",
            "response_format(json_schema).json_schema.strict": "a schema is enforced where the provider takes one",
            "service_tier=auto": "the provider chooses without it, too",
            "stream_options.include_usage": "the gateway asks every provider, and tells who asks for it",
        },
        alongside={
            "function_call": {"functions": [LOOK["function"], {"name": "mark"}]},
            "tool_choice": {"tools": [LOOK, {"type": "function", "function": {"name": "mark"}}]},
            "tool_choice(custom)": {
                "tools": [{"type": "custom", "custom": {"name": "look"}}, {"type": "custom", "custom": {"name": "mark"}}]
            },
            "parallel_tool_calls": {"tools": [LOOK]},
            "top_logprobs": {"logprobs": True},
            "stream_options": {"stream": True},
            "audio": {"modalities": ["text", "audio"]},
            "modalities[]": {"audio": {"voice": "alloy", "format": "wav"}},
        },
        links={
            "messages[assistant].tool_calls[function].id": [("messages", 2, "tool_call_id")],
            "messages[assistant].tool_calls[custom].id": [("messages", 2, "tool_call_id")],
            "messages[tool].tool_call_id": [("messages", 1, "tool_calls", 0, "id")],
            "messages[function].name": [("messages", 1, "function_call", "name"), ("functions", 0, "name")],
            "messages[assistant].function_call.name": [("messages", 2, "name")],
        },
    )
