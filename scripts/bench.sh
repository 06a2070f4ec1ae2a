#!/bin/bash
# Measures the gateway beside nginx on this machine and prints one table: docs/BENCHMARKS.md says how to read it.
#   scripts/bench.sh [--rounds N] [--only small,burst,...] [--idle 1000,10000]
# BENCHMARK=kill_log kills it under that load instead.
set -euo pipefail
cd "$(dirname "$0")/.."
SWIFT=${SWIFT:-swift}

missing=()
for program in nginx gcc openssl python3 strip; do
    if ! command -v "$program" >/dev/null && [ ! -x "/usr/sbin/$program" ]; then missing+=("${program/strip/binutils}"); fi
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

build=(build -c release --static-swift-stdlib --scratch-path .build-release)
if [ -z "${GATEWAY:-}" ]; then
    "$SWIFT" "${build[@]}" --product gatewayd >&2
    GATEWAY=$("$SWIFT" "${build[@]}" --show-bin-path)/gatewayd
fi
tools=.build-release/bench
mkdir -p "$tools"
for tool in mock_provider load; do
    [ "$tools/$tool" -nt "Benchmarks/$tool.c" ] || gcc -O2 -Wall -Wextra -o "$tools/$tool" "Benchmarks/$tool.c"
done
exec python3 "Benchmarks/${BENCHMARK:-bench}.py" --gateway "$GATEWAY" --provider "$tools/mock_provider" --load "$tools/load" "$@"
