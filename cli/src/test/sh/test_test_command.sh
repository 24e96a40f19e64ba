# How `./tadpole test` counts and ends. Sourced by run.sh.

# What passes of a stub project: 14 Java, 1 each of the models and jcstress, 3 Codon, 4 C, 5 Python, twice 3 of the native
# programs, 2 of the launcher.
all=36

# tested_project: a stub project with a suite of each kind that passes.
tested_project()
{
    stub_project project
    mkdir -p "$project/examples/flights/src/main/c" "$project/examples/flights/src/main/codon" \
        "$project/examples/flights/src/test/native" "$project/bindings/codon/tests" "$project/bindings/c/tests" \
        "$project/cli/src/test/sh" \
        "$project/ring/src/test/java" "$project/ipc-shm/ring/src/test/spin" "$project/perf/jcstress" \
        "$project/build/venv/bin" "$project/build/python/bin"
    : >"$project/build/venv/codon-0.18.0"
    : >"$project/build/python/installed"
    cat >"$project/mvnw" <<-'END'
	#!/bin/sh
	echo '[INFO] Building Tadpole 0.1                               [1/2]'
	echo '[INFO]   from pom.xml'
	echo '[INFO] Building Tadpole ring 0.1                          [2/2]'
	echo '[INFO]   from ring/pom.xml'
	mkdir -p ring/target/surefire-reports
	cat >ring/target/surefire-reports/TEST-a.xml <<-'REPORT'
	<testsuite name="a" time="0.1" tests="10" errors="0" skipped="1" failures="0">
	<skipped message="no second mount"/>
	REPORT
	cat >ring/target/surefire-reports/TEST-b.xml <<-'REPORT'
	<testsuite name="b" time="0.1" tests="5" errors="0" skipped="0" failures="0">
	REPORT
	echo '[INFO] Reactor Summary for Tadpole 0.1:'
	END
    printf '#!/bin/sh\necho "3 passed, 0 failed"\n' >"$project/bindings/codon/tests/run.sh"
    printf '#!/bin/sh\necho "4 passed, 0 failed"\n' >"$project/bindings/c/tests/run.sh"
    printf '#!/bin/sh\necho "1 passed, 0 failed"\n' >"$project/ipc-shm/ring/src/test/spin/run.sh"
    cp "$project/ipc-shm/ring/src/test/spin/run.sh" "$project/perf/jcstress/"
    printf 'echo "skipped should_swim: no water"\necho "2 passed, 0 failed, 1 skipped"\n' >"$project/cli/src/test/sh/run.sh"
    printf 'unittest\n' >"$project/examples/flights/src/test/native/test_flights_board.py"
    : >"$project/bindings/codon/build.py"
    # build.py -o OUT SOURCE
    printf '#!/bin/sh\necho codon >"$3"\n' >"$project/build/venv/bin/python"
    chmod +x "$project/bindings/codon/tests/run.sh" "$project/build/venv/bin/python" \
        "$project/bindings/c/tests/run.sh" \
        "$project/ipc-shm/ring/src/test/spin/run.sh" "$project/perf/jcstress/run.sh"
    printf '#!/bin/sh\nfor output do :; done\necho c >"$output"\n' >bin/gcc
    cp bin/gcc bin/objcopy
    cp bin/gcc bin/spin
    cat >bin/python3 <<-'END'
	#!/bin/sh
	[ "$1" = -c ] || printf "test_a (b.c) ... skipped 'no glue'\nRan 4 tests in 0.1s\n\nOK (skipped=1)\n"
	END
    printf '#!/bin/sh\nprintf "Ran 5 tests in 0.1s\\n\\nOK\\n"\n' >"$project/build/python/bin/python"
    chmod +x bin/gcc bin/objcopy bin/python3 bin/spin "$project/build/python/bin/python"
}

should_explain_itself_without_building()
{
    stub_project project
    tadpole test --help
    expect_status 0
    expect_in out 'Usage: ./tadpole test'
    [ ! -e "$project/build" ]
}

should_refuse_arguments()
{
    stub_project project
    tadpole test ring
    expect_status 2
    expect_in err 'takes no arguments'
}

should_add_up_the_counts_of_all_suites()
{
    tested_project
    tadpole test
    expect_status 0
    expect_in out '    skipped: no second mount'
    expect_in out '    skipped: should_swim: no water'
    expect_in out "    skipped: test_a (b.c): 'no glue'"
    grep -q '^java ring  *14 passed *0 failed *1 skipped' out || fail 'no line of the module'
    [ "$(tail -n 1 out)" = "$all passed, 0 failed, 4 skipped" ] || fail 'wrong sum'
}

