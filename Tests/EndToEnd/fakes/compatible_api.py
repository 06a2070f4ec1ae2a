"""Services that speak OpenAI's chat format each in its own way, all on one server: `/groq/chat/completions`."""

from collections.abc import AsyncIterator

from .compatible_rules import SERVICES, Rules
from .http_server import Request, Response
from .openai_api import see
from .openai_reply import OpenAIReply
from .provider import ApiError, Provider, Recorded, json_response, torn
from .script import Failure, Plan


def error(status: int, message: str) -> ApiError:
    return ApiError(status, {"error": {"message": message, "type": "invalid_request_error", "code": None}})


class Compatible(Provider):
    async def route(self, request: Request, recorded: Recorded) -> Response:
        name, _, path = request.path.lstrip("/").partition("/")
        rules = SERVICES.get(name)
        if rules is None:
            raise error(404, f"no service {name}")
        expected = f"Bearer {self.key}-{name}"
        if request.header("authorization") != expected:
            raise error(401, "Incorrect API key provided.")
        match request.method, path:
            case "GET", "models":
                return json_response(200, {"object": "list", "data": [{"id": f"{name}-model", "object": "model"}]})
            case "POST", "chat/completions":
                return await self.complete(rules, recorded.body)
            case "POST", "completions" if rules.completions:
                return await self.continue_text(rules, recorded.body)
        raise error(404, f"no {path} here")

    async def complete(self, rules: Rules, body: object) -> Response:
        if not isinstance(body, dict):
            raise error(400, "the body is no JSON object")
        if why := rules.refusal(body):
            raise error(rules.status, why)
        heard = {name: value for name, value in body.items() if name not in rules.ignored}
        seen = see(heard)
        seen.thinks = True
        try:
            plan = await self.script.plan(seen)
        except Failure as failure:
            raise error(failure.status, failure.message) from None
        reply = CompatibleReply(heard, plan, rules)
        if body.get("stream"):
            return Response(200, {"Content-Type": "text/event-stream"}, torn(reply.stream()))
        return json_response(200, reply.whole())


    async def continue_text(self, rules: Rules, body: object) -> Response:
        """The Completions API: no messages, no tools."""
        known = {"model", "prompt", "max_tokens", "stream", "stream_options", "stop", "temperature", "seed", "echo", "n"}
        if not isinstance(body, dict) or not isinstance(body.get("prompt"), str) or body.keys() - known:
            raise error(400, f"this is no completion: {body}")
        plan = await self.script.plan(see({"model": body["model"], "messages": [{"role": "user", "content": body["prompt"]}]}))
        reply = CompletionReply(body, plan, rules)
        if body.get("stream"):
            return Response(200, {"Content-Type": "text/event-stream"}, torn(reply.stream()))
        return json_response(200, reply.whole())


class CompletionReply:
    def __init__(self, body: dict, plan: Plan, rules: Rules) -> None:
        self.chat = OpenAIReply({**body, "n": 1}, plan, body["model"])
        self.body, self.plan, self.rules = body, plan, rules

    def piece(self, text: str, finish: str | None, **more: object) -> dict:
        choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}
        return {**self.chat.head("text_completion"), "choices": [choice], **more}

    def whole(self) -> dict:
        return self.piece("".join(self.plan.text), "stop", usage=self.chat.usage())

    async def stream(self) -> AsyncIterator[bytes]:
        for text in self.plan.text:
            yield self.chat.event(self.piece(text, None))
        yield self.chat.event(self.piece("", "stop"))
        if (self.body.get("stream_options") or {}).get("include_usage"):
            yield self.chat.event({**self.piece("", None, usage=self.chat.usage()), "choices": []})
        if self.rules.done:
            yield b"data: [DONE]\n\n"


class CompatibleReply(OpenAIReply):
    def __init__(self, body: dict, plan: Plan, rules: Rules) -> None:
        super().__init__(body, plan, body["model"])
        self.rules = rules

    def pieces(self, thinking: str, text: str) -> list[dict]:
        """Content as Mistral's reasoning models have it."""
        parts = [{"type": "thinking", "thinking": [{"type": "text", "text": thinking}]}]
        return parts + ([{"type": "text", "text": text}] if text else [])

    def whole(self) -> dict:
        reply = super().whole()
        thinking = "".join(self.plan.thinking)
        message = reply["choices"][0]["message"]
        del message["refusal"], message["annotations"]
        if thinking and self.rules.pieces:
            message["content"] = self.pieces(thinking, message["content"] or "")
        elif thinking:
            message[self.rules.reasoning] = thinking
        return reply

    def chunk(self, delta: dict, finish: str | None = None, index: int = 0, logprobs: dict | None = None) -> bytes:
        chunk = self.head("chat.completion.chunk")
        chunk["choices"] = [{"index": index, "delta": delta, "finish_reason": finish}]
        if self.rules.usage == "every" or (self.rules.usage == "last" and finish):
            chunk["usage"] = self.usage()
        if self.rules.usage == "groq" and finish:
            chunk["x_groq"] = {"id": "req_1", "usage": self.usage()}
        return self.event(chunk)

    async def stream(self) -> AsyncIterator[bytes]:
        if self.rules.comments:
            yield b": PROCESSING\n\n"
        async for event in super().stream():
            if event.startswith(b"data: [DONE]"):
                if self.rules.done:
                    yield event
                continue
            own_usage = b'"choices":[]' in event
            if own_usage and self.rules.usage != "asked":
                continue
            yield event
            if b'"role":"assistant"' in event:
                for piece in self.plan.thinking:
                    parts = {"content": self.pieces(piece, "")}
                    yield self.chunk(parts if self.rules.pieces else {self.rules.reasoning: piece})
