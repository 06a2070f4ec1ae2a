"""A request for each field of a format: the shortest legal one, without the field and with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .forms.form import Form
from .shapes import Choice, ListOf, MapOf, Member, Object, Scalar, Shape


@dataclass(eq=False)
class Field:
    """A member of a request type, in one of the shapes it may have."""

    form: Form
    owner: "Field | None"
    """The object it is a member of; None for the request itself."""
    member: Member
    shape: Shape
    depth: int = 0
    """How many lists are around the shape."""
    word: str | None = None
    """The one value that is tried, where each has a case of its own."""

    @cached_property
    def path(self) -> str:
        label = "[]" * self.depth
        if isinstance(self.shape, Scalar) and self.is_one_of_several_scalars:
            label += f"({self.shape.kind})"
        if isinstance(self.shape, Object) and (name := self.variant):
            label = f"{'[]' * (self.depth - 1)}[{name}]" if self.depth else f"({name})"
        prefix = f"{self.owner.path}." if self.owner is not None and self.owner.path else ""
        return f"{prefix}{self.member.name}{label}{'=' + self.word if self.word is not None else ''}"

    @cached_property
    def variant(self) -> str | None:
        """What tells this shape from the others that may stand here; nil where there is but one."""
        assert isinstance(self.shape, Object)
        has_others = len(leaves(self.member.shapes)) > 1
        if self.shape.tag and (has_others or not self.is_choice(self.shape.tag[0])):
            return self.shape.tag[1]
        return self.shape.name if has_others else None

    def is_choice(self, name: str) -> bool:
        """Whether the object's member has more than one word."""
        assert isinstance(self.shape, Object)
        shapes = (shape for one in self.shape.members if one.name == name for shape in one.shapes)
        return any(isinstance(shape, Choice) and len(shape.values) > 1 for shape in shapes)

    @property
    def is_one_of_several_scalars(self) -> bool:
        """Whether a list holds texts here and numbers there."""
        alike = [one for one, depth in leaves(self.member.shapes) if isinstance(one, Scalar) and depth == self.depth]
        return self.depth > 0 and len(alike) > 1

    @property
    def key(self) -> str:
        """How a form may name the field wherever it stands: `Type.member`."""
        owner = self.owner.shape.name if self.owner is not None and isinstance(self.owner.shape, Object) else ""
        return f"{owner}.{self.member.name}"

    def members(self) -> Iterator["Field"]:
        """The fields inside."""
        if not isinstance(self.shape, Object):
            return
        for member in self.shape.members:
            yield from fields_of(self.form, self, member)


def leaves(shapes: tuple[Shape, ...], depth: int = 0) -> list[tuple[Shape, int]]:
    """The alternatives, each with the number of lists around it."""
    found: list[tuple[Shape, int]] = []
    for shape in shapes:
        found += leaves(shape.items, depth + 1) if isinstance(shape, ListOf) else [(shape, depth)]
    return found


def fields_of(form: Form, owner: Field | None, member: Member) -> Iterator[Field]:
    tag = owner.shape.tag if owner is not None and isinstance(owner.shape, Object) else None
    for shape, depth in leaves(member.shapes):
        found = Field(form, owner, member, shape, depth)
        if tag and member.name == tag[0] and isinstance(shape, Choice) and len(shape.values) == 1:
            continue
        if found.path in form.left_out or found.key in form.left_out:
            continue
        if isinstance(shape, Choice) and (found.path in form.each or found.key in form.each):
            for value in shape.values:
                yield Field(form, owner, member, shape, depth, str(value))
        else:
            yield found


def roots(form: Form) -> Iterator[Field]:
    for member in form.root.members:
        yield from fields_of(form, None, member)


# --- Values


def fresh(value: Any) -> Any:
    """A copy in which nothing is shared."""
    return json.loads(json.dumps(value))


def samples(field: Field) -> tuple:
    """Two values that differ from each other; more where the form knows of some."""
    known = field.form.samples
    for key in (field.path, field.key):
        if key in known:
            value = known[key]
            return value if isinstance(value, tuple) else (value,)
    if field.word is not None:
        return (field.word,)
    return tuple(sample(field, field.shape, turn) for turn in (0, 1))


