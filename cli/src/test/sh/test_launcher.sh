# The launcher by itself: which JDK it takes, when it builds, what it hands over. Sourced by run.sh.

should_say_what_to_install_when_there_is_no_jdk()
{
    stub_project project
    rm -r jdks
    tadpole --version
    expect_status 2
    expect_empty out
    expect_in err 'needs JDK 25'
    expect_in err 'apt-get install openjdk-25-jdk'
    [ ! -e "$project/build" ]
}

should_prefer_the_jdk_of_java_home()
{
    stub_project project
    stub_jdk own 25
    mv jdks/own 'jdk of my own'
    run env -i PATH="$PWD/bin" JAVA_HOME="$PWD/jdk of my own" "$project/tadpole" doctor
    expect_status 0
    expect_in out "java: $PWD/jdk of my own/bin/java"
}

should_pass_over_a_java_home_of_another_version()
{
    stub_project project
    stub_jdk old 17.0.15
    mv jdks/old old
    run env -i PATH="$PWD/bin" JAVA_HOME="$PWD/old" "$project/tadpole" doctor
    expect_status 0
    expect_in out "java: $PWD/jdks/25/bin/java"
}

should_find_version_25_among_others_in_a_folder()
{
    stub_project project
    stub_jdk 17 17.0.15
    stub_jdk 250 250.1
    stub_jdk 26 26
    tadpole doctor
    expect_status 0
    expect_in out "java: $PWD/jdks/25/bin/java"
}

should_refuse_a_runtime_without_a_compiler()
{
    stub_project project
    rm jdks/25/bin/javac
    tadpole doctor
    expect_status 2
    expect_in err 'needs JDK 25'
}

should_find_the_jdk_behind_the_java_of_the_path()
{
    stub_project project
    mv jdks 'somewhere else'
    cat >bin/java <<-END
	#!/bin/sh
	echo '    java.home = $PWD/somewhere else/25' >&2
	END
    chmod +x bin/java
    tadpole doctor
    expect_status 0
    expect_in out "java: $PWD/somewhere else/25/bin/java"
}

should_hand_over_flags_root_class_path_and_arguments()
{
    stub_project project
    tadpole ring stat 'a b' ''
    expect_status 0
    expect_in out "argument: @$project/jvm-flags"
    expect_in out "argument: -Dtadpole.root=$project"
    expect_in out "argument: $project/cli/target/classes:$project/cli/target/some.jar"
    tail -n 5 out >last
    printf 'argument: %s\n' io.tadpole.cli.Tadpole ring stat 'a b' '' >wanted
    cmp last wanted
}

should_keep_the_optimising_compiler_for_what_takes_long()
{
    stub_project project
    tadpole demo --native none
    expect_not_in out Tiered
    tadpole journal replay some
    expect_not_in out Tiered
    tadpole journal dump some
    expect_not_in out Tiered
    tadpole crash --ring 1
    expect_not_in out Tiered
    tadpole matrix --quick
    expect_not_in out Tiered
    tadpole journal stat some
    expect_in out Tiered
    tadpole doctor
    expect_in out Tiered
}

# stub_locales NAME: a project where this locale is there, beside C and fr_FR, and Java says which one it is given.
stub_locales()
{
    stub_project project
    cat >bin/locale <<-END
	#!/bin/sh
	case \${LC_ALL-} in
	    $1) echo UTF-8 ;;
	    fr_FR) echo ISO-8859-1 ;;
	    *) echo ANSI_X3.4-1968 ;;
	esac
	END
    printf '#!/bin/sh\necho "locale: ${LC_ALL-}"\n' >jdks/25/bin/java
    chmod +x bin/locale
}

should_give_java_a_locale_that_can_name_every_file()
{
    stub_locales C.UTF-8
    run env -i LC_ALL=C PATH="$PWD/bin" "$project/tadpole" doctor
    expect_in out 'locale: C.UTF-8'
    tadpole doctor
    expect_in out 'locale: C.UTF-8'
    run env -i LC_ALL=fr_FR PATH="$PWD/bin" "$project/tadpole" doctor
    expect_in out 'locale: fr_FR'
}

should_ask_for_no_locale_that_is_not_there()
{
    stub_locales en_US.UTF-8
    run env -i LC_ALL=C PATH="$PWD/bin" "$project/tadpole" doctor
    expect_in out 'locale: C'
    expect_not_in out 'UTF-8'
    run env -i LC_ALL=en_US.UTF-8 PATH="$PWD/bin" "$project/tadpole" doctor
    expect_in out 'locale: en_US.UTF-8'
}

should_become_the_java_process()
{
    stub_project project
    tadpole doctor
    env -i PATH="$PWD/bin" "$project/tadpole" doctor >out 2>err &
    launcher=$!
    wait "$launcher"
    expect_in out "process: $launcher"
}

