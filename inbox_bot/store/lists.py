"""Rows for lists: only the columns shown, as reading hundreds of whole drafts takes too long."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, String, and_, cast, exists, func, select

from inbox_bot.model import Address, DraftKind, DraftState, Message, PromiseState
from inbox_bot.model.records import LeftToAuthor, Listed, SentReply, Told, Waiting
from inbox_bot.store import searching
from inbox_bot.store.columns import storable
from inbox_bot.store.rows import (
    WAITING_CELLS,
    Cells,
    in_chunks,
    left_of,
    sent_of,
    value_of,
    waiting_of,
)
from inbox_bot.store.schema import draft, message, promise


def listed_of(row: Row[*tuple[object, ...]]) -> Listed:
    sender = Address(email=row.sender_email, name=row.sender_name) if row.sender_email else None
    return value_of(Listed, row, letter_id=row.id, sender=sender, date=row.sent)


def listed_cells(read: Message | None) -> Cells:
    """The columns that a list shows; empty for a letter that was not read yet."""
    sender = (read and read.sender) or Address(email="")
    return {
        "sender_email": sender.email.lower(),
        "sender_name": sender.name,
        "subject": read.subject if read else "",
        "sent": read.date if read else None,
    }


def found(connection: Connection, which: ColumnElement[bool]) -> Sequence[Waiting]:
    """Drafts with the open promise of their thread, where there is one."""
    opened = and_(promise.c.thread == message.c.thread, promise.c.state == PromiseState.OPEN)
    query = (
        select(*WAITING_CELLS)
        .join(message, message.c.id == draft.c.letter_id)
        .outerjoin(promise, opened)
        .where(which)
        .order_by(draft.c.created, draft.c.id, draft.c.version)
    )
    return [waiting_of(row) for row in connection.execute(query)]


def left_to_author(connection: Connection, then: datetime, most: int) -> Sequence[LeftToAuthor]:
    later = draft.alias()
    is_newest = ~exists().where(later.c.id == draft.c.id, later.c.version > draft.c.version)
    query = (
        select(draft.c.id.label("draft_id"), draft.c.recipients, draft.c.decisions)
        .where(draft.c.created >= then, draft.c.kind != DraftKind.ANSWER, is_newest)
        .order_by(draft.c.id.desc())
        .limit(most)
    )
    return [left_of(row) for row in connection.execute(query)][::-1]


def rejected_and_owed(connection: Connection) -> Sequence[Waiting]:
    query = (
        select(*WAITING_CELLS)
        .join(message, message.c.id == draft.c.letter_id)
        .join(promise, promise.c.thread == message.c.thread)
        .where(draft.c.state == DraftState.REJECTED, promise.c.state == PromiseState.OPEN)
        .order_by(draft.c.created, draft.c.id)
    )
    return [waiting_of(row) for row in connection.execute(query)]


def sent(connection: Connection, words: str, most: int, after: int) -> Sequence[SentReply]:
    left = func.coalesce(draft.c.sent_at, draft.c.created)
    cells = (draft.c.letter_id, draft.c.kind, draft.c.recipients, draft.c.subject, draft.c.text)
    query = (
        select(draft.c.id.label("draft_id"), *cells, draft.c.decisions, left.label("sent_at"))
        .where(draft.c.state == DraftState.SENT)
        .order_by(left.desc(), draft.c.id.desc())
        .limit(most)
        .offset(after)
    )
    if words.strip():
        found = searching.letters_with(connection, words)
        if found is None:
            return []
        query = query.where(draft.c.letter_id.in_(found))
    return [sent_of(row) for row in connection.execute(query)]


def unchanged(connection: Connection, most: int) -> Sequence[tuple[frozenset[str], str]]:
    query = (
        select(draft.c.entries, draft.c.text)
        .where(
            draft.c.state == DraftState.SENT,
            draft.c.kind == DraftKind.ANSWER,
            func.coalesce(draft.c.line, "") == "",
        )
        .order_by(draft.c.id.desc())
        .limit(most)
    )
    return [(frozenset(row.entries), row.text) for row in connection.execute(query)]


def told(
    connection: Connection, readers: Iterable[str], states: Sequence[DraftState]
) -> Mapping[str, Told]:
    """Counted in SQL: one reader may have thousands of drafts."""
    found: dict[str, Told] = {}
    asked = {storable(each.lower()): each.lower() for each in readers}
    entries = cast(draft.c.entries, String)
    for chunk in in_chunks(asked):
        counts = (
            select(draft.c.reader, draft.c.state, entries.label("entries"), func.count())
            .where(draft.c.reader.in_(chunk), draft.c.state.in_(states))
            .group_by(draft.c.reader, draft.c.state, entries)
        )
        for reader, state, named, count in connection.execute(counts):
            known = found.get(asked[reader], Told())
            found[asked[reader]] = _with(known, state, json.loads(named), count)
    return found


def _with(told: Told, state: str, entries: Sequence[str], count: int) -> Told:
    if state == DraftState.SENT:
        return replace(told, replies=told.replies + count, sent=told.sent.union(entries))
    return replace(told, waiting=Counter(told.waiting) + Counter(dict.fromkeys(entries, count)))
