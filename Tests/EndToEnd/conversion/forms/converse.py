"""Bedrock Converse, as botocore describes it, with the fields of Claude that go through it unnamed."""

import json

from anthropic.types import ThinkingConfigParam

from fakes.aws_shapes import service
from fakes.signatures import Signer
from samples import PNG

from ..shapes import Botocore, Member, Object, Scalar, Types
from .form import Form
from .media import base64_of

USER = {"role": "user", "content": [{"text": "Hello"}]}
HI = {"role": "assistant", "content": [{"text": "Hi"}]}
USE = {"toolUseId": "call_1", "name": "look", "input": {}}
RESULT = {"toolUseId": "call_1", "content": [{"text": "found"}]}
LOOK = {"toolSpec": {"name": "look", "inputSchema": {"json": {"type": "object", "properties": {}}}}}
OTHER = {"toolSpec": {"name": "mark-tool", "inputSchema": {"json": {"type": "object", "properties": {}}}}}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
OTHER_SCHEMA = {**SCHEMA, "properties": {"name": {"type": "integer"}}}
TEXT_FIRST = [{"text": "Look:"}]
# Bedrock's Claude and Anthropic's prove alike what they thought.
SIGNATURE = Signer("anthropic").sign("Hm.")
CITED = {
    "content": [{"text": "cited"}],
    "citations": [{"title": "Source", "location": {"web": {"url": "https://files.invalid/"}}}],
}


def talk(*messages: dict, **others: object) -> dict:
    return {"messages": list(messages), **others}


def assistant(*blocks: dict) -> dict:
    return talk(USER, {"role": "assistant", "content": list(blocks)}, USER)


