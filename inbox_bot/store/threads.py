"""Threads of Message-IDs: by a letter, by a reply of ours, or by `remember`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select, union_all

from inbox_bot.model.records import Share, Writer
from inbox_bot.store.columns import storable
from inbox_bot.store.rows import in_chunks
from inbox_bot.store.schema import draft, message, thread_member
from inbox_bot.store.statements import THREAD_MEMBERS


def threads_of(connection: Connection, message_ids: Iterable[str]) -> Mapping[str, str]:
    """The thread of each Message-ID that has one. A letter's own thread comes before others."""
    found: dict[str, str] = {}
    for chunk in in_chunks(message_ids):
        wanted = {storable(each): each for each in chunk}
        replies = draft.join(message, message.c.id == draft.c.letter_id)
        query = union_all(
            select(thread_member.c.message_id, thread_member.c.thread).where(
                thread_member.c.message_id.in_(wanted)
            ),
            select(draft.c.message_id, message.c.thread)
            .select_from(replies)
            .where(draft.c.message_id.in_(wanted)),
            select(message.c.message_id, message.c.thread).where(message.c.message_id.in_(wanted)),
        )
        found |= {wanted[message_id]: thread for message_id, thread in connection.execute(query)}
    return found


def conversations_of(connection: Connection, message_ids: Iterable[str]) -> Mapping[str, str]:
    threads = threads_of(connection, message_ids)
    named = _conversations(connection, set(threads.values()))
    return {each: named.get(thread, thread) for each, thread in threads.items()}


def _conversations(connection: Connection, threads: Iterable[str]) -> Mapping[str, str]:
    """Threads that have no letter (any more) are left out."""
    found: dict[str, str] = {}
    for chunk in in_chunks(threads):
        columns = (message.c.thread, message.c.conversation)
        query = select(*columns).where(message.c.thread.in_(chunk)).distinct()
        found |= {row.thread: row.conversation for row in connection.execute(query)}
    return found


def shared_ids(connection: Connection, message_ids: Iterable[str]) -> frozenset[str]:
    """Those that name several letters, or a thread besides."""
    found: set[str] = set()
    for chunk in in_chunks(message_ids):
        wanted = {storable(each): each for each in chunk}
        several = (
            select(message.c.message_id)
            .where(message.c.message_id.in_(wanted))
            .group_by(message.c.message_id)
            .having(func.count() > 1)
        )
        tied = select(thread_member.c.message_id).where(thread_member.c.message_id.in_(wanted))
        found |= {wanted[each] for each in connection.scalars(union_all(several, tied))}
    return frozenset(found)


def shares_of(connection: Connection, conversations: Iterable[str]) -> Sequence[Share]:
    columns = (
        message.c.conversation,
        message.c.thread,
        message.c.reader,
        message.c.sender_email,
        message.c.known_as,
    )
    found = []
    for chunk in in_chunks({storable(each) for each in conversations}):
        query = select(*columns).where(message.c.conversation.in_(chunk)).group_by(*columns)
        for row in connection.execute(query.order_by(func.min(message.c.id))):
            writer = Writer(address=row.reader, sender=row.sender_email, known_as=row.known_as)
            share = Share(conversation=row.conversation, thread=row.thread, writer=writer)
            found.append(share)
    return found


def remember(connection: Connection, thread: str, message_ids: Iterable[str]) -> None:
    """Assign these to the thread; one that has a thread already keeps it."""
    for chunk in in_chunks({storable(each) for each in message_ids}):
        known = connection.scalars(THREAD_MEMBERS, {"names": chunk})
        rows = [{"message_id": each, "thread": storable(thread)} for each in {*chunk} - {*known}]
        if rows:
            connection.execute(insert(thread_member), rows)
