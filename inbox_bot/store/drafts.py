"""Drafts, their versions and states (the port `Drafts`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import (
    Connection,
    Select,
    delete,
    insert,
    select,
    true,
    update,
)

from inbox_bot.errors import Conflict, NotFound
from inbox_bot.model import LIVE, TRANSITIONS, Draft, DraftKind, DraftState, Place
from inbox_bot.model.names import draft_name
from inbox_bot.model.records import (
    EVER,
    EntryUse,
    FiledDraft,
    LeftToAuthor,
    SentReply,
    Told,
    Waiting,
)
from inbox_bot.store import lists, searching
from inbox_bot.store.columns import storable
from inbox_bot.store.rows import (
    draft_cells,
    draft_of,
    filed_cells,
    filed_of,
    in_chunks,
    place_of,
)
from inbox_bot.store.schema import draft, filed_draft, message, note
from inbox_bot.store.statements import (
    ANY_IN_STATES,
    BESIDE,
    CHANGED_DRAFT,
    FILED,
    HIGHEST_ID,
    IN_STATES,
    NEWEST_VERSION,
    NEXT_ON_THE_WAY,
    REPLIES_AMONG,
    REPLY_OF_ID,
    UNFILED,
    URGENT,
    VERSION,
    WITHOUT_SENT_COPY,
)

NOTHING_ASKED: Mapping[str, object] = {}
IDS_USED = "draft ids used"
"""Note: the highest draft id at the time when drafts were last removed."""


@dataclass(frozen=True, slots=True)
class SqlDrafts:
    connection: Connection

    def add(self, draft: Draft) -> Draft:
        return self.add_all([draft])[0]

    def add_all(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        next_id = ids_used(self.connection) + 1
        new = [replace(each, id=number) for number, each in enumerate(drafts, next_id)]
        if new:
            self.connection.execute(insert(draft), [draft_cells(each) for each in new])
            searching.keep_replies(self.connection, new)
        return new

    def add_version(self, new: Draft) -> Draft:
        before = self.get(new.id)
        if new.version != before.version + 1:
            raise Conflict(
                f"Draft {draft_name(new.id)} has a newer version, {before.version}. "
                "Look at it first."
            )
        self.move(before, before.become(DraftState.SUPERSEDED, "a newer version"))
        self.connection.execute(insert(draft), draft_cells(new))
        searching.replace_reply(self.connection, new)
        return new

    def get(self, draft_id: int, version: int | None = None) -> Draft:
        if version is None:
            found = self.connection.execute(NEWEST_VERSION, {"draft_id": draft_id})
        else:
            found = self.connection.execute(VERSION, {"draft_id": draft_id, "number": version})
        row = found.first()
        if row is None:
            name = draft_name(draft_id) if version is None else f"{draft_id}.{version}"
            raise NotFound(f"There's no draft {name}. `inbox-bot drafts` lists them.")
        return draft_of(row)

    def get_all(self, draft_ids: Iterable[int]) -> Mapping[int, Draft]:
        found: dict[int, Draft] = {}
        for chunk in in_chunks(dict.fromkeys(draft_ids)):
            query = select(draft).where(draft.c.id.in_(chunk)).order_by(draft.c.version)
            found |= {each.id: each for each in self._drafts(query)}
        return found

    def move(self, before: Draft, changed: Draft) -> Draft:
        if changed.state is not before.state and changed.state not in TRANSITIONS[before.state]:
            raise Conflict(
                f"Draft {_name(before)} is {before.state}; it can't become {changed.state}."
            )
        if changed.state is DraftState.PENDING:
            self._check_no_other_lives(before)
        seen = {"draft_id": before.id, "number": before.version, "before": before.state}
        cells = draft_cells(replace(changed, id=before.id, version=before.version))
        result = self.connection.execute(CHANGED_DRAFT, cells | seen)
        if result.rowcount == 0:
            now = self.get(before.id, before.version)
            raise Conflict(f"Draft {_name(before)} is now {now.state}. Look at it first.")
        return changed

    def _check_no_other_lives(self, kept: Draft) -> None:
        query = select(draft.c.version).where(
            draft.c.id == kept.id, draft.c.version != kept.version, draft.c.state.in_(LIVE)
        )
        other = self.connection.scalar(query)
        if other is not None:
            raise Conflict(
                f"Draft {draft_name(kept.id)} was replaced by version {other}. Look at that one."
            )

    def in_state(self, *states: DraftState) -> Sequence[Draft]:
        return self._drafts(IN_STATES, {"states": states})

    def any_in(self, *states: DraftState) -> bool:
        return self.connection.execute(ANY_IN_STATES, {"states": states}).first() is not None

    def next_on_the_way(self) -> datetime | None:
        row = self.connection.execute(NEXT_ON_THE_WAY).first()
        return (row.send_after or EVER) if row else None

    def urgent(self) -> Sequence[Draft]:
        return self._drafts(URGENT)

    def waiting(self, *states: DraftState) -> Sequence[Waiting]:
        return lists.found(self.connection, draft.c.state.in_(states))

    def left_to_author(self, then: datetime, most: int) -> Sequence[LeftToAuthor]:
        return lists.left_to_author(self.connection, then, most)

    def rejected_and_owed(self) -> Sequence[Waiting]:
        return lists.rejected_and_owed(self.connection)

    def for_letter(self, letter_id: int) -> Sequence[Draft]:
        return self._drafts(
            select(draft)
            .where(draft.c.letter_id == letter_id)
            .order_by(draft.c.id, draft.c.version)
        )

    def for_thread(self, thread: str) -> Sequence[Draft]:
        return self._drafts(
            select(draft)
            .join(message, message.c.id == draft.c.letter_id)
            .where(message.c.thread == thread)
            .order_by(draft.c.id, draft.c.version)
        )

    def beside(self, letter_id: int) -> Sequence[Draft]:
        return self._drafts(BESIDE, {"letter_id": letter_id})

    def for_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[Draft]]:
        found: defaultdict[str, list[Draft]] = defaultdict(list)
        for chunk in in_chunks({storable(each): each for each in threads}.items()):
            asked = dict(chunk)
            query = (
                select(draft, message.c.thread)
                .join(message, message.c.id == draft.c.letter_id)
                .where(message.c.thread.in_(asked))
                .order_by(draft.c.id, draft.c.version)
            )
            for row in self.connection.execute(query):
                found[asked[row.thread]].append(draft_of(row))
        return found

    def by_message_id(self, message_id: str) -> Draft | None:
        row = self.connection.execute(REPLY_OF_ID, {"name": message_id}).first()
        return None if row is None else draft_of(row)

    def uses(self) -> Sequence[EntryUse]:
        over = (DraftState.SENT, DraftState.REJECTED)
        query = select(draft.c.entries, draft.c.state, draft.c.kind).where(draft.c.state.in_(over))
        counted = Counter(
            (entry, _fate(row.state, row.kind))
            for row in self.connection.execute(query)
            for entry in row.entries
        )
        return [
            EntryUse(
                entry_id=entry,
                sent=counted[entry, "sent"],
                edited=counted[entry, "edited"],
                rejected=counted[entry, "rejected"],
            )
            for entry in dict.fromkeys(entry for entry, _ in counted)
        ]

    def sent_to(self, reader: str) -> Sequence[Draft]:
        sent = (draft.c.reader == reader.lower(), draft.c.state == DraftState.SENT)
        return self._drafts(select(draft).where(*sent).order_by(draft.c.id, draft.c.version))

    def sent(self, words: str, most: int, after: int = 0) -> Sequence[SentReply]:
        return lists.sent(self.connection, words, most, after)

    def unchanged(self, most: int) -> Sequence[tuple[frozenset[str], str]]:
        return lists.unchanged(self.connection, most)

    def told(self, readers: Iterable[str]) -> Mapping[str, Told]:
        return lists.told(self.connection, readers, (*LIVE, DraftState.SENT))

    def _drafts(
        self, query: Select[*tuple[object, ...]], asked: Mapping[str, object] = NOTHING_ASKED
    ) -> Sequence[Draft]:
        return [draft_of(row) for row in self.connection.execute(query, asked)]

    # --- copies in the author's folders ---------------------------------------------------

    def mark_sent_copies(self, message_ids: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for chunk in in_chunks({storable(each): each for each in message_ids}.items()):
            asked = dict(chunk)
            rows = self.connection.execute(REPLIES_AMONG, {"names": list(asked)})
            sent = [row.message_id for row in rows if row.state == DraftState.SENT]
            if sent:
                changed = update(draft).where(draft.c.message_id.in_(sent))
                self.connection.execute(changed.values(sent_copy=true()))
            found.update(asked[name] for name in sent)
        return frozenset(found)

    def without_sent_copy(self) -> Sequence[Draft]:
        return self._drafts(WITHOUT_SENT_COPY)

    def file(self, filed: FiledDraft) -> None:
        self.unfile(filed)
        self.connection.execute(insert(filed_draft).values(filed_cells(filed)))

    def filed_at(self, draft_id: int) -> Place | None:
        query = select(filed_draft).where(filed_draft.c.draft_id == draft_id)
        row = self.connection.execute(query.order_by(filed_draft.c.version.desc())).first()
        return None if row is None else place_of(row)

    def filed(self) -> Sequence[FiledDraft]:
        return [filed_of(row) for row in self.connection.execute(FILED)]

    def unfiled(self, *kinds: DraftKind) -> Sequence[Draft]:
        return self._drafts(UNFILED, {"kinds": kinds})

    def unfile(self, filed: FiledDraft) -> None:
        self.connection.execute(
            delete(filed_draft).where(
                filed_draft.c.draft_id == filed.draft_id, filed_draft.c.version == filed.version
            )
        )


def ids_used(connection: Connection) -> int:
    """The highest id that a draft ever had, removed ones included."""
    highest, noted = connection.execute(HIGHEST_ID, {"key": IDS_USED}).one()
    return max(highest or 0, int(noted or 0))


def keep_ids_used(connection: Connection) -> None:
    """Call this before removing drafts: events refer to them, so no id may be used twice."""
    used = ids_used(connection)
    connection.execute(delete(note).where(note.c.key == IDS_USED))
    connection.execute(insert(note).values(key=IDS_USED, value=str(used)))


def _name(draft: Draft) -> str:
    return f"{draft.id}.{draft.version}"


def _fate(state: str, kind: str) -> str:
    if state == DraftState.REJECTED:
        return "rejected"
    return "edited" if kind == DraftKind.EDITED else "sent"
