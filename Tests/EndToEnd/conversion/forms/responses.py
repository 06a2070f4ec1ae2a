"""OpenAI Responses."""

from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

from samples import PDF, PNG

from ..shapes import Object, Types
from .form import Form
from .media import base64_of

USER = {"role": "user", "content": "Hello"}
HI = {"role": "assistant", "content": "Hi"}
CALL = {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "found"}
CUSTOM_CALL = {"type": "custom_tool_call", "call_id": "call_1", "name": "look", "input": "here"}
CUSTOM_RESULT = {"type": "custom_tool_call_output", "call_id": "call_1", "output": "found"}
SHELL_CALL = {
    "type": "local_shell_call",
    "id": "lsh_1",
    "call_id": "call_1",
    "status": "completed",
    "action": {"type": "exec", "command": ["ls"], "env": {}},
}
SHELL_RESULT = {"type": "local_shell_call_output", "id": "call_1", "output": "found"}
SAID = {
    "type": "message",
    "role": "assistant",
    "id": "msg_1",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hi", "annotations": []}],
}
LOOK = {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {}}, "strict": False}
OTHER = {**LOOK, "name": "mark"}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
OTHER_SCHEMA = {**SCHEMA, "properties": {"name": {"type": "integer"}}}
TEXT_FIRST = [{"type": "input_text", "text": "Look:"}]
IMAGE = f"data:image/png;base64,{base64_of(PNG)}"
PAPER = f"data:application/pdf;base64,{base64_of(PDF)}"
OTHER_PAPER = f"data:application/pdf;base64,{base64_of(PDF + b'%')}"
FILE = {"file_data": PAPER, "filename": "report.pdf"}
KEPT = "names what OpenAI keeps, and nothing in the conversation"
STATE = "whether OpenAI was done with it"
KINDS = ("input[message]", "input[Message]") + tuple(
    f"input[{kind}]"
    for kind in ("function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning")
)
SHELL_KINDS = ("input[local_shell_call]", "input[local_shell_call_output]")


def talk(*items: dict, **others: object) -> dict:
    return {"input": list(items), **others}


