"""Explains why a mail server cannot be reached, in one line with advice for the author."""

from __future__ import annotations

import socket
import ssl

IMAP_PORTS = "usual are 993 with tls: tls, and 143 with tls: starttls"
SMTP_PORTS = "usual are 465 with tls: tls, and 587 with tls: starttls"

# OpenSSL's numbers (openssl-verification-options(1))
_ENDED = 10
_OTHER_NAME = (62, 64)


def why(host: str, port: int, error: Exception, usual: str) -> str:
    """`usual` names the common ports of that kind of server."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{host}:{port}: its certificate cannot be verified ({_distrust(error)})"
    where = f"{host}:{port} cannot be reached"
    if isinstance(error, socket.gaierror):
        return f"{where}: no server of that name is found; is the network up, and the name right?"
    if isinstance(error, ConnectionRefusedError):
        return f"{where}: nobody answers there; is the port in settings.yaml right? ({usual})"
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return f"{where}: it does not begin with TLS there; {usual}"
    if "unexpected response" in str(error):  # imaplib's words for another kind of server
        return f"{where}: {words(error)}; is the port in settings.yaml right? ({usual})"
    return f"{where} or broke off: {words(error)}"


def words(error: Exception) -> str:
    """The error's message on one line; never empty."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _OTHER_NAME:
        return f"{error.verify_message.rstrip('.')}: write the server's own name in settings.yaml"
    if error.verify_code == _ENDED:
        return "it has ended: is this computer's clock right? Else its owner must renew it"
    return f"{error.verify_message}: nobody whom this computer trusts has signed it"
