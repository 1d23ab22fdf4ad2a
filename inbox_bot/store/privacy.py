"""Forgets readers and expires old letters (the port `Privacy`).

Keyed hashes of the Message-IDs and places stay, so that a removed letter is not taken in again and
every UID stays accounted for. Events stay: they hold ids alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from inbox_bot.model import LIVE, OWED, OutOfScope, PromiseState
from inbox_bot.model.records import Traces
from inbox_bot.store import searching
from inbox_bot.store.drafts import keep_ids_used
from inbox_bot.store.hashes import Hashes
from inbox_bot.store.rows import filed_of, in_chunks, place_of
from inbox_bot.store.schema import (
    answered_letter,
    draft,
    filed_draft,
    forgotten,
    known_address,
    message,
    not_reader,
    place,
    promise,
    put_off_letter,
    raw,
    thread_member,
)


@dataclass(frozen=True, slots=True)
class SqlPrivacy:
    connection: Connection
    hashes: Hashes

    def of_reader(self, email: str) -> Traces:
        return self._traces(self._letters_of(email))

    def forget(self, email: str) -> Traces:
        traces = self.of_reader(email)
        self._remove(traces.letters)
        hashed = self.hashes.of_address(email)
        self.connection.execute(delete(known_address).where(known_address.c.hash == hashed))
        written = email.lower()
        self.connection.execute(delete(not_reader).where(not_reader.c.address == written))
        ruled_out = update(place).where(place.c.rule == written)
        self.connection.execute(ruled_out.values(rule=OutOfScope.RULED_OUT, domain=""))
        return traces

    def expired(self, before: datetime) -> Traces:
        return self._traces(self._over(before))

    def expire(self, before: datetime) -> Traces:
        traces = self.expired(before)
        self._remove(traces.letters)
        return traces

    def is_forgotten(self, message_id: str) -> bool:
        hashed = self.hashes.of_message_id(message_id)
        query = select(forgotten.c.hash).where(forgotten.c.hash == hashed)
        return self.connection.scalar(query) is not None

    # --- what there is --------------------------------------------------------------------

    def _letters_of(self, email: str) -> Sequence[int]:
        written = email.lower()
        answered = select(draft.c.letter_id).where(draft.c.reader == written)
        promised = select(promise.c.letter_id).where(promise.c.reader == written)
        hers = or_(
            message.c.sender_email == written,
            message.c.id.in_(answered),
            message.c.id.in_(promised),
        )
        return self.connection.scalars(select(message.c.id).where(hers)).all()

    def _over(self, before: datetime) -> Sequence[int]:
        """Old letters that nobody waits for and nothing is left to do about."""
        owed = select(promise.c.thread).where(promise.c.state == PromiseState.OPEN)
        busy = select(draft.c.letter_id).where(draft.c.state.in_(LIVE))
        settled = and_(
            message.c.arrived < before,
            message.c.verdict.isnot(None),
            or_(message.c.verdict.not_in(OWED), message.c.considered),
            message.c.thread.not_in(owed),
            message.c.id.not_in(busy),
        )
        return self.connection.scalars(select(message.c.id).where(settled)).all()

    def _traces(self, letters: Sequence[int]) -> Traces:
        drafts = promises = 0
        filed = []
        for chunk in in_chunks(letters):
            of_letters = select(draft.c.id).where(draft.c.letter_id.in_(chunk))
            rows = self.connection.execute(
                select(filed_draft).where(filed_draft.c.draft_id.in_(of_letters))
            )
            filed += [filed_of(row) for row in rows]
            distinct = func.count(func.distinct(draft.c.id))
            query = select(distinct).where(draft.c.letter_id.in_(chunk))
            drafts += self.connection.scalar(query) or 0
            query = select(func.count(promise.c.id)).where(promise.c.letter_id.in_(chunk))
            promises += self.connection.scalar(query) or 0
        return Traces(letters=tuple(letters), drafts=drafts, promises=promises, filed=tuple(filed))

    # --- removing -------------------------------------------------------------------------

    def _remove(self, letters: Iterable[int]) -> None:
        for chunk in in_chunks(letters):
            named = self._message_ids(chunk)
            self._leave_hashes(chunk, [*named, *self._replies_to(chunk)])
            searching.remove(self.connection, chunk)
            self._remove_drafts(chunk)
            self.connection.execute(delete(promise).where(promise.c.letter_id.in_(chunk)))
            self.connection.execute(delete(raw).where(raw.c.letter_id.in_(chunk)))
            self.connection.execute(delete(place).where(place.c.letter_id.in_(chunk)))
            self.connection.execute(delete(message).where(message.c.id.in_(chunk)))
            self._unname(named)

    def _message_ids(self, letters: Sequence[int]) -> list[str]:
        query = select(message.c.message_id).where(message.c.id.in_(letters))
        return [*self.connection.scalars(query)]

    def _replies_to(self, letters: Sequence[int]) -> list[str]:
        query = select(draft.c.message_id).where(draft.c.letter_id.in_(letters))
        return [*self.connection.scalars(query)]

    def _leave_hashes(self, letters: Sequence[int], message_ids: Iterable[str]) -> None:
        rows = self.connection.execute(select(place).where(place.c.letter_id.in_(letters)))
        hashed = {self.hashes.of_place(place_of(row)) for row in rows}
        hashed |= {self.hashes.of_message_id(each) for each in message_ids}
        for chunk in in_chunks(hashed):
            self.connection.execute(delete(forgotten).where(forgotten.c.hash.in_(chunk)))
            self.connection.execute(insert(forgotten), [{"hash": each} for each in chunk])

    def _remove_drafts(self, letters: Sequence[int]) -> None:
        of_letters = select(draft.c.id).where(draft.c.letter_id.in_(letters))
        keep_ids_used(self.connection)
        self.connection.execute(delete(filed_draft).where(filed_draft.c.draft_id.in_(of_letters)))
        self.connection.execute(delete(draft).where(draft.c.letter_id.in_(letters)))

    def _unname(self, message_ids: Sequence[str]) -> None:
        """Replace removed letters' Message-IDs by their hashes where rows still use them."""
        for table in (answered_letter, put_off_letter):
            self.connection.execute(delete(table).where(table.c.message_id.in_(message_ids)))
        self.connection.execute(
            delete(thread_member).where(thread_member.c.thread.in_(message_ids))
        )
        for column in (message.c.thread, message.c.conversation, promise.c.thread):
            query = select(column).where(column.in_(message_ids)).distinct()
            for named in self.connection.scalars(query).all():
                hashed = self.hashes.of_message_id(named)
                renamed = update(column.table).where(column == named)
                self.connection.execute(renamed.values({column: hashed}))
