"""Prepares a reply for SMTP, so that nothing in it ends the data or a command early."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.errors import SendRefused

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20<>\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Sender, recipients and data of one SMTP transaction. `data` ends with the lone dot."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    international: bool
    eight_bit: bool


def seal(raw: bytes, sender: str, recipients: Sequence[str]) -> Envelope:
    """Make lines end in CRLF and double leading dots, so that no text ends the data early.

    SendRefused for an address that could break out of its command.
    """
    if not recipients:
        raise SendRefused("the reply has no recipient")
    for address in (sender, *recipients):
        if _UNSAFE_IN_ADDRESS.search(address) or not address:
            raise SendRefused(f"{address!a} is not a valid address; edit the draft's recipients")
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
