"""People the author knows and letters she answered (the port `PeopleBook`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, select, update

from inbox_bot.model.records import Acquaintance
from inbox_bot.store import threads
from inbox_bot.store.columns import storable
from inbox_bot.store.hashes import Hashes
from inbox_bot.store.rows import cells_of, in_chunks, value_of
from inbox_bot.store.schema import (
    answered_letter,
    begun_thread,
    known_address,
    not_reader,
    put_off_letter,
)
from inbox_bot.store.statements import NAMES_IN


@dataclass(frozen=True, slots=True)
class SqlPeople:
    connection: Connection
    hashes: Hashes

    def learn_known(self, emails: Iterable[str], by: Acquaintance) -> None:
        values = cells_of(by)
        for chunk in in_chunks(dict.fromkeys(self.hashes.of_address(each) for each in emails)):
            known = self._acquaintances(chunk)
            rows = [{"hash": each, **values} for each in chunk if each not in known]
            if rows:
                self.connection.execute(insert(known_address), rows)
            later = [each for each, one in known.items() if one.since > by.since]
            if later:
                earlier = update(known_address).where(known_address.c.hash.in_(later))
                self.connection.execute(earlier.values(values))

    def known_among(self, emails: Iterable[str]) -> Mapping[str, Acquaintance]:
        hashed = {self.hashes.of_address(each): each for each in emails}
        return {
            hashed[each]: one
            for chunk in in_chunks(hashed)
            for each, one in self._acquaintances(chunk).items()
        }

    def unlearn_known(self, emails: Iterable[str]) -> None:
        hashed = [self.hashes.of_address(each) for each in emails]
        mails = [one.message_id for one in self._acquaintances(hashed).values()]
        self.connection.execute(delete(begun_thread).where(begun_thread.c.message_id.in_(mails)))
        self.connection.execute(delete(known_address).where(known_address.c.hash.in_(hashed)))

    def _acquaintances(self, hashed: Sequence[str]) -> Mapping[str, Acquaintance]:
        query = select(known_address).where(known_address.c.hash.in_(hashed))
        return {
            row.hash: value_of(Acquaintance, row) if row.since else Acquaintance()
            for row in self.connection.execute(query)
        }

    def learn_begun(self, message_ids: Iterable[str]) -> None:
        self._learn(begun_thread, map(storable, message_ids))

    def begun_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        return self._named_in(begun_thread, message_ids)

    def learn_answered(self, message_ids: Iterable[str], to: Collection[str] = ()) -> None:
        """Stores keyed hashes of the recipients, separated by blanks; NULL means anybody."""
        column = answered_letter.c.message_id
        hashed = {self.hashes.of_address(each) for each in to}
        for chunk in in_chunks(dict.fromkeys(map(storable, message_ids))):
            known = self._recipients(chunk)
            for each in chunk:
                before = known.get(each, frozenset())
                told = " ".join(sorted(hashed | before)) if hashed and before is not None else None
                if each not in known:
                    row = {"message_id": each, "recipients": told}
                    self.connection.execute(insert(answered_letter).values(row))
                elif before is not None and not (hashed and hashed <= before):
                    changed = update(answered_letter).where(column == each)
                    self.connection.execute(changed.values(recipients=told))

    def went_to(self, message_id: str, people: Collection[str]) -> bool:
        told = self._recipients([storable(message_id)]).get(storable(message_id))
        return told is None or not told.isdisjoint(map(self.hashes.of_address, people))

    def _recipients(self, names: Iterable[str]) -> Mapping[str, frozenset[str] | None]:
        query = select(answered_letter).where(answered_letter.c.message_id.in_(list(names)))
        return {
            row.message_id: None if row.recipients is None else frozenset(row.recipients.split())
            for row in self.connection.execute(query)
        }

    def answered_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        answered = self._named_in(answered_letter, message_ids)
        return answered - self._named_in(put_off_letter, answered)

    def learn_put_off(self, message_ids: Iterable[str]) -> None:
        self._learn(put_off_letter, map(storable, message_ids))

    def put_off_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        return self._named_in(put_off_letter, message_ids)

    def settle_put_off(self, message_ids: Iterable[str]) -> None:
        named = put_off_letter.c.message_id.in_(list(message_ids))
        self.connection.execute(delete(put_off_letter).where(named))

    def learn_thread(self, thread: str, message_ids: Iterable[str]) -> None:
        threads.remember(self.connection, thread, message_ids)

    def never(self) -> frozenset[str]:
        return frozenset(self.connection.scalars(select(not_reader.c.address)))

    def add_never(self, address: str) -> None:
        self._learn(not_reader, [storable(address.lower())])

    def remove_never(self, address: str) -> None:
        ruled_out = not_reader.c.address == address.lower()
        self.connection.execute(delete(not_reader).where(ruled_out))

    def _learn(self, table: Table, names: Iterable[str]) -> None:
        """Add what is not there yet to a table of one column."""
        column = table.c[0]
        for chunk in in_chunks(dict.fromkeys(names)):
            known = self._among(table, chunk)
            rows = [{column.name: each} for each in chunk if each not in known]
            if rows:
                self.connection.execute(insert(table), rows)

    def _named_in(self, table: Table, message_ids: Iterable[str]) -> frozenset[str]:
        stored = {storable(each): each for each in message_ids}
        return frozenset(stored[each] for each in self._among(table, stored))

    def _among(self, table: Table, names: Iterable[str]) -> frozenset[str]:
        return frozenset(
            found
            for chunk in in_chunks(names)
            for found in self.connection.scalars(NAMES_IN[table.name], {"names": chunk})
        )
