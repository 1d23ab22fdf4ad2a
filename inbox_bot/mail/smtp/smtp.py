"""Sends a reply: MAIL and RCPT for all recipients, then DATA."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

from inbox_bot.errors import LoginRefused, SendRefused, SendUncertain
from inbox_bot.mail.deadlines import cut_after, in_time
from inbox_bot.mail.smtp.envelope import Envelope, seal
from inbox_bot.mail.smtp.wire import connect, failure, greet, log_in, told_before_data
from inbox_bot.mail.unreachable import words
from inbox_bot.settings.accounts import SmtpAccount

_AFTER_REFUSAL = 900.0
"""Seconds."""


def nothing() -> None:
    """The default of `handing_over`."""


class SmtpOutbox:
    """An `Outbox`. The connection is kept for the next reply until `leave`.

    Safe for threads: a connection is used by one caller at a time.
    """

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
        self._patience = 2 * account.timeout
        self._kept: smtplib.SMTP | None = None
        self._lock = threading.Lock()
        self._refusal = ""
        self._not_before = 0.0

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        handing_over: Callable[[], None] = nothing,
    ) -> None:
        """Send to all recipients; SendLater, SendRefused, SendUncertain or LoginRefused."""
        envelope = seal(raw, sender, recipients)
        client = self._offered(envelope)
        with _or_closed(client):
            handing_over()
            self._hand_over(client, envelope.data)
        self._keep(client)

    def leave(self) -> None:
        """QUIT, if a connection is open."""
        self._keep(None)

    def check(self) -> None:
        """Log in and out; SendLater, SendRefused or LoginRefused."""
        self._quit(self._connected())

    def _offered(self, envelope: Envelope) -> smtplib.SMTP:
        """A connection ready for the data: the kept one, if it still works."""
        with self._lock:
            client, self._kept = self._kept, None
        if client is not None:
            with self._before_data(client):
                if self._is_begun(client, envelope):
                    _offer(client, envelope)
                    return client
            client.close()  # servers close idle connections, and limit the letters of one
        client = self._connected()
        with self._before_data(client):
            self._begin(client, envelope)
            _offer(client, envelope)
        return client

    def _connected(self) -> smtplib.SMTP:
        if time.monotonic() < self._not_before:
            raise LoginRefused(self._refusal)
        with told_before_data(self._account):
            client = in_time(lambda: connect(self._account), self._patience)
        with self._remembering_refusal(), self._before_data(client):
            greet(client, self._account)
            log_in(client, self._account)
        return client

    @contextmanager
    def _before_data(self, client: smtplib.SMTP) -> Iterator[None]:
        with told_before_data(self._account), _or_closed(client), self._cut(client):
            yield

    def _keep(self, client: smtplib.SMTP | None) -> None:
        """Keep this one; close the one before."""
        with self._lock:
            before, self._kept = self._kept, client
        if before is not None:
            self._quit(before)

    def _quit(self, client: smtplib.SMTP) -> None:
        """Errors are ignored: all replies were taken already."""
        with suppress(OSError, smtplib.SMTPException), self._cut(client):
            client.quit()
        client.close()

    def _cut(self, client: smtplib.SMTP) -> AbstractContextManager[None]:
        return cut_after(self._patience, lambda: client.sock)

    @contextmanager
    def _remembering_refusal(self) -> Iterator[None]:
        """Remember a refused password for a while: some servers lock out repeated tries."""
        try:
            yield
        except LoginRefused as error:
            self._refusal, self._not_before = str(error), time.monotonic() + _AFTER_REFUSAL
            raise

    def _is_begun(self, client: smtplib.SMTP, envelope: Envelope) -> bool:
        with suppress(OSError, smtplib.SMTPException):
            self._begin(client, envelope)
            return True
        return False

    def _begin(self, client: smtplib.SMTP, envelope: Envelope) -> None:
        if envelope.international and not client.has_extn("smtputf8"):
            raise SendRefused(
                f"{self._account.host} can't send to non-ASCII addresses (no SMTPUTF8); "
                "write to this reader by hand"
            )
        client.command_encoding = "utf-8" if envelope.international else "ascii"
        _expect(client, 250, "MAIL", f"FROM:<{envelope.sender}>{_mail_options(client, envelope)}")

    def _hand_over(self, client: smtplib.SMTP, data: bytes) -> None:
        host = self._account.host
        try:
            client.send(data)
            assert client.sock is not None
            client.sock.settimeout(self._account.answer_timeout)
            with cut_after(self._account.answer_timeout, lambda: client.sock):
                code, text = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise SendUncertain(
                f"the connection to {host} dropped while it took the reply ({words(error)}); "
                "check your Sent folder before you send it again"
            ) from error
        if 400 <= code < 600:
            raise failure(host, smtplib.SMTPResponseException(code, text))
        if not 200 <= code < 300:
            raise SendUncertain(f"{host} answered {code} to the reply; check your Sent folder")


@contextmanager
def _or_closed(client: smtplib.SMTP) -> Iterator[None]:
    try:
        yield
    except BaseException:
        client.close()
        raise


def _offer(client: smtplib.SMTP, envelope: Envelope) -> None:
    """RCPT for all, then DATA up to the 354; one refused recipient refuses all."""
    refusals = []
    for recipient in envelope.recipients:
        code, text = client.docmd("RCPT", f"TO:<{recipient}>")
        if code not in {250, 251}:
            refusals.append(smtplib.SMTPResponseException(code, text))
    if refusals:
        with suppress(smtplib.SMTPException):  # after a 421 the server is gone
            client.docmd("RSET")
        raise max(refusals, key=lambda refusal: refusal.smtp_code)
    _expect(client, 354, "DATA")


def _mail_options(client: smtplib.SMTP, envelope: Envelope) -> str:
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(envelope.data)}")
    if envelope.eight_bit and client.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if envelope.international:
        options.append("SMTPUTF8")
    return "".join(f" {option}" for option in options)


def _expect(client: smtplib.SMTP, wanted: int, command: str, arguments: str = "") -> None:
    code, text = client.docmd(command, arguments)
    if code != wanted:
        raise smtplib.SMTPResponseException(code, text)
