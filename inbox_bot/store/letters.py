"""Letters, their bytes and the places they were seen in (the port `Messages`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    update,
)

from inbox_bot.errors import NotFound
from inbox_bot.model import OWED, Judgement, Message, Place, StoredMessage, Verdict
from inbox_bot.model.names import letter_name
from inbox_bot.model.records import Judged, Listed, Share, Unopened
from inbox_bot.store import ruled_out, searching, threads
from inbox_bot.store.add_letters import LetterIntake
from inbox_bot.store.columns import storable
from inbox_bot.store.lists import listed_cells, listed_of
from inbox_bot.store.rows import Cells, in_chunks, letter_of, place_of, whole_letters
from inbox_bot.store.schema import message, place
from inbox_bot.store.statements import (
    ANY_UNCONSIDERED,
    LETTER,
    LETTER_OF_ID,
    NEAR,
    NEW_LETTERS,
    UNCONSIDERED,
)

OTHERS = and_(message.c.verdict.isnot(None), message.c.verdict != Verdict.READER)
BEING_READ = and_(message.c.verdict.in_(OWED), message.c.considered == false())


@dataclass(frozen=True, slots=True)
class SqlMessages(LetterIntake):
    """Adds to `LetterIntake` what is asked of letters once they are in."""

    # --- letters that a rule kept out -----------------------------------------------------

    def let_in_again(self, rule: str) -> None:
        ruled_out.let_in_again(self.connection, rule)

    def held_back(self) -> Sequence[Place]:
        return ruled_out.held_back(self.connection)

    def looked_at(self, places: Iterable[Place]) -> None:
        ruled_out.looked_at(self.connection, places)

    def kept_out(self) -> Mapping[str, int]:
        return ruled_out.kept_out(self.connection)

    def unopened(self) -> Sequence[Unopened]:
        return ruled_out.unopened(self.connection)

    # --- judging --------------------------------------------------------------------------

    def judge(self, letter_id: int, judgement: Judgement, message: Message | None) -> None:
        self.judge_all([Judged(letter_id=letter_id, judgement=judgement, message=message)])

    def judge_all(self, judged: Sequence[Judged]) -> None:
        """A letter that cannot be read keeps the sender and subject that it had."""
        unread = [_verdict_cells(each) for each in judged if each.message is None]
        read = [
            _verdict_cells(each) | listed_cells(each.message)
            for each in judged
            if each.message is not None
        ]
        searching.keep_letters(
            self.connection,
            [(each.letter_id, each.message) for each in judged if each.message is not None],
        )
        for cells in (unread, read):
            if cells:
                statement = update(message).where(message.c.id == bindparam("letter"))
                result = self.connection.execute(statement, cells)
                if result.rowcount < len(cells):
                    ids = ", ".join(letter_name(int(str(each["letter"]))) for each in cells)
                    raise NotFound(f"There's no letter {ids}.")

    def new(self, limit: int) -> Sequence[StoredMessage]:
        return self._letters(NEW_LETTERS, {"most": limit})

    def any_unconsidered(self) -> bool:
        return self.connection.execute(ANY_UNCONSIDERED).first() is not None

    def unconsidered(self, limit: int) -> Sequence[StoredMessage]:
        return self._letters(UNCONSIDERED, {"most": limit})

    def _letters(
        self, query: Select[*tuple[object, ...]], asked: Mapping[str, str | int]
    ) -> Sequence[StoredMessage]:
        return [letter_of(row) for row in self.connection.execute(query, asked)]

    def new_among(self, letter_ids: Iterable[int]) -> frozenset[int]:
        return frozenset(
            found
            for chunk in in_chunks(letter_ids)
            for found in self.connection.scalars(
                select(message.c.id).where(message.c.id.in_(chunk), message.c.verdict.is_(None))
            )
        )

    def considered(self, *letter_ids: int) -> frozenset[int]:
        """The check and the mark are one statement."""
        return frozenset(
            marked
            for chunk in in_chunks(letter_ids)
            for marked in self.connection.scalars(
                update(message)
                .where(message.c.id.in_(chunk), BEING_READ)
                .values(considered=true())
                .returning(message.c.id)
            )
        )

    def reconsider(self, letter_id: int) -> None:
        self.connection.execute(
            update(message).where(message.c.id == letter_id).values(considered=false())
        )

    # --- looking letters up ---------------------------------------------------------------

    def places(self, letter_ids: Iterable[int]) -> Mapping[int, Sequence[Place]]:
        found: dict[int, list[Place]] = {each: [] for each in letter_ids}
        for chunk in in_chunks(found):
            for row in self.connection.execute(select(place).where(place.c.letter_id.in_(chunk))):
                found[row.letter_id].append(place_of(row))
        return found

    def get(self, letter_id: int) -> StoredMessage:
        found = self._letters(LETTER, {"letter_id": letter_id})
        if not found:
            raise NotFound(f"There's no letter {letter_name(letter_id)}.")
        return found[0]

    def get_all(self, letter_ids: Iterable[int]) -> Mapping[int, StoredMessage]:
        found: dict[int, StoredMessage] = {}
        for chunk in in_chunks(dict.fromkeys(letter_ids)):
            rows = self.connection.execute(whole_letters().where(message.c.id.in_(chunk)))
            found |= {row.id: letter_of(row) for row in rows}
        return found

    def sender(self, letter_id: int) -> str:
        query = select(message.c.sender_email).where(message.c.id == letter_id)
        return self.connection.scalar(query) or ""

    def by_message_id(self, message_id: str) -> StoredMessage | None:
        return next(iter(self._letters(LETTER_OF_ID, {"name": message_id})), None)

    def shared_ids(self, message_ids: Iterable[str]) -> frozenset[str]:
        return threads.shared_ids(self.connection, message_ids)

    def near(self, letter: StoredMessage, other_id: str) -> Sequence[StoredMessage]:
        asked: dict[str, str | int] = {"thread": letter.thread, "letter_id": letter.id}
        asked |= {"name": letter.message_id, "other": other_id}
        return self._letters(NEAR, asked)

    def thread(self, thread: str) -> Sequence[StoredMessage]:
        query = (
            whole_letters()
            .where(message.c.thread == thread)
            .order_by(message.c.arrived, message.c.id)
        )
        return [letter_of(row) for row in self.connection.execute(query)]

    def ids_in_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[str]]:
        own = or_(message.c.verdict.is_(None), message.c.verdict != Verdict.AUTOMATIC)
        asked = {storable(each): each for each in threads}
        found: dict[str, list[str]] = {each: [] for each in asked.values()}
        for chunk in in_chunks(asked):
            here = select(message.c.thread, message.c.message_id).where(
                message.c.thread.in_(chunk), own
            )
            for row in self.connection.execute(here.order_by(message.c.arrived, message.c.id)):
                found[asked[row.thread]].append(row.message_id)
        return found

    def waiting_in_thread(
        self, thread: str, since: int, before: int, most: int
    ) -> Sequence[StoredMessage]:
        newest = (
            whole_letters()
            .where(message.c.thread == thread, message.c.verdict == Verdict.READER)
            .where(message.c.id >= since, message.c.id < before)
            .order_by(message.c.arrived.desc(), message.c.id.desc())
            .limit(most)
        )
        return [letter_of(row) for row in self.connection.execute(newest)][::-1]

    def count(self, verdict: Verdict | None) -> int:
        query = select(func.count()).select_from(message)
        return self.connection.scalar(query.where(message.c.verdict == verdict)) or 0

    def listed(self, letter_ids: Iterable[int]) -> Sequence[Listed]:
        return [
            listed_of(row)
            for chunk in in_chunks(letter_ids)
            for row in self.connection.execute(select(message).where(message.c.id.in_(chunk)))
        ]

    def others(self, limit: int) -> Sequence[Listed]:
        return self._list(OTHERS, limit)

    def being_read(self, limit: int) -> Sequence[Listed]:
        return self._list(BEING_READ, limit)

    def count_others(self) -> int:
        return self.connection.scalar(select(func.count()).where(OTHERS)) or 0

    def search(self, words: str, limit: int) -> Sequence[Listed]:
        found = searching.letters_with(self.connection, words)
        return [] if found is None else self._list(message.c.id.in_(found), limit)

    def _list(self, condition: ColumnElement[bool], limit: int) -> Sequence[Listed]:
        newest_first = (message.c.arrived.desc(), message.c.id.desc())
        query = select(message).where(condition).order_by(*newest_first).limit(limit)
        return [listed_of(row) for row in self.connection.execute(query)]

    # --- threads --------------------------------------------------------------------------

    def thread_of(self, message_ids: Sequence[str]) -> str | None:
        found = threads.threads_of(self.connection, message_ids)
        return next((found[each] for each in message_ids if each in found), None)

    def conversations_of(self, message_ids: Iterable[str]) -> Mapping[str, str]:
        return threads.conversations_of(self.connection, message_ids)

    def shares_of(self, conversations: Iterable[str]) -> Sequence[Share]:
        return threads.shares_of(self.connection, conversations)


def _verdict_cells(judged: Judged) -> Cells:
    return {
        "letter": judged.letter_id,
        "verdict": judged.judgement.verdict,
        "reason": judged.judgement.reason,
    }