def sample(field: Field, shape: Shape, turn: int) -> object:
    name = field.member.name
    match shape:
        case Scalar("str"):
            return f"{('mark', 'other')[turn]}-{name}"
        case Scalar("int"):
            return (7, 8)[turn]
        case Scalar("float"):
            return (0.5, 0.25)[turn]
        case Scalar("bool"):
            return (True, False)[turn]
        case Scalar("bytes"):
            return ("bWFya2Vk", "b3RoZXIh")[turn]
        case Choice(values):
            return values[-1 - turn % len(values)]
        case MapOf(values):
            return {("mark", "other")[turn]: sample(field, values[0], turn)}
        case Object(name):
            return minimal(field, turn) if shape is field.shape else fresh(field.form.needs.get(name, {}))
        case ListOf(items):
            return [sample(field, items[0], turn)]
    return {("mark", "other")[turn]: "anything"}


def minimal(field: Field, turn: int = 0) -> dict:
    """The object with what it must have, and what the form says it needs."""
    assert isinstance(field.shape, Object)
    value: dict = {}
    if field.shape.tag:
        value[field.shape.tag[0]] = field.shape.tag[1]
    for member in field.shape.members:
        if member.required and member.name not in value:
            inner = next(fields_of(field.form, field, member), None)
            if inner is not None:
                value[member.name] = wrapped(inner, pick(samples(inner), turn))
    for key in (field.shape.name, field.path):
        value |= fresh(field.form.needs.get(key, {}))
    if not value and (inner := next(simple_members(field), None)) is not None:
        value[inner.member.name] = wrapped(inner, pick(samples(inner), turn))
    return value


def simple_members(field: Field) -> Iterator[Field]:
    """One of these makes an object out of nothing."""
    return (inner for inner in field.members() if not isinstance(inner.shape, Object))


def pick(values: tuple, turn: int) -> object:
    return fresh(values[turn % len(values)])


def wrapped(field: Field, value: object) -> object:
    for _ in range(field.depth):
        value = [value]
    return value


# --- Requests


def situated(field: Field | None, form: Form) -> tuple[dict, dict]:
    """The shortest body that has the object of `field`, and that object in it."""
    if field is None:
        body = form.base()
        return body, body
    if field.path in form.contexts:
        context, slot = form.contexts[field.path]
        body = fresh(context)
        place = body
        for step in slot:
            place = place[step]
        return body, place
    body, owner = situated(field.owner, form)
    value = minimal(field)
    for other in rivals(field):
        owner.pop(other, None)
    owner[field.member.name] = [*lead(field), value] if field.depth else value
    return body, value


def lead(field: Field) -> list:
    """What stands before the item in its list."""
    where = f"{field.owner.path}.{field.member.name}" if field.owner is not None else field.member.name
    return fresh(field.form.leads.get(where, field.form.leads.get(field.key, [])))


def merge(body: dict, patch: dict) -> None:
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(body.get(key), dict):
            merge(body[key], value)
        else:
            body[key] = value


def rivals(field: Field) -> list[str]:
    """The members that cannot stand beside the field."""
    name = field.owner.shape.name if field.owner is not None and isinstance(field.owner.shape, Object) else ""
    group = field.form.exclusive.get(name, ())
    return [other for other in group if other != field.member.name] if field.member.name in group else []


@dataclass
class Case:
    field: Field
    without: dict
    body: dict


def case_of(field: Field) -> Case | None:
    """None where there is nothing to compare: an empty object, or one that its owner must have anyway."""
    form = field.form
    if isinstance(field.shape, Object) and field.path in form.contexts:
        return Case(field, form.base(), situated(field, form)[0])
    body, owner = situated(field.owner, form)
    for where, patch in form.alongside.items():
        if field.path == where or field.path.startswith((f"{where}.", f"{where}(", f"{where}=")):
            merge(body, fresh(patch))
    name = field.member.name
    before = lead(field) if field.depth else []
    if before:
        owner[name] = before
    without = fresh(body)
    present = owner.get(name)
    if isinstance(field.shape, Object) and isinstance(present, dict):
        return None
    for value in samples(field):
        value = fresh(value)
        new = [*before, value] if before else wrapped(field, value)
        if new == present:
            continue
        for other in rivals(field):
            owner.pop(other, None)
        owner[name] = new
        for link in form.links.get(field.path, ()):
            place = body
            for step in link[:-1]:
                place = place[step]
            place[link[-1]] = value
        return Case(field, without, body)
    return None
