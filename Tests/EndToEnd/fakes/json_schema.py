"""JSON Schema as far as the fakes need it: samples that obey a schema, and the limits of strict modes."""

from collections.abc import Iterator


def resolve(schema: object, root: dict) -> dict:
    """The schema that a local `$ref` names."""
    while isinstance(schema, dict) and "$ref" in schema:
        target: object = root
        for step in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
            if step:
                target = target[step] if isinstance(target, dict) else {}
        schema = target
    return schema if isinstance(schema, dict) else {}


def sample(schema: dict, root: dict | None = None, name: str = "value") -> object:
    """A value that obeys the schema. Types may be spelled in capitals, as Google spells them."""
    root = root or schema
    schema = resolve(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return sample(schema[key][0], root, name)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    match kind.lower():
        case "object":
            return {key: sample(value, root, key) for key, value in schema.get("properties", {}).items()}
        case "array":
            count = max(int(schema.get("minItems", 2)), 1)
            return [sample(schema.get("items", {}), root, f"{name}{index}") for index in range(count)]
        case "integer":
            return int(schema.get("minimum", 7))
        case "number":
            return float(schema.get("minimum", 2.5))
        case "boolean":
            return True
        case "null":
            return None
    return f"{name} – é✓"


def objects(schema: object, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every object schema inside, with its path."""
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    if kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema:
        yield path, schema
    for key in ("properties", "$defs", "definitions"):
        for name, inner in (schema.get(key) or {}).items():
            yield from objects(inner, f"{path}/{key}/{name}")
    for key in ("items", "additionalProperties"):
        yield from objects(schema.get(key), f"{path}/{key}")
    for key in ("anyOf", "oneOf", "allOf"):
        for index, inner in enumerate(schema.get(key) or []):
            yield from objects(inner, f"{path}/{key}/{index}")


def open_object(schema: dict) -> str | None:
    """The path of an object that does not forbid additional properties."""
    return next((path for path, inner in objects(schema) if inner.get("additionalProperties") is not False), None)


def optional_property(schema: dict) -> tuple[str, str] | None:
    """The path of an object and its first property that is not required."""
    for path, inner in objects(schema):
        for name in inner.get("properties", {}):
            if name not in inner.get("required", []):
                return path, name
    return None
