# Finds JDK 25, whatever `java` on the PATH is. Sourced.

# find_jdk: sets `jdk` to its folder, or ends with what to install.
find_jdk()
{
    jdk=''
    if jdk_is_25 "${JAVA_HOME-}"
    then
        jdk=$JAVA_HOME
        return
    fi
    while IFS= read -r pattern
    do
        case $pattern in
            '' | '#'*) continue ;;
            '~/'*) pattern=${HOME-}/${pattern#'~/'} ;;
        esac
        jdk_among "$pattern" && return
    done <"$steps/jdk-folders"
    jdk_of_path && return
    say "needs JDK 25; there is none in JAVA_HOME, in the usual folders or on the PATH."
    say "Install one: apt-get install openjdk-25-jdk, or sdk install java 25-tem, or https://adoptium.net;"
    die 2 "where it lies in a folder of its own, set JAVA_HOME to that folder."
}

# The file `release` says the version without starting a JVM. A JRE will not do: the build needs the compiler.
jdk_is_25()
{
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line
    do
        case $line in
            'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# Of several, the last in the order of names, which is the newest of one vendor.
jdk_among()
{
    old_ifs=$IFS
    IFS=''
    for home in $1
    do
        if jdk_is_25 "$home"
        then
            jdk=$home
        fi
    done
    IFS=$old_ifs
    [ -n "$jdk" ]
}

jdk_of_path()
{
    command -v java >/dev/null || return 1
    home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    jdk_is_25 "$home" && jdk=$home
}
