"""Bedrock's runtime, as strict as the real one: signatures, Converse for every model, InvokeModel for Claude."""

import base64
import json
from collections.abc import AsyncIterator

from . import anthropic_api, anthropic_rules, anthropic_schema, aws_event_stream, aws_shapes, aws_signature
from . import bedrock_embeddings, converse_rules
from .aws_keys import AWSKeys
from .anthropic_reply import AnthropicReply
from .converse_reply import ConverseReply
from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, json_response, torn, whole_response
from .schema import Violation
from .script import Failure
from .signatures import Signer

REGION = "eu-central-1"
ACCESS_KEY = "AKIDFAKE"
SESSION = ("ASIAFAKE", "fake/session+token==")
# What a model is called here, and Anthropic's own name of it.
MODELS = {
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0": "claude-sonnet-4-5-20250929",
    "global.anthropic.claude-opus-4-5-20251101-v1:0": "claude-opus-4-5",
    "amazon.nova-pro-v1:0": None,
}
EXCEPTIONS = {
    400: "ValidationException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
REQUEST_ID = "5f1c2b9e-0000-4000-8000-fakebedrock0"
BINARY = "application/vnd.amazon.eventstream"


def error(status: int, text: str, kind: str | None = None, **headers: str) -> ApiError:
    kind = kind or EXCEPTIONS.get(status, "InternalServerException")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/", "x-amzn-requestid": REQUEST_ID}
    return ApiError(status, {"message": text}, named)


class Bedrock(Provider):
    """`key` is the secret of both access keys, and a Bedrock API key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        # What Claude signs is the same on every platform.
        self.signer = Signer("anthropic")
        # Whose keys are taken beside its own.
        self.issuer: AWSKeys | None = None

    async def route(self, request: Request, recorded: Recorded) -> Response:
        self.authenticate(request)
        if (request.method, request.path) == ("GET", "/foundation-models"):
            return json_response(200, {"modelSummaries": [{"modelId": name, "modelName": name} for name in MODELS]})
        parts = request.target.split("?")[0].split("/")
        if request.method != "POST" or len(parts) != 4 or parts[1] != "model":
            raise error(404, "UnknownOperationException", "UnknownOperationException")
        name = request.path.split("/", 2)[2].rsplit("/", 1)[0]
        if name not in MODELS and name not in bedrock_embeddings.REQUESTS:
            raise error(400, "The provided model identifier is invalid.")
        if (request.header("content-type") or "").split(";")[0] != "application/json":
            raise error(400, "Content-Type must be application/json")
        if not isinstance(recorded.body, dict):
            raise error(400, "Unable to parse the request body", "SerializationException")
        if name in bedrock_embeddings.REQUESTS:
            return self.embed(name, parts[3], recorded.body)
        match parts[3]:
            case "converse" | "converse-stream":
                return await self.converse(name, recorded.body, parts[3].endswith("stream"))
            case "invoke" | "invoke-with-response-stream":
                return await self.invoke(name, recorded.body, parts[3].endswith("stream"))
        raise error(404, "UnknownOperationException", "UnknownOperationException")

    def authenticate(self, request: Request) -> None:
        if (request.header("authorization") or "").startswith("Bearer "):
            if request.header("authorization") != f"Bearer {self.key}":
                raise error(403, "Authentication failed: Please make sure your API Key is valid.")
            return
        keys = {ACCESS_KEY: (self.key, None), SESSION[0]: (self.key, SESSION[1])}
        if self.issuer:
            keys |= self.issuer.signers()
        try:
            aws_signature.verify(request, keys, REGION)
        except ValueError as reason:
            raise error(403, str(reason), "InvalidSignatureException") from None

    async def planned(self, seen):  # noqa: ANN001, ANN201
        try:
            return await self.script.plan(seen)
        except Failure as failure:
            extra = {"retry_after": str(failure.retry_after)} if failure.retry_after is not None else {}
            raise error(failure.status, failure.message, **extra) from None

    def answer(self, reply, plan, stream: bool) -> Response:  # noqa: ANN001
        headers = {"x-amzn-requestid": REQUEST_ID}
        if stream:
            return Response(200, {**headers, "Content-Type": BINARY}, torn(reply.stream()))
        broken = error(500, "The system encountered an unexpected error during processing. Try your request again.")
        return whole_response(reply, plan, headers, broken)

    async def converse(self, name: str, body: dict, stream: bool) -> Response:
        try:
            aws_shapes.check(body, aws_shapes.shape("ConverseStreamRequest" if stream else "ConverseRequest"))
            converse_rules.check(body, MODELS[name], self.signer)
        except ValueError as refused:
            raise error(400, str(refused)) from None
        plan = await self.planned(converse_rules.see(name, body))
        return self.answer(ConverseReply(body, plan, self.signer), plan, stream)

    async def invoke(self, name: str, body: dict, stream: bool) -> Response:
        claude = MODELS[name]
        if claude is None:
            raise error(400, "Malformed input request: extraneous key is not permitted")
        if body.get("anthropic_version") != "bedrock-2023-05-31":
            raise error(400, "anthropic_version: Field required")
        for key in ("model", "stream"):
            if key in body:
                raise error(400, f"{key}: Extra inputs are not permitted")
        betas = body.get("anthropic_beta", [])
        if not isinstance(betas, list) or not all(isinstance(beta, str) for beta in betas):
            raise error(400, "anthropic_beta: Input should be a valid list")
        own = {key: value for key, value in body.items() if key not in ("anthropic_version", "anthropic_beta")}
        own["model"] = claude
        try:
            anthropic_schema.REQUEST.check(own, "")
            anthropic_rules.check(own, anthropic_rules.MODELS[claude], self.signer)
        except Violation as violation:
            raise error(400, f"{violation.path}: {violation.message}") from None
        except anthropic_rules.Refused as refused:
            raise error(400, str(refused)) from None
        plan = await self.planned(anthropic_api.see(own))
        return self.answer(Invocation(AnthropicReply(own, plan, self.signer)), plan, stream)

    def embed(self, name: str, action: str, body: dict) -> Response:
        if action != "invoke":
            raise error(400, f"The model does not support {action}.")
        try:
            reply, tokens = bedrock_embeddings.embed(name, body)
        except Violation as violation:
            raise error(400, f"Malformed input request: {violation.path}: {violation.message}") from None
        return json_response(
            200, reply, {"x-amzn-requestid": REQUEST_ID, "x-amzn-bedrock-input-token-count": str(tokens)}
        )


class Invocation:
    """Anthropic's reply as InvokeModel gives it: each event inside a message, with Bedrock's own counts on the last."""

    def __init__(self, reply: AnthropicReply) -> None:
        self.reply = reply

    def whole(self) -> dict:
        return self.reply.whole()

    async def stream(self) -> AsyncIterator[bytes]:
        async for event in self.reply.stream():
            data = json.loads(event.split(b"data: ", 1)[1])
            if data["type"] == "error":
                yield aws_event_stream.exception("modelStreamErrorException", data["error"]["message"])
                continue
            if data["type"] == "message_stop":
                usage = self.reply.plan.usage
                data["amazon-bedrock-invocationMetrics"] = {
                    "inputTokenCount": usage.fresh,
                    "outputTokenCount": usage.output + usage.reasoning,
                    "invocationLatency": 200,
                    "firstByteLatency": 100,
                }
            text = base64.b64encode(aws_event_stream.encoded(data)).decode()
            yield aws_event_stream.event("chunk", {"bytes": text, "p": "abcdefgh"[: len(text) % 8]})
