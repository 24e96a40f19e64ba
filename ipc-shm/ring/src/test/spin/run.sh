#!/bin/sh
# Explores the models of the protocol with SPIN, each configuration to its end: what it asserts must hold. And each
# defect that can be switched on in a model must be caught by an assertion: so the assertions are worth something.
#
#     ipc-shm/ring/src/test/spin/run.sh [--quick | --full] [NAME]
#
# --quick (the default) takes less than a minute and finds the defects; --full takes half an hour and up to 3 GB for each
# of two at a time. With NAME: only what has it in its line below. Needs spin and gcc. Prints a line for each
# configuration: result, states, seconds, name; last line: N passed, N failed.
set -eu

# how far | expected | model | name: of a defect its switch | other switches
configurations='
quick | holds  | ring              | messages                                    | -DSPAN=5 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | holds  | ring              | the producer is killed, weak order          | -DSPAN=4 -DCONSUMER_KILLS=0 -DWEAK
quick | holds  | ring              | either is killed                            | -DSPAN=3
quick | holds  | ring              | an evicted consumer joins                   | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | holds  | ring              | a killed consumer is evicted and joins      | -DSPAN=3 -DPRODUCER_KILLS=0 -DEVICTIONS=1
quick | holds  | engine            | the engine is killed                        | -DSPAN=4
quick | holds  | engine            | the stage outside is killed and evicted     | -DSPAN=4 -DKILLS=0 -DOUTSIDE_KILLS=1 -DEVICTIONS=1
quick | holds  | deposed_consumer  | it goes on beside its successor             | -DSPAN=3
quick | holds  | deposed_consumer  | it goes on, evicted, beside one that joins  | -DSPAN=3 -DEVICTED=1
quick | holds  | deposed_producer  | it goes on beside its successor             | -DSPAN=7
quick | caught | ring              | NEXT_WORD_NOT_ZEROED                        | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | NEXT_WORD_NOT_CLAIMED                       | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | RUN_FIRST_WORD_FIRST                        | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | PADDING_BEFORE_ZERO                         | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | PADDING_BEFORE_RECORD                       | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | POSITION_BEFORE_HANDLER                     | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
quick | caught | ring              | HEADER_PLAIN                                | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DWEAK
quick | caught | ring              | TAIL_BEFORE_HEADER                          | -DSPAN=4 -DCONSUMER_KILLS=0
quick | caught | ring              | NO_FENCE_IN_JOIN                            | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | ring              | NO_FENCE_IN_REFRESH                         | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | ring              | NO_SECOND_LOOK_IN_JOIN                      | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | ring              | LIMIT_BEYOND_TAIL_AND_CAPACITY              | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | ring              | NO_JOINING_MARK                             | -DSPAN=4 -DPRODUCER_KILLS=0 -DEVICTED=1
quick | caught | ring              | SUCCESSOR_STORES_NO_TAIL                    | -DSPAN=4 -DCONSUMER_KILLS=0 -DEVICTED=1
quick | caught | engine            | SEQUENCE_BEFORE_MIRROR                      | -DSPAN=4
quick | caught | engine            | CURSOR_BEFORE_HEADER                        | -DSPAN=4
quick | caught | engine            | STAGE_STARTS_AT_CURSOR                      | -DSPAN=4
quick | caught | engine            | OUTSIDE_NOT_BOUNDED                         | -DSPAN=4 -DKILLS=0 -DOUTSIDE_KILLS=1 -DEVICTIONS=1
quick | caught | engine            | LAST_STAGE_GATES_ALONE                      | -DSPAN=4 -DKILLS=0 -DOUTSIDE_KILLS=1 -DEVICTIONS=1
quick | caught | deposed_consumer  | NO_EPOCH_CHECK_BY_CONSUMER                  | -DSPAN=5
quick | caught | deposed_consumer  | POSITION_BEFORE_EPOCH                       | -DSPAN=5
quick | caught | deposed_producer  | NO_EPOCH_CHECK_BY_PRODUCER                  | -DSPAN=9
full  | holds  | ring              | either is killed                            | -DSPAN=6
full  | holds  | ring              | either is killed, weak order                | -DSPAN=6 -DWEAK
full  | holds  | ring              | the producer is killed, longer              | -DSPAN=9 -DCONSUMER_KILLS=0
full  | holds  | ring              | the producer is killed, longer, weak order  | -DSPAN=8 -DCONSUMER_KILLS=0 -DWEAK
full  | holds  | ring              | two producers are killed, weak order        | -DSPAN=5 -DPRODUCER_KILLS=2 -DCONSUMER_KILLS=0 -DWEAK
full  | holds  | ring              | longer store buffer, weak order             | -DSPAN=6 -DSLOTS=6 -DCONSUMER_KILLS=0 -DWEAK
full  | holds  | ring              | kill, eviction, kill, join                  | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=2 -DEVICTIONS=1
full  | holds  | ring              | kill, eviction, kill, join, weak order      | -DSPAN=4 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=2 -DEVICTIONS=1 -DWEAK
full  | holds  | ring              | eviction, join, the producer is killed, too | -DSPAN=4 -DEVICTIONS=1
full  | holds  | ring              | join, either is killed, weak order          | -DSPAN=3 -DEVICTED=1 -DWEAK
full  | holds  | ring              | as Codon and C: no zero by a successor      | -DSPAN=4 -DCONSUMER_KILLS=0 -DEVICTED=1 -DWEAK -DSUCCESSOR_ZEROES_NOTHING
full  | holds  | ring              | two consumers, the producer is killed       | -DSPAN=3 -DCONSUMERS=2 -DCONSUMER_KILLS=0
full  | holds  | ring              | two consumers, one is killed                | -DSPAN=4 -DCONSUMERS=2 -DPRODUCER_KILLS=0
full  | holds  | ring              | two consumers, one joins                    | -DSPAN=4 -DCONSUMERS=2 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0 -DEVICTED=1
full  | holds  | ring              | eight units, longer records and paddings    | -DCAPACITY=8 -DSPAN=6 -DPRODUCER_KILLS=0 -DCONSUMER_KILLS=0
full  | holds  | ring              | eight units, the producer is killed         | -DCAPACITY=8 -DSPAN=4 -DCONSUMER_KILLS=0
full  | holds  | engine            | the engine is killed                        | -DSPAN=6
full  | holds  | engine            | the engine is killed twice                  | -DSPAN=4 -DKILLS=2
full  | holds  | engine            | either is killed, the outside one evicted   | -DSPAN=4 -DOUTSIDE_KILLS=1 -DEVICTIONS=1
full  | holds  | deposed_consumer  | it goes on beside its successor             | -DSPAN=6
full  | holds  | deposed_consumer  | it goes on, evicted, beside one that joins  | -DSPAN=5 -DEVICTED=1
full  | holds  | deposed_producer  | it goes on beside its successor             | -DSPAN=9
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
    case $expected,$store in
        caught,*) optimise=-O0 && set -- "$@" "-D$name" ;;
        holds,) optimise=-O1 ;;
        *) optimise=-O2 ;;
    esac
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
            [ ! -e "$model.pml.trail" ] || spin -k "$model.pml.trail" -p -l -g "$@" "$here/$model.pml" | tail -n 60 | sed 's/^/        /'
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
    -*)
        echo "no option $1: --quick or --full" >&2
        exit 2
        ;;
    *) level=quick ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
store=''
[ $level = quick ] || store=-DCOLLAPSE

printf '%s\n' "$configurations" | grep "^$level .*|" | grep -F -- "${1-}" >"$work/chosen" ||
    { echo "no configuration has '${1-}' in its line" >&2 && exit 2; }
awk '{ printf "%d|%s%c", NR, $0, 0 }' "$work/chosen" | xargs -0 -P 2 -n 1 sh "$0" --one "$work" "$store"

cat "$work"/*/result >"$work/results"
passed=$(grep -c '^ok ' "$work/results" || :)
failed=$(grep -c '^FAILED ' "$work/results" || :)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
