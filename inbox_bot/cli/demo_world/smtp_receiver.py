"""The demo's SMTP server: aiosmtpd in this process, on a free loopback port."""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass
from functools import partial

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
_SILENT = logging.NullHandler()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpReceiver:
    """Keeps what arrives, byte for byte, in the order of arrival."""

    port: int
    received: list[bytes]
    _server: asyncio.Server

    async def close(self) -> None:
        self._server.close()


class _Keeper:
    """The handler of aiosmtpd.

    Not a slotted dataclass: aiosmtpd lists its members, which fails on Python 3.11.2 (Debian 12).
    """

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server
        if not session.authenticated:
            return "530 5.7.0 log in first"  # RFC 4954, 6
        self.received.append(envelope.original_content or b"")
        return "250 kept"


async def start(username: str, password: str) -> SmtpReceiver:
    """Only that login may send, as with any provider."""
    # silences a warning of aiosmtpd (1.4) at each login
    logging.getLogger("mail.log").addHandler(_SILENT)
    keeper = _Keeper()
    loop = asyncio.get_running_loop()
    protocol = partial(
        SMTP,
        keeper,
        hostname="localhost",  # or it asks DNS for this machine's name
        loop=loop,
        auth_require_tls=False,  # loopback only
        authenticator=partial(_authenticate, username, password),
    )
    server = await loop.create_server(protocol, HOST, 0)
    port: int = server.sockets[0].getsockname()[1]
    return SmtpReceiver(port=port, received=keeper.received, _server=server)


def _authenticate(username: str, password: str, *call: object) -> AuthResult:
    """aiosmtpd passes server, session, envelope, mechanism and, last, the client's credentials."""
    given = call[-1]
    known = (
        isinstance(given, LoginPassword)
        and hmac.compare_digest(given.login, username.encode())
        and hmac.compare_digest(given.password, password.encode())
    )
    return AuthResult(success=known, handled=False)
