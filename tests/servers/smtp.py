"""An SMTP receiver in a thread: keeps what it takes, and can be told to refuse at any stage."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Email
from functools import partial

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from inbox_bot.settings.accounts import SmtpAccount, Tls
from tests.servers.certificates import Certificate
from tests.servers.ports import free_ports

PASSWORD = "sécret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One reply that was accepted, as the wire had it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...] = ()

    @property
    def email(self) -> Email:
        return message_from_bytes(self.raw)

    @property
    def announces(self) -> bool:
        """Whether it is the note by which a bot is known in Sent."""
        return "X-Inbox-Bot" in self.email


@dataclass  # not slotted: aiosmtpd lists its members, which fails on Python 3.11.2
class _Handler:
    """`says` holds an answer for a stage ("MAIL", "RCPT reader@x", "DATA"), where it is not 250,
    and what it does not offer at all ("without").

    `bearers` are the first words of who may come in by a token."""

    says: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    bearers: Callable[[], Collection[bytes]] | None = None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, responses: list[str]
    ) -> list[str]:
        session.host_name = host
        hidden = self.says.get("without", "-")
        offered = [line for line in responses if not line.endswith(hidden)]
        return [self.says["EHLO"]] if "EHLO" in self.says else offered

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.says:
            envelope.mail_from = sender
            envelope.mail_options.extend(options)
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.says.get(f"RCPT {address}", self.says.get("RCPT", "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "ANSWER" in self.says:
            return self.says["ANSWER"]
        assert isinstance(envelope.original_content, bytes)
        self.taken.append(
            Taken(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.original_content,
                options=tuple(envelope.mail_options),
            )
        )
        return "250 taken"


class _Refusing(SMTP):
    """aiosmtpd has no hook before the 354."""

    async def smtp_DATA(self, arg: str) -> None:
        said = self.event_handler.says.get("DATA")
        if said:
            await self.push(said)
        else:
            await super().smtp_DATA(arg)


class _Bearing(_Refusing):
    """Takes no password, but tokens; tells of a wrong one by a question, as Google does."""

    line_length_limit = 12_288  # RFC 4954, 4

    async def auth_XOAUTH2(self, _: SMTP, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1]) if args[1:] else await self.challenge_auth("")
        if said in self.event_handler.bearers():
            return AuthResult(success=True)
        answer = await self.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=answer != b"")


class _Server(Controller):
    def factory(self) -> SMTP:
        takes_tokens = self.handler.bearers is not None
        kind = _Bearing if takes_tokens else _Refusing
        hidden = ["PLAIN", "LOGIN"] if takes_tokens else []
        return kind(self.handler, auth_exclude_mechanism=hidden, **self.SMTP_kwargs)


class Receiver:
    """A running receiver on loopback. Whoever logs in does so with `password`, or where there are
    `bearers` with one of their tokens."""

    def __init__(
        self,
        tls: Tls = Tls.NONE,
        certificate: Certificate | None = None,
        bearers: Callable[[], Collection[bytes]] | None = None,
        password: str = PASSWORD,
    ) -> None:
        self._tls = tls
        self._certificate = certificate
        self._handler = _Handler(bearers=bearers)
        (self.port,) = free_ports(1)
        context = certificate.server_context() if certificate else None
        self._server = _Server(
            self._handler,
            hostname="127.0.0.1",
            port=self.port,
            ssl_context=context if tls is Tls.TLS else None,
            tls_context=context if tls is Tls.STARTTLS else None,
            require_starttls=tls is Tls.STARTTLS,
            auth_require_tls=False,
            authenticator=partial(_authenticate, password.encode()),
            enable_SMTPUTF8=True,
        )
        self._server.start()

    @property
    def taken(self) -> list[Taken]:
        return self._handler.taken

    def say(self, answers: Mapping[str, str]) -> None:
        """Answer so at these stages, and as usual at all others."""
        self._handler.says = dict(answers)

    def account(self, **changes: object) -> SmtpAccount:
        certificate = self._certificate
        known = {
            "address": "author@example.test",
            "host": "localhost" if certificate else "127.0.0.1",
            "port": self.port,
            "tls": self._tls,
            "username": "author",
            "password": PASSWORD,
            "ca_file": str(certificate.authority) if certificate else "",
            "timeout": 5.0,
            "answer_timeout": 5.0,
        }
        return SmtpAccount(**{**known, **changes})  # type: ignore[arg-type]

    def close(self) -> None:
        self._server.stop()


def _authenticate(
    password: bytes,
    server: SMTP,
    session: Session,
    envelope: Envelope,
    mechanism: str,
    secret: object,
) -> AuthResult:
    right = isinstance(secret, LoginPassword) and secret.password == password
    return AuthResult(success=right, handled=right)
