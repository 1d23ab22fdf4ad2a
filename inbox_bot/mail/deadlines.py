"""Deadlines for a whole exchange: a time-out for each byte is none for a server that dribbles."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

T = TypeVar("T")


def in_time(work: Callable[[], T], seconds: float) -> T:
    """What `work` returns or raises; TimeoutError when it takes longer, and it is left to itself.

    For what gives no socket into our hands before it is done.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # raised again by who waits
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError("the server takes too long to greet")
    return done[0]


@contextmanager
def cut_after(seconds: float, wire: Callable[[], socket.socket | None]) -> Iterator[None]:
    """End the connection when the `with` lasts longer; who reads from it sees its end.

    `wire` tells the socket of that moment: STARTTLS puts another in its place.
    """
    timer = threading.Timer(seconds, _cut, [wire])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(wire: Callable[[], socket.socket | None]) -> None:
    with suppress(OSError):
        if open_wire := wire():
            open_wire.shutdown(socket.SHUT_RDWR)
