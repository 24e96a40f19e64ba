#!/bin/sh
# Explores the models of the protocol with SPIN, each configuration to its end: what it asserts must hold. And each
# defect that can be switched on in a model must be caught by an assertion: so the assertions are worth something.
#
#     ipc-shm/ring/src/test/spin/run.sh [--quick | --full] [NAME]
#
# --quick (the default) takes less than a minute, --full much longer; with NAME only what has it in its line below. Needs
# spin and gcc. Prints a line for each configuration: result, states, seconds, name; last line: N passed, N failed.
set -eu

# how far | what is expected | model | name | switches
configurations='
quick | holds  | ring | a message after another            | -DSPAN=6 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | holds  | ring | a producer is killed               | -DSPAN=4 -DCONSUMER_KILLS=0
quick | holds  | ring | a consumer joins                   | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | ring | NEXT_WORD_NOT_ZEROED               | -DSPAN=4 -DCONSUMER_KILLS=0
'

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# explore NUMBER EXPECTED MODEL NAME SWITCHES...: in a folder of its own; leaves the line of its result in the file result.
explore()
{
    expected=$2
    model=$3
    name=$4
    mkdir "$work/$1"
    cd "$work/$1"
    shift 4
    # A defect is found at once: there the compiler's time counts.
    optimise=-O2
    if [ "$expected" = caught ]
    then
        optimise=-O0
        set -- "$@" "-D$name"
    fi
    start=$(date +%s)
    if ! spin -a "$@" "$here/$model.pml" >log 2>&1 ||
        ! gcc $optimise -w -DSAFETY -DNOCLAIM -DNOREDUCE $store -DMEMLIM=2900 -o pan pan.c >>log 2>&1
    then
        verdict='cannot be explored'
    else
        status=0
        ./pan -m1000000 -E -w22 >log 2>&1 || status=$?
        verdict=$(judge "$status")
    fi
    case "$expected,$verdict" in
        holds,holds | caught,caught*) outcome=ok ;;
        *) outcome=FAILED ;;
    esac
    {
        printf '%-7s %12s states %4d s  %s: %s, %s\n' "$outcome" "$(states)" $(($(date +%s) - start)) "$model" "$name" \
            "$verdict"
        if [ $outcome = FAILED ]
        then
            tail -n 25 log | sed 's/^/        /'
            [ ! -e "$model.pml.trail" ] || spin -t -p -l -g "$@" "$here/$model.pml" | tail -n 60 | sed 's/^/        /'
        fi
    } >result
    cat result
    rm -f pan pan.?
}

# What pan's log says. Only a search that ended by itself, within its bounds, has explored everything.
judge()
{
    if grep -q '^pan:1: assertion violated' log
    then
        sed -n 's/^pan:1: assertion violated \(.*\) (at depth [0-9]*)$/caught by \1/p' log
    elif [ "$1" -eq 0 ] && grep -q 'errors: 0$' log && ! grep -q -i 'not completed\|too small\|reached\.*limit\|out of memory' log
    then
        echo holds
    else
        echo 'not explored to the end'
    fi
}

states()
{
    sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' log
}

case ${1-} in
    --one)
        work=$2
        store=$3
        line=$4
        number=${line%%|*}
        old_ifs=$IFS
        IFS='|'
        set -f
        # shellcheck disable=SC2086 # fields, and then words
        set -- ${line#*|}
        IFS=$old_ifs
        # shellcheck disable=SC2086,SC2046
        explore $number $2 $3 "$(echo $4)" ${5-}
        exit 0
        ;;
    --quick | --full)
        level=${1#--}
        shift
        ;;
    *) level=quick ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
store=''
[ $level = quick ] || store=-DCOLLAPSE

printf '%s\n' "$configurations" | grep "^$level .*|" | grep -F -- "${1-}" | awk '{ printf "%d|%s%c", NR, $0, 0 }' |
    xargs -0 -P 2 -n 1 sh "$0" --one "$work" "$store"

cat "$work"/*/result >"$work/results"
passed=$(grep -c '^ok ' "$work/results" || :)
failed=$(grep -c '^FAILED ' "$work/results" || :)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
