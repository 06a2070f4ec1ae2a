"""Request types as shapes: read from TypedDicts (openai, anthropic), pydantic models (google-genai) and botocore."""

import collections.abc
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import NotRequired, Required, is_typeddict


@dataclass(frozen=True)
class Scalar:
    kind: str
    """str, int, float, bool, bytes or any."""


@dataclass(frozen=True)
class Choice:
    values: tuple


@dataclass(frozen=True)
class ListOf:
    items: tuple["Shape", ...]


@dataclass(frozen=True)
class MapOf:
    values: tuple["Shape", ...]


@dataclass(frozen=True)
class Member:
    name: str
    required: bool
    shapes: tuple["Shape", ...]


@dataclass(frozen=True, eq=False)
class Object:
    name: str
    read: Callable[[], list[Member]] = field(repr=False)

    @cached_property
    def members(self) -> list[Member]:
        return self.read()

    @property
    def tag(self) -> tuple[str, str] | None:
        """The member that tells this shape from its alternatives, and its value."""
        for name in ("type", "role"):
            for member in self.members:
                if member.name == name and member.required and isinstance(member.shapes[0], Choice):
                    if name == "type" or len(member.shapes[0].values) == 1:
                        return name, str(member.shapes[0].values[0])
        return None


Shape = Scalar | Choice | ListOf | MapOf | Object

SCALARS = {str: "str", int: "int", float: "float", bool: "bool", bytes: "bytes", object: "any", Any: "any"}
LISTS = (list, collections.abc.Iterable, collections.abc.Sequence, collections.abc.Collection)


def told_apart(shapes: list[Shape]) -> tuple[Shape, ...]:
    """Alternatives without doubles: a list of known words goes before any text, an object's own type before a map."""
    kinds = {type(shape) for shape in shapes}
    result: list[Shape] = []
    for shape in shapes:
        is_vague = isinstance(shape, Scalar) and shape.kind == "str" and Choice in kinds
        is_vague = is_vague or (isinstance(shape, MapOf) and Object in kinds)
        is_double = any(type(shape) is type(other) for other in result) and not isinstance(shape, Object)
        if not is_vague and not (is_double and not isinstance(shape, (ListOf, Scalar))):
            result.append(shape)
    return tuple(result)


class Types:
    """Python's own type hints, as far as they have a form in JSON; the others are passed over."""

    def __init__(self) -> None:
        self.known: dict[type, Object] = {}

    def shapes(self, hint: Any) -> list[Shape]:
        while get_origin(hint) in (Required, NotRequired, Annotated):
            hint = get_args(hint)[0]
        if type(hint).__name__ == "TypeAliasType":
            return self.shapes(hint.__value__)
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            return [shape for one in get_args(hint) for shape in self.shapes(one)]
        if origin is Literal:
            return [Choice(get_args(hint))]
        if origin in LISTS or getattr(origin, "__name__", "") == "SequenceNotStr":
            return [ListOf(told_apart(self.shapes(get_args(hint)[0])))]
        if origin in (dict, collections.abc.Mapping):
            return [MapOf(told_apart(self.shapes(get_args(hint)[1])))]
        if hint is list:
            return []
        if hint in SCALARS:
            return [Scalar(SCALARS[hint])]
        if hint is dict:
            return [MapOf((Scalar("any"),))]
        return self.named(hint)

    def named(self, hint: Any) -> list[Shape]:
        if is_typeddict(hint):
            if hint not in self.known:
                self.known[hint] = Object(hint.__name__, lambda: self.typed_dict(hint))
            return [self.known[hint]]
        return []

    def typed_dict(self, hint: Any) -> list[Member]:
        hints = get_type_hints(hint, include_extras=True)
        return [
            Member(name, self.is_required(hint, name, one), told_apart(self.shapes(one))) for name, one in hints.items()
        ]

    @staticmethod
    def is_required(hint: Any, name: str, one: Any) -> bool:
        """Where hints are written as text, the type itself does not see through to `Required`."""
        while get_origin(one) is Annotated:
            one = get_args(one)[0]
        return get_origin(one) is Required or (name in hint.__required_keys__ and get_origin(one) is not NotRequired)


class Models(Types):
    """Pydantic models, with the names their JSON has in the SDK."""

    def named(self, hint: Any) -> list[Shape]:
        if isinstance(hint, type) and hasattr(hint, "model_fields"):
            if hint not in self.known:
                self.known[hint] = Object(hint.__name__, lambda: self.model(hint))
            return [self.known[hint]]
        if isinstance(hint, type) and issubclass(hint, str) and hasattr(hint, "__members__"):
            return [Choice(tuple(one.value for one in hint))]  # type: ignore[attr-defined]
        return []

    def model(self, hint: Any) -> list[Member]:
        return [Member(name, False, told_apart(self.shapes(one.annotation))) for name, one in hint.model_fields.items()]


class Botocore:
    """The shapes of an AWS service's description."""

    KINDS = {
        "string": "str",
        "integer": "int",
        "long": "int",
        "float": "float",
        "double": "float",
        "boolean": "bool",
        "blob": "bytes",
        "timestamp": "str",
    }

    def __init__(self) -> None:
        self.known: dict[str, Object] = {}

    def shape(self, model: Any) -> Shape:
        kind = model.type_name
        if kind == "structure" and not model.metadata.get("document"):
            if model.name not in self.known:
                self.known[model.name] = Object(model.name, lambda: self.structure(model))
            return self.known[model.name]
        if kind == "list":
            return ListOf((self.shape(model.member),))
        if kind == "map":
            return MapOf((self.shape(model.value),))
        if kind == "string" and model.enum:
            return Choice(tuple(model.enum))
        return Scalar(self.KINDS.get(kind, "any"))

    def structure(self, model: Any) -> list[Member]:
        required = set(model.required_members)
        return [
            Member(name, name in required, (self.shape(one),))
            for name, one in model.members.items()
            if one.serialization.get("location") is None
        ]
