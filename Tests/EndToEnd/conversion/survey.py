"""Walks a format's fields for one provider, and stops where a whole object is lost: what is in it is lost with it."""

from collections.abc import Iterator

from .cases import Field, case_of, roots
from .forms.form import Form
from .judge import Judge, Outcome
from .shapes import Object


def survey(form: Form, provider: str, judge: Judge) -> Iterator[tuple[Field, Outcome]]:
    for field in roots(form):
        yield from visit(field, provider, judge, ())


def visit(field: Field, provider: str, judge: Judge, around: tuple) -> Iterator[tuple[Field, Outcome]]:
    case = case_of(field)
    if case is not None:
        outcome = judge.outcome(case, provider)
        if outcome.verdict != "inside":
            yield field, outcome
        if outcome.covers_inside or outcome.is_fault:
            return
    if isinstance(field.shape, Object) and field.shape not in around:
        for member in field.members():
            yield from visit(member, provider, judge, (*around, field.shape))
