"""What lies where in the files of a channel, as the extension's structs have it.

FIELDS has the names of docs/layout.md: of a field its offset and size in bytes; of a value the value, and the size 0.
"""

from typing import NamedTuple

from tadpole import _ring


class Field(NamedTuple):
    at: int  # offset, or value
    size: int


FIELDS = {name: Field(*field) for name, field in _ring.LAYOUT.items()}
