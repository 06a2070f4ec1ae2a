#!/bin/bash
# Times the reports on a log of a million requests in a release build. GATEWAY and STORAGE_LOAD name binaries that are there.
set -euo pipefail
cd "$(dirname "$0")/.."
SWIFT=${SWIFT:-swift}

build=(build -c release --static-swift-stdlib --scratch-path .build-release)
if [ -z "${GATEWAY:-}" ] || [ -z "${STORAGE_LOAD:-}" ]; then
    "$SWIFT" "${build[@]}" --product gatewayd >&2
    "$SWIFT" "${build[@]}" --product storage_load >&2
    folder=$("$SWIFT" "${build[@]}" --show-bin-path)
    GATEWAY=$folder/gatewayd STORAGE_LOAD=$folder/storage_load
fi
exec python3 Benchmarks/large_log.py --gateway "$GATEWAY" --storage-load "$STORAGE_LOAD" "$@"
