"""Sends a case to a provider of another format and says what became of its field."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .cases import Case
from .forms.form import Form
from .probe import MODEL, Probe, Sent
from .shapes import Object
from .validity import fault

FETCHED = "(fetched)"
ACTIONS = ("dropped", "clipped", "emulated", "changed")


@dataclass(frozen=True)
class Outcome:
    """What became of a field: `kept`, one of the ledger's actions, `refused`, or what must not be."""

    verdict: str
    level: str = ""
    places: str = ""
    """Where it stands in what the provider got, with the value where that is another."""
    message: str = ""
    pointer: str = ""
    """Where it stands in what the client sent."""

    @property
    def is_fault(self) -> bool:
        return self.verdict.isupper()

    @property
    def covers_inside(self) -> bool:
        """Nothing inside the field arrives either."""
        return self.verdict == "refused" or (self.verdict == "dropped" and not self.places)


class Judge:
    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.known: dict[tuple[str, str, str], tuple[Sent, str]] = {}

    def send(self, form: Form, provider: str, body: dict) -> tuple[Sent, str]:
        """What the provider would be sent, and why it would refuse that."""
        key = (form.name, provider, json.dumps(body, sort_keys=True))
        if key not in self.known:
            sent = self.probe.ask(form.name, provider, form.wire(MODEL, body))
            self.known[key] = sent, "" if sent.body is None else fault(provider, sent)
        return self.known[key]

    def outcome(self, case: Case, provider: str) -> Outcome:
        form = case.field.form
        mine = changes(form.wire(MODEL, case.without), form.wire(MODEL, case.body))
        pointer = mine[0][0] if mine else ""
        return replace(self.judged(case, provider, [place for place, _, _ in mine]), pointer=pointer)

    def judged(self, case: Case, provider: str, mine: list[str]) -> Outcome:
        form = case.field.form
        (before, wrong_before), (after, wrong_after) = (
            self.send(form, provider, body) for body in (case.without, case.body)
        )
        if before.error or wrong_before:
            return Outcome("NO GROUND", message=before.error or wrong_before)
        if after.error:
            return Outcome("refused", message=after.error)
        if wrong_after:
            return Outcome("INVALID", message=wrong_after)
        if lenience := lenience_of(after):
            return Outcome("LENIENT", message=lenience)
        if case.body == case.without:
            return Outcome("inside")
        if not mine:
            return Outcome("unsent", message="The SDK does not send it.")
        notes = [note for note in after.notes if note not in before.notes]
        own = [note for note in notes if any(concerns(note["pointer"], pointer) for pointer in mine)]
        stray = [note for note in notes if note not in own]
        moved = changes(before.outgoing, after.outgoing)
        places = told_places(moved, case)
        if not own and all(new is None for _, _, new in moved):
            # Both requests lose it, whatever its value, or the object that it is in.
            own = [note for note in after.notes if any(is_around(note, pointer) for pointer in mine)]
        whole = [note for note in own if any(covers(note["pointer"], pointer) for pointer in mine)]
        if own and not whole and is_made_up(case):
            return Outcome("inside")
        if moved and not whole:
            own, stray = [], [*stray, *own]
        if own:
            action = min((note["action"] for note in own), key=ACTIONS.index)
            level = "warning" if any(note["level"] == "warning" for note in own) else "info"
            message = " ".join(dict.fromkeys(note["message"] for note in own))
            return Outcome(action, level, places, message)
        if stray and not moved:
            return Outcome("ASTRAY", message=json.dumps(stray))
        if not moved and is_made_up(case):
            return Outcome("inside")
        if not moved:
            if reason := form.moot.get(case.field.path) or form.moot.get(case.field.key):
                return Outcome("moot", message=reason)
            return Outcome("SILENT")
        message = " ".join(f"{note['pointer']}: {note['message']}" for note in stray)
        return Outcome("kept", places=places, message=message)


