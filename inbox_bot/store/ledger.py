"""Promises (the port `Promises`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from inbox_bot.errors import Conflict, NotFound
from inbox_bot.model import Promise, PromiseState
from inbox_bot.store.rows import in_chunks, promise_cells, promise_of
from inbox_bot.store.schema import promise
from inbox_bot.store.statements import (
    CHANGED_PROMISE,
    PROMISE_OF_LETTER,
    PROMISE_OF_THREAD,
)


@dataclass(frozen=True, slots=True)
class SqlPromises:
    connection: Connection

    def open_all(self, promises: Sequence[Promise]) -> None:
        known = self.of_threads(one.thread for one in promises)
        for one in known.values():
            if one.state is PromiseState.OPEN:
                raise Conflict(f"Promise {one.id} is already open for that thread.")
        if promises:
            cells = [promise_cells(one) for one in promises]
            self.connection.execute(insert(promise), cells)

    def of_thread(self, thread: str) -> Promise | None:
        row = self.connection.execute(PROMISE_OF_THREAD, {"name": thread}).first()
        return None if row is None else promise_of(row)

    def of_letter(self, letter_id: int) -> Promise | None:
        row = self.connection.execute(PROMISE_OF_LETTER, {"letter_id": letter_id}).first()
        return None if row is None else promise_of(row)

    def of_threads(self, threads: Iterable[str]) -> Mapping[str, Promise]:
        found: dict[str, Promise] = {}
        for chunk in in_chunks(threads):
            query = select(promise).where(promise.c.thread.in_(chunk)).order_by(promise.c.id)
            every = [promise_of(row) for row in self.connection.execute(query)]
            every.sort(key=lambda one: one.state is PromiseState.OPEN)
            found |= {one.thread: one for one in every}
        return found

    def update(self, changed: Promise) -> None:
        cells = promise_cells(changed) | {"promise_id": changed.id}
        result = self.connection.execute(CHANGED_PROMISE, cells)
        if result.rowcount == 0:
            raise NotFound(_missing(changed.id))

    def get(self, promise_id: int) -> Promise:
        row = self.connection.execute(select(promise).where(promise.c.id == promise_id)).first()
        if row is None:
            raise NotFound(_missing(promise_id))
        return promise_of(row)

    def opened_since(self, day: datetime) -> Sequence[Promise]:
        query = (
            select(promise).where(promise.c.opened >= day).order_by(promise.c.opened, promise.c.id)
        )
        return [promise_of(row) for row in self.connection.execute(query)]

    def waiting(self) -> Sequence[Promise]:
        query = (
            select(promise)
            .where(promise.c.state == PromiseState.OPEN)
            .order_by(promise.c.due, promise.c.id)
        )
        return [promise_of(row) for row in self.connection.execute(query)]

    def waiting_among(self, readers: Iterable[str]) -> Sequence[Promise]:
        found = []
        for chunk in in_chunks(readers):
            query = select(promise).where(
                promise.c.reader.in_(chunk), promise.c.state == PromiseState.OPEN
            )
            found += [promise_of(row) for row in self.connection.execute(query)]
        return found


def _missing(promise_id: int) -> str:
    return f"There's no promise {promise_id}. `inbox-bot promises` lists them."
