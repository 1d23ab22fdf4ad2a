"""Tells whether a server expects TLS from the first byte, where its port does not say so."""

from __future__ import annotations

import socket
import ssl

PATIENCE = 10.0  # seconds


def begins_with_tls(host: str, port: int) -> bool:
    """Whether it answers a TLS handshake. Nothing secret is sent, so nothing is verified here.

    A server that greets in the clear (RFC 3501, 3; RFC 5321, 3.1) breaks the handshake off at
    once. OSError where nobody answers.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection((host, port), PATIENCE) as peer:
        try:
            with context.wrap_socket(peer, server_hostname=host):
                return True
        except ssl.SSLError:
            return False
