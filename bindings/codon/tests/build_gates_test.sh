#!/bin/sh
# Proves that each gate of ../build.py stops the source that it is there for, says where and which rule, and lets a good one
# through.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=${TADPOLE_PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

passed=0
failed=0

fail() {
    failed=$((failed + 1))
    echo "FAIL $1"
    cat "$work/log"
}

pass() {
    passed=$((passed + 1))
}

# builds [FLAG...]: the program that stands in $work, beside which there is an older build.
builds() {
    echo old > "$work/program"
    "$python" "$here/../build.py" -o "$work/program" "$@" "$work/program.codon" > "$work/log" 2>&1
}

# stops NAME RULE LINE WORDS [FLAG...]: the program on standard input, and the older build stays.
stops() {
    name=$1
    where="\"rule\": \"$2\", \"file\": \"$work/program.codon\", \"line\": ${3:-null}, \"problem\": \"$4"
    shift 4
    cat > "$work/program.codon"
    status=0
    builds --json "$@" || status=$?
    if [ "$status" -eq 1 ] && [ "$(cat "$work/program")" = old ] && [ "$(wc -l < "$work/log")" -eq 1 ] &&
        grep -qF "$where" "$work/log"; then
        pass
    else
        fail "$name: status $status, not told as $where, or what was built before is gone"
    fi
}

stops 'an assert' raise 4 'an assert raises' << 'END'
from tadpole import *

def check(n):
    assert n > 1, "few"
    return n

def main(argc, argv):
    for i in range(3):
        say(i)
    return check(argc)
END

stops 'a raise' raise 3 'a raise raises' << 'END'
def main(argc, argv):
    if argc > 1:
        raise ValueError("many")
    return 0
END

stops 'a list in a handler' raise 4 'a list lives in the heap' << 'END'
from tadpole import *

def handle(message, length, position):
    lengths = [length]
    lengths.append(length)
    say(lengths[position])

def main(argc, argv):
    consumer = attach_consumer(argv[1], 0)
    while consumer.poll(handler=handle, limit=10) >= 0:
        idle(0)
END

# What a newcomer writes, and what is no raise to look at.
stops 'a handler that counts' globals 6 'a variable that an inner function changes lives' << 'END'
from tadpole import *

def main(argc, argv):
    total = 0
    def handle(message, length, position):
        nonlocal total
        total += length
    consumer = attach_consumer(argv[1], 0)
    while consumer.poll(handle, 10) >= 0:
        idle(0)
    return total
END

stops 'an Optional' raise 12 'an Optional that may be None raises' << 'END'
from tadpole import *

def find(n: int) -> Optional[int]:
    if n > 1:
        return n
    return None

def main(argc, argv):
    found = find(argc)
    if found is None:
        return 1
    say(found)
END

stops 'the arguments of sys' globals 5 'sys.argv needs' << 'END'
import sys

def main(argc, argv):
    n = 3 * argc
    return len(sys.argv) + n
END

stops 'a range with any step' raise 3 'a range whose step may be 0 raises' << 'END'
def main(argc, argv):
    n = 0
    for i in range(0, 100, argc):
        n += i
    return n
END

stops 'an item of a tuple' raise 4 "a tuple's item of any number raises" << 'END'
def main(argc, argv):
    primes = (2, 3, 5)
    n = sum(i for i in range(argc))
    return primes[argc] + n
END

stops 'a print' runtime 2 'print() needs' << 'END'
def main(argc, argv):
    print(argc)
END

stops 'a text that is built' runtime 5 'a text that is built' << 'END'
from tadpole import *

def main(argc, argv):
    say(argc)
    say(f"there are {argc}")
END

stops 'a module-level str' globals 2 'the global variable NAME' << 'END'

NAME = "tadpole"

def main(argc, argv):
    return int(NAME.ptr[argc])
END

stops 'a mutable global' globals 1 'the global variable count' << 'END'
count = 0

def up():
    global count
    count += 1

def main(argc, argv):
    for i in range(argc):
        up()
    return count
END

# Nothing runs at module level: each of these lines would be left out in silence.
while read -r line; do
    printf '"""\nBoth.\n"""\nfrom tadpole import *\n%s\n\ndef main(argc, argv):\n    return 0\n' "$line" > "$work/source"
    stops "$line" module 5 'this never runs' < "$work/source"
done << 'END'
say("starting")
failure = create_channel("/dev/shm/never".ptr, 65536)
table: Ptr[int] = Ptr[int](8)
count += 1
flags, masks = 1, 2
table[0] = 8
if __name__ == "__main__": main(1, Ptr[cobj]())
for i in range(3): say(i)
END
stops 'a module of Python' module 1 'a module of Python needs' << 'END'
from python import numpy

def main(argc, argv):
    return 0
END

stops 'a try' try 2 'without Codon'"'"'s runtime nothing is caught' << 'END'
def main(argc, argv):
    try:
        return 10 // (argc - 1)
    except ZeroDivisionError:
        return 42
END