should_fail_when_a_java_test_fails()
{
    tested_project
    sed -i 's/failures="0"/failures="1"/' "$project/mvnw"
    tadpole test
    expect_status 1
    [ "$(tail -n 1 out)" = "$((all - 2)) passed, 2 failed, 4 skipped" ] || fail 'wrong sum'
}

should_fail_when_the_lint_fails()
{
    tested_project
    printf 'echo "[ERROR] no comment"\nexit 1\n' >>"$project/mvnw"
    tadpole test
    expect_status 1
    expect_in err 'no comment'
    [ "$(tail -n 1 out)" = "$all passed, 1 failed, 4 skipped" ] || fail 'wrong sum'
}

should_not_count_the_reports_of_an_earlier_run()
{
    tested_project
    tadpole test
    printf '#!/bin/sh\nexit 1\n' >"$project/mvnw"
    tadpole test
    expect_status 1
    [ "$(tail -n 1 out)" = "$((all - 14)) passed, 1 failed, 3 skipped" ] || fail 'wrong sum'
}

should_fail_when_a_module_with_tests_runs_none()
{
    tested_project
    sed -i 's/TEST-.*xml/nothing/' "$project/mvnw"
    tadpole test
    expect_status 1
    [ "$(tail -n 1 out)" = "$((all - 14)) passed, 1 failed, 3 skipped" ] || fail 'wrong sum'
}

should_fail_when_a_suite_ends_badly_or_runs_nothing()
{
    tested_project
    printf '#!/bin/sh\necho "3 passed, 0 failed"\nexit 3\n' >"$project/bindings/codon/tests/run.sh"
    printf 'exit 0\n' >"$project/cli/src/test/sh/run.sh"
    tadpole test
    expect_status 1
    [ "$(tail -n 1 out)" = "$((all - 2)) passed, 2 failed, 3 skipped" ] || fail 'wrong sum'
}

should_show_the_end_of_what_a_failed_suite_says()
{
    tested_project
    printf '#!/bin/sh\necho "FAILED should_swim"\necho "2 passed, 1 failed"\nexit 1\n' \
        >"$project/bindings/codon/tests/run.sh"
    tadpole test
    expect_status 1
    expect_in out 'FAILED should_swim'
    [ "$(tail -n 1 out)" = "$((all - 1)) passed, 1 failed, 4 skipped" ] || fail 'wrong sum'
}

should_fail_for_a_suite_that_does_not_end()
{
    tested_project
    printf '#!/bin/sh\nexec tail -f /dev/null\n' >"$project/bindings/codon/tests/run.sh"
    run env -i TADPOLE_SUITE_SECONDS=1 PATH="$PWD/bin" "$project/tadpole" test
    expect_status 1
    expect_in out 'it did not end within 1 s'
    [ "$(tail -n 1 out)" = "$((all - 3)) passed, 1 failed, 4 skipped" ] || fail 'wrong sum'
}

should_count_failures_and_errors_of_python()
{
    tested_project
    sed -i 's/OK (skipped=1)/FAILED (failures=1, errors=2, skipped=1)/' bin/python3
    tadpole test
    expect_status 1
    [ "$(tail -n 1 out)" = "$((all - 6)) passed, 6 failed, 4 skipped" ] || fail 'wrong sum'
}

should_skip_what_has_no_tool_and_say_how_to_install_it()
{
    tested_project
    rm bin/gcc
    tadpole test
    expect_status 0
    expect_in out 'skipped codon: gcc is missing; install it: apt-get install gcc libc6-dev'
    expect_in out 'skipped flights board (c): gcc is missing; install it: apt-get install gcc libc6-dev'
    [ "$(tail -n 1 out)" = "$((all - 14)) passed, 0 failed, 7 skipped" ] || fail 'wrong sum'
}

should_fail_for_every_skip_where_the_tools_are_somebodys_job()
{
    tested_project
    run env -i CI=true PATH="$PWD/bin" "$project/tadpole" test
    expect_status 1
    expect_in out '    skipped: no second mount'
    [ "$(tail -n 1 out)" = "$all passed, 4 failed, 0 skipped" ] || fail 'wrong sum'
}

