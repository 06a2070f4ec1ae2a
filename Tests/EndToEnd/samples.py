"""Tools, schemas and files that several tests use."""

from drivers import Tool

WEATHER = Tool(
    "get_weather",
    "The weather at a place.",
    {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city"}},
        "required": ["city"],
        "additionalProperties": False,
    },
)
PING = Tool("ping", "Answers pong.", {"type": "object", "properties": {}})
ORDER = Tool(
    "place_order",
    "Places an order.",
    {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
                    "required": ["name"],
                },
            },
            "address": {"$ref": "#/$defs/address"},
            "express": {"type": ["boolean", "null"]},
        },
        "required": ["items"],
        "additionalProperties": False,
        "$defs": {"address": {"type": "object", "properties": {"street": {"type": "string"}}}},
    },
)
ORDER_ARGUMENTS = {
    "items": [{"name": "naïve “mug” 🗼", "count": 12345678901234567}, {"name": "}{\\"}],
    "address": {"street": "1 Rue d'Été\nLyon"},
    "express": None,
}
PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "home": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
    "required": ["name", "age", "tags", "home"],
    "additionalProperties": False,
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f6"
    "45400000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
UNICODE = 'naïve 東京 🗼👩‍👩‍👧‍👦 \u2028 “quotes” \\ "json" \t tab\nnew line · Ω\u0301 𝔘𝔫𝔦𝔠𝔬𝔡𝔢'