# So in what is imported, and in nothing else: this script is beside all programs from here on.
mkdir "$work/deep"
touch "$work/deep/__init__.codon"
printf 'LIMIT = 3\nprint(LIMIT)\n' | tee "$work/script.codon" > "$work/deep/loud.codon"
printf 'def main(argc, argv):\n    from deep.loud import LIMIT\n    return LIMIT\n' > "$work/program.codon"
if builds || ! grep -qF "loud.codon:2: this never runs" "$work/log"; then
    fail 'a statement in an imported module is not told'
else
    pass
fi

# The package's own calls would go to these: of libc, of libm, of a program's start.
for name in close round main; do
    printf '@export\ndef %s(role: int) -> int:\n    return role\n' "$name" > "$work/source"
    stops "an exported $name" export 2 "$name is C's own" --lib < "$work/source"
done
stops 'an exported name in a program' export 2 "read is C's own" << 'END'
@export
def read(role: i32) -> i32:
    return role

def main(argc, argv):
    return 0
END

# Whatever the compiler leaves where it is started, it does not leave it there.
cd "$work"
stops 'what is no code' compile '' 'it does not compile", "remedy": "Function return type' --lib << 'END'
from C import twice(i32) -> i32 as c_twice

def once(n: i32) -> i32:
    return c_twice(n)

@export
def twice(n: int) -> int:
    return int(once(i32(n)))
END
if [ -e "$work/_dump.ll" ]; then
    fail 'a dump is left'
else
    pass
fi

stops 'a function that libc lacks' libc 1 'libc has no function tadpole_not_there' << 'END'
from C import tadpole_not_there(int) -> int as not_there

def main(argc, argv):
    return not_there(argc)
END

stops 'what does not compile' compile 2 'it does not compile", "remedy": "name '"'argcc'"' is not defined' << 'END'
def main(argc, argv):
    return argcc
END

# The package has a program.codon, too, whose line it is that does not compile.
stops 'a text as answer' compile 2 'it does not compile", "remedy": "main() answers an int, or nothing"' << 'END'

def main(argc, argv):
    return "an answer"

# Here, in the line that the package's file has, is






# nothing.
END

stops 'what the package cannot do' compile 4 'it does not compile", "remedy": "'"'Tuple[int,int]' object" << 'END'
from tadpole import *

def main(argc, argv):
    say((argc, 2))
END

stops 'no main' compile '' 'there is no main()' << 'END'
def start(argc, argv):
    return 0
END

stops 'a main of another kind' compile '' 'its main() cannot be called with (argc, argv)' << 'END'
def main():
    return 0
END

stops 'a library that gives nothing' entry '' 'no function is exported' --lib << 'END'
def twice(n: int) -> int:
    return 2 * n
END

stops 'a library with an assert' raise 3 'an assert raises' --lib << 'END'
@export
def twice(n: int) -> int:
    assert n > 0
    return 2 * n
END

# The module beside a program is the program's own: what is wrong there is told there.
printf 'def check(n):\n    assert n > 1\n    return n\n' > "$work/helper.codon"
printf 'import helper\n\ndef main(argc, argv):\n    return helper.check(argc)\n' > "$work/program.codon"
if builds || [ "$(wc -l < "$work/log")" -ne 1 ] || ! grep -qF "tadpole: $work/helper.codon:2: an assert raises" "$work/log"; then
    fail 'an assert in a module beside is not told in one sentence'
else
    pass
fi

# A module of a package is the program's own, too; what else is there is not read, or not asked for.
printf 'import deep.inner\n\ndef main(argc, argv):\n    return deep.inner.check(argc)\n' > "$work/program.codon"
printf 'def check(n):\n    # of d\351j\340 vu\n    assert n > 1\n    return n\n' > "$work/deep/inner.codon"
ln -s nowhere "$work/dangling.codon"
mkdir -m 0 "$work/closed" "$work/folder.codon"
if builds || [ "$(wc -l < "$work/log")" -ne 1 ] ||
    ! grep -qF "tadpole: $work/deep/inner.codon:3: an assert raises" "$work/log"; then
    fail 'an assert in a package beside is not told in one sentence'
else
    pass
fi

# good NAME STATUS: the program on standard input is built, and ends so with one argument.
good() {
    cat > "$work/program.codon"
    if builds; then
        status=0
        "$work/program" argument > "$work/log" 2>&1 || status=$?
        if [ "$status" -eq "$2" ] && [ ! -s "$work/log" ]; then
            pass
        else
            fail "$1: it ends with $status, not $2, or says something"
        fi
    else
        fail "$1: it is not built"
    fi
}

good 'a good program' 5 << 'END'
"""A text
at module level."""
from tadpole.layout import *
from tadpole.status import *

BASE: int = (
    OK + 2 ** (1 + 1)
)
LESS = BASE - 4
less = lambda n: int(n) + LESS

def main(argc, argv):
    """
say("a text, too")
    """
    return RING_DATA // 4096 + less(2 * argc)
END

good 'a program without an answer' 0 << 'END'
def main(argc, argv):
    pass
END

good 'a program with types' 2 << 'END'
import math

