#!/bin/sh
# Builds libNAME.so and its test, and runs the test.
set -eu

tadpole=@LAUNCHER@
tadpole=${TADPOLE:-$tadpole}
cd "$(dirname -- "$0")"
"$tadpole" codon build --lib -o libNAME.so NAME.codon
"$tadpole" codon build -o NAME_test NAME_test.codon
./NAME_test
echo "next: $tadpole demo --kernel $(pwd)/libNAME.so"
