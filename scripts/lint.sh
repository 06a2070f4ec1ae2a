#!/usr/bin/env bash
# What the compiler does not check: who imports whom, file sizes, forbidden constructs, secrets, format.
# Exceptions, each with its reason, are listed in scripts/lint-exceptions.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

exceptions=scripts/lint-exceptions.txt

# Told through a file, since many checks run at the end of a pipe, in a shell of their own.
found=$(mktemp)
trap 'rm -f "$found"' EXIT

problem() {
    echo "lint: $*" | tee -a "$found"
}

# excepted RULE PATH: succeeds when the exceptions file lists the pair.
excepted() {
    awk -v rule="$1" -v path="$2" '$1 == rule && $2 == path { found = 1 } END { exit !found }' "$exceptions"
}

# Reads "FILE:LINE:TEXT" lines and reports those whose file is not excepted from RULE.
report() {
    local rule=$1 message=$2 line
    while IFS= read -r line; do
        excepted "$rule" "${line%%:*}" || problem "$rule: $message: $line"
    done
}

swift_files() {
    local folder
    for folder in "$@"; do
        [[ -d $folder ]] && find "$folder" -name '*.swift' -not -path '*/.build*'
    done | sort
}

# imports FOLDER...: "FILE:LINE:MODULE" for each import below the folders.
imports() {
    local files
    mapfile -t files < <(swift_files "$@")
    [[ ${#files[@]} -eq 0 ]] && return 0
    awk '/^[ \t]*((@[A-Za-z]+(\([^)]*\))?|public|package|internal|fileprivate|private)[ \t]+)*import[ \t]/ {
        sub(/^.*import[ \t]+((struct|class|enum|protocol|func|var|let|typealias)[ \t]+)?/, "")
        sub(/[ \t.;].*$/, "")
        print FILENAME ":" FNR ":" $0
    }' "${files[@]}"
}

# --- who imports whom -------------------------------------------------------------------------------------------------

imports Sources/GatewayCore | { grep -vE ':(Swift|Synchronization)$' || true; } \
    | report imports "GatewayCore stands on the standard library and Synchronization alone"
imports Sources Tests Examples | { grep -E ':Foundation(Essentials|Networking)?$' || true; } \
    | report imports "Foundation is not used here"
for module in GatewayHTTP GatewayProviders GatewayStorage; do
    imports "Sources/$module" | { grep -E ':Gateway(HTTP|Providers|Storage)$' || true; } | { grep -v ":$module\$" || true; } \
        | report imports "$module meets its siblings only through GatewayCore"
done

# c_library MODULE FOLDER_PATTERN: the one place in Sources where the C library may be imported.
c_library() {
    imports Sources | { grep ":$1\$" || true; } | { grep -vE "^Sources/($2)/" || true; } \
        | report imports "$1 is imported in Sources/($2) alone"
}
c_library CCrypto 'GatewayProviders/Signing'
c_library CCurl 'GatewayHTTP/Client/Curl'
c_library COpenSSL 'GatewayHTTP/(TLS|Client)'
c_library CSQLite 'GatewayStorage'
c_library CSystem 'GatewayHTTP|gatewayd'

# --- file sizes -------------------------------------------------------------------------------------------------------

examples=()
[[ -d Examples ]] && examples=(Examples)
mapfile -t measured < <(swift_files Sources Tests Examples)
if [[ ${#measured[@]} -gt 0 ]]; then
    wc -l "${measured[@]}" | grep -v ' total$' | sort -n | awk '
        { size[NR] = $1; path[NR] = $2 }
        END {
            printf "%d Swift files; lines: median %d, 90th percentile %d, longest %d\n",
                NR, size[int((NR + 1) / 2)], size[int((NR * 9 + 9) / 10)], size[NR]
            for (i = NR; i > 0 && size[i] > 300; i--) printf "  %d %s\n", size[i], path[i]
        }'
fi
while read -r lines path; do
    [[ $lines -gt 400 ]] && { excepted size "$path" || problem "size: $path has $lines lines; 400 is the limit"; }
done < <({ find Sources Tests scripts "${examples[@]}" -type f \
    \( -name '*.swift' -o -name '*.py' -o -name '*.sh' -o -name '*.c' -o -name '*.h' \) \
    -not -path '*/__pycache__/*' -print0 | xargs -0 wc -l | grep -v ' total$'; })
:

# --- constructs -------------------------------------------------------------------------------------------------------

# Reads matches of PATTERN in the sources, comments left out.
in_code() {
    local pattern=$1
    shift
    { grep -rnE --include='*.swift' "$pattern" "$@" || true; } | { grep -vE '^[^:]+:[0-9]+:[ \t]*//' || true; }
}

in_code '\btry!|\bfatalError\(' Sources | report traps "no trap on a path that a peer or a file can reach"
{ grep -rnE --include='*.swift' --include='*.py' --include='*.sh' --exclude=lint.sh \
    '\bTODO\b|\bFIXME\b|\bXXX\b|[Ff]or now([.,;:)]|$)' Sources Tests scripts || true; } \
    | report unfinished "say what is true today, or do it"

# A claim that the compiler cannot check carries the argument for it.
while IFS= read -r match; do
    file=${match%%:*}
    rest=${match#*:}
    line=${rest%%:*}
    # The argument stands in the comment above, or as the first words of the body.
    first=$((line > 12 ? line - 12 : 1))
    sed -n "${first},$((line + 3))p" "$file" | grep -q 'SAFETY' || excepted safety "$file" \
        || problem "safety: @unchecked Sendable and nonisolated(unsafe) need a SAFETY comment: $match"
done < <(in_code '@unchecked Sendable|nonisolated\(unsafe\)' Sources)

# --- secrets and machines ---------------------------------------------------------------------------------------------

repository_text() {
    local paths=() path
    for path in Sources Tests Examples scripts docs bench .ci Makefile Package.swift README.md config.example.toml; do
        [[ -e $path ]] && paths+=("$path")
    done
    grep -rnIE --exclude-dir=__pycache__ --exclude=lint.sh "$1" "${paths[@]}" || true
}

repository_text 'sk-ant-[A-Za-z0-9_-]{24,}|sk-(proj-)?[A-Za-z0-9]{32,}|AIza[0-9A-Za-z_-]{35}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|BEGIN ([A-Z]+ )?PRIVATE KEY' \
    | { grep -v 'AKIAIOSFODNN7EXAMPLE' || true; } | report secret "looks like a secret"
repository_text '/work/|/tmp/wt|/root/' | report machine "a path of one machine"

# --- what other gateways got wrong ------------------------------------------------------------------------------------

python3 scripts/pitfalls.py >/dev/null || problem "pitfalls: every row of scripts/pitfalls.py has a test that names it"

# --- format -----------------------------------------------------------------------------------------------------------

"${SWIFT:-swift}" format lint --strict --parallel --recursive Package.swift Sources Tests "${examples[@]}" </dev/null \
    || problem "format: run make format"

if [[ -s $found ]]; then
    echo "lint: $(wc -l <"$found") problem(s)"
    exit 1
fi
echo "lint: clean"