def make() -> Form:
    root = Types().shapes(ResponseCreateParamsStreaming)[0]
    assert isinstance(root, Object)
    asking = talk(USER, CALL, RESULT, tools=[LOOK, OTHER])
    custom = talk(USER, CUSTOM_CALL, CUSTOM_RESULT, tools=[{"type": "custom", "name": "look"}])
    shell = talk(USER, SHELL_CALL, SHELL_RESULT, tools=[{"type": "local_shell"}])
    return Form(
        name="responses",
        root=root,
        body=talk(USER),
        left_out={"model": "names the route"},
        each={
            "tool_choice",
            "reasoning.effort",
            "reasoning.summary",
            "service_tier",
            "truncation",
            "include[]",
            "input[EasyInputMessageParam].role",
            "ResponseInputImageParam.detail",
            "background",
            "store",
        },
        samples={
            "background": True,
            "store": (True, False),
            "max_output_tokens": 321,
            "metadata": {"mark": "marked"},
            "parallel_tool_calls": False,
            "service_tier": "flex",
            "stream": True,
            "top_logprobs": 3,
            "temperature": 0.5,
            "truncation": ("auto", "disabled"),
            "ToolChoiceFunctionParam.name": ("look", "mark"),
            "ToolChoiceCustomParam.name": ("look", "mark"),
            "FunctionToolParam.parameters": (SCHEMA, OTHER_SCHEMA),
            "FunctionToolParam.strict": (False, True),
            "ResponseFormatTextJSONSchemaConfigParam.schema": (SCHEMA, OTHER_SCHEMA),
            "ResponseInputImageParam.image_url": (IMAGE, "https://images.invalid/mark.png"),
            "ResponseInputImageContentParam.image_url": (IMAGE, "https://images.invalid/mark.png"),
            "ResponseInputFileParam.file_data": (PAPER, OTHER_PAPER),
            "ResponseInputFileContentParam.file_data": (PAPER, OTHER_PAPER),
            "ResponseInputFileParam.file_url": "https://files.invalid/mark.pdf",
            "ResponseInputFileContentParam.file_url": "https://files.invalid/mark.pdf",
            "ResponseInputFileParam.filename": "mark.pdf",
            "ResponseInputFileContentParam.filename": "mark.pdf",
            "input[function_call].arguments": ("{}", '{"mark": 1}'),
            "ToolChoiceAllowedParam.mode": ("auto", "required"),
            "ToolChoiceAllowedParam.tools": ({"type": "function", "name": "look"}, {"type": "function", "name": "mark"}),
        },
        needs={
            "ResponseInputImageParam": {"image_url": IMAGE},
            "ResponseInputImageContentParam": {"image_url": IMAGE},
            "ResponseInputFileParam": FILE,
            "ResponseInputFileContentParam": FILE,
            "ToolChoiceAllowedParam": {"mode": "auto", "tools": [{"type": "function", "name": "look"}]},
        },
        leads={"input": [USER]},
        exclusive={
            "ResponseInputImageParam": ("image_url", "file_id"),
            "ResponseInputImageContentParam": ("image_url", "file_id"),
            "ResponseInputFileParam": ("file_data", "file_url", "file_id"),
            "ResponseInputFileContentParam": ("file_data", "file_url", "file_id"),
        },
        contexts={
            "input[EasyInputMessageParam]": (talk(USER, HI, USER), ("input", 2)),
            "input[Message]": (talk(USER, HI, {**USER, "type": "message"}), ("input", 2)),
            "input[message]": (talk(USER, SAID, USER), ("input", 1)),
            "input[function_call]": (asking, ("input", 1)),
            "input[function_call_output]": (asking, ("input", 2)),
            "input[custom_tool_call]": (custom, ("input", 1)),
            "input[custom_tool_call_output]": (custom, ("input", 2)),
            "input[local_shell_call]": (shell, ("input", 1)),
            "input[local_shell_call_output]": (shell, ("input", 2)),
        },
        alongside={
            "tool_choice": {"tools": [LOOK, OTHER]},
            "tool_choice(custom)": {"tools": [{"type": "custom", "name": "look"}, {"type": "custom", "name": "mark"}]},
            "top_logprobs": {"include": ["message.output_text.logprobs"]},
            "parallel_tool_calls": {"tools": [LOOK]},
            "reasoning.summary": {"reasoning": {"effort": "high"}},
            "stream_options": {"stream": True},
        },
        links={
            "input[function_call].call_id": [("input", 2, "call_id")],
            "input[function_call_output].call_id": [("input", 1, "call_id")],
            "input[custom_tool_call].call_id": [("input", 2, "call_id")],
            "input[custom_tool_call_output].call_id": [("input", 1, "call_id")],
            "input[local_shell_call].call_id": [("input", 2, "id")],
            "input[local_shell_call_output].id": [("input", 1, "call_id")],
            "input[function_call].name": [("tools", 0, "name")],
            "input[custom_tool_call].name": [("tools", 0, "name")],
        },
        moot={
            "include[]=reasoning.encrypted_content": "a bridged reply has what proves its reasoning anyway",
            "EasyInputMessageParam.type": "what it is without it",
            "service_tier=auto": "the provider chooses without it, too",
            "store": "says what the gateway keeps; no provider needs to know",
            "text.format(text)": "what happens without it",
            "text.format(json_schema).strict": "a schema is enforced where the provider takes one",
            "ResponseInputImageParam.detail": "what happens without it",
            "tools[custom].format(text)": "what happens without it",
            "truncation=disabled": "what happens without it",
            "input[function_call_output].name": "the call says it, too",
            **{f"{kind}.id": KEPT for kind in KINDS},
            **{f"{kind}.status": STATE for kind in (*KINDS, *SHELL_KINDS)},
            "input[local_shell_call].id": KEPT,
        },
    )
