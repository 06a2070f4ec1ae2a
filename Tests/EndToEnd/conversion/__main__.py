"""`python -m conversion table` writes the tables anew, `document` writes docs/CONVERSION.md; GATEWAYD names the binary."""

import sys

from . import document, table
from .forms import forms
from .judge import Judge
from .probe import Probe
from .survey import survey
from .validity import CHECKS


def write_tables() -> int:
    faults = []
    with Probe() as probe:
        judge = Judge(probe)
        for form in forms().values():
            rows: table.Table = {}
            for provider in CHECKS:
                if provider == form.name:
                    continue
                for field, found in survey(form, provider, judge):
                    rows[field.path, provider] = found
                    if found.is_fault:
                        faults.append(f"{found.verdict} {form.name} to {provider}: {field.path} {found.message}")
            table.write(form.name, table.ordered(rows))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def write_document() -> int:
    document.PATH.write_text(document.text())
    return 0


commands = {"table": write_tables, "document": write_document}
if len(sys.argv) != 2 or sys.argv[1] not in commands:
    sys.exit(__doc__)
sys.exit(commands[sys.argv[1]]())
