"""Values from rows, and rows from values: mostly, a field has the name of its column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, Select, func, select

from inbox_bot.model import Address, Cause, Draft, Event, Place, Promise, StoredMessage
from inbox_bot.model.records import FiledDraft, LeftToAuthor, SentReply, Waiting
from inbox_bot.store.schema import draft, message, promise, raw

T = TypeVar("T")
Cells = dict[str, object]
"""A row by its columns' names, before SQLAlchemy converts it."""


def in_chunks(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Cut a list into pieces: a statement takes only some thousand values."""
    every = list(items)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def value_of(kind: Callable[..., T], row: Row[*tuple[Any, ...]], **made: object) -> T:
    """A value from the columns that bear its fields' names; `made` are its other fields."""
    found = {name: getattr(row, name) for name in _names(kind) if name not in made}
    return kind(**found, **made)


def cells_of(value: Any, *but: str) -> Cells:
    """The value's fields by their names, without these."""
    return {name: getattr(value, name) for name in _names(value.__class__) if name not in but}


@cache
def _names(kind: Any) -> Sequence[str]:
    return [field.name for field in fields(kind)]


def place_of(row: Row[*tuple[Any, ...]]) -> Place:
    return value_of(Place, row)


def whole_letters() -> Select[*tuple[Any, ...]]:
    """Letters with their bytes, for `letter_of`."""
    return select(message, raw.c.bytes).join_from(message, raw)


def letter_of(row: Row[*tuple[Any, ...]]) -> StoredMessage:
    return value_of(StoredMessage, row, place=place_of(row), raw=row.bytes)


def draft_cells(draft: Draft) -> Cells:
    return {
        **cells_of(draft, "to", "references"),
        "sender": (draft.sender.email, draft.sender.name),
        "recipients": draft.to,
        "refs": draft.references,
        "reader": draft.to[0].email.lower() if draft.to else "",
    }


def draft_of(row: Row[*tuple[Any, ...]]) -> Draft:
    email, name = row.sender
    sender = Address(email=email, name=name)
    return value_of(Draft, row, sender=sender, to=row.recipients, references=row.refs)


def left_of(row: Row[*tuple[Any, ...]]) -> LeftToAuthor:
    return value_of(LeftToAuthor, row, reader=_first(row.recipients))


def _first(recipients: Sequence[Address]) -> Address:
    return recipients[0] if recipients else Address(email="")


WAITING_CELLS = (
    draft.c.id.label("draft_id"),
    draft.c.version,
    draft.c.letter_id,
    draft.c.state,
    draft.c.kind,
    draft.c.recipients,
    draft.c.subject,
    draft.c.decisions,
    draft.c.send_after,
    draft.c.snoozed_until,
    message.c.thread,
    func.coalesce(promise.c.opened, message.c.arrived).label("since"),
    promise.c.id.is_not(None).label("owed"),
    draft.c.cause.is_not_distinct_from(Cause.EDITED_IN_DRAFTS).label("in_drafts"),
    promise.c.told,
    promise.c.reason.label("matter"),
    promise.c.doubt,
    promise.c.cause,
)


def waiting_of(row: Row[*tuple[Any, ...]]) -> Waiting:
    return value_of(Waiting, row, reader=_first(row.recipients))


def sent_of(row: Row[*tuple[Any, ...]]) -> SentReply:
    return value_of(SentReply, row, reader=_first(row.recipients))


def filed_of(row: Row[*tuple[Any, ...]]) -> FiledDraft:
    return value_of(FiledDraft, row, place=place_of(row), raw=row.raw or b"", state=row.fate)


def filed_cells(filed: FiledDraft) -> Cells:
    place = cells_of(filed.place)
    return {**cells_of(filed, "place", "state"), "fate": filed.state, **place}


def promise_cells(promise: Promise) -> Cells:
    """All but the id, which the store gives."""
    return cells_of(promise, "id")


def promise_of(row: Row[*tuple[Any, ...]]) -> Promise:
    return value_of(Promise, row)


def event_of(row: Row[*tuple[Any, ...]]) -> Event:
    return value_of(Event, row)
