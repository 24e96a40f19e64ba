# What the tests of the launcher share. Sourced in a test's empty folder, with the project's folder as the fourth argument.
root=$4

# run COMMAND...: leaves `status`, and the output in the files out and err.
run()
{
    status=0
    "$@" >out 2>err || status=$?
}

expect_status()
{
    [ "$status" -eq "$1" ] || fail "exit code $status instead of $1"
}

# expect_in FILE TEXT
expect_in()
{
    grep -qF -- "$2" "$1" || fail "'$2' is not in $1"
}

expect_not_in()
{
    ! grep -qF -- "$2" "$1" || fail "'$2' is in $1"
}

expect_empty()
{
    [ ! -s "$1" ] || fail "$1 is not empty"
}

expect_lines()
{
    lines=$(wc -l <"$1")
    [ "$lines" -eq "$2" ] || fail "$1 has $lines lines instead of $2"
}

fail()
{
    echo "$*"
    for file in out err
    do
        [ ! -e "$file" ] || sed "s/^/$file: /" "$file"
    done
    exit 1
}

skip()
{
    echo "$*"
    exit 77
}

# A copy of the launcher in the folder PROJECT that builds nothing real: its Maven wrapper notes each call in the file
# maven-calls and leaves a class path, and its JDK, in jdks/25, prints what it is asked to run. No other JDK is in reach.
stub_project()
{
    project=$PWD/$1
    mkdir -p "$project/cli/src/main/java" bin
    cp "$root/tadpole" "$root/jvm-flags" "$project/"
    cp -R "$root/cli/src/main/sh" "$project/cli/src/main/"
    printf '%s\n' "$PWD/jdks/*" >"$project/cli/src/main/sh/jdk-folders"
    echo 'class Tadpole {}' >"$project/cli/src/main/java/Tadpole.java"
    echo '<project/>' >"$project/pom.xml"
    cat >"$project/mvnw" <<-'END'
	#!/bin/sh
	echo "$*" >>maven-calls
	mkdir -p cli/target/classes
	: >cli/target/some.jar
	echo "$PWD/cli/target/some.jar" >cli/target/classpath
	END
    chmod +x "$project/mvnw"
    stub_jdk 25 25.0.3
    for tool in awk cat chmod cp date dirname env find flock grep head mkdir mv readlink rm sed sh sort tail timeout touch uniq
    do
        ln -s "$(command -v "$tool")" "bin/$tool"
    done
}

# stub_jdk NAME VERSION: in jdks/NAME.
stub_jdk()
{
    mkdir -p "jdks/$1/bin"
    printf 'IMPLEMENTOR="nobody"\nJAVA_VERSION="%s"\n' "$2" >"jdks/$1/release"
    cat >"jdks/$1/bin/java" <<-'END'
	#!/bin/sh
	echo "java: $0"
	echo "process: $$"
	echo "folder: $(pwd)"
	for argument
	do
	    echo "argument: $argument"
	done
	END
    cp "jdks/$1/bin/java" "jdks/$1/bin/javac"
    chmod +x "jdks/$1/bin/java" "jdks/$1/bin/javac"
}

# tadpole ARGUMENT...: the stub project's, with nothing but its own tools in reach.
tadpole()
{
    run env -i PATH="$PWD/bin" HOME="$PWD" "$project/tadpole" "$@"
}

# Makes the build newer than all sources, whatever the clock's resolution is.
age_sources()
{
    find "$project" ! -path '*/build*' -exec touch -t 200001010000 {} +
    touch -t 200101010000 "$project/build/stamp"
}
