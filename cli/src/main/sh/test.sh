# Runs every test there is, in every language. Sourced.
#
# Each suite prints one line with its counts and adds them to build/test/counts; the last line of all is the sum. A
# suite that cannot run for want of a tool is one skip. Every skip prints its reason, which for a tool is the line that
# installs it; where CI=true every skip is a failure, because there the tools are the job of .ci/run.

test_usage='Usage: ./tadpole test [--help]
Run every test, in every language: Java with its lint, jcstress, the models of the protocol, C, Codon, Python,
the native programs, the launcher.
The last line counts: N passed, N failed, N skipped. Installs nothing outside this folder
(Maven keeps its downloads where it always does). Logs: build/test. A suite that does not end within
TADPOLE_SUITE_SECONDS (default: 1800) has failed.

Exit codes:
  0   all passed; a test whose tool is missing is skipped
  1   a test failed; where CI=true also when one is skipped
  2   wrong use'

run_tests()
{
    case "$#,${1-}" in
        0,) ;;
        1,-h | 1,--help)
            printf '%s\n' "$test_usage"
            exit 0
            ;;
        *) die 2 "test takes no arguments; see ./tadpole test --help" ;;
    esac
    logs=$root/build/test
    counts=$logs/counts
    lock_tests
    : >"$counts"

    # The Java tests run the native programs too, so these come first.
    for language in c codon
    do
        native_ready flights_board "$language"
        native_ready flights_kernel "$language"
    done
    for language in c codon python
    do
        native_ready crash_child "$language"
        native_ready matrix_peer "$language"
        native_ready bench_peer "$language"
        native_ready quickstart "$language"
    done
    native_ready bench_sum_kernel codon
    native_ready bench_empty_kernel codon
    java_suites
    suite jcstress "$logs/jcstress.log" env JAVA_HOME="$jdk" "$root/perf/jcstress/run.sh" --quick
    model_suite
    c_suite
    codon_suite
    python_suite
    board_suite codon
    board_suite c
    suite launcher "$logs/launcher.log" sh "$root/cli/src/test/sh/run.sh"

    awk '{ passed += $1; failed += $2; skipped += $3 }
        END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 }' "$counts" ||
        exit 1
    exit 0
}

# One run at a time, from here to the end of the process: they would count into the same file.
lock_tests()
{
    mkdir -p "$logs"
    exec 8>>"$logs/lock"
    take_lock 8 'another test run'
}

# report NAME PASSED FAILED SKIPPED SECONDS
report()
{
    if [ "${CI-}" = true ]
    then
        set -- "$1" "$2" $(($3 + $4)) 0 "$5"
    fi
    echo "$2 $3 $4" >>"$counts"
    printf '%-28s %5d passed %3d failed %3d skipped %5d s\n' "$@"
}

now()
{
    date +%s
}

# native_ready PROGRAM c|codon|python: builds the program. A missing tool and a program that does not compile are not the
# same: only the first is a skip, told where the suite would have run.
native_ready()
{
    native_program "$1" "$2" && return
    case $reason in
        'it does not compile'*) report "native $1 ($2)" 0 1 0 0 ;;
    esac
}

# skip NAME REASON: of a whole suite.
skip()
{
    printf 'skipped %s: %s\n' "$1" "$2"
    report "$1" 0 0 1 0
}

# The protocol, in its small configurations; the large ones take too long to be run each time.
model_suite()
{
    if find_model_checker
    then
        suite models "$logs/models.log" "$root/ipc-shm/ring/src/test/spin/run.sh" --quick
    else
        skip models "$reason"
    fi
}

# SPIN writes C.
find_model_checker()
{
    find_c_compiler || return 1
    command -v spin >/dev/null && return 0
    reason='spin is missing; install it: apt-get install spin'
    return 1
}

c_suite()
{
    if find_c_compiler
    then
        suite c "$logs/c.log" "$root/bindings/c/tests/run.sh"
    else
        skip c "$reason"
    fi
}

codon_suite()
{
    if find_codon_tools && set_up_codon
    then
        TADPOLE_PYTHON=$root/build/venv/bin/python
        export TADPOLE_PYTHON
        suite codon "$logs/codon.log" "$root/bindings/codon/tests/run.sh"
    else
        skip codon "$reason"
    fi
}

python_suite()
{
    lock_build
    status=0
    set_up_python || status=1
    unlock_build
    if [ "$status" -eq 0 ]
    then
        suite python "$logs/python.log" env PYTHONDONTWRITEBYTECODE=1 "$root/build/python/bin/python" -m unittest discover \
            -s bindings/python/tests -v
    else
        case $reason in
            'it does not compile'*)
                printf 'failed python: %s\n' "$reason"
                report python 0 1 0 0
                ;;
            *) skip python "$reason" ;;
        esac
    fi
}

