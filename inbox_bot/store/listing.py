"""Letters as lists show them: without their bytes."""

from __future__ import annotations

from sqlalchemy import Row

from inbox_bot.model import Address, Message
from inbox_bot.model.ports import Listed
from inbox_bot.store.rows import Cell, from_utc, from_utc_or_none, to_utc_or_none, verdict_of
from inbox_bot.store.text import storable


def listed_of(row: Row[*tuple[object, ...]]) -> Listed:
    return Listed(
        letter_id=row.id,
        message_id=row.message_id,
        thread=row.thread,
        arrived=from_utc(row.arrived),
        verdict=verdict_of(row),
        reason=row.reason,
        sender=_sender_of(row),
        subject=row.subject,
        date=from_utc_or_none(row.sent),
    )


def listed_cells(read: Message | None) -> dict[str, Cell]:
    """What a list shows of a letter, nothing of one that was not read yet."""
    sender = (read and read.sender) or Address(email="")
    return {
        "sender_email": storable(sender.email.lower()),
        "sender_name": storable(sender.name),
        "subject": storable(read.subject) if read else "",
        "sent": to_utc_or_none(read.date) if read else None,
    }


def _sender_of(row: Row[*tuple[object, ...]]) -> Address | None:
    if not row.sender_email:
        return None
    return Address(email=row.sender_email, name=row.sender_name)
