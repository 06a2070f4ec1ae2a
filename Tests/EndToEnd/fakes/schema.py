"""Descriptions of what a JSON request may hold, checked as providers check: nothing unknown, nothing of a wrong type.

Obj({"name!": Str(pattern="..."), "size": Int(0, 10)})     a key with "!" must be there
Tagged("type", {"text": Obj(...), "image": Obj(...)})      which shape a tag's value stands for
Nullable(x), Arr(x), Either(x, y), MapOf(x), Anything(), JsonObject()
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence


class Violation(Exception):
    """What is wrong and where. `kind`: unknown, missing, type, value."""

    def __init__(self, kind: str, path: str, message: str, expected: str = "") -> None:
        super().__init__(f"{path}: {message}")
        self.kind, self.path, self.message, self.expected = kind, path, message, expected


class Schema:
    """Where in the value we are is told by `path`, in the notation of `join`."""

    expected = "a value"

    def check(self, value: object, path: str) -> None:
        raise NotImplementedError

    def wrong(self, value: object, path: str) -> Violation:
        return Violation("type", path, f"expected {self.expected}, but got {describe(value)} instead", self.expected)


def describe(value: object) -> str:
    names = {bool: "a boolean", int: "an integer", float: "a decimal", str: "a string", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")


def join(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


class Anything(Schema):
    def check(self, value: object, path: str) -> None:
        pass


class JsonObject(Schema):
    expected = "an object"

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong(value, path)


class Bool(Schema):
    expected = "a boolean"

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, bool):
            raise self.wrong(value, path)


class Number(Schema):
    expected = "a number"

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        self.low, self.high = low, high

    def check(self, value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(value, path)
        if self.low is not None and value < self.low:
            raise Violation("value", path, f"{value} is less than the minimum of {self.low}", f">= {self.low}")
        if self.high is not None and value > self.high:
            raise Violation("value", path, f"{value} is greater than the maximum of {self.high}", f"<= {self.high}")


class Int(Number):
    expected = "an integer"

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, int):
            raise self.wrong(value, path)
        super().check(value, path)


class IntOf(Int):
    """One of these numbers."""

    def __init__(self, *values: int) -> None:
        super().__init__(min(values), max(values))
        self.values = values

    def check(self, value: object, path: str) -> None:
        super().check(value, path)
        if value not in self.values:
            raise Violation("value", path, f"{value} is not one of {self.values}", str(self.values))


class Str(Schema):
    expected = "a string"

    def __init__(
        self, *, one_of: Sequence[str] = (), pattern: str = "", longest: int | None = None, shortest: int = 0
    ) -> None:
        self.one_of, self.pattern, self.longest, self.shortest = one_of, pattern, longest, shortest

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, str):
            raise self.wrong(value, path)
        if self.one_of and value not in self.one_of:
            allowed = ", ".join(f"'{name}'" for name in self.one_of)
            raise Violation("value", path, f"'{value}' is not one of {allowed}", allowed)
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise Violation("value", path, f"string does not match pattern '^{self.pattern}$'", self.pattern)
        if self.longest is not None and len(value) > self.longest:
            raise Violation("value", path, f"string too long: at most {self.longest} characters", str(self.longest))
        if len(value) < self.shortest:
            raise Violation("value", path, f"string too short: at least {self.shortest} characters", str(self.shortest))


def decode_base64(text: str, *, url_safe: bool = False) -> bytes:
    """The bytes; `url_safe` takes both alphabets and padding left out, as proto3 JSON does. Raises `binascii.Error`."""
    if url_safe:
        text = text.replace("-", "+").replace("_", "/").rstrip("=")
        text += "=" * (-len(text) % 4)
    return base64.b64decode(text, validate=True)


class Base64(Schema):
    expected = "base64 data"

    def __init__(self, *, url_safe: bool = False) -> None:
        self.url_safe = url_safe

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, str) or not value:
            raise self.wrong(value, path)
        try:
            decode_base64(value, url_safe=self.url_safe)
        except binascii.Error:
            raise Violation("value", path, "invalid base64 data", "base64") from None


class Nullable(Schema):
    def __init__(self, inner: Schema) -> None:
        self.inner, self.expected = inner, inner.expected

    def check(self, value: object, path: str) -> None:
        if value is not None:
            self.inner.check(value, path)


class Arr(Schema):
    expected = "an array"

    def __init__(self, item: Schema, shortest: int = 0, longest: int | None = None) -> None:
        self.item, self.shortest, self.longest = item, shortest, longest

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, list):
            raise self.wrong(value, path)
        if len(value) < self.shortest:
            raise Violation("value", path, f"array too short: at least {self.shortest} items", str(self.shortest))
        if self.longest is not None and len(value) > self.longest:
            raise Violation("value", path, f"array too long: at most {self.longest} items", str(self.longest))
        for index, item in enumerate(value):
            self.item.check(item, join(path, index))


class MapOf(Schema):
    expected = "an object"

    def __init__(self, item: Schema, longest: int | None = None) -> None:
        self.item, self.longest = item, longest

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong(value, path)
        if self.longest is not None and len(value) > self.longest:
            raise Violation("value", path, f"too many entries: at most {self.longest}", str(self.longest))
        for key, item in value.items():
            self.item.check(item, join(path, key))


class Obj(Schema):
    expected = "an object"

    def __init__(self, fields: dict[str, Schema], rule: Callable[[dict, str], None] | None = None) -> None:
        self.fields = {name.rstrip("!"): schema for name, schema in fields.items()}
        self.required = [name.rstrip("!") for name in fields if name.endswith("!")]
        self.rule = rule

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong(value, path)
        for name in value:
            if name not in self.fields:
                raise Violation("unknown", join(path, name), "unknown name")
        for name in self.required:
            if name not in value:
                raise Violation("missing", join(path, name), "field required")
        for name, item in value.items():
            self.fields[name].check(item, join(path, name))
        if self.rule:
            self.rule(value, path)


class Either(Schema):
    """Any of them; where none fits, the errors of the first whose outermost type does are told."""

    def __init__(self, *alternatives: Schema) -> None:
        self.alternatives = alternatives
        self.expected = " or ".join(alternative.expected for alternative in alternatives)

    def check(self, value: object, path: str) -> None:
        nearest: Violation | None = None
        for alternative in self.alternatives:
            try:
                alternative.check(value, path)
                return
            except Violation as violation:
                if nearest is None and (violation.path != path or violation.kind != "type"):
                    nearest = violation
        raise nearest or self.wrong(value, path)


class Tagged(Schema):
    expected = "an object"

    def __init__(self, tag: str, shapes: dict[str, Schema], default: str | None = None) -> None:
        self.tag, self.shapes, self.default = tag, shapes, default

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise self.wrong(value, path)
        name = value.get(self.tag, self.default)
        if name is None:
            raise Violation("missing", join(path, self.tag), "field required")
        if not isinstance(name, str) or name not in self.shapes:
            allowed = ", ".join(f"'{shape}'" for shape in self.shapes)
            raise Violation("value", join(path, self.tag), f"'{name}' is not one of {allowed}", allowed)
        self.shapes[name].check(value, path)
