"""Services that rank documents, each as strict as its own reference page: Cohere's v2, Jina, Together, vLLM."""

import json

from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, json_response
from .schema import Arr, Bool, Either, Int, JsonObject, Obj, Schema, Str, Violation

BASIC: dict[str, Schema] = {"model!": Str(shortest=1), "query!": Str(shortest=1), "top_n": Int(1)}
TEXTS = Arr(Str(), shortest=1)
MIXED = Arr(Either(Str(), JsonObject()), shortest=1)
# The path of each, and what it takes there.
SERVICES = {
    "cohere": ("/v2/rerank", Obj({**BASIC, "documents!": TEXTS, "max_tokens_per_doc": Int(1), "priority": Int(0, 999)})),
    "jina": ("/v1/rerank", Obj({**BASIC, "documents!": MIXED, "return_documents": Bool(), "truncation": Bool()})),
    "together": ("/v1/rerank", Obj({**BASIC, "documents!": MIXED, "return_documents": Bool(), "rank_fields": Arr(Str())})),
    "vllm": ("/v1/rerank", Obj({**BASIC, "documents!": TEXTS, "truncate_prompt_tokens": Int(-1)})),
}


def score(query: str, document: object) -> float:
    """The share of the query's words that the document has."""
    text = document if isinstance(document, str) else json.dumps(document)
    words = query.lower().split()
    return sum(word in text.lower() for word in words) / len(words)


class Rerank(Provider):
    def __init__(self, service: str, key: str, models: set[str]) -> None:
        super().__init__(key)
        self.service, self.models = service, models
        self.path, self.schema = SERVICES[service]

    async def route(self, request: Request, recorded: Recorded) -> Response:
        if (request.method, request.path) != ("POST", self.path):
            raise self.error(404, f"no {request.method} {request.path}")
        if request.header("authorization") != f"Bearer {self.key}":
            raise self.error(401, "invalid api token")
        body = recorded.body
        try:
            self.schema.check(body, "")
        except Violation as violation:
            raise self.error(422, str(violation)) from None
        assert isinstance(body, dict)
        if body["model"] not in self.models:
            raise self.error(404, f"model '{body['model']}' not found")
        scored = [(score(body["query"], document), index) for index, document in enumerate(body["documents"])]
        best = sorted(scored, key=lambda one: (-one[0], one[1]))[: body.get("top_n")]
        return json_response(200, self.reply(body, best))

    def error(self, status: int, message: str) -> ApiError:
        match self.service:
            case "cohere":
                return ApiError(status, {"id": "err-1", "message": message})
            case "jina":
                return ApiError(status, {"detail": message})
        return ApiError(status, {"error": {"message": message, "type": "invalid_request_error", "code": None}})

    def reply(self, body: dict, best: list[tuple[float, int]]) -> dict:
        results: list[dict] = [{"index": index, "relevance_score": value} for value, index in best]
        if self.service == "cohere":
            billed = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}
            return {"id": "rr-1", "results": results, "meta": billed}
        if self.service == "vllm" or body.get("return_documents", self.service == "jina"):
            for one in results:
                document = body["documents"][one["index"]]
                one["document"] = {"text": document} if isinstance(document, str) else document
        usage = {"prompt_tokens": 17, "total_tokens": 17}
        if self.service == "together":
            usage |= {"completion_tokens": 0}
        named = {"object": "rerank"} if self.service == "together" else {}
        return {**named, "id": "rr-1", "model": body["model"], "results": results, "usage": usage}
