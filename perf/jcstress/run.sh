#!/bin/sh
# Runs the stress tests of ring and engine under jcstress, over the classes of the last Java build (./tadpole doctor
# builds). Fails on any forbidden outcome. Report: build/jcstress/report/index.html; last line: N passed, N failed.
#
#     perf/jcstress/run.sh [--quick | --full] [TEST]
#
# --quick (the default) takes less than a minute: one JVM a test, with the optimising compiler. --full takes all of
# jcstress's JVMs and compilers, about half an hour. TEST is a regular expression for the names of the tests.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
steps=$root/cli/src/main/sh
. "$steps/common.sh"
. "$steps/jdk.sh"

mode=${1---quick}
case $mode in
    --quick) set -- "${2-}" -m quick -sc false -f 1 -time 200 -iters 4 -jvmArgs '-XX:-TieredCompilation' ;;
    --full) set -- "${2-}" -m default ;;
    *) die 2 "no option $mode: --quick or --full" ;;
esac
tests=$1
shift
find_jdk
module=$root/perf/jcstress/target
[ -r "$module/classpath" ] || die 2 "the Java modules are not built: run ./tadpole doctor first"

# What jcstress leaves goes to the folder in which it runs.
results=$root/build/jcstress
rm -rf "$results"
mkdir -p "$results"
cd "$results"
status=0
"$jdk/bin/java" -cp "$module/classes:$(cat "$module/classpath")" org.openjdk.jcstress.Main \
    "$@" -c 2 -spinStyle THREAD_YIELD -r report -t "io.tadpole.stress.*$tests" >log 2>&1 </dev/null || status=$?
cat log

# The last of the lines of progress: Results: N planned; N passed, N failed, N soft errs, N hard errs
sed -n 's/^(Results: \(.*\))$/\1/p' log | tail -n 1 | awk -F '[^0-9]+' -v status="$status" '
    { planned = $1; passed = $2; failed = $3 + $4 + $5 }
    END {
        if (passed + failed < planned || planned == 0 || (status != 0 && failed == 0)) {
            printf "jcstress ended with %d after %d of %d tests\n", status, passed + failed, planned
            failed++
        }
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0
    }'
