# What the launcher builds for the demo besides Java, and what it says when it cannot. Sourced by run.sh.

# native_project: a stub project with sources for both programs and stubs of the compilers, which leave a "program".
native_project()
{
    stub_project project
    mkdir -p "$project/examples/flights/src/main/c" "$project/examples/flights/src/main/codon" "$project/bindings/codon" \
        "$project/perf/crash/src/main/c" "$project/perf/crash/src/main/codon" \
        "$project/perf/matrix/src/main/c" "$project/perf/matrix/src/main/codon"
    echo 'int main(void) { return 0; }' >"$project/examples/flights/src/main/c/flights_board.c"
    echo 'extern int kernel;' >"$project/examples/flights/src/main/c/flights_kernel.c"
    echo 'pass' >"$project/examples/flights/src/main/codon/flights_board.codon"
    # build.py -o OUT SOURCE [OPTION]; the stub of Python gives it to the shell.
    cat >"$project/bindings/codon/build.py" <<-'END'
	echo "$*" >>codon-calls
	echo codon >"$2"
	END
    # The last argument is the output.
    cat >bin/gcc <<-'END'
	#!/bin/sh
	echo "$*" >>gcc-calls
	for output
	do
	    :
	done
	echo c >"$output"
	END
    cp bin/gcc bin/objcopy
    # Answers the launcher's questions and makes an environment that holds itself.
    cat >bin/python3 <<-'END'
	#!/bin/sh
	case "$1 $2" in
	    '-c import venv, ensurepip') ;;
	    '-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
	    '-m pip') echo "$*" >>pip-calls ;;
	    *build.py' '*) exec sh "$@" ;;
	esac
	END
    chmod +x bin/gcc bin/objcopy bin/python3
}

should_build_nothing_native_for_other_commands()
{
    native_project
    tadpole doctor
    tadpole demo --help
    tadpole demo --native none
    tadpole demo --native=none --json
    expect_status 0
    [ ! -e "$project/build/native" ] || fail 'native programs were built'
}

should_build_the_codon_program_once_with_a_compiler_of_its_own()
{
    native_project
    tadpole demo
    expect_status 0
    expect_in err '64 MB from PyPI'
    expect_in pip-calls 'codon-compiler-demo==0.18.0'
    expect_in "$project/codon-calls" 'flights_board_codon.new examples/flights/src/main/codon/flights_board.codon'
    expect_in "$project/build/native/flights_board_codon" codon
    expect_in "$project/codon-calls" 'flights_kernel_codon.new examples/flights/src/main/codon/flights_kernel.codon --lib'
    expect_in "$project/build/native/flights_kernel_codon" codon
    [ ! -e "$project/build/native/flights_board_c" ] || fail 'the C program was built too'
    [ ! -e "$project/build/native/flights_kernel_c" ] || fail 'the C kernel was built too'
    age_sources
    tadpole demo --native codon
    expect_empty err
    expect_lines "$project/codon-calls" 2
    expect_lines pip-calls 1
}

should_build_the_codon_program_again_when_its_library_is_newer()
{
    native_project
    tadpole demo
    age_sources
    touch -t 200101010000 "$project/build/native/flights_board_codon" "$project/build/native/flights_kernel_codon"
    touch "$project/bindings/codon/build.py"
    tadpole demo
    expect_lines "$project/codon-calls" 4
}

should_build_only_the_c_program_when_asked_to()
{
    native_project
    tadpole demo --native c
    expect_status 0
    expect_in "$project/build/native/flights_board_c" c
    expect_in "$project/gcc-calls" '-Wconversion'
    expect_in "$project/build/native/flights_kernel_c" c
    expect_in "$project/gcc-calls" '-shared -fPIC -nostartfiles -Wl,-z,defs -Wl,-z,noexecstack'
    [ ! -e "$project/codon-calls" ] || fail 'Codon was called'
}

