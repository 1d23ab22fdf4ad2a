"""Frames messages between the sandbox and its child: a length, then that many bytes."""

from __future__ import annotations

import struct
from typing import IO

READY = b"ready"
_LENGTH = struct.Struct(">I")


def send(pipe: IO[bytes], content: bytes) -> None:
    """Writes to the buffer; the message leaves when that is full or flushed."""
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)


def receive(pipe: IO[bytes]) -> bytes | None:
    """One whole message, or None at the end of the pipe."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(length)
    return content if len(content) == length else None
