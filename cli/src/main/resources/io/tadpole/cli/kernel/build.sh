#!/bin/sh
# Builds libNAME.so and its test, and runs the test.
set -eu

tadpole=@LAUNCHER@
tadpole=${TADPOLE:-$tadpole}
cd "$(dirname -- "$0")"
"$tadpole" codon build --lib -o libNAME.so NAME.codon
"$tadpole" codon build -o NAME_test NAME_test.codon
./NAME_test

# For the shell, whatever the folders are called.
quoted()
{
    case $1 in
        *[!A-Za-z0-9_./+-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
        *) printf %s "$1" ;;
    esac
}

echo "next: $(quoted "$tadpole") demo --kernel $(quoted "$(pwd)/libNAME.so")"