should_go_on_without_a_kernel_and_leave_the_reason_when_it_does_not_compile()
{
    native_project
    cat >"$project/bindings/codon/build.py" <<-'END'
	case "$*" in
	    */flights_kernel.codon*) echo 'flights_kernel.codon:7: error: no such thing'; exit 1 ;;
	esac
	echo codon >"$2"
	END
    tadpole demo
    expect_status 0
    expect_in err 'no native program flights_kernel in codon: it does not compile: flights_kernel.codon:7'
    expect_in "$project/build/native/flights_kernel_codon.reason" 'it does not compile: flights_kernel.codon:7'
    expect_in "$project/build/native/flights_board_codon" codon
    [ ! -e "$project/build/native/flights_kernel_codon" ]
    [ ! -e "$project/build/native/flights_board_c" ] || fail 'the C program was built too'
}

should_go_on_in_c_and_leave_the_reason_when_the_codon_program_does_not_compile()
{
    native_project
    cat >"$project/bindings/codon/build.py" <<-'END'
	echo 'flights_board.codon:7: error: no such thing'
	exit 1
	END
    tadpole demo
    expect_status 0
    expect_in err 'no such thing'
    expect_in "$project/build/native/flights_board_codon.reason" 'it does not compile: flights_board.codon:7: error: no such thing'
    expect_lines "$project/build/native/flights_board_codon.reason" 1
    expect_in "$project/build/native/flights_board_c" c
    [ ! -e "$project/build/native/flights_board_codon" ]
    printf 'echo codon >"$2"\n' >"$project/bindings/codon/build.py"
    tadpole demo
    [ ! -e "$project/build/native/flights_board_codon.reason" ] || fail 'the reason is still there'
}

should_go_on_in_c_when_the_compiler_cannot_be_installed_and_try_again()
{
    native_project
    cp bin/python3 python3.good
    sed -i 's/echo "$\*" >>pip-calls/echo "ERROR: no network" >\&2; exit 1/' bin/python3
    tadpole demo
    expect_status 0
    expect_in "$project/build/native/flights_board_codon.reason" 'could not be installed from PyPI: ERROR: no network'
    expect_in "$project/build/native/flights_board_c" c
    cp python3.good bin/python3
    tadpole demo
    expect_status 0
    expect_in "$project/build/native/flights_board_codon" codon
}

should_run_the_demo_without_any_native_program_and_say_what_to_install()
{
    native_project
    rm bin/gcc
    tadpole demo
    expect_status 0
    expect_in out 'argument: demo'
    expect_in "$project/build/native/flights_board_codon.reason" 'apt-get install gcc libc6-dev'
    expect_in "$project/build/native/flights_board_c.reason" 'apt-get install gcc libc6-dev'
}

should_compile_the_c_program_of_the_project_without_a_warning()
{
    command -v gcc >/dev/null || skip 'gcc is missing; install it: apt-get install gcc libc6-dev'
    native_project
    ln -sf "$(command -v gcc)" bin/gcc
    for tool in as ld
    do
        ln -s "$(command -v "$tool")" "bin/$tool"
    done
    tadpole demo --native c
    expect_status 0
    "$project/build/native/flights_board_c"
    [ -e "$project/build/native/flights_kernel_c" ] || fail "no kernel: $(cat "$project/build/native/flights_kernel_c.reason")"
}

should_build_the_child_that_crash_kills_in_the_language_asked_for()
{
    native_project
    tadpole crash --ring 1
    tadpole crash --ring 1 --language java
    [ ! -e "$project/build/native" ] || fail 'a native program was built'
    tadpole crash --ring 1 --language=c
    expect_in "$project/build/native/crash_child_c" c
    expect_in "$project/gcc-calls" '-I bindings/c/include perf/crash/src/main/c/crash_child.c'
    tadpole crash --language codon --ring 1
    expect_in "$project/build/native/crash_child_codon" codon
    expect_in "$project/codon-calls" \
        'perf/crash/src/main/codon/crash_child.codon --steps perf/crash/src/main/codon/steps.codon'
    [ ! -e "$project/build/native/flights_board_c" ] || fail 'the board was built too'
    age_sources
    tadpole crash --language codon --ring 1
    expect_empty err
    expect_lines "$project/codon-calls" 1
    touch "$project/perf/crash/src/main/codon/crash_child.codon"
    tadpole crash --language codon --ring 1
    expect_lines "$project/codon-calls" 2
}

