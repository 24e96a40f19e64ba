"""Consumer.batches: a ring in an event loop."""

import asyncio
from collections.abc import AsyncIterator

from tadpole._ring import Batch, Consumer

YIELDS = 16
PAUSE_SECONDS = 0.001  # a selector does not wait less


async def batches(consumer: Consumer, limit: int) -> AsyncIterator[Batch]:
    """Between two batches, and while there is none, the loop's other tasks run. Nobody wakes a consumer: so it looks
    again, at first whenever the loop comes round, then each millisecond. It is cancelled only there, where everything
    that was handed out is published, and nothing else was taken.
    """
    looks = 0
    while True:
        batch = consumer.poll(limit)
        if batch:
            looks = 0
            yield batch
            batch.release()
            consumer.publish()
        else:
            looks += 1
        await asyncio.sleep(0 if looks <= YIELDS else PAUSE_SECONDS)
