"""Time limit for slow servers: socket time-outs do not stop one that sends byte by byte."""

from __future__ import annotations

import socket
import time
from typing import Protocol, cast

from imapclient import IMAPClient

_LEAST = 1024
"""Bytes after which the time limit starts again, so that large letters can pass a slow line."""


class _Reader(Protocol):
    """A file over a socket, as socket.makefile returns it."""

    raw: _Raw


class _Raw(Protocol):
    _sock: object


class Paced:
    """Wraps the socket that imaplib reads from."""

    def __init__(self, wire: socket.socket, patience: float) -> None:
        self._wire = wire
        self._patience = patience
        self.begin()

    def begin(self) -> None:
        """Start the time limit again, for a new command."""
        self._until = time.monotonic() + self._patience
        self._received = 0

    def recv_into(self, buffer: memoryview) -> int:
        timeout = self._wire.gettimeout()
        if timeout == 0:  # IDLE polls
            return self._wire.recv_into(buffer)
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long to answer")
        self._wire.settimeout(min(left, timeout or left))
        try:
            received = self._wire.recv_into(buffer)
        finally:
            self._wire.settimeout(timeout)
        self._received += received
        if self._received >= _LEAST:
            self.begin()
        return received

    def __getattr__(self, name: str) -> object:
        return getattr(self._wire, name)


def keep_pace(client: IMAPClient, patience: float) -> Paced:
    """Wrap the client's socket: each answer comes in `patience` seconds, or fast enough."""
    paced = Paced(client.socket(), patience)
    cast("_Reader", client._imap.file).raw._sock = paced
    return paced
