"""Bedrock's embeddings by InvokeModel, as AWS's pages describe Titan's and Cohere's bodies."""

from .schema import Arr, Bool, Int, IntOf, Obj, Schema, Str

TITAN, TITAN_1 = "amazon.titan-embed-text-v2:0", "amazon.titan-embed-text-v1"
COHERE_3, COHERE_4 = "cohere.embed-multilingual-v3", "cohere.embed-v4:0"
COHERE: dict[str, Schema] = {
    "texts": Arr(Str(longest=2048), shortest=1, longest=96),
    "input_type!": Str(one_of=["search_document", "search_query", "classification", "clustering"]),
    "embedding_types": Arr(Str(one_of=["float", "int8", "uint8", "binary", "ubinary"])),
}
REQUESTS = {
    TITAN_1: Obj({"inputText!": Str(shortest=1)}),
    TITAN: Obj(
        {
            "inputText!": Str(shortest=1),
            "dimensions": IntOf(256, 512, 1024),
            "normalize": Bool(),
            "embeddingTypes": Arr(Str(one_of=["float", "binary"])),
        }
    ),
    COHERE_3: Obj({**COHERE, "truncate": Str(one_of=["NONE", "START", "END"])}),
    COHERE_4: Obj(
        {
            **COHERE,
            "output_dimension": IntOf(256, 512, 1024, 1536),
            "max_tokens": Int(1, 128000),
            "truncate": Str(one_of=["NONE", "LEFT", "RIGHT"]),
        }
    ),
}
SIZES = {TITAN_1: 1536, TITAN: 1024, COHERE_3: 1024, COHERE_4: 1536}


def vector(text: str, size: int) -> list[float]:
    """Tells the text's length, and whether numbers survive."""
    return [0.5, -float(len(text)), 0.1] + [0.0] * (size - 3)


def embed(model: str, body: dict) -> tuple[dict, int]:
    """The reply and how many tokens went in. Raises Violation for a body that the model does not take."""
    REQUESTS[model].check(body, "")
    size = body.get("dimensions") or body.get("output_dimension") or SIZES[model]
    if "inputText" in body:
        values, count = vector(body["inputText"], size), 4
        reply = {"embedding": values, "inputTextTokenCount": count}
        return reply if model == TITAN_1 else reply | {"embeddingsByType": {"float": values}}, count
    vectors = [vector(text, size) for text in body["texts"]]
    named = {"id": "emb-1", "texts": body["texts"]}
    if "embedding_types" in body:
        return named | {"response_type": "embeddings_by_type", "embeddings": {"float": vectors}}, 4 * len(vectors)
    return named | {"response_type": "embeddings_floats", "embeddings": vectors}, 4 * len(vectors)
