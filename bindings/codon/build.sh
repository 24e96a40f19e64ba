#!/bin/sh
# Builds a Codon program that needs nothing but libc: no Codon runtime, no garbage collector, no exceptions.
#
#     TADPOLE_PYTHON=build/venv/bin/python bindings/codon/build.sh exe SOURCE.codon ENTRY_SYMBOL OUT
#
# ENTRY_SYMBOL is an exported `def ENTRY_SYMBOL(argc: i32, argv: Ptr[cobj]) -> i32` in SOURCE; it becomes main().
# SOURCE can import tadpole.* and the modules beside it. TADPOLE_PYTHON has codon-compiler-demo 0.18.0; gcc is needed.
# TADPOLE_STEPS names a source that is compiled in place of tadpole/steps.codon, whose fault points do nothing.
#
# A compiler that is told to leave exceptions out does not say which code needs them, or needs the runtime: four gates
# do. OUT appears only when all four are passed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

die() {
    printf 'build.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

# gate NAME MEANING EVIDENCE: stops the build.
gate() {
    die "$source fails the gate '$1': $2
$3"
}

if [ $# -ne 4 ] || [ "$1" != exe ]; then
    die 'usage: build.sh exe SOURCE.codon ENTRY_SYMBOL OUT' 2
fi
source=$2
entry=$3
out=$4
[ "$(uname -m)" = x86_64 ] || die "codon-compiler-demo 0.18.0 is for x86-64; build the C program on $(uname -m)"
codon=$("${TADPOLE_PYTHON:-python3}" -c 'from codon_compiler_demo.paths import CODON_BIN; print(CODON_BIN)') ||
    die 'no Codon: set TADPOLE_PYTHON to a Python that has codon-compiler-demo==0.18.0'

work=$(mktemp -d)
trap 'rm -rf "$work" "$out.$$"' EXIT
trap 'exit 1' HUP INT TERM

modules=$here
if [ -n "${TADPOLE_STEPS-}" ]; then
    modules=$work/modules
    mkdir "$modules"
    cp -R "$here/tadpole" "$modules/tadpole"
    cp "$TADPOLE_STEPS" "$modules/tadpole/steps.codon"
fi

# compile OBJECT [FLAG...]: what ENTRY_SYMBOL reaches, as main. The default CPU is the build machine's, and -mcpu alone
# does not change that.
compile() {
    object=$1
    shift
    CODON_PATH=$modules "$codon" build -release -disable-native -mcpu=x86-64-v2 -obj -relocation-model=pic \
        -function-sections -data-sections "$@" -o "$work/whole.o" "$source" || die "$source does not compile"
    nm "$work/whole.o" | grep -q " T $entry\$" || die "$source exports no function $entry"
    objcopy --redefine-sym main=codon_main --redefine-sym "$entry=main" "$work/whole.o"
    ld -r --gc-sections -u main -o "$object" "$work/whole.o"
    strip --strip-unneeded "$object"
}

compile "$work/program.o" -disable-exceptions

found=$(nm --undefined-only --format=posix "$work/program.o" | awk '$1 ~ /^(seq_|GC_|__kmpc)/ { print "    " $1 }')
[ -z "$found" ] || gate runtime 'it calls the Codon runtime, which is not there. Use ints, pointers, tuples and
__array__ instead of lists, dicts, objects, print and built strings. It calls:' "$found"

found=$(readelf --sections --wide "$work/program.o" | sed 's/^ *\[ *[0-9]*\] *//' |
    awk '$1 ~ /^\.(data|bss|tdata|tbss|init_array)/ && $1 !~ /^\.data\.rel\.ro/ { print "    " $1 }')
[ -z "$found" ] || gate globals 'it has global variables, whose initialisers never run, so they read as 0. Only int and
float constants work at module level: move a string or a tuple into the function that uses it, and state into memory
from mmap. Their sections:' "$found"

found=$(gcc -o "$out.$$" "$work/program.o" -s -Wl,--gc-sections -Wl,-z,noexecstack 2>&1) ||
    gate libc 'it does not link with libc alone. Declare only libc functions. The linker says:' "$found"

# A failed assert goes on silently in the program above, and what a raise does there is undefined. Compiled with
# exceptions, either needs the runtime, so that this second program cannot be linked.
compile "$work/raising.o"
found=$(gcc -o "$work/raising" "$work/raising.o" -Wl,--gc-sections -Wl,--defsym=seq_personality=0 2>&1) ||
    gate raise 'it can raise (an assert, a raise, a checked index), or it allocates. Return a status instead. The linker
misses:' "$found"

mv "$out.$$" "$out"
