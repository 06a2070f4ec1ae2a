#!/usr/bin/env bash
# Installs the servers that the end-to-end tests run a fleet of gateways with, redis-server and nginx, where they are missing.
# They are not started as services: the tests start their own on free ports.
set -euo pipefail

missing=()
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
command -v nginx >/dev/null 2>&1 || [[ -x /usr/sbin/nginx ]] || missing+=(nginx)
[[ ${#missing[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "${missing[*]} needed on the PATH" >&2
    exit 1
fi
as_root=()
[[ $(id -u) -eq 0 ]] || as_root=(sudo)

# Debian's way to say that what is installed must not be started.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
}
# Without package lists the first attempt fails; what the second one says is worth reading.
install 2>/dev/null || { "${as_root[@]}" apt-get update -qq </dev/null >&2 && install; }
