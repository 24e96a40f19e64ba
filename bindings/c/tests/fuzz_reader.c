/*
 * libFuzzer's way to the reader; run.sh builds it. Its inputs are kept in fuzz_reader.inputs, and replayed by each run
 * of the tests. To go on from them:
 *
 *     clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Ibindings/c/include \
 *         bindings/c/tests/fuzz_reader.c -o build/fuzz_reader
 *     mkdir -p build/corpus && build/fuzz_reader -max_len=512 -max_total_time=60 build/corpus \
 *         bindings/c/tests/fuzz_reader.inputs
 */
#include "hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static struct hostile hostile;
    if (hostile.forged == NULL) {
        hostile_open(&hostile);
    }
    hostile_run(&hostile, bytes, length);
    return 0;
}
