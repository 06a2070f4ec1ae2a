#!/usr/bin/env bash
# Runs the end-to-end tests: official SDKs as clients, strict fake providers behind, gatewayd between them.
# Arguments go to pytest; `E2E_ONLY_SET_UP=1 . scripts/e2e.sh` only prepares the environment. GATEWAYD names the binary to test; without it, the debug build.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=Tests/EndToEnd/requirements.txt
venv=${E2E_VENV:-.venv}

# The environment is kept between runs and made again when the pinned versions change.
stamp="$venv/.requirements"
if ! cmp -s "$requirements" "$stamp"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input -r "$requirements" </dev/null
    cp "$requirements" "$stamp"
fi

if [[ -z ${GATEWAYD:-} ]]; then
    GATEWAYD="$("${SWIFT:-swift}" build --show-bin-path </dev/null)/gatewayd"
fi
export GATEWAYD
if [[ ! -x $GATEWAYD ]]; then
    echo "No gateway to test at $GATEWAYD; build it with: swift build --product gatewayd" >&2
    exit 1
fi

# The metrics are checked by Prometheus itself; without it the tests that need it fail and say so.
PROMETHEUS_FOLDER=${PROMETHEUS_FOLDER:-$(scripts/prometheus.sh || true)}
export PROMETHEUS_FOLDER
# The same for the servers that several gateways stand behind and share.
scripts/test-servers.sh || true

# The clients must reach the fakes and the gateway on loopback, whatever proxy the machine is set up with.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
[[ -n ${E2E_ONLY_SET_UP:-} ]] && return
exec "$venv/bin/python" -m pytest Tests/EndToEnd "$@" </dev/null
