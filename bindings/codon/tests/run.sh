#!/bin/sh
# Runs every *_test.codon of this folder, compiled for debugging and for release (the optimiser is what breaks a wrong
# atomic), and then the tests of the build's gates. Prints N passed, N failed, N skipped; ends with 1 if anything failed.
#
#     TADPOLE_PYTHON=build/venv/bin/python bindings/codon/tests/run.sh [HOSTILE_RINGS]
#
# HOSTILE_RINGS are 200000 unless told; 10000000 is the whole of it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
codon=$("${TADPOLE_PYTHON:-python3}" -c 'from codon_compiler_demo.paths import CODON_BIN; print(CODON_BIN)')
work=$(mktemp -d)
gates=''
trap '[ -z "$gates" ] || kill "$gates"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

passed=0
failed=0
skipped=0

# count PROGRAM [ARGUMENT...]: runs a test program and adds up its last line. One that dies on the way has failed.
count() {
    status=0
    "$@" > "$work/log" 2>&1 || status=$?
    cat "$work/log"
    set -- $(sed -n '$s/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed\(, \([0-9][0-9]*\) skipped\)*$/\1 \2 \4/p' "$work/log")
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${2:-0}))
    skipped=$((skipped + ${3:-0}))
    if [ "$status" -ne 0 ] && [ "${2:-0}" -eq 0 ]; then
        echo "it ended with status $status"
        failed=$((failed + 1))
    fi
}

# Beside the rest: both spend most of their time in the compiler, which has one thread.
"$here/build_gates_test.sh" > "$work/gates" 2>&1 &
gates=$!

# Its answer, and what it said.
end_gates() {
    ended=0
    wait "$gates" || ended=$?
    gates=''
    cat "$work/gates"
    return "$ended"
}

for test in "$here"/*_test.codon; do
    for mode in -debug -release; do
        name=$(basename "$test" .codon)
        echo "$name $mode"
        mkdir "$work/scratch"
        if CODON_PATH=$here/.. "$codon" build "$mode" -exe -o "$work/$name" "$test"; then
            count "$work/$name" "$here/../../layout.golden" "$work/scratch" "${1:-200000}"
        else
            failed=$((failed + 1))
        fi
        rm -rf "$work/scratch"
    done
done
echo build_gates
count end_gates

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
