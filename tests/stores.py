"""Letters, drafts and promises to put into a store."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox_bot.model import (
    Address,
    Draft,
    DraftKind,
    DraftState,
    Fetched,
    Place,
    Promise,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ANN = Address(email="ann@example.org", name="Ann Ωmega")


def letter(uid: int = 1, folder: str = "INBOX", body: bytes = b"Does massage help?") -> Fetched:
    raw = b"From: Ann <ann@example.org>\r\nSubject: hm\r\n\r\n" + body
    place = Place(mailbox="steve@example.com", folder=folder, uidvalidity=7, uid=uid)
    return Fetched(place=place, raw=raw, size=len(raw), arrived=NOON)


def draft(letter_id: int, message_id: str = "reply@example.com") -> Draft:
    return Draft(
        id=0,
        version=1,
        letter_id=letter_id,
        state=DraftState.PENDING,
        kind=DraftKind.ANSWER,
        sender=Address(email="steve@example.com", name="Steve"),
        to=(ANN,),
        subject="Re: hm",
        text="Hello Ann,\n\nit may.\n",
        quoted="> Does massage help?",
        message_id=message_id,
        in_reply_to="a@example.org",
        references=("a@example.org",),
        created=NOON,
        entries=("does-massage-help",),
    )


def promise(letter_id: int, thread: str = "a@example.org") -> Promise:
    return Promise(
        id=0,
        thread=thread,
        letter_id=letter_id,
        reader="ann@example.org",
        quote="I will get back to you.",
        opened=NOON,
        due=NOON.replace(day=10),
    )
