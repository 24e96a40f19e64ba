#!/bin/sh
# Runs the tests of the C headers: with each compiler that they promise and a user's strict flags, under the sanitizers,
# against what the fuzzer found, and as an installed package. Prints N passed, N failed, N skipped; ends with 1 if
# anything failed.
#
#     bindings/c/tests/run.sh [HOSTILE_RINGS]      200000 unless told; `run.sh 10000000` is the whole of it
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/../../..
include=$here/../include
golden=$root/bindings/layout.golden
envelope=$root/codecs-sbe/envelope/src/test/resources/v0/envelope.golden.hex
hostile=${1:-200000}
warnings='-Wall -Wextra -Wpedantic -Wconversion -Werror'
sanitized='-g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all'

# Rings lie in shared memory, as a user's do.
work=$(mktemp -d -p /dev/shm tadpole-c-XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1

passed=0
failed=0
skipped=0

# count PROGRAM [ARGUMENT...]: runs a test program and adds up its last line. One that dies on the way has failed.
count() {
    status=0
    mkdir -p "$work/scratch"
    "$@" >"$work/log" 2>&1 || status=$?
    cat "$work/log"
    rm -rf "$work/scratch"
    # shellcheck disable=SC2046 # three numbers, or none
    set -- $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$work/log")
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${2:-0}))
    skipped=$((skipped + ${3:-0}))
    if [ $# -eq 0 ] || { [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; }; then
        echo "it ended with status $status"
        failed=$((failed + 1))
    fi
}

# once COMMAND...: one test, of which the status is the answer.
once() {
    status=0
    "$@" >"$work/log" 2>&1 || status=$?
    tail -n 30 "$work/log"
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
    else
        echo "FAIL $* (status $status)"
        failed=$((failed + 1))
    fi
}

skip() {
    echo "skipped $1: $2"
    skipped=$((skipped + 1))
}

# build OUTPUT COMPILER...: false when it does not compile, which has failed.
build() {
    output=$work/$1
    shift
    # shellcheck disable=SC2086 # flags
    "$@" $warnings -I "$include" -o "$output" && return
    echo "FAIL it does not compile: $*"
    failed=$((failed + 1))
    return 1
}

# with COMPILER LANGUAGE...: every test as a user would compile it.
with() {
    echo "== $*"
    build layout "$@" -O2 "$here/layout_test.c" && count "$work/layout" "$golden"
    build envelope "$@" -O2 "$here/envelope_test.c" && count "$work/envelope" "$envelope"
    build ring "$@" -O2 "$here/ring_test.c" && count "$work/ring" "$work/scratch"
    return 0
}

sanitizers() {
    echo '== address and undefined-behaviour sanitizer'
    # shellcheck disable=SC2086 # flags
    {
        set -- clang -std=c11 $sanitized -fsanitize=address,undefined
        build envelope "$@" "$here/envelope_test.c" && count "$work/envelope" "$envelope"
        build ring "$@" "$here/ring_test.c" && count "$work/ring" "$work/scratch"
        build hostile "$@" "$here/hostile.c" && once "$work/hostile" "$hostile" 5
        build reader clang -std=c11 $sanitized -fsanitize=fuzzer,address,undefined "$here/fuzz_reader.c" &&
            once "$work/reader" -runs=0 "$here"/fuzz_reader.inputs/*
        echo '== thread sanitizer'
        build stress clang -std=c11 $sanitized -fsanitize=thread -pthread "$here/stress_test.c" &&
            count "$work/stress" "$work/scratch"
    }
    return 0
}

# The headers where `cmake --install` puts them, below a prefix that it was not told before, found by both ways.
package() {
    echo '== package'
    prefix=$work/prefix
    once cmake -S "$here/.." -B "$work/build"
    once env DESTDIR="$work/stage" cmake --install "$work/build" --prefix /opt/tadpole
    once mv "$work/stage/opt/tadpole" "$prefix"
    once cmake -S "$here/package" -B "$work/user" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF
    once cmake --build "$work/user"
    once "$work/user/package_c" "$work/channel"
    once "$work/user/package_cpp" "$work/channel"
    if command -v pkg-config >/dev/null; then
        flags=$(PKG_CONFIG_PATH=$prefix/share/pkgconfig pkg-config --cflags tadpole)
        # shellcheck disable=SC2086 # flags
        once gcc -std=c11 $warnings $flags "$here/package/package.c" -o "$work/package"
        once "$work/package" "$work/channel"
        once env PKG_CONFIG_PATH="$prefix/share/pkgconfig" pkg-config --exact-version=0.1.0 tadpole
    else
        skip 'pkg-config' 'pkg-config is missing; install it: apt-get install pkg-config'
    fi
}

with gcc -std=c11 -x c
if command -v g++ >/dev/null; then
    with g++ -std=c++17 -x c++
else
    skip 'C++' 'g++ is missing; install it: apt-get install g++'
fi
if command -v clang >/dev/null; then
    with clang -std=c11 -x c
    with clang++ -std=c++17 -x c++
    sanitizers
else
    skip 'clang and the sanitizers' 'clang is missing; install it: apt-get install clang libclang-rt-dev'
fi
if command -v cmake >/dev/null && command -v g++ >/dev/null; then
    package
else
    skip 'package' 'cmake or g++ is missing; install them: apt-get install cmake g++ make'
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
