"""Frequent statements, built once: building one takes longer than its answer."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Select,
    bindparam,
    case,
    delete,
    false,
    func,
    or_,
    select,
    text,
    update,
)

from inbox_bot.model import ON_THE_WAY, OWED, DraftKind, DraftState, PromiseState, Verdict
from inbox_bot.store.rows import whole_letters
from inbox_bot.store.schema import (
    answered_letter,
    begun_thread,
    cursor,
    draft,
    filed_draft,
    forgotten,
    message,
    not_reader,
    note,
    place,
    promise,
    put_off_letter,
    thread_member,
)

REVISION = text("SELECT version_num FROM alembic_version")

NOTES = select(note.c.key, note.c.value)
CHANGED_NOTE = update(note).where(note.c.key == bindparam("named"))
NO_NOTE = delete(note).where(note.c.key == bindparam("named"))

CURSOR = select(cursor).where(
    cursor.c.mailbox == bindparam("mailbox"), cursor.c.folder == bindparam("folder")
)

CHANGED_CURSOR = update(cursor).where(
    cursor.c.mailbox == bindparam("its_mailbox"), cursor.c.folder == bindparam("its_folder")
)

NEWEST_VERSION = (
    select(draft)
    .where(draft.c.id == bindparam("draft_id"))
    .order_by(draft.c.version.desc())
    .limit(1)
)
VERSION = select(draft).where(
    draft.c.id == bindparam("draft_id"), draft.c.version == bindparam("number")
)
REPLY_OF_ID = (
    select(draft)
    .where(draft.c.message_id == bindparam("name"))
    .order_by(draft.c.id, draft.c.version)
    .limit(1)
)
REPLIES_AMONG = select(draft.c.message_id, draft.c.state).where(
    draft.c.message_id.in_(bindparam("names", expanding=True))
)
"""Filter by state afterwards: SQLite would use the index on states and read all sent ones."""
HIGHEST_ID = select(
    select(func.max(draft.c.id)).scalar_subquery(),
    select(note.c.value).where(note.c.key == bindparam("key")).scalar_subquery(),
)
_ITS_THREAD = (
    select(message.c.thread).where(message.c.id == bindparam("letter_id")).scalar_subquery()
)
BESIDE = (
    select(draft)
    .join(message, message.c.id == draft.c.letter_id)
    .where(message.c.thread == _ITS_THREAD)
    .order_by(draft.c.id, draft.c.version)
)
IN_STATES = (
    select(draft)
    .where(draft.c.state.in_(bindparam("states", expanding=True)))
    .order_by(draft.c.created, draft.c.id)
)
ANY_IN_STATES = (
    select(draft.c.id).where(draft.c.state.in_(bindparam("states", expanding=True))).limit(1)
)
WITHOUT_SENT_COPY = (
    select(draft)
    .where(draft.c.state == DraftState.SENT, draft.c.sent_copy == false())
    .order_by(draft.c.created, draft.c.id)
)
FILED = select(filed_draft).order_by(filed_draft.c.draft_id, filed_draft.c.version)
UNFILED = (
    select(draft)
    .where(
        draft.c.state == DraftState.PENDING,
        draft.c.kind.in_(bindparam("kinds", expanding=True)),
        draft.c.id.not_in(select(filed_draft.c.draft_id)),
    )
    .order_by(draft.c.created, draft.c.id)
)
URGENT = (
    select(draft)
    .where(draft.c.state == DraftState.PENDING, draft.c.kind == DraftKind.URGENT)
    .order_by(draft.c.created, draft.c.id)
)
NEXT_ON_THE_WAY = (
    select(draft.c.send_after)
    .where(draft.c.state.in_(ON_THE_WAY))
    .order_by(draft.c.send_after.asc().nulls_first())
    .limit(1)
)
CHANGED_DRAFT = update(draft).where(
    draft.c.id == bindparam("draft_id"),
    draft.c.version == bindparam("number"),
    draft.c.state == bindparam("before"),
)

LETTER = whole_letters().where(message.c.id == bindparam("letter_id"))
LETTER_OF_ID = (
    whole_letters()
    .where(message.c.message_id == bindparam("name"))
    .order_by(case((message.c.verdict == Verdict.READER, 0), else_=1), message.c.id)
    .limit(1)
)
"""The reader's letter first: a list's copy may have arrived before it."""
NEAR = (
    whole_letters()
    .where(message.c.thread == bindparam("thread"), message.c.id != bindparam("letter_id"))
    .order_by(
        case((message.c.message_id.in_([bindparam("name"), bindparam("other")]), 0), else_=1),
        message.c.id.desc(),
    )
    .limit(20)
)
"""A limit, for floods."""
_OLDEST_LETTERS = (
    whole_letters()
    .where(message.c.considered == false())
    .order_by(message.c.arrived, message.c.id)
    .limit(bindparam("most"))
)
NEW_LETTERS = _OLDEST_LETTERS.where(message.c.verdict.is_(None))
UNCONSIDERED = _OLDEST_LETTERS.where(message.c.verdict.in_(OWED))
ANY_UNCONSIDERED = (
    select(message.c.id)
    .where(message.c.considered == false())
    .where(or_(message.c.verdict.is_(None), message.c.verdict.in_(OWED)))
    .limit(1)
)

ANYTHING_FORGOTTEN = select(forgotten.c.hash).limit(1)


def _names_in(column: Column[str]) -> Select[str]:
    return select(column).where(column.in_(bindparam("names", expanding=True)))


NAMES_IN = {
    table.name: _names_in(column)
    for table in (begun_thread, answered_letter, put_off_letter, not_reader)
    for column in [next(iter(table.columns))]
}
"""For tables of one column: which of the names they contain."""
SEEN_IDS = _names_in(place.c.message_id)
THREAD_MEMBERS = _names_in(thread_member.c.message_id)

PROMISE_OF_THREAD = (
    select(promise)
    .where(promise.c.thread == bindparam("name"))
    .order_by(case((promise.c.state == PromiseState.OPEN, 0), else_=1), promise.c.id.desc())
    .limit(1)
)
PROMISE_OF_LETTER = (
    select(promise)
    .where(promise.c.thread == _ITS_THREAD)
    .order_by(case((promise.c.state == PromiseState.OPEN, 0), else_=1), promise.c.id.desc())
    .limit(1)
)
CHANGED_PROMISE = update(promise).where(promise.c.id == bindparam("promise_id"))
