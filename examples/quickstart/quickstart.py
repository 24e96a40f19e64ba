"""Reads what QuickStart.java writes, and answers each number with its double: quickstart.py EVENTS ANSWERS."""

import sys

import tadpole

with tadpole.Consumer(sys.argv[1]) as events, tadpole.Producer(sys.argv[2]) as answers:
    for message in events:  # waits for each; read where Java wrote it
        delay = int.from_bytes(message, "little", signed=True)
        print(delay, flush=True)
        answers.offer((2 * delay).to_bytes(8, "little", signed=True))
        message.release()
