"""Adds letters to the store: each once with every place it was seen in, forgotten ones never."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    false,
    insert,
    or_,
    select,
)

from inbox_bot.model import Place, StoredMessage
from inbox_bot.model.records import Arrival, Skipped
from inbox_bot.store import searching
from inbox_bot.store.columns import storable
from inbox_bot.store.hashes import Hashes
from inbox_bot.store.identity import Key, Known, key_of
from inbox_bot.store.lists import listed_cells
from inbox_bot.store.rows import Cells, cells_of, in_chunks, place_of
from inbox_bot.store.ruled_out import AGAIN
from inbox_bot.store.schema import forgotten, message, place, raw
from inbox_bot.store.statements import ANYTHING_FORGOTTEN, SEEN_IDS

A_FEW = 500
"""For more UIDs than this, reading all of the folder's is quicker."""
A_FEW_RUNS = 10
PLACE = (place.c.mailbox, place.c.folder, place.c.uidvalidity, place.c.uid)


@dataclass(frozen=True, slots=True)
class LetterIntake:
    connection: Connection
    hashes: Hashes

    def add_all(self, arrivals: Sequence[Arrival]) -> list[StoredMessage]:
        return [kept for chunk in in_chunks(arrivals) for kept in self._add(chunk)]

    def _add(self, arrivals: Sequence[Arrival]) -> list[StoredMessage]:
        unseen = self._unseen(arrivals)
        there = self._known_letters([each.message_id for each in unseen])
        ids = {key: known.id for key, known in there.items()}
        fresh, new = [], {}
        for arrival in unseen:
            key = key_of(arrival)
            if key in there and there[key].is_other_than(arrival):
                key = key.of_another(arrival)
            if key not in there:
                there[key], new[key] = Known.of(arrival), arrival
            fresh.append((key, arrival))
        ids |= self._insert(new)
        self._remember_places(fresh, ids)
        return [_stored(arrival, ids[key]) for key, arrival in new.items()]

    def _unseen(self, arrivals: Sequence[Arrival]) -> list[Arrival]:
        """Drop letters at known places and forgotten ones; skipped ones may come in.

        Forgotten ones are recognized by Message-ID: their UID may be another letter's by now.
        """
        by_place = {each.fetched.place: each for each in arrivals}
        kept = self._places(select(*PLACE).where(place.c.letter_id.isnot(None)), by_place)
        named = self._forgotten_message_ids(each.message_id for each in arrivals)
        return [
            each
            for where, each in by_place.items()
            if where not in kept and each.message_id not in named
        ]

    def skip_all(self, letters: Sequence[Skipped]) -> None:
        """Known places stay as they are, except those that were to be looked at again."""
        for chunk in in_chunks(letters):
            named = {each.place: each for each in chunk}
            again = place.c.rule == AGAIN
            self.connection.execute(delete(place).where(_at(named), again))
            seen = self._places(select(*PLACE), named)
            rows = [
                cells_of(each.place)
                | {"message_id": each.message_id, "letter_id": None}
                | {"rule": each.rule, "domain": each.domain}
                for each in named.values()
                if each.place not in seen
            ]
            if rows:
                self.connection.execute(insert(place), rows)

    def known(self, message_ids: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for chunk in in_chunks(message_ids):
            wanted = {storable(each): each for each in chunk}
            seen = self.connection.scalars(SEEN_IDS, {"names": list(wanted)})
            found |= {wanted[each] for each in seen}
            found |= self._forgotten_message_ids(chunk)
        return frozenset(found)

    def accounted(
        self, mailbox: str, folder: str, uidvalidity: int, uids: Iterable[int]
    ) -> frozenset[int]:
        same_folder = and_(
            place.c.mailbox == mailbox,
            place.c.folder == folder,
            place.c.uidvalidity == uidvalidity,
        )
        asked = frozenset(uids)
        query = select(place.c.uid).where(same_folder)
        if len(asked) <= A_FEW:
            query = query.where(place.c.uid.in_(asked))
        there = asked.intersection(self.connection.scalars(query))
        empty = Place(mailbox=mailbox, folder=folder, uidvalidity=uidvalidity, uid=0)
        missing = (replace(empty, uid=uid) for uid in asked - there)
        return there | {each.uid for each in self._forgotten_places(missing)}

    def forget_places(self, mailbox: str, folder: str) -> None:
        in_folder = and_(place.c.mailbox == mailbox, place.c.folder == folder)
        self.connection.execute(delete(place).where(in_folder))

    def _places(
        self, query: Select[*tuple[object, ...]], places: Iterable[Place]
    ) -> frozenset[Place]:
        """The places among these that the query finds."""
        rows = self.connection.execute(query.where(_at(places)))
        return frozenset(place_of(row) for row in rows)

    def _forgotten_places(self, places: Iterable[Place]) -> frozenset[Place]:
        if not self._is_anything_forgotten():
            return frozenset()
        hashed = {self.hashes.of_place(each): each for each in places}
        return frozenset(hashed[each] for each in self._forgotten(hashed))

    def _forgotten_message_ids(self, message_ids: Iterable[str]) -> frozenset[str]:
        if not self._is_anything_forgotten():
            return frozenset()
        hashed = {self.hashes.of_message_id(each): each for each in message_ids}
        return frozenset(hashed[each] for each in self._forgotten(hashed))

    def _is_anything_forgotten(self) -> bool:
        """Mostly False, which saves hashing every Message-ID and place of a batch."""
        return self.connection.scalar(ANYTHING_FORGOTTEN) is not None

    def _forgotten(self, hashed: Iterable[str]) -> set[str]:
        return {
            found
            for chunk in in_chunks(hashed, 1_000)
            for found in self.connection.scalars(
                select(forgotten.c.hash).where(forgotten.c.hash.in_(chunk))
            )
        }

    def _known_letters(self, message_ids: Sequence[str]) -> dict[Key, Known]:
        query = select(
            message.c.id,
            message.c.message_id,
            message.c.digest,
            message.c.reader,
            message.c.sender_email,
            message.c.verdict,
        ).where(message.c.message_id.in_(message_ids))
        return {
            Key(row.message_id, row.digest): Known(
                row.id, (row.reader, row.sender_email), row.verdict, through_list=False
            )
            for row in self.connection.execute(query)
        }

    def _insert(self, new: Mapping[Key, Arrival]) -> dict[Key, int]:
        """Returns ids by key, as databases return rows in no fixed order."""
        if not new:
            return {}
        columns = (message.c.message_id, message.c.digest, message.c.id)
        cells = [_letter_cells(key, arrival) for key, arrival in new.items()]
        rows = self.connection.execute(insert(message).returning(*columns), cells)
        ids = {Key(row.message_id, row.digest): row.id for row in rows}
        self.connection.execute(
            insert(raw),
            [{"letter_id": ids[key], "bytes": each.fetched.raw} for key, each in new.items()],
        )
        searching.keep_new(
            self.connection,
            [(ids[key], each.header) for key, each in new.items() if each.header and each.settled],
        )
        return ids

    def _remember_places(
        self, arrivals: Sequence[tuple[Key, Arrival]], ids: Mapping[Key, int]
    ) -> None:
        rows = [
            cells_of(each.fetched.place) | {"message_id": key.message_id, "letter_id": ids[key]}
            for key, each in arrivals
        ]
        if rows:
            skipped = _at(each.fetched.place for _, each in arrivals)
            self.connection.execute(delete(place).where(skipped))
            self.connection.execute(insert(place), rows)


def _at(places: Iterable[Place]) -> ColumnElement[bool]:
    """Rows of these places, folder by folder."""
    uids: dict[tuple[str, str, int], list[int]] = {}
    for each in places:
        uids.setdefault((each.mailbox, each.folder, each.uidvalidity), []).append(each.uid)
    folders = [
        and_(
            place.c.mailbox == mailbox,
            place.c.folder == folder,
            place.c.uidvalidity == uidvalidity,
            _among(found),
        )
        for (mailbox, folder, uidvalidity), found in uids.items()
    ]
    return or_(false(), *folders)


def _among(uids: Iterable[int]) -> ColumnElement[bool]:
    """Ranges instead of single UIDs where they are few: long IN lists are slow to parse."""
    ascending = sorted(set(uids))
    gaps = [at for at in range(1, len(ascending)) if ascending[at] != ascending[at - 1] + 1]
    if len(gaps) > A_FEW_RUNS:
        return place.c.uid.in_(ascending)
    ends = zip([0, *gaps], [*gaps, len(ascending)], strict=True)
    runs = [(ascending[first], ascending[end - 1]) for first, end in ends if first < end]
    return or_(false(), *(place.c.uid.between(first, last) for first, last in runs))


def _letter_cells(key: Key, arrival: Arrival) -> Cells:
    return {
        **cells_of(arrival.fetched.place),
        "message_id": key.message_id,
        "digest": key.digest,
        "thread": arrival.thread,
        "conversation": arrival.conversation or arrival.thread,
        "reader": arrival.writer.address,
        "known_as": arrival.writer.known_as,
        "arrived": arrival.fetched.arrived,
        "considered": False,
        "verdict": arrival.settled.verdict if arrival.settled else None,
        "reason": arrival.settled.reason if arrival.settled else "",
        **listed_cells(arrival.header if arrival.settled else None),
    }


def _stored(arrival: Arrival, letter_id: int) -> StoredMessage:
    return StoredMessage(
        id=letter_id,
        place=arrival.fetched.place,
        message_id=storable(arrival.message_id),
        thread=storable(arrival.thread),
        raw=arrival.fetched.raw,
        arrived=arrival.fetched.arrived,
        verdict=arrival.settled.verdict if arrival.settled else None,
    )
