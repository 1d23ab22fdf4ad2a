"""One reply over one connection: offered to all its recipients, then handed over."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from inbox_bot.accounts import SmtpAccount
from inbox_bot.deadlines import cut_after, in_time
from inbox_bot.errors import LoginRefused, SendRefused, SendUncertain
from inbox_bot.outbox.envelope import Envelope, seal
from inbox_bot.outbox.wire import connect, failure, greet, log_in, told_before_data
from inbox_bot.unreachable import words

_AFTER_REFUSAL = 900.0
"""Seconds."""


def nothing() -> None:
    """Nobody needs to know."""


class SmtpOutbox:
    """An `Outbox` (ports.py): a new connection for each reply, as replies are few."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account
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
        with self._session() as client:
            with (
                told_before_data(self._account),
                cut_after(2 * self._account.timeout, lambda: client.sock),
            ):
                self._offer(client, envelope)
            handing_over()
            self._hand_over(client, envelope.data)

    def check(self) -> None:
        """Log in and leave; SendLater, SendRefused or LoginRefused."""
        with self._session():
            pass

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        patience = 2 * self._account.timeout
        if time.monotonic() < self._not_before:
            raise LoginRefused(self._refusal)
        with told_before_data(self._account):
            client = in_time(lambda: connect(self._account), patience)
        try:
            with self._heeding(), cut_after(patience, lambda: client.sock):
                greet(client, self._account)
                log_in(client, self._account)
            yield client
            with suppress(OSError, smtplib.SMTPException), cut_after(patience, lambda: client.sock):
                client.quit()  # taken already: how the server says goodbye changes nothing
        finally:
            client.close()

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        """A password that was refused is kept back for a while: some servers lock who insists."""
        try:
            with told_before_data(self._account):
                yield
        except LoginRefused as error:
            self._refusal, self._not_before = str(error), time.monotonic() + _AFTER_REFUSAL
            raise

    def _offer(self, client: smtplib.SMTP, envelope: Envelope) -> None:
        """MAIL, RCPT and DATA up to the 354; one recipient refused is all refused."""
        if envelope.international:
            if not client.has_extn("smtputf8"):
                raise SendRefused(
                    f"{self._account.host} cannot send to an address beyond ASCII (no SMTPUTF8)"
                )
            client.command_encoding = "utf-8"
        _expect(client, 250, "MAIL", f"FROM:<{envelope.sender}>{_mail_options(client, envelope)}")
        refusals = []
        for recipient in envelope.recipients:
            code, text = client.docmd("RCPT", f"TO:<{recipient}>")
            if code not in {250, 251}:
                refusals.append(smtplib.SMTPResponseException(code, text))
        if refusals:
            with suppress(smtplib.SMTPException):  # after a 421 nobody listens any more
                client.docmd("RSET")
            raise max(refusals, key=lambda refusal: refusal.smtp_code)
        _expect(client, 354, "DATA")

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
                f"{host} was lost while it took the reply ({words(error)}); "
                "look into Sent before you send it again"
            ) from error
        if 400 <= code < 600:
            raise failure(host, smtplib.SMTPResponseException(code, text))
        if not 200 <= code < 300:
            raise SendUncertain(f"{host} answered {code} to the reply; look into Sent")


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
