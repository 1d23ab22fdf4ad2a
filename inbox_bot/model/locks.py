"""File locks between processes, on every system: the only module that knows portalocker.

A lock ends with the file or the process that holds it.
"""

from __future__ import annotations

from enum import Enum
from typing import IO

from portalocker import LockException, LockFlags, exceptions, lock


class Kind(Enum):
    """Exclusive: one holder. Shared: any number, while none is exclusive."""

    EXCLUSIVE = LockFlags.EXCLUSIVE
    SHARED = LockFlags.SHARED


def wait_for(file: IO[str] | int, kind: Kind = Kind.EXCLUSIVE) -> None:
    """Lock it, however long that takes; OSError where the file cannot be locked."""
    try:
        lock(file, kind.value)
    except LockException as error:
        raise OSError(str(error)) from error


def is_free(file: IO[str] | int, kind: Kind = Kind.EXCLUSIVE) -> bool:
    """Lock it unless another process holds it; OSError where the file cannot be locked."""
    try:
        lock(file, kind.value | LockFlags.NON_BLOCKING)
    except exceptions.AlreadyLocked:
        return False
    except LockException as error:
        raise OSError(str(error)) from error
    return True
