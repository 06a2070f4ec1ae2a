#!/usr/bin/env bash
# Prints the folder of prometheus and promtool, Debian's package or whatever is on the PATH. Where there is none, the package
# is unpacked below .build, not installed: installing it would also start it.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1; then
    dirname "$(command -v promtool)"
    exit 0
fi

folder=$PWD/.build/prometheus
if [[ ! -x $folder/usr/bin/promtool ]]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "prometheus and promtool are needed on the PATH" >&2
        exit 1
    fi
    rm -rf "$folder"
    mkdir -p "$folder"
    cd "$folder"
    as_root=()
    [[ $(id -u) -eq 0 ]] || as_root=(sudo)
    # Without package lists the first attempt fails; what the second one says is worth reading.
    apt-get download -qq prometheus </dev/null >/dev/null 2>&1 \
        || { "${as_root[@]}" apt-get update -qq </dev/null >&2 && apt-get download -qq prometheus </dev/null >&2; }
    dpkg-deb -x prometheus_*.deb .
    rm -f prometheus_*.deb
fi
echo "$folder/usr/bin"
