# Builds the native programs, and sets up what they need: the board and the kernel of the flights example in Codon and in C;
# the child that crash kills, the peers of matrix and bench, and the quick start, in Python, too. Sourced.
#
# The launcher never ends for want of a native program. Why one is missing stands in build/native/<program>.reason, one
# sentence each, for the command to say; the file is there exactly when the program is not.

codon_release='0.18.0'
codon_download='64 MB'
python_download='45 MB'

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
        codon) native_flights codon || native_flights c || : ;;
        c) native_flights c || : ;;
    esac
}

# native_flights codon|c: the board, and the kernel of the same language. The demo goes on without a kernel.
native_flights()
{
    native_program flights_board "$1" || return 1
    native_program flights_kernel "$1" || :
}

# build_native_for_crash ARGUMENT...: what --language asks for.
build_native_for_crash()
{
    previous=''
    for argument
    do
        case $previous$argument in
            *--language=codon | --languagecodon) native_program crash_child codon || : ;;
            *--language=c | --languagec) native_program crash_child c || : ;;
            *--language=python | --languagepython) native_program crash_child python || : ;;
        esac
        previous=$argument
    done
}

# codon_for_user ARGUMENT...: the compiler for `codon build`; leaves the reason where there is none.
codon_for_user()
{
    for argument
    do
        case $argument in
            -h | --help) return 0 ;;
        esac
    done
    lock_build
    mkdir -p "$root/build/native"
    if find_codon_tools && set_up_codon
    then
        rm -f "$root/build/native/codon.reason"
    else
        printf '%s\n' "$reason" >"$root/build/native/codon.reason"
    fi
    unlock_build
}

# build_native_for_bench ARGUMENT...: what --only asks for.
build_native_for_bench()
{
    case " $* " in
        *' -h '* | *' --help '*) return 0 ;;
    esac
    parts=$*
    case $parts in
        *--only*) ;;
        *) parts='languages kernels' ;;
    esac
    case $parts in
        *languages*) build_native_peers bench_peer ;;
    esac
    case $parts in
        *kernels*)
            native_program bench_sum_kernel codon || :
            native_program bench_empty_kernel codon || :
            ;;
    esac
}

# build_native_peers PROGRAM ARGUMENT...: in all languages, as the command may need any of them.
build_native_peers()
{
    peer=$1
    shift
    for argument
    do
        case $argument in
            -h | --help) return 0 ;;
        esac
    done
    for language in c codon python
    do
        native_program "$peer" "$language" || :
    done
}

# native_program flights_board|flights_kernel|crash_child|matrix_peer|bench_peer|bench_sum_kernel|bench_empty_kernel|quickstart
# c|codon|python: builds the program, or the library that a kernel is, when it is stale; on failure leaves the reason and
# returns 1.
native_program()
{
    source=$1
    case $1 in
        flights_board | flights_kernel) sources=examples/flights/src/main/$2 ;;
        crash_child) sources=perf/crash/src/main/$2 ;;
        matrix_peer)
            sources=perf/matrix/src/main/$2
            source=peer
            ;;
        bench_*) sources=perf/bench/src/main/$2 ;;
        quickstart) sources=examples/quickstart ;;
    esac
    program=$root/build/native/$1_$2
    "${2}_is_stale" || return 0
    lock_build
    status=0
    if "${2}_is_stale"
    then
        mkdir -p "$root/build/native"
        : >"$root/build/native/start"
        if build_"$2" "$1"
        then
            touch -r "$root/build/native/start" "$program.new"
            mv "$program.new" "$program"
            rm -f "$program.reason"
        else
            rm -f "$program" "$program.new"
            printf '%s\n' "$reason" >"$program.reason"
            say "no native program $1 in $2: $reason"
            status=1
        fi
    fi
    unlock_build
    return "$status"
}

codon_is_stale()
{
    stale "$program" "$root/bindings/codon" "$root/$sources"
}

c_is_stale()
{
    stale "$program" "$root/bindings/c/include" "$root/$sources"
}

# Of the crash child the fault points in C, too.
python_is_stale()
{
    environment_is_stale ||
        stale "$program" "$root/bindings/c/include" "$root/bindings/python/src" "$root/$sources" "$root/perf/crash/src/main/c"
}

# build_codon PROGRAM: the crash child is compiled with fault points that do something.
build_codon()
{
    find_codon_tools && set_up_codon || return 1
    say "building the native program $1 (Codon)"
    kind=''
    fault_points=''
    case $1 in
        crash_child) fault_points=$sources/steps.codon ;;
        *_kernel) kind=--lib ;;
    esac
    if ! (cd "$root" && build/venv/bin/python bindings/codon/build.py -o "$program.new" \
        "$sources/$source.codon" ${kind:+"$kind"} ${fault_points:+--steps "$fault_points"}) \
        </dev/null >"$program.log" 2>&1
    then
        does_not_compile "$program.log"
        return 1
    fi
}