def lenience_of(sent: Sent) -> str:
    """What the policy `strict` does wrong; empty where it refuses what is lost, all of it and nothing else."""
    lost = [note["pointer"] for note in sent.notes if note["level"] == "warning"]
    if not lost:
        return f"refused without a loss: {sent.strict}" if sent.strict else ""
    if sent.strict is None:
        return f"let pass: {lost}"
    # A refusal is cut where it grows too long.
    unnamed = [pointer for pointer in lost[:5] if json.dumps(pointer or "the body")[1:-1] not in sent.strict]
    return f"not named: {unnamed}" if unnamed else ""


def is_made_up(case: Case) -> bool:
    """Whether the value is an object that needs no member and got one to be something: what is in it is judged alone."""
    shape = case.field.shape
    return isinstance(shape, Object) and not shape.tag and not any(member.required for member in shape.members)


def covers(pointer: str, field: str) -> bool:
    return field == pointer or field.startswith(pointer + "/")


def is_around(note: dict, field: str) -> bool:
    return note["action"] == "dropped" and note["pointer"].count("/") > 0 and covers(note["pointer"], field)


def concerns(pointer: str, field: str) -> bool:
    """Whether a note tells of the field: of itself, of what is in it, or of an object that it went down with."""
    if pointer == field or pointer.startswith(field + "/"):
        return True
    return pointer.count("/") > 1 and field.startswith(pointer + "/")


def changes(old: object, new: object, pointer: str = "") -> Iterator[tuple[str, object, object]] | list:
    """The outermost places where two values differ: pointer, before, after. What is not there is None."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in [*old, *(key for key in new if key not in old)]:
            escaped = key.replace("~", "~0").replace("/", "~1")
            found += changes(old.get(key), new.get(key), f"{pointer}/{escaped}")
        return found
    if isinstance(old, list) and isinstance(new, list):
        found = []
        for index in range(max(len(old), len(new))):
            left, right = (one[index] if index < len(one) else None for one in (old, new))
            found += changes(left, right, f"{pointer}/{index}")
        return found
    return [] if old == new and type(old) is type(new) else [(pointer, old, new)]


def told_places(moved: list, case: Case) -> str:
    """The places as they stand in the table: a value is told where it is not simply the field's own."""
    value = value_of(case)
    # Of an object it is enough to see where it went, unless it is but a word.
    is_plain = not isinstance(case.field.shape, Object) or value is None or len(value) == 1
    told = []
    for pointer, _, new in moved:
        pointer = pointer.removeprefix("/body") if pointer != "/" else "(address)"
        if pointer == "(address)" or not is_plain or holds(new, value):
            told.append(pointer)
        elif is_fetched(new, value):
            told.append(f"{pointer} = {FETCHED}")
        else:
            text = json.dumps(new, ensure_ascii=False) if new is not None else "(gone)"
            told.append(f"{pointer} = {text if len(text) <= 60 else text[:57] + '...'}")
    return ", ".join(told)


def value_of(case: Case) -> object:
    found = changes(case.without, case.body)
    return next((new for _, _, new in found if new is not None), None)


def holds(new: object, value: object) -> bool:
    """Whether the field's own value is found in what the provider got."""
    if new == value:
        return True
    if isinstance(value, str):
        return value in json.dumps(new, ensure_ascii=False) and len(value) > 3
    scalars = [one for one in scalars_of(value) if isinstance(one, str) and len(one) > 3]
    return bool(scalars) and all(one in json.dumps(new, ensure_ascii=False) for one in scalars)


def is_fetched(new: object, value: object) -> bool:
    """Whether the bytes are what the probe finds at the address: its kind's first bytes and the address itself."""
    if not isinstance(new, str) or not isinstance(value, str) or not value.startswith("http"):
        return False
    try:
        return base64.b64decode(new.rpartition(",")[2], validate=True).endswith(value.encode())
    except ValueError:
        return False


def scalars_of(value: object) -> list:
    if isinstance(value, dict):
        return [one for key, inner in value.items() if key not in ("type", "role") for one in scalars_of(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in scalars_of(inner)]
    return [value]