should_build_the_peers_of_the_matrix_in_each_language_once()
{
    native_project
    tadpole matrix --help
    [ ! -e "$project/build/native" ] || fail 'a native program was built'
    tadpole matrix --quick
    expect_in "$project/build/native/matrix_peer_c" c
    expect_in "$project/gcc-calls" 'perf/matrix/src/main/c/peer.c -o build/native/matrix_peer_c.new'
    expect_in "$project/build/native/matrix_peer_codon" codon
    expect_in "$project/codon-calls" 'matrix_peer_codon.new perf/matrix/src/main/codon/peer.codon'
    age_sources
    tadpole matrix
    expect_empty err
    expect_lines "$project/codon-calls" 1
    touch "$project/perf/matrix/src/main/c/peer.c"
    tadpole matrix
    expect_lines "$project/gcc-calls" 2
    expect_lines "$project/codon-calls" 1
}

should_build_for_bench_what_its_parts_need()
{
    native_project
    mkdir -p "$project/perf/bench/src/main/c" "$project/perf/bench/src/main/codon"
    tadpole bench --only kernels --help
    tadpole bench --only ring,engine
    [ ! -e "$project/build/native" ] || fail 'a native program was built'
    tadpole bench --only kernels --quick
    for kernel in bench_sum_kernel bench_empty_kernel
    do
        expect_in "$project/codon-calls" "${kernel}_codon.new perf/bench/src/main/codon/$kernel.codon --lib"
        expect_in "$project/build/native/${kernel}_codon" codon
    done
    [ ! -e "$project/build/native/bench_peer_codon" ] || fail 'a peer was built too'
    tadpole bench --only=ring,languages
    expect_in "$project/build/native/bench_peer_codon" codon
    expect_in "$project/build/native/bench_peer_c" c
    expect_lines "$project/codon-calls" 3
    rm -r "$project/build/native"
    tadpole bench
    expect_lines "$project/codon-calls" 6
}

should_build_the_board_in_codon_without_fault_points()
{
    native_project
    tadpole demo
    expect_not_in "$project/codon-calls" '--steps'
}

should_set_up_the_compiler_for_the_programs_of_users()
{
    native_project
    tadpole codon build --help
    tadpole codon new some
    [ ! -e "$project/build/venv" ] || fail 'neither help nor a new kernel needs a compiler'
    tadpole codon build some.codon
    expect_status 0
    expect_in pip-calls 'codon-compiler-demo==0.18.0'
    expect_in out 'argument: some.codon'
    [ ! -e "$project/build/native/codon.reason" ] || fail 'a reason without a failure'
    tadpole codon build other.codon
    expect_lines pip-calls 1
}

should_leave_a_reason_when_there_is_no_compiler_for_users()
{
    native_project
    mv bin/gcc gcc
    tadpole codon build some.codon
    expect_status 0
    expect_in "$project/build/native/codon.reason" 'apt-get install gcc libc6-dev'
    mv gcc bin/gcc
    tadpole codon build some.codon
    [ ! -e "$project/build/native/codon.reason" ] || fail 'the reason is still there'
}

should_leave_a_reason_when_the_child_does_not_compile()
{
    native_project
    printf '#!/bin/sh\necho "crash_child.c:7: error"\nexit 1\n' >bin/gcc
    tadpole crash --language c --ring 1
    expect_status 0
    expect_in "$project/build/native/crash_child_c.reason" 'it does not compile: crash_child.c:7: error'
}

# The fault points of the ring in C are nothing: the board is, byte for byte, what it is without their lines.
should_leave_nothing_of_the_fault_points_in_the_c_program()
{
    command -v gcc >/dev/null || skip 'gcc is missing; install it: apt-get install gcc libc6-dev'
    cp -R "$root/bindings/c/include" with
    cp -R with without
    sed -i '/^ *TADPOLE_STEP(/d' without/tadpole/*.h
    if cmp -s with/tadpole/ring_producer.h without/tadpole/ring_producer.h
    then
        fail 'there are no fault points'
    fi
    board=$root/examples/flights/src/main/c/flights_board.c
    for folder in with without
    do
        gcc -O2 -std=c11 -I "$folder" -c "$board" -o "$folder/board.o"
    done
    cmp with/board.o without/board.o
    gcc -O2 -std=c11 '-DTADPOLE_STEP(words)=puts(words)' -I with -c "$board" -o with/board.o
    ! cmp -s with/board.o without/board.o || fail 'fault points that do something leave nothing'
}
