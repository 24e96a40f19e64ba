"""Batch.numpy: the only module that knows NumPy."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tadpole._ring import Batch


def array_of(batch: Batch, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    """The array holds the batch's buffer, and each view of the array holds the array."""
    memory: npt.NDArray[Any] = np.asarray(memoryview(batch))
    if dtype is None:
        return memory
    item = np.dtype(dtype)
    if not batch:
        memory = np.empty(0, item)
        memory.flags.writeable = False
        return memory
    if not 0 < item.itemsize <= memory.shape[1]:
        raise ValueError(f"an item of {item.itemsize} bytes does not lie in a message of {memory.shape[1]} bytes")
    return memory[:, : item.itemsize].view(item)[:, 0]
