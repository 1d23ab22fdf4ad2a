"""Whom the author knows and what she answered (the port `CircleBook`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, select

from inbox_bot.store import threads
from inbox_bot.store.hashes import Hashes
from inbox_bot.store.rows import in_chunks
from inbox_bot.store.schema import (
    answered_letter,
    begun_thread,
    known_address,
    not_reader,
    put_off_letter,
)
from inbox_bot.store.text import storable


@dataclass(frozen=True, slots=True)
class SqlCircle:
    connection: Connection
    hashes: Hashes

    def learn_known(self, emails: Iterable[str]) -> None:
        self._learn(known_address, [self.hashes.of_address(each) for each in emails])

    def known_among(self, emails: Iterable[str]) -> frozenset[str]:
        hashed = {self.hashes.of_address(each): each for each in emails}
        return frozenset(hashed[each] for each in self._among(known_address, hashed))

    def learn_begun(self, message_ids: Iterable[str]) -> None:
        self._learn(begun_thread, map(storable, message_ids))

    def begun_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        stored = {storable(each): each for each in message_ids}
        return frozenset(stored[each] for each in self._among(begun_thread, stored))

    def learn_answered(self, message_ids: Iterable[str]) -> None:
        self._learn(answered_letter, map(storable, message_ids))

    def answered_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        stored = {storable(each): each for each in message_ids}
        answered = self._among(answered_letter, stored)
        return frozenset(stored[each] for each in answered - self._among(put_off_letter, stored))

    def learn_put_off(self, message_ids: Iterable[str]) -> None:
        self._learn(put_off_letter, map(storable, message_ids))

    def put_off_among(self, message_ids: Iterable[str]) -> frozenset[str]:
        stored = {storable(each): each for each in message_ids}
        return frozenset(stored[each] for each in self._among(put_off_letter, stored))

    def settle_put_off(self, message_ids: Iterable[str]) -> None:
        named = [storable(each) for each in message_ids]
        self.connection.execute(
            delete(put_off_letter).where(put_off_letter.c.message_id.in_(named))
        )

    def learn_thread(self, thread: str, message_ids: Iterable[str]) -> None:
        threads.remember(self.connection, thread, message_ids)

    def never(self) -> frozenset[str]:
        return frozenset(self.connection.scalars(select(not_reader.c.address)))

    def add_never(self, address: str) -> None:
        self._learn(not_reader, [storable(address.lower())])

    def remove_never(self, address: str) -> None:
        self.connection.execute(
            delete(not_reader).where(not_reader.c.address == storable(address.lower()))
        )

    def _learn(self, table: Table, names: Iterable[str]) -> None:
        """Add what is not there yet to a table of one column."""
        (column,) = table.columns
        for chunk in in_chunks(dict.fromkeys(names)):
            known = self._among(table, chunk)
            rows = [{column.name: each} for each in chunk if each not in known]
            if rows:
                self.connection.execute(insert(table), rows)

    def _among(self, table: Table, names: Iterable[str]) -> frozenset[str]:
        (column,) = table.columns
        return frozenset(
            found
            for chunk in in_chunks(names)
            for found in self.connection.scalars(select(column).where(column.in_(chunk)))
        )