should_fail_for_a_missing_tool_where_the_tools_are_somebodys_job()
{
    tested_project
    rm bin/gcc
    run env -i CI=true PATH="$PWD/bin" "$project/tadpole" test
    expect_status 1
    expect_in out 'skipped codon: gcc is missing'
    [ "$(tail -n 1 out)" = "$((all - 14)) passed, 7 failed, 0 skipped" ] || fail 'wrong sum'
}

should_not_count_into_each_other()
{
    tested_project
    printf '#!/bin/sh\necho "flights_board.c:3: error"\nexit 1\n' >bin/gcc
    mkfifo begun go
    cp "$project/mvnw" mvnw.good
    cat >"$project/mvnw" <<-END
	#!/bin/sh
	echo begun >"$PWD/begun"
	read -r word <"$PWD/go"
	END
    cat mvnw.good >>"$project/mvnw"
    env -i PATH="$PWD/bin" "$project/tadpole" test >out1 2>err1 &
    first=$!
    read -r word <begun
    cp mvnw.good "$project/mvnw.new"
    chmod +x "$project/mvnw.new"
    mv "$project/mvnw.new" "$project/mvnw"
    mkfifo err2
    env -i PATH="$PWD/bin" "$project/tadpole" test >out2 2>err2 &
    second=$!
    exec 7<err2
    read -r said <&7
    echo go >go
    wait "$first" || :
    wait "$second" || :
    [ "$said" = 'tadpole: waiting for another test run in this folder' ] || fail "$said"
    for out in out1 out2
    do
        [ "$(tail -n 1 "$out")" = "$((all - 3)) passed, 6 failed, 4 skipped" ] || fail "wrong sum: $(cat "$out")"
    done
}

should_fail_when_a_native_program_does_not_compile()
{
    tested_project
    printf '#!/bin/sh\necho "flights_board.c:3: error"\nexit 1\n' >bin/gcc
    tadpole test
    expect_status 1
    expect_in out 'flights_board.c:3: error'
}

# Python of the package: one that answers the launcher's questions, makes an environment that holds itself, notes what is
# installed in it, and passes its tests.
fresh_python()
{
    rm -r "$project/build/python"
    mkdir -p "$project/bindings/python/src/c" "$project/bindings/python/tests" "$project/bindings/c/include/tadpole"
    : >"$project/bindings/python/tests/requirements.txt"
    cat >bin/python3 <<-'END'
	#!/bin/sh
	case "$1 $2" in
	    '-c '*) ;;
	    '-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
	    '-m pip') echo "${CFLAGS-} $*" >>pip-calls ;;
	    *) printf 'Ran 4 tests in 0.1s\n\nOK\n' ;;
	esac
	END
}

should_build_the_package_for_python_when_it_is_stale()
{
    tested_project
    fresh_python
    tadpole test
    expect_status 0
    grep -q '^python  *4 passed' out || fail 'no line of the suite'
    expect_in err '45 MB from PyPI'
    expect_in pip-calls 'bindings/python/tests/requirements.txt'
    expect_in pip-calls '-Werror -m pip install'
    [ "$(grep -vc -e --target pip-calls)" -eq 2 ] || fail 'not two installations'
    tadpole test
    [ "$(grep -vc -e --target pip-calls)" -eq 2 ] || fail 'installed again'
    touch "$project/bindings/c/include/tadpole/ring.h"
    tadpole test
    [ "$(grep -vc -e --target pip-calls)" -eq 3 ] || fail 'not built anew, or more than that'
}

should_say_what_the_package_for_python_lacks()
{
    tested_project
    fresh_python
    sed -i "s/'-c '\*) ;;/'-c '*) case \$2 in *Python.h*) exit 1 ;; esac ;;/" bin/python3
    tadpole test
    expect_status 0
    expect_in out 'skipped python: the headers of python3 are missing; install them: apt-get install python3-dev'
    sed -i "s/'-c '\*) case .*/'-c '*) ;;/; s/'-m pip') /'-m pip') echo 'ERROR: no network' >\&2; exit 1;/" bin/python3
    tadpole test
    expect_in out "skipped python: what Python's tests need could not be installed from PyPI: ERROR: no network"
}

should_fail_when_the_package_for_python_does_not_compile()
{
    tested_project
    fresh_python
    sed -i "s/'-m pip') /'-m pip') case \$* in *--no-deps*) echo 'error: broken'; exit 1 ;; esac;/" bin/python3
    tadpole test
    expect_status 1
    grep -q '^python  *0 passed *1 failed' out || fail 'no failure'
}
