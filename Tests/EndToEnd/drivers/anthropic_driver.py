"""The anthropic SDK. The content of each reply goes back as it came, thinking and signatures included."""

import base64
import json

import anthropic

from .clients import anthropic_client
from .common import Answer, Call, Conversation

STOP = {
    "end_turn": "end",
    "tool_use": "calls",
    "max_tokens": "length",
    "stop_sequence": "sequence",
    "refusal": "filter",
}


class AnthropicConversation(Conversation):
    def open(self) -> None:
        self.client = anthropic_client(self.target.url, self.target.key)
        self.messages: list[dict] = []

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        content: object = text
        if media:
            content = [self.part(mime, data) for mime, data in media] + [{"type": "text", "text": text}]
        self.messages.append({"role": "user", "content": content})
        return self.send()

    @staticmethod
    def part(mime: str, data: bytes) -> dict:
        kind = "image" if mime.startswith("image/") else "document"
        source = {"type": "base64", "media_type": mime, "data": base64.b64encode(data).decode()}
        return {"type": kind, "source": source}

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        blocks = [{"type": "tool_result", "tool_use_id": call.id, "content": text} for call, text in results]
        self.messages.append({"role": "user", "content": blocks})
        return self.send()

    def arguments(self) -> dict:
        options = self.options
        result: dict = {"model": self.model, "messages": self.messages, "max_tokens": options.max_tokens or 4096}
        if options.system:
            result["system"] = options.system
        if options.tools:
            result["tools"] = [
                {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
                for tool in options.tools
            ]
        if options.choice or not options.parallel:
            kinds = {"required": "any", "auto": "auto", "none": "none", None: "auto"}
            choice: dict = {"type": kinds.get(options.choice, "tool")}
            if choice["type"] == "tool":
                choice["name"] = options.choice
            if not options.parallel:
                choice["disable_parallel_tool_use"] = True
            result["tool_choice"] = choice
        if options.schema:
            result["output_config"] = {"format": {"type": "json_schema", "schema": options.schema}}
        if options.thinking:
            result["thinking"] = {"type": "enabled", "budget_tokens": 2048}
        if options.temperature is not None:
            result["extra_body"] = {"temperature": options.temperature}
        if options.stop:
            result["stop_sequences"] = list(options.stop)
        return result

    def send(self) -> Answer:
        message, events = self.streamed() if self.stream else (self.client.messages.create(**self.arguments()), 1)
        answer = Answer(model=message.model, stop=STOP[message.stop_reason or ""], events=events)
        for block in message.content:
            if block.type == "text":
                answer.text += block.text
            elif block.type == "thinking":
                answer.thinking += block.thinking
            elif block.type == "tool_use":
                answer.calls.append(Call(block.id, block.name, dict(block.input)))
        usage = message.usage
        answer.cached_tokens = usage.cache_read_input_tokens or 0
        written = usage.cache_creation_input_tokens or 0
        answer.prompt_tokens = usage.input_tokens + answer.cached_tokens + written
        answer.output_tokens = usage.output_tokens
        if usage.output_tokens_details:
            answer.reasoning_tokens = usage.output_tokens_details.thinking_tokens
        content = [block.model_dump(exclude_none=True) for block in message.content]
        if content:
            self.messages.append({"role": "assistant", "content": content})
        return answer

    def streamed(self) -> tuple[anthropic.types.Message, int]:
        """Folds the raw events by hand, so that a break of the grammar is seen and not smoothed over."""
        message: anthropic.types.Message | None = None
        fragments: dict[int, str] = {}
        open_block: int | None = None
        events = 0
        stopped = False
        for event in self.client.messages.create(**self.arguments(), stream=True):
            events += 1
            assert not stopped, "nothing follows message_stop"
            if event.type == "message_start":
                assert message is None
                message = event.message
                continue
            assert message is not None, "message_start comes first"
            if event.type == "content_block_start":
                assert open_block is None and event.index == len(message.content)
                open_block = event.index
                message.content.append(event.content_block)
                fragments[event.index] = ""
            elif event.type == "content_block_delta":
                assert event.index == open_block
                self.apply(message.content[event.index], event.delta, fragments, event.index)
            elif event.type == "content_block_stop":
                assert event.index == open_block
                block, open_block = message.content[event.index], None
                if block.type == "tool_use" and fragments[event.index]:
                    block.input = json.loads(fragments[event.index])
            elif event.type == "message_delta":
                assert open_block is None
                message.stop_reason, message.stop_sequence = event.delta.stop_reason, event.delta.stop_sequence
                for name, value in event.usage.model_dump(exclude_none=True).items():
                    if name != "output_tokens_details":
                        setattr(message.usage, name, value)
                message.usage.output_tokens_details = event.usage.output_tokens_details
            elif event.type == "message_stop":
                stopped = True
        assert message is not None and stopped, "message_stop comes last"
        return message, events

    @staticmethod
    def apply(block: object, delta: object, fragments: dict[int, str], index: int) -> None:
        match delta.type:  # type: ignore[attr-defined]
            case "text_delta":
                block.text += delta.text  # type: ignore[attr-defined]
            case "thinking_delta":
                block.thinking += delta.thinking  # type: ignore[attr-defined]
            case "signature_delta":
                block.signature = delta.signature  # type: ignore[attr-defined]
            case "input_json_delta":
                fragments[index] += delta.partial_json  # type: ignore[attr-defined]
