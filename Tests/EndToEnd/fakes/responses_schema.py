"""What a request to OpenAI's Responses may hold: the SDK's own types (openai 3.52), and what the API reference and the real
API's errors say beyond them."""

import base64
import binascii
import re
from typing import get_args

from openai.types.responses.input_token_count_params import InputTokenCountParams
from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming
from openai.types.responses.response_input_item_param import ItemReference, ResponseInputItemParam
from openai.types.responses.response_output_message_param import Content as SpokenPart

from .openai_schema import NAME, check_image_url, check_strict
from .schema import Arr, Bool, Either, Int, MapOf, Nullable, Number, Obj, Schema, Str, Tagged, Violation, join
from .typed_schema import SdkTypes, TypedObj

CALL_ID = Str(shortest=1, longest=64)
ID_PREFIXES = {"message": "msg", "function_call": "fc", "reasoning": "rs", "custom_tool_call": "ctc"}
OUTPUT_TYPES = {
    "function_call": "function_call_output",
    "custom_tool_call": "custom_tool_call_output",
    "local_shell_call": "local_shell_call_output",
    "shell_call": "shell_call_output",
    "apply_patch_call": "apply_patch_call_output",
    "computer_call": "computer_call_output",
}


def check_function(value: dict, path: str) -> None:
    parameters = value.get("parameters")
    if parameters and parameters.get("type") != "object":
        message = f"Invalid schema for function '{value['name']}': schema must be a JSON Schema of 'type: \"object\"'"
        raise Violation("value", join(path, "parameters"), message)
    check_strict(value.get("strict"), parameters, join(path, "parameters"))


def check_image(value: dict, path: str) -> None:
    sources = [name for name in ("image_url", "file_id") if value.get(name) is not None]
    if len(sources) != 1:
        raise Violation("missing", join(path, "image_url"), "one of image_url and file_id must be given")
    if sources == ["image_url"]:
        try:
            check_image_url({"url": value["image_url"]}, path)
        except Violation as violation:
            raise Violation(violation.kind, join(path, "image_url"), violation.message) from None


def check_file(value: dict, path: str) -> None:
    sources = [name for name in ("file_data", "file_id", "file_url") if value.get(name) is not None]
    if len(sources) != 1:
        raise Violation("value", path, f"expected one of file_data, file_id and file_url, but got {sources}")
    if sources == ["file_data"]:
        if "filename" not in value:
            raise Violation("missing", join(path, "filename"), "field required")
        match = re.match(r"data:[a-z]+/[a-zA-Z0-9.+-]+;base64,", value["file_data"])
        if not match:
            raise Violation("value", join(path, "file_data"), "expected a base64-encoded data URL with a MIME type")
        try:
            base64.b64decode(value["file_data"][match.end() :], validate=True)
        except binascii.Error:
            raise Violation("value", join(path, "file_data"), "invalid base64 data") from None


def check_format(value: dict, path: str) -> None:
    check_strict(value.get("strict"), value.get("schema"), join(path, "schema"))


TYPES = SdkTypes(
    schemas={
        "FunctionToolParam.name": NAME,
        "CustomToolParam.name": NAME,
        "ResponseFormatTextJSONSchemaConfigParam.name": NAME,
        "ResponseFunctionToolCallParam.name": NAME,
        "ResponseFunctionToolCallParam.call_id": CALL_ID,
        "FunctionCallOutput.call_id": CALL_ID,
        # The guide's examples name the call so.
        "LocalShellCallOutput.call_id": CALL_ID,
        "ResponseCustomToolCallParam.call_id": CALL_ID,
        "ResponseCustomToolCallOutputParam.call_id": CALL_ID,
        # Sent back as it came, which is null where there is none.
        "ResponseReasoningItemParam.content": Nullable(Arr(Obj({"type!": Str(one_of=["reasoning_text"]), "text!": Str()}))),
        "ResponseOutputTextParam.logprobs": Arr(Obj({"token!": Str(), "logprob!": Number(), "bytes": Arr(Int())})),
        # It stands in replies, and Codex returns it.
        "ResponseCustomToolCallParam.status": Str(one_of=["in_progress", "completed", "incomplete"]),
    },
    rules={
        "FunctionToolParam": check_function,
        "ResponseInputImageParam": check_image,
        "ResponseInputImageContentParam": check_image,
        "ResponseInputFileParam": check_file,
        "ResponseInputFileContentParam": check_file,
        "ResponseFormatTextJSONSchemaConfigParam": check_format,
    },
    # The types demand these of programs; the API takes requests without them.
    optional=frozenset(
        {
            "FunctionCallOutput.call_id",
            "LocalShellCall.id",
            "LocalShellCallOutput.id",
            "ResponseInputImageParam.detail",
            "ResponseOutputTextParam.annotations",
            "ResponseReasoningItemParam.id",
        }
    ),
)