def main(argc: int, argv: Ptr[cobj]) -> int:
    numbers = __array__[int](4)
    for i in range(4):
        numbers.ptr[i] = i + int(math.sin(float(argc)) * float(argc) ** 1.5)
    return numbers.ptr[0]
END

# With the package's own name, it is still not the package.
printf 'from tadpole import *\n\ndef main(argc, argv):\n    return int(argv[argc] != cobj()) + 3 + OK\n' > "$work/tadpole.codon"
if "$python" "$here/../build.py" -o "$work/program" "$work/tadpole.codon" > "$work/log" 2>&1; then
    status=0
    "$work/program" || status=$?
fi
if [ "$status" -eq 3 ]; then
    pass
else
    fail "tadpole.codon is not built, or ends with $status"
fi

# A library gives what it exports, and needs libc alone.
cat > "$work/program.codon" << 'END'
from tadpole import *

def own(n: int) -> int:
    return n + 1

@export
def twice(n: int) -> int:
    return own(n) + n

@export
def messages(channel: cobj) -> int:
    consumer = attach_consumer(channel, 0)
    messages = consumer.messages()
    consumer.close()
    return messages
END
if builds --lib && [ "$(nm -D --defined-only --format=posix "$work/program" | cut -d ' ' -f 1 | sort | xargs)" = 'messages twice' ] &&
    [ "$(readelf -d "$work/program" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | xargs)" = libc.so.6 ] &&
    "$python" -c 'import ctypes, sys; assert ctypes.CDLL(sys.argv[1]).twice(20) == 41' "$work/program" > "$work/log" 2>&1; then
    pass
else
    fail 'a good library is not built, gives more or less than its exports, or does not work'
fi

# It runs on any x86-64-v2, whatever the machine that builds it can do: this loop would use the widest registers.
cat > "$work/program.codon" << 'END'
@export
def add(a: Ptr[float], b: Ptr[float], n: int) -> None:
    for i in range(n):
        a[i] += b[i]
END
if builds --lib && objdump -d "$work/program" > "$work/code" && grep -q '%xmm' "$work/code" && ! grep -q '%[yz]mm' "$work/code"; then
    pass
else
    fail 'a library is not built, or not for any machine'
fi

# status STATUS WORDS [ARGUMENT...]: of a call that builds nothing.
refuses() {
    wanted=$1
    words=$2
    shift 2
    status=0
    "$python" "$here/../build.py" "$@" > "$work/log" 2>&1 || status=$?
    if [ "$status" -eq "$wanted" ] && grep -qF -- "$words" "$work/log"; then
        pass
    else
        fail "$*: status $status instead of $wanted, or not '$words'"
    fi
}

refuses 2 'is no file whose name ends with .codon' "$work/nowhere.codon"
refuses 2 'is no file whose name ends with .codon' "$work/log"
printf '# d\351j\340 vu\n' > "$work/latin.codon"
refuses 2 'latin.codon is not UTF-8' --json "$work/latin.codon"
refuses 2 'folder.codon is no file whose name ends with .codon' "$work/folder.codon"
refuses 2 'not allowed with' --lib --exe "$work/program.codon"
refuses 2 'cannot be written' --lib -o "$work/nowhere/program" "$work/program.codon"

# The fault points are nothing: a program with both roles is, byte for byte, what it is without their lines.
cat > "$work/roles.codon" << 'END'
from tadpole.channel import *

def handle(message, length, position):
    return COMMIT if length > 3 else ABORT

def main(argc, argv):
    failure = create_channel(argv[1], 65536)
    producer = attach_producer(argv[1])
    consumer = join_consumer(argv[1], 0)
    if producer.try_claim(argc) != OK or producer.commit(argc) != OK:
        return 1
    if producer.try_claim_run(argc, 2) != OK or producer.next(argc) != OK or producer.commit(argc) != OK:
        return 1
    length = consumer.peek()
    consumer.advance()
    evict_consumer(argv[1], 0)
    return consumer.publish() + length + consumer.controlled_poll(handle, 10)
END
mkdir "$work/bare"
cp -R "$here/../build.py" "$here/../tadpole" "$work/bare"
sed -i -e '/^ *reached(/d' -e '/^from tadpole.steps import/d' "$work"/bare/tadpole/ring_*.codon "$work/bare/tadpole/channel.codon"
printf 'from C import abort() -> None as c_abort\n\ndef reached(words: str) -> None:\n    c_abort()\n' > "$work/steps.codon"
if cmp -s "$here/../tadpole/channel.codon" "$work/bare/tadpole/channel.codon"; then
    fail 'there are no fault points'
elif "$python" "$here/../build.py" -o "$work/with" "$work/roles.codon" > "$work/log" 2>&1 &&
    "$python" "$work/bare/build.py" -o "$work/without" "$work/roles.codon" > "$work/log" 2>&1 &&
    "$python" "$here/../build.py" -o "$work/stopping" --steps "$work/steps.codon" "$work/roles.codon" > "$work/log" 2>&1 &&
    cmp "$work/with" "$work/without" > "$work/log" && ! cmp -s "$work/with" "$work/stopping"; then
    pass
else
    fail 'fault points leave something, or leave nothing where they do something'
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
