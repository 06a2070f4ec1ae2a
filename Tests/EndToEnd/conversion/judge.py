"""Sends a case to a provider of another format and says what became of its field."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from fakes.cluster import Fakes
from raw import key_header

from .cases import Case
from .forms.form import Form
from .shapes import Object

MODEL = "omni"
TIMEOUT = 15
FETCHED = "(fetched by the gateway and sent as bytes)"
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


@dataclass
class Sent:
    status: int
    notes: list[dict]
    target: str
    body: object
    error: str


class Judge:
    def __init__(self, url: str, fakes: Fakes) -> None:
        self.url, self.fakes = url, fakes
        self.known: dict[tuple[str, str, str], Sent] = {}
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)

    def send(self, form: Form, provider: str, body: dict) -> Sent:
        key = (form.name, provider, json.dumps(body, sort_keys=True))
        if key not in self.known:
            self.known[key] = self.exchange(form, provider, body)
        return self.known[key]

    def exchange(self, form: Form, provider: str, body: dict) -> Sent:
        model = f"{provider}/{MODEL}"
        headers = {"Content-Type": "application/json", **key_header(form.key_of)}
        self.fakes.reset()
        self.connection.request("POST", form.path(model, body), json.dumps(form.wire(model, body)), headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        notes = json.loads(response.getheader("x-llm-gateway-warnings") or "[]")
        seen = self.fakes.providers[provider].requests
        error = text if response.status != 200 else ""
        if not seen:
            return Sent(response.status, notes, "", None, error)
        return Sent(response.status, notes, seen[-1].target, seen[-1].body, error)

    def outcome(self, case: Case, provider: str) -> Outcome:
        form = case.field.form
        mine = changes(form.wire(MODEL, case.without), form.wire(MODEL, case.body))
        pointer = mine[0][0] if mine else ""
        return replace(self.judged(case, provider, [place for place, _, _ in mine]), pointer=pointer)

    def judged(self, case: Case, provider: str, mine: list[str]) -> Outcome:
        form = case.field.form
        before, after = self.send(form, provider, case.without), self.send(form, provider, case.body)
        if "could not be fetched" in before.error:
            return Outcome("kept", places=FETCHED)
        if before.status != 200:
            return Outcome("NO GROUND", message=before.error)
        if after.status != 200:
            told = message_of(after.error)
            if "could not be fetched" in told:
                return Outcome("kept", places=FETCHED)
            return Outcome("refused", message=told) if after.body is None else Outcome("INVALID", message=told)
        if case.body == case.without:
            return Outcome("inside")
        if not mine:
            return Outcome("unsent", message="The SDK does not send it.")
        notes = [note for note in after.notes if note not in before.notes]
        own = [note for note in notes if any(concerns(note["pointer"], pointer) for pointer in mine)]
        stray = [note for note in notes if note not in own]
        moved = changes(outgoing(before), outgoing(after))
        places = told_places(moved, case)
        if not own and not moved:
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


def is_made_up(case: Case) -> bool:
    """Whether the value is an object that needs no member and got one to be something: what is in it is judged alone."""
    shape = case.field.shape
    return isinstance(shape, Object) and not shape.tag and not any(member.required for member in shape.members)


def covers(pointer: str, field: str) -> bool:
    return field == pointer or field.startswith(pointer + "/")


def is_around(note: dict, field: str) -> bool:
    return note["action"] == "dropped" and note["pointer"].count("/") > 0 and covers(note["pointer"], field)


def message_of(error: str) -> str:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return json.loads(error)["error"]["message"]
    return error


def outgoing(sent: Sent) -> dict:
    return {"": sent.target, "body": sent.body}


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
        else:
            text = json.dumps(new, ensure_ascii=False) if new is not None else "(gone)"
            told.append(f"{pointer} = {text if len(text) <= 60 else text[:57] + '...'}")
    return ", ".join(told)


def value_of(case: Case) -> object:
    found = changes(case.without, case.body)
    return found[0][2] if found else None


def holds(new: object, value: object) -> bool:
    """Whether the field's own value is found in what the provider got."""
    if new == value:
        return True
    if isinstance(value, str):
        return value in json.dumps(new, ensure_ascii=False) and len(value) > 3
    scalars = [one for one in scalars_of(value) if isinstance(one, str) and len(one) > 3]
    return bool(scalars) and all(one in json.dumps(new, ensure_ascii=False) for one in scalars)


def scalars_of(value: object) -> list:
    if isinstance(value, dict):
        return [one for key, inner in value.items() if key not in ("type", "role") for one in scalars_of(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in scalars_of(inner)]
    return [value]
