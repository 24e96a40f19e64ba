"""The exceptions, one for each kind of status. The extension raises them."""

import enum


class Status(enum.IntEnum):
    """Why a call did not succeed: the same numbers in every language."""

    OK = 0
    BACK_PRESSURED = -1
    NOT_CONNECTED = -2
    CLOSED = -3
    TOO_LONG = -4
    CORRUPT = -5
    DEPOSED = -6
    NO_SPACE = -7
    FAILED_CALL = -20
    MISSING = -21
    EXISTS = -22
    FOREIGN = -23
    HALF_CREATED = -24
    NEWER_VERSION = -25
    TRUNCATED = -26
    SYMBOLIC_LINK = -27
    HELD = -28
    EVICTED = -29
    FILE_SYSTEM = -30
    NOT_DECLARED = -31
    OTHER_RING = -32
    ENGINES = -33
    BAD_HEADER = -34
    INVALID = -35


class Error(Exception):
    """A call that did not succeed. Its text says what happened, to which channel, and what to do."""

    def __init__(self, status: int, reason: str, errno: int = 0) -> None:
        super().__init__(status, reason, errno)
        self.status = Status(status)
        self.reason = reason
        self.errno = errno  # of the operating system, where it refused; else 0

    def __str__(self) -> str:
        return self.reason


class ChannelError(Error):
    """A channel or a role cannot be had: `status` says which of the reasons it is."""


class CorruptError(Error):
    """A shared word holds what nobody can have written rightly. For good: keep the files."""


class DeposedError(Error):
    """Another owner took this role over, or this is a forked child. For good."""


class ClosedError(Error):
    """This side was closed."""


class TooLongError(Error, ValueError):
    """A message that is empty, longer than this ring takes, or longer than was claimed."""


class ViewsHeldError(Error, BufferError):
    """Somebody still holds messages, or claimed space, that is about to be given back."""

    def __init__(self, reason: str) -> None:
        super().__init__(Status.INVALID, reason)
        self.args = (reason,)


def error_of(status: int, reason: str, errno: int) -> Error:
    """The exception that says a status."""
    if status <= Status.NO_SPACE and status != Status.INVALID:
        return ChannelError(status, reason, errno)
    kinds = {
        Status.CORRUPT: CorruptError,
        Status.DEPOSED: DeposedError,
        Status.CLOSED: ClosedError,
        Status.TOO_LONG: TooLongError,
    }
    return kinds.get(Status(status), Error)(status, reason, errno)
