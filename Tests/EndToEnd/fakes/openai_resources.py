"""OpenAI's other APIs: embeddings, images, audio, moderations, files, batches."""

import base64
import email.parser
import email.policy
import hashlib
import json
import struct

from .http_server import Request, Response
from .provider import ApiError, json_response
from .schema import Arr, Bool, Either, Int, MapOf, Nullable, Number, Obj, Schema, Str, Violation

SPEECH = b"ID3\x04\x00\x00" + bytes(range(256)) * 64
EMBEDDING = Obj(
    {
        "model!": Str(),
        "input!": Either(Str(), Arr(Str(), shortest=1), Arr(Int(), shortest=1), Arr(Arr(Int()), shortest=1)),
        "encoding_format": Str(one_of=["float", "base64"]),
        "dimensions": Int(1),
        "user": Str(),
    }
)
IMAGE = Obj(
    {"model": Str(), "prompt!": Str(), "n": Nullable(Int(1, 10)), "size": Str(), "quality": Str(), "user": Str()}
)
SPEAK = Obj(
    {"model!": Str(), "input!": Str(), "voice!": Str(), "response_format": Str(), "speed": Number(), "stream": Bool()}
)
MODERATION = Obj({"model": Str(), "input!": Either(Str(), Arr(Str()))})
BATCH = Obj(
    {
        "input_file_id!": Str(),
        "endpoint!": Str(one_of=["/v1/chat/completions", "/v1/embeddings"]),
        "completion_window!": Str(one_of=["24h"]),
        "metadata": MapOf(Str()),
    }
)


class Resources:
    """Keeps what was uploaded."""

    def __init__(self) -> None:
        self.files: dict[str, dict] = {}
        self.contents: dict[str, bytes] = {}
        self.batches: dict[str, dict] = {}

    def answer(self, request: Request, body: object) -> Response | None:
        """None for an address that is none of these."""
        match request.method, request.path.removeprefix("/v1/").split("/"):
            case "POST", ["embeddings"]:
                return self.embed(checked(body, EMBEDDING))
            case "POST", ["images", "generations"]:
                count = checked(body, IMAGE).get("n") or 1
                usage = {"input_tokens": 9, "output_tokens": 90, "total_tokens": 99}
                return json_response(200, {"created": 1, "data": [{"b64_json": "iVBORw0K"}] * count, "usage": usage})
            case "POST", ["audio", "speech"]:
                checked(body, SPEAK)
                return Response(200, {"Content-Type": "audio/mpeg"}, SPEECH)
            case "POST", ["audio", "transcriptions" | "translations"]:
                form = form_of(request, "whisper-1", "file")
                digest = hashlib.sha256(form["file"]).hexdigest()
                return json_response(200, {"text": f"{len(form['file'])} bytes {digest}"})
            case "POST", ["images", "edits"]:
                form = form_of(request, "gpt-image-1", "image", "prompt")
                seen = base64.b64encode(form["image"]).decode()
                return json_response(200, {"created": 1, "data": [{"b64_json": seen}]})
            case "POST", ["images", "variations"]:
                form = form_of(request, "dall-e-2", "image")
                return json_response(200, {"created": 1, "data": [{"url": "https://images.invalid/1.png"}]})
            case "POST", ["moderations"]:
                flagged = "bad" in str(checked(body, MODERATION)["input"])
                result = {"flagged": flagged, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}
                return json_response(200, {"id": "modr-1", "model": "omni-moderation", "results": [result]})
            case _, ["files", *rest]:
                return self.file(request, rest)
            case _, ["batches", *rest]:
                return self.batch(request, body, rest)
        return None

    def embed(self, body: dict) -> Response:
        inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
        if inputs and isinstance(inputs[0], int):
            inputs = [inputs]
        data = []
        for index, text in enumerate(inputs):
            vector = [0.5, -float(len(text)), 0.25][: body.get("dimensions", 3)]
            packed = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
            embedding = packed if body.get("encoding_format") == "base64" else vector
            data.append({"object": "embedding", "index": index, "embedding": embedding})
        usage = {"prompt_tokens": 4 * len(inputs), "total_tokens": 4 * len(inputs)}
        return json_response(200, {"object": "list", "data": data, "model": body["model"], "usage": usage})

    def file(self, request: Request, rest: list[str]) -> Response:
        match request.method, rest:
            case "GET", []:
                return json_response(200, {"object": "list", "data": list(self.files.values()), "has_more": False})
            case "POST", []:
                form = form_of(request)
                name = f"file-{len(self.files) + 1}"
                about = {"id": name, "object": "file", "bytes": len(form["file"]), "created_at": 1, "filename": "f"}
                self.files[name] = {**about, "purpose": form["purpose"].decode(), "status": "processed"}
                self.contents[name] = form["file"]
                return json_response(200, self.files[name])
            case "GET", [name] if name in self.files:
                return json_response(200, self.files[name])
            case "GET", [name, "content"] if name in self.files:
                return Response(200, {"Content-Type": "application/octet-stream"}, self.contents[name])
            case "DELETE", [name] if name in self.files:
                del self.files[name]
                return json_response(200, {"id": name, "object": "file", "deleted": True})
        raise ApiError(404, error_body(f"No such File object: {rest}"))

    def batch(self, request: Request, body: object, rest: list[str]) -> Response:
        match request.method, rest:
            case "GET", []:
                return json_response(200, {"object": "list", "data": list(self.batches.values()), "has_more": False})
            case "POST", []:
                name = f"batch_{len(self.batches) + 1}"
                about = {"id": name, "object": "batch", "created_at": 1, "status": "validating", "errors": None}
                self.batches[name] = {**about, **checked(body, BATCH)}
                return json_response(200, self.batches[name])
            case "GET", [name] if name in self.batches:
                return json_response(200, self.batches[name])
            case "POST", [name, "cancel"] if name in self.batches:
                self.batches[name]["status"] = "cancelling"
                return json_response(200, self.batches[name])
        raise ApiError(404, error_body(f"No batch found: {rest}"))


def error_body(message: str) -> dict:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def bad(message: str) -> ApiError:
    return ApiError(400, error_body(message))


def checked(body: object, schema: Schema) -> dict:
    try:
        schema.check(body, "")
    except Violation as violation:
        raise bad(str(violation)) from None
    return json.loads(json.dumps(body))


def form_of(request: Request, model: str | None = None, *required: str) -> dict[str, bytes]:
    """The fields of a form, which must name that model and have these."""
    head = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    if not message.is_multipart():
        raise bad("expected a form")
    form = {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
        for part in message.iter_parts()
    }
    if model is not None and form.get("model") != model.encode():
        raise bad(f"no such model: {form.get('model')!r}")
    if missing := [name for name in required if name not in form]:
        raise bad(f"missing: {missing}")
    return form