def typed(hint: object) -> TypedObj:
    found = TYPES.schema(hint)
    assert isinstance(found, TypedObj)
    return found


def messages() -> Schema:
    """By role: what the model said is made of other parts than what it is told."""
    told = next(hint for hint in get_args(ResponseInputItemParam) if hint.__name__ == "Message")
    status = Str(one_of=["in_progress", "completed", "incomplete"])
    head = {"role!": Str(), "type": Str(one_of=["message"]), "id": Str(), "status": status}
    phase = Nullable(Str(one_of=["commentary", "final_answer"]))
    content = TYPES.schema(typed(told).hints["content"])
    spoken = SdkTypes.tagged([typed(part) for part in get_args(SpokenPart)])
    given = Obj({**head, "content!": Either(Str(), content)})
    return Tagged(
        "role",
        {
            "user": given,
            "system": given,
            "developer": given,
            "assistant": Obj({**head, "content!": Either(Str(), Arr(spoken)), "phase": phase}),
        },
    )



class Item(Schema):
    """One of `input`: its type tells which, and without a type it is a message or a reference."""

    expected = "an object"

    def __init__(self) -> None:
        self.shapes: dict[str, Schema] = {}
        for hint in get_args(ResponseInputItemParam):
            shape = typed(hint)
            if (name := shape.tag("type")) and name != "message":
                self.shapes[name] = shape
        self.shapes["message"] = messages()
        # The type of a reference may be null, so its tag tells nothing.
        self.shapes["item_reference"] = typed(ItemReference)

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong(value, path)
        kind = kind_of(value)
        if not isinstance(kind, str) or kind not in self.shapes:
            allowed = ", ".join(f"'{name}'" for name in sorted(self.shapes))
            raise Violation("value", join(path, "type"), f"'{kind}'. Supported values are: {allowed}")
        self.shapes[kind].check(value, path)
        prefix, name = ID_PREFIXES.get(kind), value.get("id")
        if prefix and name is not None and not name.startswith(prefix):
            raise Violation("value", join(path, "id"), f"'{name}'. Expected an ID that begins with '{prefix}'")


def kind_of(item: dict) -> object:
    if item.get("type") is not None:
        return item["type"]
    return "message" if "role" in item else "item_reference"


INPUT = Either(Str(), Arr(Item()))
ROOT = "ResponseCreateParamsNonStreaming"
LIMITS: dict[str, Schema] = {
    # Codex sends it, and OpenAI's own client is not refused.
    "client_metadata": Nullable(MapOf(Str())),
    "input": INPUT,
    "max_output_tokens": Nullable(Int(16)),
    "max_tool_calls": Nullable(Int(1)),
    "metadata": Nullable(MapOf(Str(longest=512), longest=16)),
    "safety_identifier": Nullable(Str(longest=128)),
    "stream": Nullable(Bool()),
    "temperature": Nullable(Number(0, 2)),
    "top_logprobs": Nullable(Int(0, 20)),
    "top_p": Nullable(Number(0, 1)),
}
TYPES.schemas.update({f"{ROOT}.{name}": schema for name, schema in LIMITS.items()})
TYPES.schemas["InputTokenCountParams.input"] = Nullable(INPUT)

REQUEST = typed(ResponseCreateParamsNonStreaming)
COUNT_REQUEST = typed(InputTokenCountParams)
