"""As much of drafts as lists show: reading hundreds of whole ones takes too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from inbox_bot.model import DraftKind, DraftState, PromiseState
from inbox_bot.ports import LeftToAuthor, Waiting
from inbox_bot.store.rows import WAITING_CELLS, left_of, to_utc, waiting_of
from inbox_bot.store.schema import draft, message, promise


def found(connection: Connection, which: ColumnElement[bool]) -> Sequence[Waiting]:
    """With the open promise of each one's thread, where there is one."""
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
        select(draft.c.id, draft.c.recipients, draft.c.decisions)
        .where(draft.c.created >= to_utc(then), draft.c.kind != DraftKind.ANSWER, is_newest)
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
