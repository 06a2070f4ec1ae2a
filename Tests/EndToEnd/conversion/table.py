"""What was found right, field by field: `Tests/Fixtures/Conversion/<format>.tsv`, one line for each field and provider."""

from pathlib import Path

from .judge import Outcome

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "Tests" / "Fixtures" / "Conversion"
COLUMNS = ("field", "provider", "outcome", "level", "pointer", "place", "note")

Key = tuple[str, str]
Table = dict[Key, Outcome]
"""By field and provider, in the order of the request types."""


def path_of(format_name: str) -> Path:
    return FOLDER / f"{format_name}.tsv"


def read(format_name: str) -> Table:
    path = path_of(format_name)
    if not path.exists():
        return {}
    lines = path.read_text().splitlines()[1:]
    table: Table = {}
    for line in lines:
        field, provider, verdict, level, pointer, places, message = line.split("\t")
        table[field, provider] = Outcome(verdict, level, places, message, pointer)
    return table


def write(format_name: str, table: Table) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(COLUMNS)]
    for (field, provider), found in table.items():
        row = (field, provider, found.verdict, found.level, found.pointer, found.places, found.message)
        lines.append("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
    path_of(format_name).write_text("\n".join(lines) + "\n")


def cleaned(found: Outcome) -> Outcome:
    """As it reads after it was written."""
    cells = (found.verdict, found.level, found.places, found.message, found.pointer)
    return Outcome(*(cell.replace("\t", " ").replace("\n", " ") for cell in cells))


def ordered(table: Table) -> Table:
    """Field by field, each with all its providers. Fields that only some providers get stand behind what they belong to."""
    fields: list[str] = []
    for field, _ in table:
        if field in fields:
            continue
        around = [index for index, other in enumerate(fields) if is_inside(field, other)]
        fields.insert(around[-1] + 1, field) if around else fields.append(field)
    providers = list(dict.fromkeys(provider for _, provider in table))
    return {(field, one): table[field, one] for field in fields for one in providers if (field, one) in table}


def is_inside(field: str, other: str) -> bool:
    """Whether both belong to the same object, or the one to the other."""
    owner = field.rpartition(".")[0]
    return bool(owner) and (other == owner or other.startswith((f"{owner}.", f"{owner}[", f"{owner}(")))