def make() -> Form:
    reader = Botocore()
    request = reader.shape(service().shape_for("ConverseStreamRequest"))
    assert isinstance(request, Object)
    # Botocore knows them as any document at all.
    thinking = Types().shapes(ThinkingConfigParam)
    claudes = [
        Member("top_k", False, (Scalar("int"),)),
        Member("thinking", False, tuple(thinking)),
        Member("anthropic_beta", False, (Scalar("any"),)),
    ]
    additional = Object("AdditionalModelRequestFields", lambda: claudes)

    def members() -> list[Member]:
        return [
            Member(one.name, one.required, (additional,)) if one.name == "additionalModelRequestFields" else one
            for one in request.members
        ]

    asking = talk(
        USER,
        {"role": "assistant", "content": [{"toolUse": USE}]},
        {"role": "user", "content": [{"toolResult": RESULT}]},
        toolConfig={"tools": [LOOK, OTHER]},
    )
    unions = (service().shape_for(name) for name in service().shape_names)
    return Converse(
        name="converse",
        root=Object("ConverseRequest", members),
        body=talk(USER),
        exclusive={one.name: tuple(one.members) for one in unions if getattr(one, "is_tagged_union", False)},
        left_out={
            "ReasoningTextBlock.signature": "stands and falls with the text that it proves",
            "ReasoningTextBlock.text": "stands and falls with its signature",
            "ImageBlock.format": "must be what the bytes are",
            "GuardrailConverseImageBlock.format": "must be what the bytes are",
        },
        each={
            "messages[].role",
            "serviceTier.type",
            "additionalModelRequestFields.thinking(enabled).display",
        },
        samples={
            "messages[].role": ("user", "assistant"),
            "ImageSource.bytes": (base64_of(PNG), base64_of(PNG + b"\0")),
            "DocumentSource.bytes": (base64_of(b"a,b\n1,2\n"), base64_of(b"a,b\n3,4\n")),
            "GuardrailConverseImageSource.bytes": base64_of(PNG),
            "DocumentBlock.format": ("csv", "md"),
            "DocumentBlock.name": ("mark", "other"),
            "S3Location.uri": ("s3://bucket/mark", "s3://bucket/other"),
            "S3Location.bucketOwner": "123456789012",
            "messages[].content[].toolUse.toolUseId": ("call_1", "call_mark"),
            "messages[].content[].toolUse.name": ("look", "mark-tool"),
            "messages[].content[].toolUse.input": ({}, {"mark": "marked"}),
            "messages[].content[].toolResult.toolUseId": ("call_1", "call_mark"),
            "ToolInputSchema.json": (SCHEMA, OTHER_SCHEMA),
            "ToolSpecification.name": ("mark-tool", "other-tool"),
            "SpecificToolChoice.name": ("look", "mark-tool"),
            "JsonSchemaDefinition.schema": (json.dumps(SCHEMA), json.dumps(OTHER_SCHEMA)),
            "inferenceConfig.maxTokens": (321, 654),
            "inferenceConfig.stopSequences[]": "mark-stop",
            "outputConfig.effort": ("high", "low"),
            "additionalModelRequestFields.thinking(enabled).budget_tokens": (2048, 4096),
            "additionalModelRequestFields.top_k": (40, 50),
            "messages[].content[].toolResult.type": "server_tool_use",
            "ReasoningContentBlock.redactedContent": base64_of(Signer("anthropic").sign("redacted").encode()),
            "CachePointBlock.ttl": ("1h", "5m"),
        },
        needs={
            "ReasoningTextBlock": {"text": "Hm.", "signature": SIGNATURE},
            "ImageBlock": {"format": "png"},
            "GuardrailConverseImageBlock": {"format": "png"},
            "DocumentBlock": {"format": "csv"},
            "messages[].content[].toolResult": {"toolUseId": "call_1", "content": [{"text": "found"}]},
            "CitationsContentBlock": CITED,
            "ToolConfiguration": {"tools": [LOOK]},
            "Tool": OTHER,
            "ToolChoice": {"auto": {}},
            "OutputFormatStructure": {"jsonSchema": {"schema": json.dumps(SCHEMA)}},
        },
        leads={
            "ContentBlock": TEXT_FIRST,
            "messages[].content": TEXT_FIRST,
            "system": TEXT_FIRST,
            "messages[].content[].toolResult.content": TEXT_FIRST,
            "toolConfig.tools": [LOOK],
        },
        contexts={
            "messages[]": (talk(USER, HI, USER), ("messages", 2)),
            "messages[].content[].toolUse": (asking, ("messages", 1, "content", 0, "toolUse")),
            "messages[].content[].toolResult": (asking, ("messages", 2, "content", 0, "toolResult")),
            "messages[].content[].citationsContent": (
                assistant({"citationsContent": CITED}),
                ("messages", 1, "content", 0, "citationsContent"),
            ),
            "messages[].content[].reasoningContent": (
                assistant({"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": SIGNATURE}}}, {"text": "Hi"}),
                ("messages", 1, "content", 0, "reasoningContent"),
            ),
        },
        moot={
            "additionalModelRequestFields.thinking(enabled).display=summarized": "what happens without it",
            "additionalModelRequestFields.thinking(enabled).display=omitted": "what happens without it",
        },
        alongside={
            "toolConfig.toolChoice": {"toolConfig": {"tools": [LOOK, OTHER]}},
            "additionalModelRequestFields.thinking": {"inferenceConfig": {"maxTokens": 8000}},
        },
        links={
            "messages[].content[].toolUse.toolUseId": [("messages", 2, "content", 0, "toolResult", "toolUseId")],
            "messages[].content[].toolResult.toolUseId": [("messages", 1, "content", 0, "toolUse", "toolUseId")],
            "messages[].content[].toolUse.type": [("messages", 2, "content", 0, "toolResult", "type")],
            "messages[].content[].toolResult.type": [("messages", 1, "content", 0, "toolUse", "type")],
        },
    )


class Converse(Form):
    def wire(self, model: str, body: dict) -> dict:
        """The model stands in the address."""
        return body
