"""Counts the statements and transactions of a store, as the database sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from inbox_bot.model.ports import Store
from inbox_bot.store.transactions import READING, SqlStore


@dataclass(slots=True)
class Counted:
    """`statements` in their order; `writing` and `reading` are transactions."""

    statements: list[str] = field(default_factory=list)
    writing: int = 0
    reading: int = 0

    @property
    def transactions(self) -> int:
        return self.writing + self.reading


@contextmanager
def counted(store: Store) -> Iterator[Counted]:
    assert isinstance(store, SqlStore)
    found = Counted()

    def executed(_connection: Connection, _cursor: object, statement: str, *_: Any) -> None:
        found.statements.append(" ".join(statement.split()))

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get(READING):
            found.reading += 1
        else:
            found.writing += 1

    listeners = (("after_cursor_execute", executed), ("begin", begun))
    for name, listener in listeners:
        event.listen(store.engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners:
            event.remove(store.engine, name, listener)
