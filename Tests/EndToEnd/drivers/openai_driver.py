"""The openai SDK, as its users use it: what a reply has beyond the documented fields is not carried on."""

import base64
import json

import openai

from .clients import openai_client
from .common import Answer, Call, Conversation

STOP = {"stop": "end", "tool_calls": "calls", "length": "length", "content_filter": "filter"}


class OpenAIConversation(Conversation):
    def open(self) -> None:
        self.client = openai_client(self.target.url, self.target.key)
        system = self.options.system
        self.messages: list[dict] = [{"role": "system", "content": system}] if system else []

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        content: object = text
        if media:
            content = [self.part(mime, data) for mime, data in media] + [{"type": "text", "text": text}]
        self.messages.append({"role": "user", "content": content})
        return self.send()

    @staticmethod
    def part(mime: str, data: bytes) -> dict:
        url = f"data:{mime};base64,{base64.b64encode(data).decode()}"
        if mime.startswith("image/"):
            return {"type": "image_url", "image_url": {"url": url}}
        return {"type": "file", "file": {"file_data": url, "filename": "file.pdf"}}

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        for call, text in results:
            self.messages.append({"role": "tool", "tool_call_id": call.id, "content": text})
        return self.send()

    def arguments(self) -> dict:
        options = self.options
        result: dict = {"model": self.model, "messages": self.messages}
        if options.tools:
            result["tools"] = [
                {
                    "type": "function",
                    "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
                }
                for tool in options.tools
            ]
        if options.choice in ("auto", "none", "required"):
            result["tool_choice"] = options.choice
        elif options.choice:
            result["tool_choice"] = {"type": "function", "function": {"name": options.choice}}
        if not options.parallel:
            result["parallel_tool_calls"] = False
        if options.schema:
            result["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": options.schema, "strict": True},
            }
        if options.json_mode:
            result["response_format"] = {"type": "json_object"}
        if options.thinking:
            result["reasoning_effort"] = "low"
        if options.max_tokens is not None:
            result["max_completion_tokens"] = options.max_tokens
        if options.temperature is not None:
            result["temperature"] = options.temperature
        if options.stop:
            result["stop"] = list(options.stop)
        return result

    def send(self) -> Answer:
        answer = self.streamed() if self.stream else self.whole()
        message: dict = {"role": "assistant", "content": answer.text or None}
        if answer.calls:
            message["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
                }
                for call in answer.calls
            ]
        self.messages.append(message)
        return answer

    def whole(self) -> Answer:
        reply = self.client.chat.completions.create(**self.arguments())
        choice = reply.choices[0]
        answer = Answer(model=reply.model, stop=STOP[choice.finish_reason], events=1)
        answer.text = choice.message.content or ""
        for call in choice.message.tool_calls or []:
            answer.calls.append(Call(call.id, call.function.name, json.loads(call.function.arguments)))
        self.count(answer, reply.usage)
        return answer

    @staticmethod
    def count(answer: Answer, usage: openai.types.CompletionUsage) -> None:
        answer.prompt_tokens, answer.output_tokens = usage.prompt_tokens, usage.completion_tokens
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
        if usage.prompt_tokens_details:
            answer.cached_tokens = usage.prompt_tokens_details.cached_tokens or 0
        if usage.completion_tokens_details:
            answer.reasoning_tokens = usage.completion_tokens_details.reasoning_tokens

    def streamed(self) -> Answer:
        answer = Answer()
        calls: dict[int, dict] = {}
        ids = set()
        options = {"include_usage": True}
        for chunk in self.client.chat.completions.create(**self.arguments(), stream=True, stream_options=options):
            answer.events += 1
            if (chunk.model_extra or {}).get("prompt_filter_results"):
                # Azure's first chunk is about the prompt: it has neither an id nor a choice, and is relayed as it is.
                assert (chunk.id, chunk.model, chunk.choices) == ("", "", [])
                continue
            ids.add((chunk.id, chunk.created, chunk.object))
            answer.model = chunk.model
            assert not (chunk.usage and chunk.choices), "usage comes in a chunk of its own"
            if chunk.usage:
                self.count(answer, chunk.usage)
            for choice in chunk.choices:
                assert choice.index == 0
                assert not answer.stop, "nothing follows the reason to finish"
                answer.text += choice.delta.content or ""
                for delta in choice.delta.tool_calls or []:
                    call = calls.setdefault(delta.index, {"id": delta.id, "name": "", "arguments": ""})
                    if delta.function:
                        call["name"] += delta.function.name or ""
                        call["arguments"] += delta.function.arguments or ""
                if choice.finish_reason:
                    answer.stop = STOP[choice.finish_reason]
        assert len(ids) == 1, f"one id for all chunks of a stream: {ids}"
        assert list(calls) == list(range(len(calls))), "calls are counted from 0"
        answer.calls = [Call(one["id"], one["name"], json.loads(one["arguments"])) for one in calls.values()]
        return answer
