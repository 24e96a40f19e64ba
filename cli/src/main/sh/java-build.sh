# Builds the Java modules when their sources are newer than the last build. Sourced.

# build_java: builds when needed and sets `class_path`.
build_java()
{
    case $root in
        *:*) die 2 "the project's folder, $root, must not have a colon in its name: a class path cannot hold it" ;;
    esac
    if java_is_stale
    then
        lock_build
        if java_is_stale
        then
            package_java
        fi
        unlock_build
    fi
    class_path=$(java_class_path)
}

# The stamp holds the folder that was built, because the class path names files in full: a copied folder is built anew.
java_is_stale()
{
    [ -r "$root/build/stamp" ] && IFS= read -r built <"$root/build/stamp" && [ "$built" = "$root" ] || return 0
    [ -n "$(java_sources_newer_than "$root/build/stamp")" ] || ! class_path_is_there
}

# Two classes of the ring's tests are part of the crash command.
java_sources_newer_than()
{
    (cd "$root" && find . \( -name build -o -name target -o -name .git \) -prune -o \
        \( -name pom.xml -o -path '*/src/main/java' -o -path '*/src/main/java/*' -o -path '*/src/main/resources' \
        -o -path '*/src/main/resources/*' -o -path './ipc-shm/ring/src/test/java/*/Weaver.java' \
        -o -path './ipc-shm/ring/src/test/java/*/Pattern.java' \) -newer "$1" -print | head -n 1)
}

java_class_path()
{
    printf '%s/cli/target/classes:' "$root"
    cat "$root/cli/target/classpath"
}

# Somebody may have emptied Maven's repository or a target folder since.
class_path_is_there()
{
    [ -r "$root/cli/target/classpath" ] || return 1
    old_ifs=$IFS
    IFS=:
    set -f
    # shellcheck disable=SC2046 # the colons separate
    set -- $(java_class_path)
    set +f
    IFS=$old_ifs
    for jar
    do
        [ -e "$jar" ] || return 1
    done
}

# The stamp takes the time before the build: what is edited meanwhile is newer.
package_java()
{
    start_stamp
    first=''
    [ -d "$root/cli/target" ] || first=' (first time: downloads 140 MB from Maven Central)'
    say "building the Java modules$first"
    if ! maven "$root/build/maven.log" say_module -DskipTests package
    then
        show_maven_errors "$root/build/maven.log"
        die 1 "the Java build failed; all of it: $root/build/maven.log"
    fi
    finish_stamp
}

start_stamp()
{
    printf '%s\n' "$root" >"$root/build/stamp.new"
}

finish_stamp()
{
    mv "$root/build/stamp.new" "$root/build/stamp"
}

# maven LOG LISTENER ARGUMENT...: runs Maven's wrapper; the listener sees each line of its output.
maven()
{
    log=$1
    listener=$2
    shift 2
    : >"$log"
    {
        status=0
        (cd "$root" && JAVA_HOME=$jdk ./mvnw --batch-mode --no-transfer-progress "$@") </dev/null 2>&1 || status=$?
        echo "$status" >"$log.status"
    } | while IFS= read -r line
    do
        printf '%s\n' "$line" >>"$log"
        "$listener" "$line"
    done
    read -r status <"$log.status"
    rm -f "$log.status"
    return "$status"
}

say_module()
{
    case $1 in
        '[INFO] Building Tadpole '[!0-9]*'['*/*']')
            module=${1#'[INFO] Building Tadpole '}
            say "  ${module%% [0-9]*} [${module##*[}"
            ;;
    esac
}

show_maven_errors()
{
    # A warning about a source is an error here. After the sentence with the link come Maven's hints about Maven.
    { grep -E '^\[(ERROR|FATAL)\]|^\[WARNING\] .*\.java:' "$1" || tail -n 30 "$1"; } | sed '/-> \[Help 1\]$/q' | head -n 40 >&2
}
