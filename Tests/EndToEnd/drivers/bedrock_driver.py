"""boto3's Bedrock runtime, Converse. The content of each reply goes back as it came."""

import json
from functools import lru_cache

import boto3
import botocore.config
import pytest

from fakes.bedrock_api import ACCESS_KEY, REGION

from .clients import TIMEOUT
from .common import Answer, Call, Conversation

STOP = {
    "end_turn": "end",
    "tool_use": "calls",
    "max_tokens": "length",
    "stop_sequence": "sequence",
    "content_filtered": "filter",
}
@lru_cache(maxsize=32)
def bedrock_client(url: str, access_key: str, secret: str):  # noqa: ANN201
    config = botocore.config.Config(
        read_timeout=TIMEOUT, connect_timeout=TIMEOUT, retries={"total_max_attempts": 1}, max_pool_connections=64
    )
    session = boto3.session.Session(access_key, secret, region_name=REGION)
    return session.client("bedrock-runtime", endpoint_url=url, config=config)


class BedrockConversation(Conversation):
    def open(self) -> None:
        # The gateway takes its key for an access key; the secret of its clients is nobody's.
        keys = (ACCESS_KEY, self.target.key) if self.target.direct else (self.target.key, "unused")
        self.client = bedrock_client(self.target.url, *keys)
        if self.options.schema and self.target.provider == "bedrock":
            # Nova takes no schema.
            self.model = self.target.thinking_model
        self.messages: list[dict] = []

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        content = [self.part(mime, data) for mime, data in media] + [{"text": text}]
        self.messages.append({"role": "user", "content": content})
        return self.send()

    @staticmethod
    def part(mime: str, data: bytes) -> dict:
        kind, form = mime.split("/")
        if kind == "image":
            return {"image": {"format": form, "source": {"bytes": data}}}
        return {"document": {"format": form, "name": "file", "source": {"bytes": data}}}

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        content = [{"toolResult": {"toolUseId": call.id, "content": [{"text": text}]}} for call, text in results]
        self.messages.append({"role": "user", "content": content})
        return self.send()

    def arguments(self) -> dict:
        options = self.options
        if options.choice == "none" or not options.parallel or options.json_mode:
            pytest.skip("Converse has no word for it")
        result: dict = {"modelId": self.model, "messages": self.messages}
        inference = {"maxTokens": options.max_tokens, "temperature": options.temperature}
        inference["stopSequences"] = list(options.stop) or None
        inference = {name: value for name, value in inference.items() if value is not None}
        if inference:
            result["inferenceConfig"] = inference
        if options.system:
            result["system"] = [{"text": options.system}]
        if options.tools:
            specs = [
                {"name": tool.name, "description": tool.description, "inputSchema": {"json": tool.parameters}}
                for tool in options.tools
            ]
            result["toolConfig"] = {"tools": [{"toolSpec": spec} for spec in specs]}
            if options.choice:
                words = {"auto": {"auto": {}}, "required": {"any": {}}}
                choice = words.get(options.choice, {"tool": {"name": options.choice}})
                result["toolConfig"]["toolChoice"] = choice
        if options.schema:
            schema = {"name": "answer", "schema": json.dumps(options.schema)}
            result["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": schema}}}
        if options.thinking:
            result["additionalModelRequestFields"] = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
        return result

    def send(self) -> Answer:
        answer = Answer(model=self.model)
        arguments = self.arguments()
        reply = (self.client.converse_stream if self.stream else self.client.converse)(**arguments)
        answer.events = 1
        if self.stream:
            reply = self.folded(reply["stream"], answer)
        message = reply["output"]["message"]
        for block in message["content"]:
            if "text" in block:
                answer.text += block["text"]
            elif "toolUse" in block:
                call = block["toolUse"]
                answer.calls.append(Call(call["toolUseId"], call["name"], call["input"]))
            elif "reasoningText" in block.get("reasoningContent", {}):
                answer.thinking += block["reasoningContent"]["reasoningText"]["text"]
        answer.stop = STOP[reply["stopReason"]]
        usage = reply["usage"]
        answer.cached_tokens = usage.get("cacheReadInputTokens", 0)
        answer.prompt_tokens = usage["inputTokens"] + answer.cached_tokens + usage.get("cacheWriteInputTokens", 0)
        answer.output_tokens = usage["outputTokens"]
        assert usage["totalTokens"] == answer.prompt_tokens + answer.output_tokens
        if message["content"]:
            self.messages.append(message)
        return answer

    @staticmethod
    def folded(events: object, answer: Answer) -> dict:
        """Folds the events by hand, so that a break of the grammar is seen and not smoothed over."""
        blocks: list[dict] = []
        reply: dict = {}
        is_open = False
        answer.events = 0
        for event in events:  # type: ignore[attr-defined]
            answer.events += 1
            (kind, data), *_ = event.items()
            assert "usage" not in reply, "metadata come last"
            if kind == "messageStart":
                assert answer.events == 1 and data["role"] == "assistant"
            elif kind == "contentBlockStart":
                assert not is_open and data["contentBlockIndex"] == len(blocks)
                blocks.append({"toolUse": {**data["start"]["toolUse"], "input": ""}})
                is_open = True
            elif kind == "contentBlockDelta":
                delta = data["delta"]
                if not is_open:
                    assert data["contentBlockIndex"] == len(blocks) and "toolUse" not in delta
                    blocks.append({})
                    is_open = True
                assert data["contentBlockIndex"] == len(blocks) - 1
                fold_delta(blocks[-1], delta)
            elif kind == "contentBlockStop":
                assert is_open and data["contentBlockIndex"] == len(blocks) - 1
                is_open = False
            elif kind == "messageStop":
                assert not is_open
                reply["stopReason"] = data["stopReason"]
            elif kind == "metadata":
                assert "stopReason" in reply
                reply["usage"] = data["usage"]
        for block in blocks:
            if "toolUse" in block:
                block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
        reply["output"] = {"message": {"role": "assistant", "content": blocks}}
        return reply


def fold_delta(block: dict, delta: dict) -> None:
    if "text" in delta:
        block["text"] = block.get("text", "") + delta["text"]
    elif "toolUse" in delta:
        block["toolUse"]["input"] += delta["toolUse"]["input"]
    elif "redactedContent" in delta["reasoningContent"]:
        block["reasoningContent"] = delta["reasoningContent"]
    else:
        text = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {"text": ""})
        text["text"] += delta["reasoningContent"].get("text", "")
        if "signature" in delta["reasoningContent"]:
            text["signature"] = delta["reasoningContent"]["signature"]
