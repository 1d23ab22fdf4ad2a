"""Letters, drafts and promises to put into a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from inbox_bot.model import (
    Address,
    Draft,
    DraftKind,
    DraftState,
    Fetched,
    Place,
    Promise,
    StoredMessage,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Arrival, Skipped

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


def add(tx: Transaction, fetched: Fetched, message_id: str, thread: str) -> StoredMessage | None:
    kept = tx.messages.add_all([Arrival(fetched=fetched, message_id=message_id, thread=thread)])
    return kept[0] if kept else None


def skip(tx: Transaction, place: Place, message_id: str) -> None:
    tx.messages.skip_all([Skipped(place=place, message_id=message_id)])


def claim(tx: Transaction, approved: Draft) -> Draft:
    sending = replace(approved, state=DraftState.SENDING, sent_at=NOON)
    return tx.drafts.move(approved, sending)


def open_promise(tx: Transaction, promise: Promise) -> Promise:
    tx.promises.open_all([promise])
    kept = tx.promises.of_thread(promise.thread)
    assert kept is not None
    return kept
