"""Connects and logs in; translates the errors of imaplib, imapclient and the socket.

`CutOff` when the connection is gone, `Refused` when the server said no, `LoginRefused` for a
password, and plain MailboxUnavailable where no connection can be made.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError

from inbox_bot.errors import MailboxUnavailable
from inbox_bot.mail.deadlines import in_time
from inbox_bot.mail.imap.responses import read_code
from inbox_bot.mail.imap.slow_servers import Paced, keep_pace
from inbox_bot.mail.sasl import login_refused, only_tokens, opening
from inbox_bot.mail.unreachable import IMAP_PORTS, why, words
from inbox_bot.settings.accounts import Bearer, ImapAccount, Tls, tls_context

# codes of an unwell or busy server (RFC 5530), independent of the command
_PASSING = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "EXPUNGEISSUED"})


class CutOff(MailboxUnavailable):
    """The connection broke; the command may or may not have been executed."""


class Refused(MailboxUnavailable):
    """The server answered NO or BAD; the connection is still usable."""


def log_in(account: ImapAccount) -> tuple[IMAPClient, Paced]:
    """An encrypted, logged-in connection; it is closed again on errors."""
    patience = 2 * account.timeout
    with told(account):
        client = in_time(lambda: _connect(account), patience)
    try:
        with told(account):
            _set_up(client, account)
            paced = keep_pace(client, patience)
            _authenticate(client, account)
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            client.shutdown()
        raise
    return client, paced


@contextmanager
def told(account: ImapAccount) -> Iterator[None]:
    """Translate what imaplib, imapclient and the socket raise."""
    host = account.host
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxUnavailable(why(host, account.port, error, IMAP_PORTS)) from error
    except CapabilityError as error:
        raise MailboxUnavailable(f"{host} doesn't support that: {words(error)}") from error
    except (imaplib.IMAP4.abort, OSError) as error:
        raise CutOff(why(host, account.port, error, IMAP_PORTS)) from error
    except imaplib.IMAP4.error as error:
        raise Refused(f"{host} refused: {words(error)}") from error
    except (ValueError, LookupError, AssertionError, RecursionError) as error:
        # not IMAP: the rest of the stream cannot be trusted
        raise CutOff(f"{host} sent an unreadable answer: {words(error)}") from error


def is_passing(error: Refused) -> bool:
    """Whether the code says that trying again later makes sense."""
    return read_code(str(error)) in _PASSING


def _connect(account: ImapAccount) -> IMAPClient:
    with_tls = account.tls is Tls.TLS
    return IMAPClient(
        account.host,
        account.port,
        ssl=with_tls,
        ssl_context=tls_context(account.ca_file) if with_tls else None,
        timeout=account.timeout,
    )


def _authenticate(client: IMAPClient, account: ImapAccount) -> None:
    try:
        if account.bearer is not None:
            _show_token(client, account, account.bearer)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(account.username, account.password)  # any password, as UTF-8
        else:
            client.login(account.username, account.password)
    except LoginError as error:
        # imapclient makes a LoginError of a lost connection, too
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from error
        if read_code(str(error)) in _PASSING:
            raise MailboxUnavailable(f"{account.host} has a problem: {words(error)}") from error
        if account.bearer is None and _takes_tokens_alone(client):
            raise only_tokens(account.host) from error
        raise login_refused(account, words(error)) from error


def _takes_tokens_alone(client: IMAPClient) -> bool:
    offered = _mechanisms(client)
    return bool(offered & {"XOAUTH2", "OAUTHBEARER"}) and not offered & {"PLAIN", "LOGIN"}


def _show_token(client: IMAPClient, account: ImapAccount, bearer: Bearer) -> None:
    """Renew the token once, as it may have expired early or been revoked."""
    try:
        _say_token(client, account.username, bearer.token())
    except LoginError as error:
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise
        _say_token(client, account.username, bearer.renew())


def _say_token(client: IMAPClient, username: str, token: str) -> None:
    said = opening(_mechanisms(client), username, token)
    words = iter((said.first, said.after_error))
    client.sasl_login(said.mechanism, lambda _: next(words, said.after_error))


def _mechanisms(client: IMAPClient) -> frozenset[str]:
    names = (name.decode("ascii", "replace").upper() for name in client.capabilities())
    return frozenset(name.removeprefix("AUTH=") for name in names if name.startswith("AUTH="))


def _set_up(client: IMAPClient, account: ImapAccount) -> None:
    wire = client.socket()
    # or each literal waits 40 ms for an acknowledgement (Cyrus, Courier)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # imapclient makes imaplib format every line, letters included, for its log
    client._imap.debug = 0
    if account.tls is Tls.STARTTLS:
        client.starttls(ssl_context=tls_context(account.ca_file))
