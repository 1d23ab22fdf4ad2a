"""Copies all rows of one store into another, as from SQLite to PostgreSQL or back.

Ids stay, as notes and histories name them, and so do NULLs: values are not read into the model.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    TypeDecorator,
    delete,
    func,
    insert,
    select,
    text,
)

from inbox_bot.errors import WrongUse
from inbox_bot.store.schema import message, metadata
from inbox_bot.store.transactions import SqlStore

AT_ONCE = 500
HIGHEST = 100_000_000
"""A sequence goes on after the highest id, and must not end there."""


def copy_rows(source: SqlStore, target: SqlStore) -> None:
    """In one transaction. WrongUse if the target has letters, or an id is out of all bounds."""
    with source.reading() as old, target.transaction() as new:
        if new.connection.scalar(select(func.count()).select_from(message)):
            raise WrongUse("The store that should take the backup in already has letters.")
        tables = [_as_stored(table) for table in metadata.sorted_tables]
        for table in reversed(tables):
            new.connection.execute(delete(table))
        for table in tables:
            _check_ids(old.connection, table)
            for rows in old.connection.execute(select(table)).partitions(AT_ONCE):
                new.connection.execute(insert(table), [dict(row._mapping) for row in rows])
        if new.connection.dialect.name != "sqlite":
            _go_on_after(new.connection, tables)


def _as_stored(table: Table) -> Table:
    """The same with the database's own types."""
    return Table(table.name, MetaData(), *(_plain(column) for column in table.columns))


def _plain(column: Column[object]) -> Column[object]:
    kind = column.type
    stored = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return Column(column.name, stored, primary_key=column.primary_key, autoincrement=False)


def _check_ids(connection: Connection, table: Table) -> None:
    if "id" in table.c and (connection.scalar(select(func.max(table.c.id))) or 0) > HIGHEST:
        raise WrongUse(f"This store has IDs above {HIGHEST}; it can't be taken in.")


def _go_on_after(connection: Connection, tables: Iterable[Table]) -> None:
    """Sequences never go back: others may use them at the same time."""
    for table in tables:
        if "id" not in table.c:
            continue
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        highest = connection.scalar(select(func.max(table.c.id)))
        if sequence and highest:
            last = f"greatest((SELECT last_value FROM {sequence}), {highest})"  # noqa: S608
            connection.execute(text(f"SELECT setval('{sequence}', {last})"))
