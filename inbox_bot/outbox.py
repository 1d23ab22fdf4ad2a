"""The way out, over SMTP: one reply, taken by the server for all its recipients or for none.

What a caller must know after a failure is whether the reply may have left. Up to the server's
354 it has not (SendLater, SendRefused); from the first byte of the data to the final answer
nobody can tell (SendUncertain); the final answer settles it again.
"""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from inbox_bot.accounts import Bearer, SmtpAccount, Tls, tls_context
from inbox_bot.deadlines import cut_after, in_time
from inbox_bot.errors import (
    LoginRefused,
    MailboxUnavailable,
    SendLater,
    SendRefused,
    SendUncertain,
)
from inbox_bot.sasl import ONLY_OAUTH2, opening
from inbox_bot.unreachable import SMTP_PORTS, why

# An address literal: the machine's own name is nobody's business, and looking it up may take long.
_GREET_AS = "[127.0.0.1]"
# A command has 512 bytes at most; what is longer is said after the server's question (RFC 4954, 4).
_SHORT_ENOUGH = 480
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20<>\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What SMTP is told, ready for the wire. `data` ends with the lone dot."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    international: bool
    eight_bit: bool


def nothing() -> None:
    """Nobody needs to know."""


class SmtpOutbox:
    """An `Outbox` (ports.py): a new connection for each reply, as replies are few."""

    def __init__(self, account: SmtpAccount) -> None:
        self._account = account

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
                self._told_before_data(),
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
        with self._told_before_data():
            client = in_time(self._connect, patience)
        try:
            with self._told_before_data(), cut_after(patience, lambda: client.sock):
                self._greet(client)
                self._log_in(client)
            yield client
            with suppress(OSError, smtplib.SMTPException), cut_after(patience, lambda: client.sock):
                client.quit()  # taken already: how the server says goodbye changes nothing
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        if account.tls is Tls.TLS:
            return smtplib.SMTP_SSL(
                account.host,
                account.port,
                local_hostname=_GREET_AS,
                timeout=account.timeout,
                context=tls_context(account.ca_file),
            )
        return smtplib.SMTP(
            account.host, account.port, local_hostname=_GREET_AS, timeout=account.timeout
        )

    def _greet(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        if self._account.tls is Tls.STARTTLS:
            client.starttls(context=tls_context(self._account.ca_file))
            client.ehlo_or_helo_if_needed()

    def _log_in(self, client: smtplib.SMTP) -> None:
        account = self._account
        if not account.username:
            return
        if account.bearer is not None:
            _show_token(client, account.username, account.bearer)
            return
        offered = _mechanisms(client)
        if offered & {"XOAUTH2", "OAUTHBEARER"} and not offered & {"PLAIN", "LOGIN", "CRAM-MD5"}:
            raise LoginRefused(f"{account.host} takes no password from programs; {ONLY_OAUTH2}")
        if "PLAIN" not in offered:
            client.login(account.username, account.password)
            return
        # smtplib knows ASCII passwords only; RFC 4616 says UTF-8
        secret = base64.b64encode(f"\0{account.username}\0{account.password}".encode()).decode()
        code, text = client.docmd("AUTH", f"PLAIN {secret}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, text)

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
                f"{host} was lost while it took the reply ({_words(error)}); "
                "look into Sent before you send it again"
            ) from error
        if 400 <= code < 600:
            raise _failure(host, smtplib.SMTPResponseException(code, text))
        if not 200 <= code < 300:
            raise SendUncertain(f"{host} answered {code} to the reply; look into Sent")

    @contextmanager
    def _told_before_data(self) -> Iterator[None]:
        """Translate smtplib's errors; nothing has left yet."""
        host = self._account.host
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            if 500 <= error.smtp_code < 600:
                raise self._login_refused(error) from error
            raise _failure(host, error) from error
        except MailboxUnavailable as error:  # of who makes the tokens
            raise SendLater(str(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(host, error) from error
        except ssl.SSLCertVerificationError as error:
            raise SendLater(why(host, self._account.port, error, SMTP_PORTS)) from error
        except smtplib.SMTPNotSupportedError as error:
            where = f"{host}:{self._account.port}"
            raise SendLater(f"{where} {_lacking(error)}: {SMTP_PORTS}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise SendLater(why(host, self._account.port, error, SMTP_PORTS)) from error

    def _login_refused(self, error: smtplib.SMTPAuthenticationError) -> LoginRefused:
        account = self._account
        what = "password" if account.bearer is None else "log-in"
        remedy = account.bearer.remedy if account.bearer else "check it, or make an app password"
        return LoginRefused(
            f"{account.host} refuses the {what} of {account.username} "
            f"({error.smtp_code} {_text(error.smtp_error)}); {remedy}"
        )


def _show_token(client: smtplib.SMTP, username: str, bearer: Bearer) -> None:
    """A token that ended earlier than it was to, or was revoked, is renewed once."""
    code, text = _say_token(client, username, bearer.token())
    if 500 <= code < 600:
        code, text = _say_token(client, username, bearer.renew())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, text)


def _say_token(client: smtplib.SMTP, username: str, token: str) -> tuple[int, bytes]:
    said = opening(_mechanisms(client), username, token)
    first = base64.b64encode(said.first.encode()).decode()
    if len(first) <= _SHORT_ENOUGH:
        code, text = client.docmd("AUTH", f"{said.mechanism} {first}")
    else:
        code, text = client.docmd("AUTH", said.mechanism)
        if code == 334:
            code, text = client.docmd(first)
    if code == 334:  # why it is refused, as a question
        code, text = client.docmd(base64.b64encode(said.after_error.encode()).decode())
    return code, text


def seal(raw: bytes, sender: str, recipients: Sequence[str]) -> Envelope:
    """Make lines end in CRLF and double their leading dots, so that no text ends the data early.

    SendRefused for an address that could break out of its command.
    """
    if not recipients:
        raise SendRefused("the reply has no recipient")
    for address in (sender, *recipients):
        if _UNSAFE_IN_ADDRESS.search(address) or not address:
            raise SendRefused(f"{address!a} cannot be an address; edit the draft's recipients")
    lines = _LINE_END.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    header = lines.partition(b"\r\n\r\n")[0]
    addresses = (sender, *recipients)
    return Envelope(
        sender=sender,
        recipients=tuple(dict.fromkeys(recipients)),
        data=_LEADING_DOT.sub(b"..", lines) + b".\r\n",
        international=not (all(address.isascii() for address in addresses) and header.isascii()),
        eight_bit=not lines.isascii(),
    )


def _mail_options(client: smtplib.SMTP, envelope: Envelope) -> str:
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(envelope.data)}")
    if envelope.eight_bit and client.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if envelope.international:
        options.append("SMTPUTF8")
    return "".join(f" {option}" for option in options)


def _mechanisms(client: smtplib.SMTP) -> frozenset[str]:
    return frozenset(client.esmtp_features.get("auth", "").upper().split())


def _lacking(error: smtplib.SMTPNotSupportedError) -> str:
    return "offers no STARTTLS" if "STARTTLS" in str(error) else "offers no log-in"


def _expect(client: smtplib.SMTP, wanted: int, command: str, arguments: str = "") -> None:
    code, text = client.docmd(command, arguments)
    if code != wanted:
        raise smtplib.SMTPResponseException(code, text)


def _failure(host: str, error: smtplib.SMTPResponseException) -> SendLater | SendRefused:
    """5xx is for good, whatever else is not."""
    if error.smtp_code == -1:
        return SendLater(f"{host} does not speak SMTP on that port ({SMTP_PORTS})")
    told = f"{host} answered {error.smtp_code} {_text(error.smtp_error)}"
    if 500 <= error.smtp_code < 600:
        return SendRefused(f"{told}; change the reply or its recipient")
    return SendLater(f"{told}; it will be tried again")


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def _words(error: Exception) -> str:
    return _text(str(error)) or type(error).__name__
