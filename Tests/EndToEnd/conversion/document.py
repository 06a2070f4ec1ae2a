"""docs/CONVERSION.md, made of the tables alone."""

from . import table
from .judge import Outcome

PATH = table.ROOT / "docs" / "CONVERSION.md"
TITLES = {
    "openai": "OpenAI Chat Completions",
    "anthropic": "Anthropic Messages",
    "gemini": "Gemini generateContent",
    "responses": "OpenAI Responses",
    "completions": "OpenAI Completions",
    "converse": "Bedrock Converse",
}
HEAD = """\
# What conversions carry

Made by `make conversion-doc` from `Tests/Fixtures/Conversion`; the end-to-end tests check both. Do not edit it here.

For each format that clients speak: every field of its request type in the official SDK, and what becomes of it at providers of the
other formats. Between equal formats requests go through byte for byte, and nothing is lost. The model is taken to know everything
that its API has; what a certain model does not take (sampling, reasoning, schemas) is left out or emulated with a note of its own.

| | |
|---|---|
| `/place` | carried: where it stands in what the provider gets, with its value where that is written differently |
| **dropped**, **changed**, **clipped**, **emulated** | told in `X-LLM-Gateway-Warnings`, with the reason below the table; refused by the policy `strict` |
| *dropped*, *changed*, ... | told as `info`: neither the model nor the reply shows it, or the meaning is the same; `strict` lets it pass |
| refused | answered with 400 before anything is sent |
| moot | asks for what happens anyway |

A field that is lost as a whole stands for everything in it. Names in brackets tell the kinds of an object apart.
"""


def text() -> str:
    parts = [HEAD]
    for name, title in TITLES.items():
        rows = table.read(name)
        if rows:
            parts.append(section(title, rows))
    return "\n".join(parts)


def section(title: str, rows: table.Table) -> str:
    fields = list(dict.fromkeys(field for field, _ in rows))
    providers = sorted({provider for _, provider in rows}, key=list(TITLES).index)
    reasons: dict[str, int] = {}
    lines = [f"## From {title}", ""]
    lines.append("| field | " + " | ".join(TITLES[provider] for provider in providers) + " |")
    lines.append("|---" * (len(providers) + 1) + "|")
    for field in fields:
        cells = [cell(rows.get((field, provider)), reasons) for provider in providers]
        if any(cells):
            lines.append(f"| `{field}` | " + " | ".join(cells) + " |")
    lines.append("")
    lines += [f"{number}. {escaped(reason)}" for reason, number in reasons.items()]
    return "\n".join([*lines, ""])


def cell(found: Outcome | None, reasons: dict[str, int]) -> str:
    """Empty where the provider does not get the object that the field is in."""
    if found is None:
        return ""
    number = f" [{reasons.setdefault(found.message, len(reasons) + 1)}]" if found.message else ""
    if found.verdict == "kept":
        return f"{places(found)}{number}"
    if found.verdict in ("moot", "unsent", "refused"):
        return f"{found.verdict}{number}"
    word = f"**{found.verdict}**" if found.level == "warning" else f"*{found.verdict}*"
    return f"{word}{number}" if found.verdict == "dropped" else f"{word} {places(found)}{number}"


def places(found: Outcome) -> str:
    if found.places.startswith("("):
        return found.places.strip("()")
    return "<br>".join(f"`{escaped(place)}`" for place in split(found.places)) or "as it is"


def split(places: str) -> list[str]:
    """The places of one cell; their values may hold commas."""
    parts = places.split(", /")
    return [parts[0], *("/" + part for part in parts[1:])] if places else []


def escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
