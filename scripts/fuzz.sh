#!/usr/bin/env bash
# Runs libFuzzer targets, with the address sanitizer, for a bounded number of executions.
#
#   scripts/fuzz.sh TARGET [runs]    one target: Fuzz/TARGET.swift; 1,000,000 executions unless said otherwise
#   scripts/fuzz.sh all [runs]       every target, one after the other
#   scripts/fuzz.sh TARGET FILE      executes one input again, for example a finding
#
# A target is a file in Fuzz/ that defines LLVMFuzzerTestOneInput. It is compiled with Fuzz/Support and may
# `@testable import GatewayCore`. Sources of other modules that are pure Swift over GatewayCore can be compiled into the
# target itself; it names them in comment lines:
#
#   // fuzz-sources: Sources/GatewayHTTP/HTTP1/RequestParser.swift
#
# A folder with inputs to start from is named the same way: `// fuzz-seeds: Tests/Fixtures/Conversations`.
#
# Fuzz/TARGET.dict, if it is there, is the dictionary. Inputs that reached something new are kept in fuzz-corpus/TARGET,
# findings in fuzz-corpus/TARGET-findings.
set -euo pipefail
cd "$(dirname "$0")/.."

build=.build-fuzz
# The stack of a finding is in the sanitizer's report; Swift's own backtrace would be another page.
export SWIFT_BACKTRACE=enable=no
flags=(-O -g -swift-version 6 -sanitize=address -sanitize=fuzzer -package-name llm-gateway -module-cache-path "$build/cache")

usage() {
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    echo "targets: $(targets | tr '\n' ' ')" >&2
    exit 2
}

targets() {
    for file in Fuzz/*.swift; do basename "$file" .swift; done
}

build_core() {
    mkdir -p "$build"
    if [[ -f $build/GatewayCore.o && -z $(find Sources/GatewayCore "$0" -newer "$build/GatewayCore.o" -print -quit) ]]; then
        return
    fi
    echo "building GatewayCore for fuzzing"
    find Sources/GatewayCore -name '*.swift' -print0 | sort -z | xargs -0 swiftc "${flags[@]}" \
        -whole-module-optimization -parse-as-library -enable-testing -module-name GatewayCore \
        -emit-module -emit-module-path "$build/GatewayCore.swiftmodule" -emit-object -o "$build/GatewayCore.o"
}

# setting NAME TARGET: what the comment lines `// fuzz-NAME:` of the target say.
setting() {
    sed -n "s|^// fuzz-$1: *||p" "Fuzz/$2.swift"
}

build_target() {
    local target=$1 sources
    sources=$(setting sources "$target")
    # shellcheck disable=SC2086  # the sources are patterns to be expanded
    swiftc "${flags[@]}" -whole-module-optimization -parse-as-library -module-name "Fuzz$target" -I "$build" \
        -emit-object "Fuzz/$target.swift" Fuzz/Support/*.swift $sources -o "$build/$target.o"
    # The linker says of each function of the sanitizer that it does not export it.
    swiftc -sanitize=address -sanitize=fuzzer "$build/$target.o" "$build/GatewayCore.o" -lm -o "$build/$target" \
        2> >(grep -v 'Cannot export local symbol' >&2)
}

run_target() {
    local target=$1 runs=$2 options=() seeds
    mapfile -t seeds < <(setting seeds "$target")
    mkdir -p "fuzz-corpus/$target" "fuzz-corpus/$target-findings"
    if [[ -f Fuzz/$target.dict ]]; then options+=("-dict=Fuzz/$target.dict"); fi
    echo "== $target: $runs executions"
    "$build/$target" "${options[@]}" -runs="$runs" -max_total_time="${FUZZ_SECONDS:-900}" -timeout=10 \
        -max_len="${FUZZ_LENGTH:-2048}" -rss_limit_mb=2048 -print_final_stats=1 -print_funcs=0 -verbosity=0 \
        -artifact_prefix="fuzz-corpus/$target-findings/" "fuzz-corpus/$target" \
        "${seeds[@]}"
}

target=${1:-}
runs=${2:-1000000}
[[ -n $target ]] || usage
if [[ $target == all ]]; then
    chosen=$(targets)
elif [[ -f Fuzz/$target.swift ]]; then
    chosen=$target
else
    usage
fi

build_core
for name in $chosen; do
    build_target "$name"
    if [[ -f $runs ]]; then
        "$build/$name" "$runs"
    else
        run_target "$name" "$runs"
    fi
done
