#!/usr/bin/env bash
# Everything that has to pass: lint, the unit tests, the simulation, the end-to-end tests. Each step runs even when an earlier one failed.
# The last line is "N passed, N failed"; the exit status is 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

swift=${SWIFT:-swift}
results=.build/test-results
summary() { python3 scripts/test_summary.py "$results" "$@" | tee "$results/summary.txt"; return "${PIPESTATUS[0]}"; }

mkdir -p "$results"
rm -f "$results"/*
failed_steps=()

scripts/install-deps.sh || { summary install-deps; exit 1; }

echo "== lint"
scripts/lint.sh || failed_steps+=(lint)

echo "== unit tests"
"$swift" test --skip SimulationTests --xunit-output "$results/unit.xml" </dev/null || failed_steps+=(unit)

echo "== simulation"
# Alone, since it would keep both cores from tests that wait for sockets.
SIMULATION_SCHEDULES=${SIMULATION_SCHEDULES:-100000} \
    "$swift" test --filter SimulationTests --xunit-output "$results/simulation.xml" </dev/null || failed_steps+=(simulation)

echo "== end-to-end tests"
# The debug build that the unit tests just made: it traps on overflow and on broken preconditions.
"$swift" build --product gatewayd </dev/null && "$swift" build --product conversion_probe </dev/null \
    && scripts/e2e.sh --junitxml="$PWD/$results/e2e.xml" || failed_steps+=(e2e)

summary "${failed_steps[@]}"
