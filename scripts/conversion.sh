#!/usr/bin/env bash
# Writes the tables of what conversions carry (`table`), or the document made of them (`document`).
set -euo pipefail
cd "$(dirname "$0")/.."

E2E_ONLY_SET_UP=1 . scripts/e2e.sh
PYTHONPATH=Tests/EndToEnd exec "$venv/bin/python" -m conversion "$@"
