"""OpenAI's Responses, as strict as the real one: made, kept, read again, continued, deleted, cancelled. And, since the same
account answers them, the other APIs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from . import completions_api as completions
from .http_server import Request, Response
from .openai_api import MODELS, OpenAI, error
from .provider import Recorded, bracketed, json_response, torn, whole_response
from .responses_reply import ResponsesReply
from .responses_rules import Encryption, ItemRules, check_combinations, check_model_limits, see
from .responses_schema import COUNT_REQUEST, REQUEST, kind_of
from .schema import Schema, Violation
from .script import Failure, Plan, Seen

COUNTED = 33


@dataclass
class Kept:
    response: dict
    input: list[dict]
    earlier: list[dict]

    @property
    def items(self) -> list[dict]:
        return self.earlier + self.input + self.response["output"]


class Responses(OpenAI):
    """The whole of OpenAI: chat and the other APIs beside it."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.encryption = Encryption(key)
        self.kept: dict[str, Kept] = {}
        self.last_stream = b""

    def reset(self) -> None:
        super().reset()
        self.kept.clear()

    async def route(self, request: Request, recorded: Recorded) -> Response:
        parts = request.path.removeprefix("/v1/").split("/")
        if (request.method, parts) == ("POST", ["completions"]):
            self.authenticate(request)
            return await self.complete_text(request, recorded.body)
        if parts[0] != "responses":
            return await super().route(request, recorded)
        self.authenticate(request)
        match request.method, parts[1:]:
            case "POST", []:
                return await self.create(request, recorded.body)
            case "POST", ["input_tokens"]:
                self.checked(request, recorded.body, COUNT_REQUEST)
                return json_response(200, {"object": "response.input_tokens", "input_tokens": COUNTED})
            case "GET", [name]:
                return json_response(200, self.find(name).response)
            case "DELETE", [name]:
                self.find(name)
                del self.kept[name]
                return json_response(200, {"id": name, "object": "response", "deleted": True})
            case "GET", [name, "input_items"]:
                return self.input_items(request, self.find(name))
            case "POST", [name, "cancel"]:
                return self.cancel(self.find(name))
        raise error(404, f"Invalid URL ({request.method} {request.path})")

    # Making ----------------------------------------------------------------------------------------------------------

    async def create(self, request: Request, data: object) -> Response:
        body = self.checked(request, data, REQUEST)
        if body.get("model") is None:
            raise error(400, "Missing required parameter: 'model'.", "model", "missing_required_parameter")
        self.model(body["model"])
        check_model_limits(body)
        check_combinations(body)
        earlier, items = self.conversation(body)
        seen = see(body, earlier + items)
        headers = {"x-request-id": "req_fake_responses", "openai-processing-ms": "5"}
        plan = await self.plan(seen)
        reply = ResponsesReply(body, plan, MODELS[body["model"]], self.encryption, seen.shows_thinking)
        reply.fails_whole = seen.text.startswith("error mid failed")
        if body.get("store") is not False:
            self.kept[reply.id] = Kept(reply.whole(), items, earlier)
        if body.get("background"):
            self.kept[reply.id].response["background"] = True
            return json_response(200, reply.response("queued", []), headers)
        if body.get("stream"):
            headers |= {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
            return Response(200, headers, torn(self.kept_at_the_end(reply)))
        broken = error(500, "The server had an error while processing your request.")
        return whole_response(reply, plan, headers, broken)

    async def plan(self, seen: Seen) -> Plan:
        try:
            return await self.script.plan(seen)
        except Failure as failure:
            extra = {"retry_after": str(failure.retry_after)} if failure.retry_after is not None else {}
            code = "rate_limit_exceeded" if failure.status == 429 else None
            raise error(failure.status, failure.message, code=code, **extra) from None

    async def complete_text(self, request: Request, data: object) -> Response:
        body = self.checked(request, data, completions.REQUEST)
        if body["model"] not in (*completions.MODELS, "omni"):
            self.model(body["model"])
            message = "This is a chat model and not supported in the v1/completions endpoint."
            raise error(404, f"{message} Did you mean to use v1/chat/completions?", "model")
        if (body.get("best_of") or 1) < (body.get("n") or 1):
            raise error(400, "You requested that the server return more choices than it will generate.", "best_of")
        if body.get("suffix") is not None and body["model"] != "gpt-3.5-turbo-instruct":
            raise error(400, f"The model {body['model']} does not support inserting.", "suffix")
        if body.get("stream_options") is not None and not body.get("stream"):
            message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise error(400, message, "stream_options")
        plan = await self.plan(completions.see(body))
        if plan.error_after is not None and not body.get("stream"):
            raise error(500, "The server had an error while processing your request.")
        return completions.CompletionsReply(body, plan).response()

    async def kept_at_the_end(self, reply: ResponsesReply) -> AsyncIterator[bytes]:
        """A response whose stream breaks is not kept."""
        kept, self.last_stream = self.kept.pop(reply.id, None), b""
        async for event in reply.stream():
            self.last_stream += event
            # The last event tells that it is done, and so it must be.
            if kept and (b"response.completed" in event[:40] or b"response.incomplete" in event[:40]):
                self.kept[reply.id] = kept
            yield event

    @staticmethod
    def checked(request: Request, body: object, schema: Schema) -> dict:
        if (request.header("content-type") or "").split(";")[0] != "application/json" or not isinstance(body, dict):
            raise error(400, "We could not parse the JSON body of your request.")
        try:
            schema.check(body, "")
        except Violation as violation:
            param = bracketed(violation.path)
            match violation.kind:
                case "unknown":
                    raise error(400, f"Unknown parameter: '{param}'.", param, "unknown_parameter") from None
                case "missing":
                    message = f"Missing required parameter: '{param}'."
                    raise error(400, message, param, "missing_required_parameter") from None
                case kind:
                    message = f"Invalid '{param}': {violation.message}."
                    raise error(400, message, param, "invalid_type" if kind == "type" else "invalid_value") from None
        return body

    def conversation(self, body: dict) -> tuple[list[dict], list[dict]]:
        """What came before, and the request's own items."""
        earlier: list[dict] = []
        if (name := body.get("previous_response_id")) is not None:
            if name not in self.kept:
                message = f"Previous response with id '{name}' not found."
                raise error(400, message, "previous_response_id", "previous_response_not_found")
            earlier = self.kept[name].items
        if (conversation := body.get("conversation")) is not None:
            raise error(404, f"Conversation with id '{conversation}' not found.", "conversation")
        if (prompt := body.get("prompt")) is not None:
            raise error(404, f"Prompt with id '{prompt['id']}' not found.", "prompt")
        given = body.get("input") or []
        items = [{"role": "user", "content": given}] if isinstance(given, str) else given
        known = {item["id"]: item for kept in self.kept.values() for item in kept.items if "id" in item}
        rules = ItemRules(body["model"], self.encryption, set(known))
        for item in items:
            if kind_of(item) == "item_reference" and item["id"] not in known:
                raise rules.not_kept(item["id"])
        items = [known[item["id"]] if kind_of(item) == "item_reference" else item for item in items]
        rules.check(earlier, items)
        return earlier, items

    # What is kept ----------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Kept:
        if name not in self.kept:
            raise error(404, f"Response with id '{name}' not found.")
        return self.kept[name]

    @staticmethod
    def cancel(kept: Kept) -> Response:
        if not kept.response["background"]:
            raise error(400, "Cannot cancel a synchronous response.", "response_id")
        kept.response |= {"status": "cancelled", "output": [], "usage": None, "completed_at": None}
        return json_response(200, kept.response)

    @staticmethod
    def input_items(request: Request, kept: Kept) -> Response:
        limit = int(request.query.get("limit", "20"))
        if not 1 <= limit <= 100:
            raise error(400, "Invalid 'limit': expected a value from 1 to 100.", "limit")
        items = [listed(item, place) for place, item in enumerate(kept.earlier + kept.input)]
        if request.query.get("order", "desc") == "desc":
            items.reverse()
        if (after := request.query.get("after")) is not None:
            place = next((place for place, item in enumerate(items) if item["id"] == after), None)
            if place is None:
                raise error(400, f"No item with id '{after}'.", "after")
            items = items[place + 1 :]
        page = items[:limit]
        return json_response(
            200,
            {
                "object": "list",
                "data": page,
                "first_id": page[0]["id"] if page else None,
                "last_id": page[-1]["id"] if page else None,
                "has_more": len(items) > limit,
            },
        )


def listed(item: dict, place: int) -> dict:
    """With an identifier, and messages in their long form."""
    if kind_of(item) != "message":
        return {"id": f"item_in{place}", **item}
    content = item["content"]
    if isinstance(content, str):
        kind = "output_text" if item["role"] == "assistant" else "input_text"
        content = [{"type": kind, "text": content} | ({"annotations": []} if kind == "output_text" else {})]
    return {"id": f"msg_in{place}", "type": "message", "status": "completed", **item, "content": content}
