"""docs/CONVERSION.md, made of the tables alone."""

import re
from collections.abc import Iterable

from . import table
from .judge import FETCHED, Outcome

PATH = table.ROOT / "docs" / "CONVERSION.md"
TITLES = {
    "openai": "OpenAI Chat Completions",
    "responses": "OpenAI Responses",
    "completions": "OpenAI Completions",
    "anthropic": "Anthropic Messages",
    "gemini": "Gemini generateContent",
    "converse": "Bedrock Converse",
}
COLUMNS = {
    "openai": "Chat",
    "responses": "Responses",
    "completions": "Completions",
    "anthropic": "Anthropic",
    "gemini": "Gemini",
    "converse": "Converse",
}
HEAD = """\
# What conversions carry

Made by `make conversion-doc` from `Tests/Fixtures/Conversion`; the tests check both. Do not edit it here.

For each format that clients speak: every field of its request type in the official SDK, and what becomes of it at providers of the
other formats. Between equal formats requests go through byte for byte, and nothing is lost. The model is taken to know everything
that its API has; what a certain model does not take (sampling, reasoning, schemas) is left out or emulated with a note of its own.

| | |
|---|---|
| `place` | carried: where it stands in what the provider gets, with its value where that is written differently |
| **dropped**, **changed**, **clipped**, **emulated** | told in `X-LLM-Gateway-Warnings`, with the reason below the table; refused by the policy `strict` |
| *dropped*, *changed*, ... | told as `info`: neither the model nor the reply shows it, or the meaning is the same; `strict` lets it pass |
| refused | answered with 400 before anything is sent |
| moot | asks for what happens anyway |
| fetched | the gateway fetches the address and sends the bytes |

A field that is lost as a whole stands for everything in it. Names in brackets tell the kinds of an object apart; what is only there
to hold others is left out where they tell it all. What no other format takes is listed behind the table of its format.
"""
LONGEST_VALUE = 32

Cells = dict[str, Outcome]
"""What became of a field, by provider."""


def text() -> str:
    found = {name: table.read(name) for name in TITLES}
    sections = [section(name, rows) for name, rows in found.items() if rows]
    index = "".join(f"- [From {TITLES[name]}](#{anchor(name)}): {counts(rows)}\n" for name, rows in found.items() if rows)
    return "\n".join([HEAD, index, *sections])


def anchor(name: str) -> str:
    return f"from-{TITLES[name]}".lower().replace(" ", "-")


def counts(rows: table.Table) -> str:
    verdicts = [found.verdict if found.level != "info" else "info" for found in rows.values()]
    told = sum(verdict in ("dropped", "changed", "clipped", "emulated") for verdict in verdicts)
    fields = len({field for field, _ in rows})
    return (
        f"{fields} fields, {len(rows)} answers: {verdicts.count('kept')} carried, {told} told as a loss, "
        f"{verdicts.count('info')} as `info`, {verdicts.count('refused')} refused, {verdicts.count('moot')} moot"
    )


def section(name: str, rows: table.Table) -> str:
    fields: dict[str, Cells] = {}
    for (field, provider), found in rows.items():
        fields.setdefault(field, {})[provider] = found
    providers = [provider for provider in TITLES if provider != name]
    nowhere = {field: cells for field, cells in fields.items() if alike(cells)}
    shown = {
        field: cells
        for field, cells in fields.items()
        if field not in nowhere and not (is_holder(field, fields) and all(one.verdict == "kept" for one in cells.values()))
    }
    parts = [f"## From {TITLES[name]}", "", *matrix(shown, providers), *lists(nowhere)]
    return "\n".join([*parts, ""])


def alike(cells: Cells) -> tuple[str, str] | None:
    """The one thing that all providers do with the field, where none of them has a place for it."""
    kinds = {(one.verdict, one.level) for one in cells.values()}
    kind = kinds.pop()
    return kind if not kinds and kind[0] in ("dropped", "refused", "moot", "unsent") else None


def is_holder(field: str, fields: Iterable[str]) -> bool:
    return any(other.startswith((f"{field}.", f"{field}[", f"{field}(")) for other in fields)


# --- The table


def matrix(fields: dict[str, Cells], providers: list[str]) -> list[str]:
    reasons: dict[str, int] = {}
    lines = ["| field | " + " | ".join(COLUMNS[provider] for provider in providers) + " |"]
    lines.append("|---" * (len(providers) + 1) + "|")
    merged: dict[tuple[str, ...], list[str]] = {}
    for field, cells in fields.items():
        row = tuple(cell(cells.get(provider), reasons) for provider in providers)
        merged.setdefault(row, []).append(field)
    for row, names in merged.items():
        lines.append(f"| {'<br>'.join(f'`{escaped(name)}`' for name in names)} | " + " | ".join(row) + " |")
    lines.append("")
    lines += [f"{number}. {escaped(reason)}" for reason, number in reasons.items()]
    return [*lines, ""]


def cell(found: Outcome | None, reasons: dict[str, int]) -> str:
    """Empty where the provider does not get the object that the field is in."""
    if found is None:
        return ""
    # Notes on something else than the field stand at that.
    number = f" [{reasons.setdefault(found.message, len(reasons) + 1)}]" if found.message and found.verdict != "kept" else ""
    if found.verdict == "kept":
        return places(found)
    if found.verdict in ("moot", "unsent", "refused"):
        return f"{found.verdict}{number}"
    word = f"**{found.verdict}**" if found.level == "warning" else f"*{found.verdict}*"
    return f"{word}{number}" if found.verdict == "dropped" else f"{word} {places(found)}{number}"


def places(found: Outcome) -> str:
    """What appears in the provider's request; what only goes away for it is left out."""
    told = [place(one) for one in split(found.places) if not one.endswith(" = (gone)")]
    return "<br>".join(dict.fromkeys(told)) or "as it is"


def place(written: str) -> str:
    """`/messages/2/content/1/text = "marked"` as `messages[].content[].text = "marked"`."""
    if written == "(address)":
        return "in the address"
    pointer, _, value = written.partition(" = ")
    path = re.sub(r"/\d+(?=/|$)", "[]", pointer).lstrip("/").replace("/", ".")
    if value == FETCHED:
        return f"`{escaped(path)}` fetched"
    return f"`{escaped(path)} = {escaped(value)}`" if value and len(value) <= LONGEST_VALUE else f"`{escaped(path)}`"


def split(places: str) -> list[str]:
    """The places of one cell; their values may hold commas."""
    parts = places.split(", /")
    return [parts[0], *("/" + part for part in parts[1:])] if places else []


# --- What is the same everywhere

WORDS = {
    ("dropped", "warning"): "**Dropped** everywhere",
    ("dropped", "info"): "*Dropped* everywhere, as `info`",
    ("refused", ""): "Refused everywhere",
    ("moot", ""): "Moot everywhere",
    ("unsent", ""): "Not sent by the SDK",
}


def lists(fields: dict[str, Cells]) -> list[str]:
    kinds: dict[tuple[str, str], list[str]] = {}
    for field, cells in fields.items():
        kind = alike(cells)
        assert kind is not None
        told = kinds.setdefault(kind, [])
        if not any(is_holder(other, [field]) for other in told):
            told.append(field)
    return [
        line
        for kind, title in WORDS.items()
        if kind in kinds
        for line in (f"{title}: {', '.join(f'`{escaped(name)}`' for name in kinds[kind])}.", "")
    ]


def escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
