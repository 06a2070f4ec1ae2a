#!/usr/bin/env bash
# Installs what the build and the tests need from Debian's or Ubuntu's archive, and only what is missing.
# Swift itself cannot come from there: the script says where to get it.
set -euo pipefail

if ! command -v "${SWIFT:-swift}" >/dev/null 2>&1; then
    cat >&2 <<'MESSAGE'
Swift 6.2 or later is needed and `swift` is not on the PATH.
Install it with swiftly (https://www.swift.org/install/linux/), or work inside the container image `swift:6.3-bookworm`.
MESSAGE
    exit 1
fi

packages=()

# need PACKAGE COMMAND...: PACKAGE is installed when the command fails.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || packages+=("$package")
}

# header PATH: succeeds where the C compiler's search path has the header.
header() {
    local root
    for root in /usr/include /usr/include/*-linux-* /usr/local/include; do
        [[ -e "$root/$1" ]] && return 0
    done
    return 1
}

need libcurl4-openssl-dev header curl/curl.h
need libssl-dev header openssl/ssl.h
need libsqlite3-dev header sqlite3.h
need python3 command -v python3
need python3-venv python3 -c 'import ensurepip, venv'
need openssl command -v openssl
need binutils command -v strip

[[ ${#packages[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install the equivalents of these Debian packages: ${packages[*]}" >&2
    exit 1
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Missing packages: ${packages[*]}. Run as root: apt-get install ${packages[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "Installing ${packages[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null
