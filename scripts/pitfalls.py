#!/usr/bin/env python3
"""Which tests stand against which of the pitfalls that other gateways fell into.

A test names the rows it stands against: `@Test("PITFALLS 6: ...")` or `func pitfall6_...` in Swift, `def test_pitfall_6_...`
or a module that begins with "PITFALLS 6:" in Python. Fails where a claimed row has no test, or a test names a row that is
not here. `--tests` prints the tests, row by row.
"""

import re
import sys
from pathlib import Path

ROWS = {
    1: "Streams read per network packet: wherever they are cut, the same events come out",
    2: "Unknown events dropped: a stream of the same format passes byte for byte",
    3: "200 before the provider's status is known: early failures have their status, late ones are told, none ends cleanly",
    4: "Blocks torn: every part opens once, closes once, in the order and with the numbers of its format",
    5: "Parallel calls mixed up: identifiers, names and argument bytes stay together",
    6: "Arguments empty, doubled or guessed at: {} for none, text as it is, never split or repaired in silence",
    7: "Turns with tools lost: calls, results and the text beside them stay in order",
    8: "Wrong reasons to stop: calls mean tool use, every word has a counterpart, none is lost",
    9: "Cached tokens counted twice: one usage inside, each format by its own rule, never negative",
    10: "An unknown price taken for zero: it is none, with a reason",
    11: "The wrong tier: price by lifetime of caches, length of input and service tier",
    12: "No usage in streams: it is asked for, waited for, and hidden from who did not ask",
    13: "Usage of answers that break off lost: leaving ends the provider's work, what was used is recorded",
    14: "Thinking and its proof lost or invented: bytes kept for its provider, left out with a note elsewhere",
    15: "Signatures misplaced: once, on their part; reasoning items before what follows them",
    16: "previous_response_id ignored: the turn is rebuilt or refused",
    17: "Names and identifiers that do not fit: mapped alike everywhere, and back",
    18: "Cache breakpoints lost, too many or sent to others: four at most, order of members kept",
    19: "Fallbacks fed with another provider's body: each attempt begins with the client's own request",
    20: "Retries of the wrong class: a table by status, waits as asked, the first error told",
    21: "The same instance again: once for each request, half-open lets one probe through",
    22: "Long streams killed: each phase has its own limit",
    23: "Reservations leaked or counted twice: reserved is settled or released",
    24: "Schemas and parameters that another provider refuses: converted or left out, each with a note",
    25: "Security on the way: addresses judged, secrets kept out of every log, signatures right",
}

NAMES = (
    re.compile(r'"PITFALLS (\d+)(?: and (\d+))?: ([^"]+)"'),
    re.compile(r"func pitfall(\d+)()_(\w+)"),
    re.compile(r"def test_pitfall_(\d+)(?:_and_(\d+))?_(\w+)"),
    re.compile(r'^"""PITFALLS (\d+)(?: and (\d+))?: ([^"\n]+)'),
)


def tests() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {row: [] for row in ROWS}
    for path in sorted((Path(__file__).parent.parent / "Tests").rglob("*")):
        if path.suffix not in (".swift", ".py"):
            continue
        text = path.read_text()
        for pattern in NAMES:
            for match in pattern.finditer(text):
                for row in filter(None, match.group(1, 2)):
                    found.setdefault(int(row), []).append(f"{path.stem}: {match.group(3).replace('_', ' ')}")
    return found


def main() -> int:
    found = tests()
    for row, names in sorted(found.items()):
        print(f"{row:2}  {len(names):3}  {ROWS.get(row, 'no such row')}")
        if "--tests" in sys.argv:
            print("".join(f"         {name}\n" for name in names), end="")
    missing = [row for row in ROWS if not found[row]]
    unknown = [row for row in found if row not in ROWS]
    if missing:
        print(f"no test stands against {missing}", file=sys.stderr)
    if unknown:
        print(f"tests name rows that are not there: {unknown}", file=sys.stderr)
    return 1 if missing or unknown else 0


sys.exit(main())
