"""Descriptions of requests read from an SDK's own types, so that what the vendor adds is known without being written here."""

import collections.abc
import types
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typing_extensions import NotRequired, Required, is_typeddict

from .schema import Anything, Arr, Bool, Either, Int, JsonObject, MapOf, Nullable, Number, Obj, Schema, Str, Tagged

Rule = Callable[[dict, str], None]
LISTS = (list, collections.abc.Iterable, collections.abc.Sequence)
SCALARS = {str: Str, int: Int, float: Number, bool: Bool, object: Anything, Any: Anything}


class TypedObj(Obj):
    """A TypedDict, read when it is first needed: types may hold themselves."""

    def __init__(self, hint: Any, types_: "SdkTypes") -> None:
        self.hint, self.types = hint, types_
        self.rule = types_.rules.get(hint.__name__)

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.hint, include_extras=True)

    @cached_property
    def fields(self) -> dict[str, Schema]:  # type: ignore[override]
        own = self.hint.__name__
        fields = {name: self.types.member(own, name, hint) for name, hint in self.hints.items()}
        # What the API takes though its types do not know it.
        further = {name for owner, name in (key.split(".") for key in self.types.schemas) if owner == own}
        return fields | {name: self.types.schemas[f"{own}.{name}"] for name in further - fields.keys()}

    @cached_property
    def required(self) -> list[str]:  # type: ignore[override]
        optional = self.types.optional
        return [
            name for name, hint in self.hints.items() if is_required(hint) and f"{self.hint.__name__}.{name}" not in optional
        ]

    def tag(self, name: str) -> str | None:
        """The one value that the member has in this type."""
        hint = bare(self.hints.get(name))
        words = get_args(hint) if get_origin(hint) is Literal else ()
        return words[0] if len(words) == 1 else None


class SdkTypes:
    """`schemas` and `rules` say what the types leave open, by `Type.member` and by type; `optional` members may be left out
    though the type demands them."""

    def __init__(
        self,
        schemas: dict[str, Schema] | None = None,
        rules: dict[str, Rule] | None = None,
        optional: frozenset[str] = frozenset(),
    ) -> None:
        self.schemas, self.rules, self.optional = schemas or {}, rules or {}, optional
        self.known: dict[Any, TypedObj] = {}

    def member(self, owner: str, name: str, hint: Any) -> Schema:
        return self.schemas.get(f"{owner}.{name}") or self.schema(hint)

    def schema(self, hint: Any) -> Schema:
        hint = bare(hint)
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.union([bare(one) for one in inner])
        if origin is Literal:
            return Bool() if all(isinstance(word, bool) for word in inner) else Str(one_of=inner)
        if origin in LISTS or getattr(origin, "__name__", "") == "SequenceNotStr":
            return Arr(self.schema(inner[0]))
        if origin in (dict, collections.abc.Mapping):
            return JsonObject() if bare(inner[1]) in (object, Any) else MapOf(self.schema(inner[1]))
        if is_typeddict(hint):
            return self.known.setdefault(hint, TypedObj(hint, self))
        return SCALARS[hint]()

    def union(self, hints: list[Any]) -> Schema:
        hints = flat(hints)
        if type(None) in hints:
            return Nullable(self.union([hint for hint in hints if hint is not type(None)]))
        if str in hints:
            # What the vendor knows today is only an example of it.
            hints = [hint for hint in hints if get_origin(hint) is not Literal]
        objects = [hint for hint in hints if is_typeddict(hint)]
        alternatives = [self.schema(hint) for hint in hints if hint not in objects]
        if objects:
            alternatives.append(self.tagged([self.schema(hint) for hint in objects]))  # type: ignore[misc]
        return alternatives[0] if len(alternatives) == 1 else Either(*alternatives)

    @staticmethod
    def tagged(shapes: list[TypedObj]) -> Schema:
        if len(shapes) == 1:
            return shapes[0]
        table: dict[str, Schema] = {}
        for shape in shapes:
            hint = bare(shape.hints.get("type"))
            for word in get_args(hint) if get_origin(hint) is Literal else ():
                table[word] = shape
        if not table:
            return JsonObject()
        return Tagged("type", table)


def flat(hints: list[Any]) -> list[Any]:
    found = []
    for hint in hints:
        inner = bare(hint)
        found += flat(list(get_args(inner))) if get_origin(inner) in (Union, types.UnionType) else [inner]
    return found


def bare(hint: Any) -> Any:
    """The type within what only says whether it must be there."""
    while True:
        if get_origin(hint) in (Required, NotRequired, Annotated):
            hint = get_args(hint)[0]
        elif type(hint).__name__ == "TypeAliasType":
            hint = hint.__value__
        else:
            return hint


def is_required(hint: Any) -> bool:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return get_origin(hint) is Required
