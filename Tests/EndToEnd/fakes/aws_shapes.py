"""JSON judged by botocore's own description of a service: nothing unknown, nothing of a wrong type, every limit kept."""

import base64
import binascii
import functools
import re

import botocore.session

LIMITED = {"string": len, "list": len, "map": len, "blob": len, "integer": int, "long": int, "float": float, "double": float}


@functools.cache
def service(name: str = "bedrock-runtime"):
    return botocore.session.get_session().get_service_model(name)


def shape(name: str):
    return service().shape_for(name)


def check(value, shape, path: str = "") -> None:
    """Raises ValueError, with the path, for what the shape does not allow on the wire."""

    def refuse(what: str):
        raise ValueError(f"{path or 'body'}: {what} ({shape.name})")

    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    if kind == "structure":
        check_structure(value, shape, path, refuse)
    elif kind == "list":
        if not isinstance(value, list):
            refuse("not a list")
        for index, item in enumerate(value):
            check(item, shape.member, f"{path}[{index}]")
    elif kind == "map":
        if not isinstance(value, dict):
            refuse("not a map")
        for key, item in value.items():
            check(item, shape.value, f"{path}.{key}")
    elif kind == "boolean":
        if not isinstance(value, bool):
            refuse("not a boolean")
    elif kind in ("integer", "long", "float", "double"):
        if isinstance(value, bool) or not isinstance(value, (int, float) if kind in ("float", "double") else int):
            refuse(f"{value!r} is no {kind}")
    elif not isinstance(value, str):
        refuse("not a string")
    elif kind == "blob":
        try:
            value = base64.b64decode(value, validate=True)
        except binascii.Error:
            refuse("not base64")
    if kind in LIMITED:
        check_limits(LIMITED[kind](value), value, shape, refuse)


def check_limits(size, value, shape, refuse) -> None:
    limits = shape.metadata
    if "enum" in limits and value not in limits["enum"]:
        refuse(f"{value!r} is none of {limits['enum']}")
    if size < limits.get("min", size) or size > limits.get("max", size):
        refuse(f"{size} is out of bounds")
    if shape.type_name == "string" and "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        refuse(f"{value!r} does not match {limits['pattern']}")


def check_structure(value, shape, path, refuse) -> None:
    if not isinstance(value, dict):
        refuse("not a structure")
    members = body_members(shape)
    for key, item in value.items():
        if key not in members:
            refuse(f"unknown member {key}")
        check(item, members[key], f"{path}.{key}" if path else key)
    missing = [key for key in shape.required_members if key in members and key not in value]
    if missing:
        refuse(f"{missing} missing")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        refuse(f"a union has one member, not {list(value)}")


def body_members(shape):
    """Those that do not travel in the address or in headers."""
    return {key: member for key, member in shape.members.items() if "location" not in member.serialization}
