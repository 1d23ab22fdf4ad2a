"""Converts values to rows and rows to values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import Row, Select, select

from inbox_bot.model import (
    Actor,
    Address,
    Doubt,
    Draft,
    DraftKind,
    DraftState,
    Event,
    FiledState,
    Place,
    Promise,
    PromiseState,
    StoredMessage,
    Verb,
    Verdict,
)
from inbox_bot.model.records import FiledDraft, LeftToAuthor, Waiting
from inbox_bot.store import schema
from inbox_bot.store.decisions_json import decision_cell, decision_of
from inbox_bot.store.text import storable

Cell = str | int | bytes | None | datetime | date | Sequence[object]
"""A column's value before SQLAlchemy converts it."""

T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Cut a list into pieces: a statement takes only some thousand values."""
    every = list(items)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def to_utc(at: datetime) -> datetime:
    """Aware to naive, for a column."""
    return at.astimezone(UTC).replace(tzinfo=None)


def to_utc_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else to_utc(at)


def from_utc(at: datetime) -> datetime:
    """Naive, as a column holds it, to aware."""
    return at.replace(tzinfo=UTC)


def from_utc_or_none(at: datetime | None) -> datetime | None:
    return None if at is None else from_utc(at)


def place_of(row: Row[*tuple[object, ...]]) -> Place:
    return Place(mailbox=row.mailbox, folder=row.folder, uidvalidity=row.uidvalidity, uid=row.uid)


def place_cells(place: Place) -> dict[str, Cell]:
    return {
        "mailbox": place.mailbox,
        "folder": place.folder,
        "uidvalidity": place.uidvalidity,
        "uid": place.uid,
    }


def whole_letters() -> Select[*tuple[object, ...]]:
    """Letters with their bytes, for `letter_of`."""
    return select(schema.message, schema.raw.c.bytes).join_from(schema.message, schema.raw)


def letter_of(row: Row[*tuple[object, ...]]) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        place=place_of(row),
        message_id=row.message_id,
        thread=row.thread,
        raw=row.bytes,
        arrived=from_utc(row.arrived),
        verdict=verdict_of(row),
        reason=row.reason,
    )


def verdict_of(row: Row[*tuple[object, ...]]) -> Verdict | None:
    return None if row.verdict is None else Verdict(row.verdict)


def address_cell(address: Address) -> list[str]:
    return [storable(address.email), storable(address.name)]


def _address(cell: Sequence[str]) -> Address:
    return Address(email=cell[0], name=cell[1])


def draft_cells(draft: Draft) -> dict[str, Cell]:
    return {
        "id": draft.id,
        "version": draft.version,
        "letter_id": draft.letter_id,
        "state": draft.state,
        "kind": draft.kind,
        "sender": address_cell(draft.sender),
        "recipients": [address_cell(each) for each in draft.to],
        "subject": storable(draft.subject),
        "text": storable(draft.text),
        "quoted": storable(draft.quoted),
        "message_id": storable(draft.message_id),
        "in_reply_to": storable(draft.in_reply_to),
        "refs": [storable(each) for each in draft.references],
        "created": to_utc(draft.created),
        "reader": storable(draft.to[0].email.lower()) if draft.to else "",
        "entries": list(draft.entries),
        "decisions": [decision_cell(each) for each in draft.decisions],
        "promised_day": draft.promised_day,
        "approved_at": to_utc_or_none(draft.approved_at),
        "send_after": to_utc_or_none(draft.send_after),
        "sent_at": to_utc_or_none(draft.sent_at),
        "sent_copy": draft.sent_copy,
        "snoozed_until": draft.snoozed_until,
        "line": storable(draft.line),
        "attempts": draft.attempts,
        "reason": storable(draft.reason),
    }


def draft_of(row: Row[*tuple[object, ...]]) -> Draft:
    return Draft(
        id=row.id,
        version=row.version,
        letter_id=row.letter_id,
        state=DraftState(row.state),
        kind=DraftKind(row.kind),
        sender=_address(row.sender),
        to=tuple(_address(each) for each in row.recipients),
        subject=row.subject,
        text=row.text,
        quoted=row.quoted,
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        references=tuple(row.refs),
        created=from_utc(row.created),
        entries=tuple(row.entries),
        decisions=tuple(decision_of(each) for each in row.decisions),
        promised_day=row.promised_day,
        approved_at=from_utc_or_none(row.approved_at),
        send_after=from_utc_or_none(row.send_after),
        sent_at=from_utc_or_none(row.sent_at),
        sent_copy=row.sent_copy,
        snoozed_until=row.snoozed_until,
        line=row.line or "",
        attempts=row.attempts,
        reason=row.reason,
    )


def left_of(row: Row[*tuple[object, ...]]) -> LeftToAuthor:
    return LeftToAuthor(
        draft_id=row.id,
        reader=_address(row.recipients[0]) if row.recipients else Address(email=""),
        decisions=tuple(decision_of(each) for each in row.decisions),
    )


WAITING_CELLS = (
    schema.draft.c.id,
    schema.draft.c.version,
    schema.draft.c.letter_id,
    schema.draft.c.state,
    schema.draft.c.kind,
    schema.draft.c.recipients,
    schema.draft.c.subject,
    schema.draft.c.decisions,
    schema.draft.c.send_after,
    schema.draft.c.snoozed_until,
    schema.message.c.arrived,
    schema.message.c.thread,
    schema.promise.c.opened,
    schema.promise.c.told,
    schema.promise.c.reason.label("matter"),
    schema.promise.c.doubt,
)


def waiting_of(row: Row[*tuple[object, ...]]) -> Waiting:
    return Waiting(
        draft_id=row.id,
        version=row.version,
        letter_id=row.letter_id,
        thread=row.thread,
        state=DraftState(row.state),
        kind=DraftKind(row.kind),
        reader=_address(row.recipients[0]) if row.recipients else Address(email=""),
        subject=row.subject,
        decisions=tuple(decision_of(each) for each in row.decisions),
        since=from_utc(row.opened or row.arrived),
        told=row.told,
        send_after=from_utc_or_none(row.send_after),
        snoozed_until=row.snoozed_until,
        matter=row.matter or "",
        doubt=Doubt(row.doubt) if row.doubt else None,
    )


def filed_of(row: Row[*tuple[object, ...]]) -> FiledDraft:
    return FiledDraft(
        draft_id=row.draft_id,
        version=row.version,
        place=place_of(row),
        raw=row.raw or b"",
        state=FiledState(row.fate),
    )


def filed_cells(filed: FiledDraft) -> dict[str, Cell]:
    return {
        "draft_id": filed.draft_id,
        "version": filed.version,
        "raw": filed.raw,
        "fate": filed.state,
        **place_cells(filed.place),
    }


def promise_cells(promise: Promise) -> dict[str, Cell]:
    """All but the id, which the store gives."""
    return {
        "thread": storable(promise.thread),
        "letter_id": promise.letter_id,
        "reader": storable(promise.reader),
        "quote": storable(promise.quote),
        "opened": to_utc(promise.opened),
        "due": to_utc(promise.due),
        "state": promise.state,
        "told": promise.told,
        "closed": to_utc_or_none(promise.closed),
        "reason": storable(promise.reason),
        "doubt": promise.doubt,
    }


def promise_of(row: Row[*tuple[object, ...]]) -> Promise:
    return Promise(
        id=row.id,
        thread=row.thread,
        letter_id=row.letter_id,
        reader=row.reader,
        quote=row.quote,
        opened=from_utc(row.opened),
        due=from_utc(row.due),
        state=PromiseState(row.state),
        told=row.told,
        closed=from_utc_or_none(row.closed),
        reason=row.reason,
        doubt=Doubt(row.doubt) if row.doubt else None,
    )


def event_cells(event: Event) -> dict[str, Cell]:
    return {
        "at": to_utc(event.at),
        "actor": event.actor,
        "verb": event.verb,
        "letter_id": event.letter_id,
        "draft_id": event.draft_id,
        "version": event.version,
        "promise_id": event.promise_id,
        "detail": event.detail,
    }


def event_of(row: Row[*tuple[object, ...]]) -> Event:
    return Event(
        at=from_utc(row.at),
        actor=Actor(row.actor),
        verb=Verb(row.verb),
        letter_id=row.letter_id,
        draft_id=row.draft_id,
        version=row.version,
        promise_id=row.promise_id,
        detail=row.detail,
    )
