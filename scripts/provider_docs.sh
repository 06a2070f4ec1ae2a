#!/usr/bin/env bash
# Writes the tables of docs/PROVIDERS.md again, from the data that gatewayd has.
set -euo pipefail
cd "$(dirname "$0")/.."
gatewayd=${GATEWAYD:-$("${SWIFT:-swift}" build --show-bin-path </dev/null)/gatewayd}
marker='<!-- below: gatewayd providers --markdown -->'
page=docs/PROVIDERS.md
text=$(sed "/^$marker\$/q" "$page")
{ printf '%s\n' "$text"; "$gatewayd" providers --markdown; } > "$page.new"
mv "$page.new" "$page"