# build_c PROGRAM
build_c()
{
    find_c_compiler || return 1
    say "building the native program $1 (C)"
    kind=''
    [ "$1" != flights_kernel ] || kind='-shared -fPIC -nostartfiles -Wl,-z,defs -Wl,-z,noexecstack'
    # shellcheck disable=SC2086 # kind is a list of words
    if ! (cd "$root" && gcc -O2 -std=c11 -Wall -Wextra -Wpedantic -Werror -Wconversion $kind -I bindings/c/include \
        "$sources/$source.c" -o "build/native/$1_c.new") \
        </dev/null >"$program.log" 2>&1
    then
        does_not_compile "$program.log"
        return 1
    fi
}

# build_python PROGRAM: a script that starts it. The crash child has a package of its own, with fault points that do
# something.
build_python()
{
    set_up_python || return 1
    package=''
    if [ "$1" = crash_child ]
    then
        package=build/native/crash_child_python.package
        say 'building the package for Python, with fault points'
        rm -rf "${root:?}/$package"
        TADPOLE_STEPS=$root/perf/crash/src/main/c/crash_steps.h
        export TADPOLE_STEPS
        built=0
        install_package --target "$root/$package" || built=1
        unset TADPOLE_STEPS
        [ "$built" -eq 0 ] || return 1
    fi
    cat >"$program.new" <<END
#!/bin/sh
root=\$(CDPATH='' cd -- "\$(dirname -- "\$0")/../.." && pwd -P)
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${package:+\$root/$package} exec "\$root/build/python/bin/python" \\
    "\$root/$sources/$source.py" "\$@"
END
    chmod +x "$program.new"
}

# does_not_compile LOG
does_not_compile()
{
    reason="it does not compile: $(last_line "$1") (all of it: ${1#"$root/"})"
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
        pip_install "codon-compiler-demo==$codon_release" >>"$root/build/venv.log" 2>&1
    then
        : >"$venv/codon-$codon_release"
        return 0
    fi
    reason="the Codon compiler could not be installed from PyPI: $(last_line "$root/build/venv.log")"
    return 1
}

# set_up_python: the package of bindings/python in build/python, an environment that also has what its tests need; anew when
# it is stale. On failure leaves the reason and returns 1. Whoever calls has the build's lock.
set_up_python()
{
    ! environment_is_stale || install_python
}

environment_is_stale()
{
    package=$root/bindings/python
    stale "$root/build/python/installed" "$package/src/c" "$package/src/tadpole" "$package/setup.py" \
        "$package/pyproject.toml" "$package/tests/requirements.txt" "$root/bindings/c/include"
}

install_python()
{
    find_python_headers || return 1
    venv=$root/build/python
    if stale "$venv/requirements" "$package/tests/requirements.txt"
    then
        say "setting up an environment for Python in build/python (downloads $python_download from PyPI)"
        rm -rf "$venv"
        if ! "$python" -m venv "$venv" >"$root/build/python.log" 2>&1 ||
            ! pip_install -r "$package/tests/requirements.txt" >>"$root/build/python.log" 2>&1
        then
            reason="what Python's tests need could not be installed from PyPI: $(last_line "$root/build/python.log")"
            return 1
        fi
        : >"$venv/requirements"
    fi
    say 'building the package for Python'
    rm -f "$venv/installed"
    install_package || return 1
    touch -r "$root/build/python-source/start" "$venv/installed"
}

# install_package ARGUMENT...: builds and installs it, where the arguments say. From a copy: a build leaves its files beside the
# sources. On failure leaves the reason and returns 1.
install_package()
{
    venv=$root/build/python
    copy=$root/build/python-source
    rm -rf "$copy"
    mkdir -p "$copy/c"
    : >"$copy/start"
    cp -R "$root/bindings/python" "$copy/python"
    cp -R "$root/bindings/c/include" "$copy/c/include"
    rm -rf "$copy/python/build"
    if ! (
        CFLAGS=-Werror
        export CFLAGS
        pip_install --no-build-isolation --no-deps --force-reinstall "$@" "$copy/python"
    ) >"$root/build/python-package.log" 2>&1
    then
        does_not_compile "$root/build/python-package.log"
        return 1
    fi
}

# pip_install ARGUMENT...: into the environment `venv`.
pip_install()
{
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --retries 2 "$@" </dev/null
}

find_python_headers()
{
    find_c_compiler && find_python || return 1
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'
    then
        reason="$python is older than 3.10; install a newer one: apt-get install python3 python3-venv python3-dev"
        return 1
    fi
    "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' && return 0
    reason="the headers of $python are missing; install them: apt-get install python3-dev"
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