# board_suite codon|c: the native program by itself, against a ring that Python writes.
board_suite()
{
    if [ ! -e "$root/build/native/flights_board_$1" ]
    then
        skip "flights board ($1)" "$(cat "$root/build/native/flights_board_$1.reason")"
    elif ! find_python
    then
        skip "flights board ($1)" "$reason"
    else
        FLIGHTS_BOARD_BIN=$root/build/native/flights_board_$1
        export FLIGHTS_BOARD_BIN
        suite "flights board ($1)" "$logs/flights-board-$1.log" \
            "$python" "$root/examples/flights/src/test/native/test_flights_board.py" -v
    fi
}

# suite NAME LOG COMMAND...: the command ends with its counts, as "N passed, N failed[, N skipped]" or as Python's
# unittest writes them. One that ends badly, or ran nothing, has failed whatever it counts.
suite()
{
    name=$1
    log=$2
    shift 2
    start=$(now)
    limit=${TADPOLE_SUITE_SECONDS:-1800}
    status=0
    (cd "$root" && timeout --foreground -k 10 "$limit" "$@") </dev/null >"$log" 2>&1 || status=$?
    [ "$status" -ne 124 ] || echo "it did not end within $limit s" >>"$log"
    counted=$(count_results "$log")
    # shellcheck disable=SC2086 # three numbers
    set -- $counted
    if [ "$2" -eq 0 ] && { [ "$status" -ne 0 ] || [ $(($1 + $3)) -eq 0 ]; }
    then
        set -- "$1" 1 "$3"
    fi
    if [ "$2" -ne 0 ]
    then
        tail -n 40 "$log"
    fi
    sed -n -e 's/^skipped \(.*: .*\)/    skipped: \1/p' -e "s/^\(.*\) \.\.\. skipped '/    skipped: \1: '/p" "$log"
    report "$name" "$1" "$2" "$3" $(($(now) - start))
}

# Prints "passed failed skipped".
count_results()
{
    awk '
        function number(label,    text) {
            if (!match($0, label "=[0-9]+")) return 0
            text = substr($0, RSTART, RLENGTH)
            sub(/.*=/, "", text)
            return text + 0
        }
        /^[0-9]+ passed, [0-9]+ failed/ { passed = $1; failed = $3; skipped = $5 + 0 }
        /^Ran [0-9]+ tests? in / { ran = $2 }
        /^(OK|FAILED)( \(.*\))?$/ && ran != "" {
            failed = number("failures") + number("errors") + number("unexpected successes")
            skipped = number("skipped")
            passed = ran - failed - skipped
        }
        END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Maven goes on after a failed test, so that the counts are whole; its own exit status then says whether anything else
# went wrong: compiling, lint, documentation.
java_suites()
{
    lock_build
    find "$root" -path '*/target/surefire-reports/*.xml' -exec rm -f {} +
    start_stamp
    module=''
    status=0
    maven "$logs/maven.log" java_progress -Dmaven.test.failure.ignore=true verify || status=$?
    unlock_build
    if [ "$status" -eq 0 ]
    then
        finish_stamp
    else
        show_maven_errors "$logs/maven.log"
        report 'java build and lint' 0 1 0 0
    fi
}

# Sees each line of Maven's output: a module's line is due when the next module, or the summary, begins.
java_progress()
{
    case $1 in
        '[INFO]   from '*'/pom.xml')
            module=${1#'[INFO]   from '}
            module=${module%/pom.xml}
            start=$(now)
            ;;
        '[INFO] Building Tadpole '[!0-9]*'['*/*']' | '[INFO] Reactor Summary '*)
            [ -z "$module" ] || report_module
            module=''
            ;;
        '[ERROR] Failures:'* | '[ERROR] Errors:'*) failures=shown ;;
        '[ERROR] Tests run:'*) failures='' ;;
    esac
    [ -z "${failures-}" ] || printf '%s\n' "$1"
}

# A module that has test sources and no result has failed, whatever Maven says.
report_module()
{
    set -- "$root/$module"/target/surefire-reports/*.xml
    if [ -e "$1" ]
    then
        counted=$(count_reports "$@")
        sed -n 's/.*<skipped message="\([^"]*\)".*/    skipped: \1/p' "$@" | sort | uniq
    elif [ -d "$root/$module/src/test/java" ]
    then
        counted='0 1 0'
    else
        counted='0 0 0'
    fi
    # shellcheck disable=SC2086 # three numbers
    report "java $module" $counted $(($(now) - start))
}

# count_reports FILE...: prints "passed failed skipped" over surefire's reports.
count_reports()
{
    awk '
        function attribute(name,    text) {
            if (!match($0, " " name "=\"[0-9]+\"")) return 0
            text = substr($0, RSTART, RLENGTH)
            gsub(/[^0-9]/, "", text)
            return text + 0
        }
        /<testsuite / {
            bad = attribute("failures") + attribute("errors")
            failed += bad
            skipped += attribute("skipped")
            passed += attribute("tests") - bad - attribute("skipped")
        }
        END { print passed + 0, failed + 0, skipped + 0 }' "$@"
}
