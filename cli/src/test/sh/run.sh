#!/bin/sh
# Runs the tests of the launcher: every function should_* of the files test_*.sh beside this one, each in a shell and an
# empty folder of its own. A test fails when its last command does, or any before it (set -e); one that exits with 77 is
# skipped. Last line: the counts.
#
#     cli/src/test/sh/run.sh [NAME]    only the tests whose name contains NAME
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../../../.." && pwd -P)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0
skipped=0

for file in "$here"/test_*.sh
do
    for test in $(sed -n 's/^\(should_[a-z0-9_]*\)()$/\1/p' "$file" | grep -F -- "${1-}")
    do
        mkdir "$scratch/$test"
        # A shell of its own: in a condition of this one, set -e would not count.
        (cd "$scratch/$test" && sh -euc '. "$1/assertions.sh"; . "$2"; "$3"' sh "$here" "$file" "$test" "$root") \
            >"$scratch/output" 2>&1 </dev/null
        case $? in
            0)
                passed=$((passed + 1))
                echo "ok      $test"
                ;;
            77)
                skipped=$((skipped + 1))
                echo "skipped $test: $(tail -n 1 "$scratch/output")"
                ;;
            *)
                failed=$((failed + 1))
                echo "FAILED  $test"
                sed 's/^/        /' "$scratch/output"
                ;;
        esac
    done
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
