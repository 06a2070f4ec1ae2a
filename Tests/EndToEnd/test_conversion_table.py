"""Every field of every request type in the SDKs, at every provider of another format: the ledger says what was lost.

A field that an SDK has and no line of `Tests/Fixtures/Conversion` fails, as does one that vanishes without a note, whose note
points elsewhere, that makes a body which the provider refuses, or that the policy `strict` lets be lost. `make
conversion-table` writes the tables anew; review the difference, line by line: it is what users are promised.
"""

from collections.abc import Iterator

import pytest

from conversion import document, table
from conversion.forms import forms
from conversion.judge import Judge, Outcome
from conversion.probe import Probe
from conversion.survey import survey
from conversion.validity import CHECKS

PAIRS = [(name, provider) for name in forms() for provider in CHECKS if provider != name]
HELP = {
    "SILENT": "the field vanishes and no note tells it",
    "ASTRAY": "the note does not point at the field",
    "INVALID": "the provider refuses what the gateway made of it",
    "NO GROUND": "the request is refused even without the field",
    "LENIENT": "strict does not refuse what is lost, all of it and nothing else",
}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Probe() as probe:
        yield Judge(probe)


def told(found: Outcome | None) -> str:
    if found is None:
        return "no line"
    return " ".join(part for part in (found.verdict, found.level, found.places, found.message) if part)


@pytest.mark.parametrize("client,provider", PAIRS, ids=lambda name: name)
def test_every_field_goes_where_the_table_says(judge: Judge, client: str, provider: str) -> None:
    found = {field.path: table.cleaned(outcome) for field, outcome in survey(forms()[client], provider, judge)}
    expected = {field: outcome for (field, one), outcome in table.read(client).items() if one == provider}
    faults = [
        f"{field} ({outcome.pointer}): {HELP[outcome.verdict]}: {outcome.message}"
        for field, outcome in found.items()
        if outcome.is_fault
    ]
    assert not faults, "\n".join(faults)
    different = [
        f"{field}\n  table: {told(expected.get(field))}\n  now:   {told(found.get(field))}"
        for field in [*found, *(field for field in expected if field not in found)]
        if expected.get(field) != found.get(field)
    ]
    assert not different, "make conversion-table, and review:\n" + "\n".join(different[:20])


def test_the_document_is_current() -> None:
    assert document.PATH.read_text() == document.text(), "make conversion-doc"
