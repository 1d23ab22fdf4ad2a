"""Explains why a mail server cannot be reached, in one line with advice for the author."""

from __future__ import annotations

import socket
import ssl

IMAP_PORTS = "usually 993 with tls: tls, or 143 with tls: starttls"
SMTP_PORTS = "usually 465 with tls: tls, or 587 with tls: starttls"

# OpenSSL's numbers (openssl-verification-options(1))
_ENDED = 10
_OTHER_NAME = (62, 64)


def why(host: str, port: int, error: Exception, usual: str) -> str:
    """`usual` names the common ports of that kind of server."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{host}:{port}: can't verify its certificate ({_distrust(error)})"
    where = f"can't reach {host}:{port}"
    if isinstance(error, socket.gaierror):
        return f"{where}: there's no such server; check your network and the server name"
    if isinstance(error, ConnectionRefusedError):
        return f"{where}: nothing answers there; check the port in settings.yaml ({usual})"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return f"{where}: it doesn't start with TLS on that port; {usual}"
    if "unexpected response" in str(error):  # imaplib's words for another kind of server
        return f"{where}: {words(error)}; check the port in settings.yaml ({usual})"
    return f"{where}, or the connection dropped: {words(error)}"


def words(error: Exception) -> str:
    """The error's message on one line; never empty."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _OTHER_NAME:
        return f"{error.verify_message.rstrip('.')}: use the server's own name in settings.yaml"
    if error.verify_code == _ENDED:
        return "it has expired; check this computer's clock, or else its owner must renew it"
    return f"{error.verify_message}: it isn't signed by anyone this computer trusts"
