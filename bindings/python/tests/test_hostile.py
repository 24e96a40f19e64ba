"""Some hostile rings of hostile.py, which has as many as you like."""

import os
import time
import unittest

import hostile

SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))


class HostileTest(unittest.TestCase):
    def test_should_answer_each_ring_with_a_name_or_its_messages(self) -> None:
        print(f"seed {SEED}", flush=True)
        outcomes = hostile.run(10_000, SEED)
        # Each kind of forgery was reached.
        for outcome in ("CORRUPT", "read to the end", "BAD_HEADER", "FOREIGN", "OTHER_RING", "DEPOSED", "written"):
            self.assertGreater(outcomes[outcome], 0, outcomes)


if __name__ == "__main__":
    unittest.main()
