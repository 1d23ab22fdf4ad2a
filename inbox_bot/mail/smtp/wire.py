"""Connects and logs in; translates the errors of smtplib and the socket."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from inbox_bot.errors import MailboxUnavailable, SendLater, SendRefused
from inbox_bot.mail.sasl import login_refused, only_tokens, opening
from inbox_bot.mail.unreachable import SMTP_PORTS, why
from inbox_bot.settings.accounts import Bearer, SmtpAccount, Tls, tls_context

# An address literal: keeps the machine's name private, and a DNS look-up may take long.
_GREET_AS = "[127.0.0.1]"
# A command has 512 bytes at most; longer tokens follow the server's challenge (RFC 4954, 4).
_SHORT_ENOUGH = 480


def connect(account: SmtpAccount) -> smtplib.SMTP:
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


def greet(client: smtplib.SMTP, account: SmtpAccount) -> None:
    client.ehlo_or_helo_if_needed()
    if account.tls is Tls.STARTTLS:
        client.starttls(context=tls_context(account.ca_file))
        client.ehlo_or_helo_if_needed()


def log_in(client: smtplib.SMTP, account: SmtpAccount) -> None:
    if not account.username:
        return
    if account.bearer is not None:
        _show_token(client, account.username, account.bearer)
        return
    offered = _mechanisms(client)
    if offered & {"XOAUTH2", "OAUTHBEARER"} and not offered & {"PLAIN", "LOGIN", "CRAM-MD5"}:
        raise only_tokens(account.host)
    if "PLAIN" not in offered:
        client.login(account.username, account.password)
        return
    # smtplib takes only ASCII passwords; RFC 4616 says UTF-8
    secret = base64.b64encode(f"\0{account.username}\0{account.password}".encode()).decode()
    code, text = client.docmd("AUTH", f"PLAIN {secret}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, text)


def _show_token(client: smtplib.SMTP, username: str, bearer: Bearer) -> None:
    """Renew the token once, as it may have expired early or been revoked."""
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
    if code == 334:  # the reason of a refusal, as a challenge
        code, text = client.docmd(base64.b64encode(said.after_error.encode()).decode())
    return code, text


@contextmanager
def told_before_data(account: SmtpAccount) -> Iterator[None]:
    """Translate smtplib's errors from before the data."""
    host = account.host
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        if 500 <= error.smtp_code < 600:
            told = f"{error.smtp_code} {one_line(error.smtp_error)}"
            raise login_refused(account, told) from error
        raise failure(host, error) from error
    except MailboxUnavailable as error:  # of the token server
        raise SendLater(str(error)) from error
    except smtplib.SMTPResponseException as error:
        raise failure(host, error) from error
    except ssl.SSLCertVerificationError as error:
        raise SendLater(why(host, account.port, error, SMTP_PORTS)) from error
    except smtplib.SMTPNotSupportedError as error:
        where = f"{host}:{account.port}"
        raise SendLater(f"{where} {_lacking(error)}: {SMTP_PORTS}") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise SendLater(why(host, account.port, error, SMTP_PORTS)) from error


def _mechanisms(client: smtplib.SMTP) -> frozenset[str]:
    return frozenset(client.esmtp_features.get("auth", "").upper().split())


def _lacking(error: smtplib.SMTPNotSupportedError) -> str:
    return "doesn't offer STARTTLS" if "STARTTLS" in str(error) else "doesn't offer a login"


def failure(host: str, error: smtplib.SMTPResponseException) -> SendLater | SendRefused:
    """5xx is permanent, everything else is not."""
    if error.smtp_code == -1:
        return SendLater(f"{host} doesn't use SMTP on that port ({SMTP_PORTS})")
    told = f"{host} answered {error.smtp_code} {one_line(error.smtp_error)}"
    if 500 <= error.smtp_code < 600:
        return SendRefused(f"{told}; change the reply or its recipient")
    return SendLater(f"{told}; trying again later")


def one_line(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]
