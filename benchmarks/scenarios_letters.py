"""Letters for the scenarios, as bytes: also such as no mail program would write."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_NUMBERS = itertools.count(1)
ASKS = "Hi Steve,\n\nDoes massage help with sciatica?\n\nThank you,\n{name}"
ASKS_ELSE = "Hi Steve,\n\nHow often should I get a massage?\n\nThank you,\n{name}"
URGENT = (
    "Hi Steve,\n\nsince yesterday I cannot pee and I am numb between my legs. What should I do?\n"
)
THANKS = "Thanks!\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`headers` may hold any others; one that is None is left out. `sent` is the Date field."""

    sender: str | None = "Ann Miller <ann@example.org>"
    text: str = ASKS.format(name="Ann")
    subject: str = "Your article"
    sent: datetime | None = None
    id: str = field(default_factory=lambda: f"<letter{next(_NUMBERS)}@mail.example.org>")
    headers: Mapping[str, str | None] = field(default_factory=dict)

    def raw(self, to: str) -> bytes:
        known: dict[str, str | None] = {
            "From": self.sender,
            "To": to,
            "Subject": self.subject,
            "Date": format_datetime(self.sent or datetime.now(UTC) - timedelta(minutes=5)),
            "Message-ID": self.id,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
        }
        lines = [f"{name}: {value}" for name, value in {**known, **self.headers}.items() if value]
        return "\n".join([*lines, "", self.text]).replace("\n", "\r\n").encode()


def ann(text: str = ASKS.format(name="Ann"), **headers: str | None) -> Letter:
    return Letter(text=text, headers=named(headers))


def bob(text: str = ASKS_ELSE.format(name="Bob"), **headers: str | None) -> Letter:
    return Letter(sender="Bob Stone <bob@example.net>", text=text, headers=named(headers))


def in_thread(letter: Letter) -> dict[str, str]:
    return {"In_Reply_To": letter.id, "References": letter.id}


def answer(author: str, letter: Letter, **headers: str | None) -> Letter:
    """By hand, from the author's own mail program."""
    text = "Dear reader,\n\nyes, it does. I would begin with an hour once a week.\n\nSteve"
    told = {"To": letter.sender, **in_thread(letter), **headers}
    return Letter(
        sender=f"Steve <{author}>",
        text=text,
        subject=f"Re: {letter.subject}",
        sent=datetime.now(UTC),
        headers=named(told),
    )


def named(headers: Mapping[str, str | None]) -> dict[str, str | None]:
    """`In_Reply_To` is In-Reply-To."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def internal_date(when: datetime) -> str:
    """As APPEND takes it."""
    return when.strftime("%d-%b-%Y %H:%M:%S +0000")


def ago(**span: int) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def bounce_of_blank_lines(size: int) -> Letter:
    """A mail server's "it did not arrive", nearly all of which is line ends."""
    text = "--=_b\nContent-Type: text/plain\n\nIt could not be delivered.\n" + "\n" * size
    text += "> \n" * 10 + "x\n--=_b\nContent-Type: message/delivery-status\n\n"
    text += "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; zed@example.org\n"
    text += "Action: failed\nStatus: 5.1.1\n\n--=_b--\n"
    return Letter(
        sender="Mail Delivery System <MAILER-DAEMON@mx.example.org>",
        subject="Undelivered Mail Returned to Sender",
        text=text,
        headers={
            "Content-Type": 'multipart/report; report-type=delivery-status; boundary="=_b"',
            "Auto-Submitted": "auto-replied",
        },
    )


NO_SENDERS = (
    "Ann Miller",
    None,
    "<>",
    "undisclosed-recipients:;",
    '"very odd"@example.org',
    "a@@b",
    f"{'a' * 300}@example.org",
)
"""What stands in From where nobody can be answered, or hardly."""


def encrypted_by_pgp(sender: str) -> Letter:
    sealed = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5pJ6H0vL1fKAQf/\n=abcd\n-----END PGP MESSAGE-----"
    text = "--=_p\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n"
    text += f"--=_p\nContent-Type: application/octet-stream\n\n{sealed}\n--=_p--\n"
    kind = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="=_p"'
    return Letter(sender=sender, text=text, headers={"Content-Type": kind})


def encrypted_by_smime(sender: str) -> Letter:
    kind = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
    return Letter(
        sender=sender,
        text=base64.encodebytes(_enveloped()).decode(),
        headers={"Content-Type": kind, "Content-Transfer-Encoding": "base64"},
    )


def _enveloped() -> bytes:
    """CMS EnvelopedData (RFC 5652, 6.1) for nobody."""
    pkcs7, aes256 = "2a864886f70d0107", "60864801650304012a"
    algorithm = _der(0x30, _der(6, bytes.fromhex(aes256)), _der(4, bytes(16)))
    content = _der(0x30, _der(6, bytes.fromhex(f"{pkcs7}01")), algorithm, _der(0x80, bytes(64)))
    enveloped = _der(0x30, _der(2, b"\0"), _der(0x31), content)
    return _der(0x30, _der(6, bytes.fromhex(f"{pkcs7}03")), _der(0xA0, enveloped))


def _der(tag: int, *content: bytes) -> bytes:
    """All here is shorter than 256 bytes."""
    inside = b"".join(content)
    size = bytes([len(inside)]) if len(inside) < 128 else bytes([0x81, len(inside)])
    return bytes([tag]) + size + inside


def form_notice(sender: str, address: str = "") -> Letter:
    """As WordPress writes them about a comment."""
    text = (
        'A new comment on the post "Massage for sciatica" is waiting for your approval\n\n'
        f"Author: Ann Miller (IP address: 203.0.113.5)\nEmail: {address}\nURL:\n"
        "Comment:\nDoes massage help with sciatica?\n\n"
    )
    subject = "[My site] Please moderate: Massage for sciatica"
    return Letter(sender=sender, text=text, subject=subject)
