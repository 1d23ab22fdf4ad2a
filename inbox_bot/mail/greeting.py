"""Tells by a server's silence whether it expects TLS from the first byte."""

from __future__ import annotations

import socket

PATIENCE = 2.5  # seconds


def speaks_first(host: str, port: int) -> bool:
    """Whether it greets in the clear: IMAP and SMTP do (RFC 3501, 3; RFC 5321, 3.1), TLS waits.

    OSError where nobody answers.
    """
    with socket.create_connection((host, port), PATIENCE) as peer:
        try:
            return bool(peer.recv(1))
        except TimeoutError:
            return False
