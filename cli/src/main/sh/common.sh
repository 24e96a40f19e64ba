# Words that all steps of the launcher use. Sourced; `root` is the project's folder.

say()
{
    printf 'tadpole: %s\n' "$*" >&2
}

# die STATUS SENTENCE...: 1 when a step failed, 2 when something is missing or misused.
die()
{
    status=$1
    shift
    say "$@"
    exit "$status"
}

# In the C locale Java has no name for a file such as été.csv. Another locale than ASCII's stays: it names files its way.
# Asked before it is set: some shells warn of a locale that is not there.
speak_unicode()
{
    if [ "$(locale charmap 2>/dev/null)" = ANSI_X3.4-1968 ] &&
        [ "$(env LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ]
    then
        LC_ALL=C.UTF-8
        export LC_ALL
    fi
}

# stale FILE PATH...: is FILE missing, or anything under the paths newer? Folders count: removing a file touches one.
stale()
{
    target=$1
    shift
    [ -e "$target" ] || return 0
    [ -n "$(find "$@" -newer "$target" -print 2>/dev/null | head -n 1)" ]
}

# One launcher at a time builds. The lock is the kernel's: it goes when its holders go, however they end. Programs that
# the holder starts inherit it, so a killed launcher whose Maven still runs keeps the next one out.
lock_build()
{
    mkdir -p "$root/build"
    exec 9>>"$root/build/lock"
    take_lock 9 'another build'
}

# take_lock DESCRIPTOR OWNER: of an open file; waits until the owner goes.
take_lock()
{
    command -v flock >/dev/null || die 2 "needs flock; install it: apt-get install util-linux"
    if ! flock -n "$1"
    then
        say "waiting for $2 in this folder"
        flock "$1"
    fi
}

unlock_build()
{
    exec 9>&-
}