should_work_from_any_folder_through_symbolic_links_with_spaces()
{
    stub_project 'the project'
    mkdir 'some where' links
    ln -s '../the project/tadpole' links/inner
    ln -s "$PWD/links/inner" 'some where/outer'
    cd 'some where'
    run env -i PATH="$PWD/../bin" ./outer doctor
    expect_status 0
    expect_in out "folder: $PWD"
    expect_in out "argument: -Dtadpole.root=$project"
    expect_in out "argument: $project/cli/target/classes:$project/cli/target/some.jar"
}

should_refuse_a_folder_that_a_class_path_cannot_name()
{
    stub_project 'a:b'
    tadpole doctor
    expect_status 2
    expect_in err 'colon'
}

should_build_once()
{
    stub_project project
    tadpole doctor
    expect_in err 'building the Java modules (first time'
    age_sources
    tadpole doctor
    expect_status 0
    expect_empty err
    expect_lines "$project/maven-calls" 1
}

should_build_again_when_a_source_is_newer()
{
    stub_project project
    tadpole doctor
    age_sources
    touch "$project/cli/src/main/java/Tadpole.java"
    tadpole doctor
    expect_in err 'building the Java modules'
    age_sources
    touch "$project/pom.xml"
    tadpole doctor
    expect_lines "$project/maven-calls" 3
}

should_build_again_when_a_source_is_gone()
{
    stub_project project
    tadpole doctor
    age_sources
    rm "$project/cli/src/main/java/Tadpole.java"
    tadpole doctor
    expect_lines "$project/maven-calls" 2
}

should_not_build_for_a_newer_test_or_launcher()
{
    stub_project project
    mkdir -p "$project/cli/src/test/java"
    tadpole doctor
    age_sources
    touch "$project/cli/src/test/java" "$project/cli/src/main/sh/jdk.sh" "$project/tadpole"
    tadpole doctor
    expect_lines "$project/maven-calls" 1
}

should_build_again_in_a_copied_folder()
{
    stub_project project
    tadpole doctor
    age_sources
    cp -Rp "$project" copy
    project=$PWD/copy
    tadpole doctor
    expect_status 0
    expect_in out "argument: $project/cli/target/classes:$project/cli/target/some.jar"
    expect_lines "$project/maven-calls" 2
}

should_build_again_when_a_jar_of_the_class_path_is_gone()
{
    stub_project project
    tadpole doctor
    age_sources
    rm "$project/cli/target/some.jar"
    tadpole doctor
    expect_status 0
    expect_lines "$project/maven-calls" 2
}

should_show_what_maven_says_when_the_build_fails_and_try_again()
{
    stub_project project
    cp "$project/mvnw" mvnw.good
    cat >"$project/mvnw" <<-'END'
	#!/bin/sh
	echo '[INFO] Building Tadpole ring 0.1.0-SNAPSHOT                [3/7]'
	echo '[ERROR] Ring.java:[7] a semicolon is missing'
	exit 1
	END
    tadpole doctor
    expect_status 1
    expect_empty out
    expect_in err 'ring [3/7]'
    expect_in err 'a semicolon is missing'
    expect_in err "$project/build/maven.log"
    cp mvnw.good "$project/mvnw"
    tadpole doctor
    expect_status 0
}

should_not_build_into_each_other()
{
    stub_project project
    mkfifo begun go
    cat >"$project/mvnw" <<-END
	#!/bin/sh
	echo "\$*" >>maven-calls
	echo begun >"$PWD/begun"
	read -r word <"$PWD/go"
	mkdir -p cli/target/classes
	echo "\$PWD/cli/target/classes" >cli/target/classpath
	END
    env -i PATH="$PWD/bin" "$project/tadpole" first >out1 2>err1 &
    first=$!
    read -r word <begun
    mkfifo err2
    env -i PATH="$PWD/bin" "$project/tadpole" second >out2 2>err2 &
    second=$!
    read -r said <err2
    [ "$said" = 'tadpole: waiting for another build in this folder' ] || fail "$said"
    echo go >go
    wait "$first"
    wait "$second"
    expect_in out1 'argument: first'
    expect_in out2 'argument: second'
    expect_lines "$project/maven-calls" 1
}

should_not_be_kept_out_by_the_lock_of_a_killed_launcher()
{
    stub_project project
    mkdir "$project/build"
    : >"$project/build/lock"
    tadpole doctor
    expect_status 0
    expect_not_in err 'waiting'
}

should_not_hand_the_build_lock_to_java()
{
    stub_project project
    cat >jdks/25/bin/java <<-END
	#!/bin/sh
	flock -n "$project/build/lock" sh -c "echo free"
	END
    tadpole doctor
    expect_status 0
    expect_in out 'free'
}
