"""The openai SDK's Responses. Each reply's items go back as they came, thoughts and what proves them included."""

import base64
import json
from typing import get_args

from openai.types.responses import Response, ResponseStreamEvent

from .clients import openai_client
from .common import Answer, Call, Conversation, StreamFailure

# Each kind of event with its own type.
EVENTS = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(ResponseStreamEvent)[0])
}
REASONS = {"max_output_tokens": "length", "content_filter": "filter"}


class ResponsesConversation(Conversation):
    def open(self) -> None:
        self.client = openai_client(self.target.url, self.target.key)
        self.items: list[dict] = []

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        content: object = text
        if media:
            content = [self.part(mime, data) for mime, data in media] + [{"type": "input_text", "text": text}]
        self.items.append({"role": "user", "content": content})
        return self.send()

    @staticmethod
    def part(mime: str, data: bytes) -> dict:
        url = f"data:{mime};base64,{base64.b64encode(data).decode()}"
        if mime.startswith("image/"):
            return {"type": "input_image", "image_url": url, "detail": "auto"}
        return {"type": "input_file", "file_data": url, "filename": "file.pdf"}

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        for call, text in results:
            self.items.append({"type": "function_call_output", "call_id": call.id, "output": text})
        return self.send()

    def arguments(self) -> dict:
        options = self.options
        result: dict = {"model": self.model, "input": self.items, "store": False}
        if options.system:
            result["instructions"] = options.system
        if options.tools:
            result["tools"] = [
                {
                    "type": "function",
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                    "strict": False,
                }
                for tool in options.tools
            ]
        if options.choice in ("auto", "none", "required"):
            result["tool_choice"] = options.choice
        elif options.choice:
            result["tool_choice"] = {"type": "function", "name": options.choice}
        if not options.parallel:
            result["parallel_tool_calls"] = False
        form: dict | None = None
        if options.schema:
            form = {"type": "json_schema", "name": "answer", "schema": options.schema, "strict": True}
        elif options.json_mode:
            form = {"type": "json_object"}
        if form:
            result["text"] = {"format": form}
        if options.thinking:
            result["reasoning"] = {"effort": "low", "summary": "auto"}
            result["include"] = ["reasoning.encrypted_content"]
        if options.max_tokens is not None:
            result["max_output_tokens"] = options.max_tokens
        if options.temperature is not None:
            result["temperature"] = options.temperature
        return result

    def send(self) -> Answer:
        if self.stream:
            fold = Fold()
            for event in self.client.responses.create(**self.arguments(), stream=True):
                fold.add(event)
            response, events = fold.finish(), fold.events
        else:
            response, events = self.client.responses.create(**self.arguments()), 1
        # What a program may rely on: the SDK itself takes anything.
        Response.model_validate(response.to_dict())
        answer = self.answer(response)
        answer.events = events
        self.items += [item.to_dict() for item in response.output]
        return answer

    def answer(self, response: Response) -> Answer:
        answer = Answer(model=response.model, stop="end")
        for item in response.output:
            if item.type == "message":
                for part in item.content:
                    answer.text += part.text if part.type == "output_text" else part.refusal
            elif item.type == "reasoning":
                answer.thinking += "".join(part.text for part in [*item.summary, *(item.content or [])])
            elif item.type == "function_call":
                answer.calls.append(Call(item.call_id, item.name, json.loads(item.arguments)))
                answer.stop = "calls"
        if response.status == "incomplete":
            assert response.incomplete_details and response.incomplete_details.reason
            answer.stop = REASONS[response.incomplete_details.reason]
        else:
            assert response.status == "completed" and response.incomplete_details is None
        usage = response.usage
        assert usage and usage.total_tokens == usage.input_tokens + usage.output_tokens
        answer.prompt_tokens, answer.output_tokens = usage.input_tokens, usage.output_tokens
        answer.cached_tokens = usage.input_tokens_details.cached_tokens
        answer.reasoning_tokens = usage.output_tokens_details.reasoning_tokens
        return answer


class Fold:
    """Folds the events by hand, so that a break of the grammar is seen and not smoothed over."""

    def __init__(self) -> None:
        self.events = 0
        self.response: Response | None = None
        self.done: list[dict] = []
        self.item: dict | None = None
        self.pieces: dict[tuple, str] = {}
        self.is_over = False

    def add(self, event: object) -> None:
        data: dict = event.to_dict()  # type: ignore[attr-defined]
        kind = data["type"]
        EVENTS[kind].model_validate(data)
        assert data["sequence_number"] == self.events, "events are counted from 0"
        self.events += 1
        assert not self.is_over, "nothing follows the end"
        assert (kind == "response.created") == (self.events == 1), "response.created comes first, and once"
        match kind:
            case "response.created" | "response.in_progress" | "response.queued":
                assert data["response"]["output"] == []
            case "response.completed" | "response.incomplete":
                self.end(event)
            case "response.failed" | "error":
                raise StreamFailure(data)
            case "response.output_item.added":
                assert self.item is None and data["output_index"] == len(self.done)
                self.item, self.pieces = data["item"], {}
            case "response.output_item.done":
                self.check(data)
                self.check_whole(data["item"])
                self.done.append(data["item"])
                self.item = None
            case _:
                self.check(data)
                self.add_piece(kind, data)

    def check(self, data: dict) -> None:
        assert self.item is not None and data["output_index"] == len(self.done), "about the item that is open"
        assert data.get("item_id", self.item["id"]) == self.item["id"]

    def add_piece(self, kind: str, data: dict) -> None:
        place = (data.get("content_index"), data.get("summary_index"))
        base, _, step = kind.rpartition(".")
        if step == "added" and base != "response.output_text.annotation":
            assert place not in self.pieces, "a part begins once"
            self.pieces[place] = ""
        elif step == "delta":
            is_call = base.endswith(("arguments", "call_input"))
            assert is_call or place in self.pieces, "a part begins before its text"
            self.pieces[place] = self.pieces.get(place, "") + data["delta"]
        elif step == "done" and "part" not in data:
            whole = next(data[name] for name in ("text", "refusal", "arguments", "input") if name in data)
            assert self.pieces.get(place, "") == whole, "the pieces are the whole"
        elif step == "done":
            part = data["part"]
            assert self.pieces[place] == part.get("text", part.get("refusal"))

    def check_whole(self, item: dict) -> None:
        told = {
            "message": lambda: [part.get("text", part.get("refusal")) for part in item["content"]],
            "reasoning": lambda: [part["text"] for part in item["summary"]],
            "function_call": lambda: [item["arguments"]],
            "custom_tool_call": lambda: [item["input"]],
        }
        if item["type"] in told and (self.pieces or item["type"] == "message"):
            assert "".join(self.pieces.values()) == "".join(told[item["type"]]()), "the item is what its pieces were"

    def end(self, event: object) -> None:
        self.response, self.is_over = event.response, True  # type: ignore[attr-defined]
        assert self.item is None, "every item is done"
        assert self.response
        assert [item.to_dict() for item in self.response.output] == self.done

    def finish(self) -> Response:
        assert self.response is not None, "the end tells the whole response"
        return self.response
