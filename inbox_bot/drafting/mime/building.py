"""Builds the reply's bytes from a draft (RFC 5322, MIME), always in the same form."""

from __future__ import annotations

import json
from base64 import b32decode, b32encode
from collections.abc import Collection
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from inbox_bot.drafting.mime import headers, parts
from inbox_bot.drafting.mime.checking import verify
from inbox_bot.drafting.mime.parts import bodies
from inbox_bot.model import Address, Draft, Message


def build(draft: Draft, at: datetime) -> bytes:
    """The finished reply, parsed again and compared with the draft; `at` is aware.

    UnsafeReply if the draft cannot become exactly the reply that it shows.
    """
    fields = (
        ("From", headers.address_field(draft.sender)),
        ("To", ",\r\n ".join(headers.address_field(address) for address in draft.to)),
        ("Subject", headers.text_field(draft.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", headers.id_field([draft.message_id])),
        ("In-Reply-To", headers.id_field([draft.in_reply_to])),
        ("References", headers.id_field(draft.references)),
        ("MIME-Version", "1.0"),
        ("Content-Type", parts.CONTENT_TYPE),
    )
    body = parts.written(*bodies(draft.text, draft.quoted))
    raw = headers.field_lines(fields) + b"\r\n" + body
    verify(raw, draft)
    return raw


def html_of(draft: Draft) -> str:
    """The reply's HTML part, as the reader's mail program will show it."""
    return bodies(draft.text, draft.quoted)[1]


def shown_hash(draft: Draft) -> str:
    """SHA-256 over all that the approver sees; the Date is set at sending."""
    shown = [
        [draft.sender.name, draft.sender.email],
        [[address.name, address.email] for address in draft.to],
        [draft.subject, draft.text, draft.quoted],
        [draft.message_id, draft.in_reply_to, *draft.references],
    ]
    return sha256(json.dumps(shown).encode("ascii")).hexdigest()


def recipient(message: Message, own: Collection[str] = ()) -> Address:
    """Reply-To, else From; never Cc, never one of the author's `own` addresses (lower case).

    Has only a name, that of From, if the letter names no address to write to.
    """
    for address in (message.reply_to, message.sender):
        if address is not None and address.email and address.email.lower() not in own:
            return address
    written = "" if message.sender else message.header("from")
    return Address(email="", name=headers.one_line(written.partition("<")[0].strip(' ":;'), 100))


def new_message_id(domain: str, randomness: bytes) -> str:
    """A bare Message-ID at the author's domain; give it 16 fresh random bytes."""
    if len(randomness) < 16:
        raise ValueError("a Message-ID needs 16 random bytes to be the only one of its kind")
    left = b32encode(randomness + _mark(randomness)).decode("ascii").rstrip("=").lower()
    return f"{left}@{headers.ascii_domain(domain) or 'localhost'}"


def is_of_our_kind(message_id: str) -> bool:
    """Made by some inbox_bot; anybody can imitate it."""
    left = message_id.partition("@")[0].upper()
    try:
        octets = b32decode(left + "=" * (-len(left) % 8))
    except ValueError:
        return False
    return len(octets) == 18 and octets[16:] == _mark(octets[:16])


def _mark(randomness: bytes) -> bytes:
    """Two bytes by which one bot recognizes another's replies, meaningless to a reader."""
    return sha256(b"inbox_bot" + randomness).digest()[:2]
