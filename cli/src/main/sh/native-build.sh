# Builds the native programs of the flights example, and sets up the Codon compiler that one of them needs. Sourced.
#
# The launcher never ends for want of a native program. Why one is missing stands in build/native/<codon|c>.reason, one
# sentence each, for the demo to say; the file is there exactly when the program is not.

codon_release='0.18.0'
codon_download='64 MB'
flights=examples/flights/src

# build_native_for_demo ARGUMENT...: what the demo's --native asks for; when Codon does not work out, C.
build_native_for_demo()
{
    choice=codon
    previous=''
    for argument
    do
        case $argument in
            -h | --help) return 0 ;;
            --native=*) choice=${argument#*=} ;;
            *) [ "$previous" != --native ] || choice=$argument ;;
        esac
        previous=$argument
    done
    case $choice in
        codon) native_program codon || native_program c || : ;;
        c) native_program c || : ;;
    esac
}

# native_program codon|c: builds the program when it is stale; on failure leaves the reason and returns 1.
native_program()
{
    program=$root/build/native/flights_board_$1
    "${1}_is_stale" || return 0
    lock_build
    status=0
    if "${1}_is_stale"
    then
        mkdir -p "$root/build/native"
        : >"$root/build/native/start"
        if build_"$1"
        then
            touch -r "$root/build/native/start" "$program.new"
            mv "$program.new" "$program"
            rm -f "$root/build/native/$1.reason"
        else
            rm -f "$program" "$program.new"
            printf '%s\n' "$reason" >"$root/build/native/$1.reason"
            say "no native program in $1: $reason"
            status=1
        fi
    fi
    unlock_build
    return "$status"
}

codon_is_stale()
{
    stale "$root/build/native/flights_board_codon" "$root/bindings/codon" "$root/$flights/main/codon"
}

c_is_stale()
{
    stale "$root/build/native/flights_board_c" "$root/$flights/main/c"
}

build_codon()
{
    find_codon_tools && set_up_codon || return 1
    say "building the native program (Codon)"
    if ! (cd "$root" && TADPOLE_PYTHON=build/venv/bin/python bindings/codon/build.sh exe \
        "$flights/main/codon/flights_board.codon" flights_board_main "build/native/flights_board_codon.new") \
        </dev/null >"$root/build/native/codon.log" 2>&1
    then
        reason="it does not compile: $(last_line "$root/build/native/codon.log") (all of it: build/native/codon.log)"
        return 1
    fi
}

build_c()
{
    find_c_compiler || return 1
    say "building the native program (C)"
    if ! (cd "$root" && gcc -O2 -std=c11 -Wall -Wextra -Wpedantic -Werror -Wconversion \
        "$flights/main/c/flights_board.c" -o "build/native/flights_board_c.new") \
        </dev/null >"$root/build/native/c.log" 2>&1
    then
        reason="it does not compile: $(last_line "$root/build/native/c.log") (all of it: build/native/c.log)"
        return 1
    fi
}

find_c_compiler()
{
    command -v gcc >/dev/null && return 0
    reason='gcc is missing; install it: apt-get install gcc libc6-dev'
    return 1
}

# Codon compiles to an object; gcc and objcopy make it a program.
find_codon_tools()
{
    find_c_compiler || return 1
    command -v objcopy >/dev/null && return 0
    reason='objcopy is missing; install it: apt-get install binutils'
    return 1
}

# set_up_codon: the compiler in build/venv, once for each release of it.
set_up_codon()
{
    venv=$root/build/venv
    [ ! -e "$venv/codon-$codon_release" ] || return 0
    find_python || return 1
    say "setting up the Codon compiler in build/venv (downloads $codon_download from PyPI)"
    rm -rf "$venv"
    if "$python" -m venv "$venv" >"$root/build/venv.log" 2>&1 &&
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --retries 2 \
            "codon-compiler-demo==$codon_release" </dev/null >>"$root/build/venv.log" 2>&1
    then
        : >"$venv/codon-$codon_release"
        return 0
    fi
    reason="the Codon compiler could not be installed from PyPI: $(last_line "$root/build/venv.log")"
    return 1
}

# The python3 on the PATH may be a shim without a Python behind it, or one without the parts that make an environment.
find_python()
{
    for python in python3 /usr/bin/python3 /usr/local/bin/python3
    do
        "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 && return 0
    done
    reason='Python 3 with its venv module is missing; install it: apt-get install python3 python3-venv'
    return 1
}

last_line()
{
    sed -n '/[^[:space:]]/h; ${g;p;}' "$1"
}
