#!/bin/sh
# Proves that each gate of ../build.sh stops the source that it is there for, and lets a good one through.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

passed=0
failed=0

# build GLOBALS BODY: a program with these lines at module level, and these in its entry; an older one is there.
build() {
    echo old > "$work/program"
    {
        printf '%s\n' "$1"
        printf '@export\ndef start(argc: i32, argv: Ptr[cobj]) -> i32:\n    n = int(argc)\n'
        printf '%s\n' "$2" | sed 's/^/    /'
    } > "$work/program.codon"
    "$here/../build.sh" exe "$work/program.codon" start "$work/program" > "$work/log" 2>&1
}

fail() {
    failed=$((failed + 1))
    echo "FAIL $1"
    cat "$work/log"
}

# stops NAME GATE GLOBALS BODY
stops() {
    if build "$3" "$4"; then
        fail "$1: it was built"
    elif grep -q "fails the gate '$2'" "$work/log" && [ "$(cat "$work/program")" = old ]; then
        passed=$((passed + 1))
    else
        fail "$1: not stopped by the gate '$2', or what was built before is gone"
    fi
}

stops 'an assert' raise '' 'assert n > 1, "few"
return i32(0)'

stops 'a raise' raise '' 'if n > 1:
    raise ValueError("many")
return i32(0)'

stops 'a list' raise '' 'numbers = [n, 2]
numbers.append(n)
return i32(numbers[n])'

stops 'a print' runtime '' 'print(n)
return i32(0)'

stops 'a module-level str' globals 'NAME = "tadpole"' 'return i32(int(NAME.ptr[n]))'

stops 'a module-level i32' globals 'FOUR = i32(4)' 'return i32(int(FOUR) + n)'

stops 'a mutable global' globals 'count = 0
def up():
    global count
    count += 1' 'for i in range(n):
    up()
return i32(count)'

stops 'a function that libc lacks' libc 'from C import tadpole_not_there(int) -> int as not_there' \
    'return i32(not_there(n))'

if build 'from tadpole.layout import *
from tadpole.status import *' 'return i32(RING_DATA // 4096 + OK + 2 * n)'; then
    status=0
    "$work/program" argument || status=$?
    if [ "$status" -eq 5 ]; then
        passed=$((passed + 1))
    else
        fail "a good program ends with $status, not 5"
    fi
else
    fail 'a good program is not built'
fi

sed 's/start/begin/' "$work/program.codon" > "$work/other.codon"
if "$here/../build.sh" exe "$work/other.codon" start "$work/other" > "$work/log" 2>&1; then
    fail 'a program without the entry is built'
elif grep -q 'exports no function start' "$work/log"; then
    passed=$((passed + 1))
else
    fail 'a program without the entry is not named as such'
fi

# The fault points are nothing: a program with both roles is, byte for byte, what it is without their lines.
cat > "$work/roles.codon" << 'END'
from tadpole.ring_consumer import *
from tadpole.ring_producer import *

@export
def start(argc: i32, argv: Ptr[cobj]) -> i32:
    producer = attach_producer(argv[1])
    consumer = attach_consumer(argv[1], 0)
    if producer.try_claim(int(argc)) != OK or producer.commit(int(argc)) != OK:
        return i32(1)
    length = consumer.peek()
    consumer.advance()
    return i32(consumer.publish() + length)
END
mkdir "$work/bare"
cp -R "$here/../build.sh" "$here/../tadpole" "$work/bare"
sed -i -e '/^ *reached(/d' -e '/^from tadpole.steps import/d' "$work"/bare/tadpole/ring_*.codon
printf 'from C import abort() -> None as c_abort\n\ndef reached(words: str) -> None:\n    c_abort()\n' > "$work/steps.codon"
if cmp -s "$here/../tadpole/ring_producer.codon" "$work/bare/tadpole/ring_producer.codon"; then
    fail 'there are no fault points'
elif "$here/../build.sh" exe "$work/roles.codon" start "$work/with" > "$work/log" 2>&1 &&
    "$work/bare/build.sh" exe "$work/roles.codon" start "$work/without" > "$work/log" 2>&1 &&
    TADPOLE_STEPS=$work/steps.codon "$here/../build.sh" exe "$work/roles.codon" start "$work/stopping" > "$work/log" 2>&1 &&
    cmp "$work/with" "$work/without" > "$work/log" && ! cmp -s "$work/with" "$work/stopping"; then
    passed=$((passed + 1))
else
    fail 'fault points leave something, or leave nothing where they do something'
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
