"""Deadlines for a whole exchange: socket time-outs do not stop a server that sends byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

T = TypeVar("T")


def in_time(work: Callable[[], T], seconds: float) -> T:
    """The result of `work`; TimeoutError when it takes longer, and its thread is abandoned.

    For calls that return their socket only at the end, which `cut_after` cannot close.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # raised again in the waiting thread
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError("the server took too long to respond")
    return done[0]


@contextmanager
def cut_after(seconds: float, wire: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut the connection down when the block takes longer; reads then see its end.

    `wire` returns the current socket: STARTTLS replaces it.
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
