"""Row-level security: parts a database into the stores of many authors.

The store's own tables get a column `author_id`, which the database fills and compares with the
setting `inbox_bot.author`; what it finds in its catalogs says how. Keys, references and indexes
begin with that column, so that an author who moves in keeps her ids, and one author's number is
no hint at another's. Without the setting there are no rows, and nothing can be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg.sql import SQL, Identifier, Literal

from inbox_bot.errors import WrongUse
from inbox_bot.fleet.database import Connection, address_in, connected
from inbox_bot.fleet.roster import PARTED, TABLES
from inbox_bot.store import open_store

COLUMN = "author_id"
CURRENT = "nullif(current_setting('inbox_bot.author', true), '')::integer"
"""NULL without an author: equal to nothing, and refused by NOT NULL."""
OTHERS = frozenset({"alembic_version", "author", "author_file", "credential"})
"""Tables that are not the store's own."""
PRIVATE = ("author_file", "credential")

CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f')
ORDER BY 1, 2
"""
INDEXES = """
SELECT i.tablename, i.indexname, i.indexdef
FROM pg_indexes i
WHERE i.schemaname = current_schema()
AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
ORDER BY 1, 2
"""
STORED = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
AND relname NOT LIKE 'procrastinate%' ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A key (p, u) or a reference (f) as the catalog writes it."""

    table: str
    name: str
    kind: str
    definition: str

    @property
    def parted(self) -> str:
        """The same with the author in front, on both sides of a reference."""
        widened = self.definition.replace("(", f"({COLUMN}, ")
        return f"{widened} DEFERRABLE" if self.kind == "f" else widened


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    table: str
    name: str
    definition: str

    @property
    def parted(self) -> str:
        return self.definition.replace(" USING btree (", f" USING btree ({COLUMN}, ", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the catalog knows of the store's tables; `parted` have the column already."""

    tables: Sequence[str]
    parted: frozenset[str] = frozenset()
    constraints: Sequence[Constraint] = ()
    indexes: Sequence[Index] = ()


def statements(layout: Layout, worker: str) -> Iterator[str]:
    """The statements that part these tables; those that are parted already stay as they are."""
    new = [one for one in layout.constraints if f"({COLUMN}" not in one.definition]
    references = [one for one in new if one.kind == "f"]
    for table in layout.tables:
        if table not in layout.parted:
            yield f"ALTER TABLE {table} ADD COLUMN {COLUMN} integer NOT NULL DEFAULT {CURRENT}"
    for one in references:
        yield f"ALTER TABLE {one.table} DROP CONSTRAINT {one.name}"
    for one in new:
        if one.kind != "f":
            yield f"ALTER TABLE {one.table} DROP CONSTRAINT {one.name}"
            yield f"ALTER TABLE {one.table} ADD CONSTRAINT {one.name} {one.parted}"
    for one in references:
        yield f"ALTER TABLE {one.table} ADD CONSTRAINT {one.name} {one.parted}"
    for index in layout.indexes:
        if index.parted != index.definition and COLUMN not in index.definition:
            yield f"DROP INDEX {index.name}"
            yield index.parted
    for table in (*layout.tables, *PRIVATE):
        yield from _closed(table, worker)


def _closed(table: str, worker: str) -> Iterator[str]:
    mine = f"{COLUMN} = {CURRENT}"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS own_rows ON {table}"
    yield f"CREATE POLICY own_rows ON {table} USING ({mine}) WITH CHECK ({mine})"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {worker}"


def lay_out(owner: str, worker: str) -> None:
    """Make or migrate the tables as their owner, part them, and let `worker` use them.

    It can be repeated, and ends the same. WrongUse for a database with one author's own store.
    """
    with connected(owner) as connection:
        for table in _parted(connection):  # or the owner's migrations would find no rows
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    open_store(owner, Path()).close()
    with connected(owner) as connection:
        layout = layout_of(connection)
        if "note" not in layout.parted:
            _refuse_ones_own(connection)
            connection.execute("DELETE FROM note")
        for statement in (*TABLES, *statements(layout, _quoted(connection, worker))):
            connection.execute(statement)
        _grant_rest(connection, _quoted(connection, worker))


def make_role(owner: str, worker: str) -> bool:
    """Make the role that the worker's URL names, with its password, where there is none."""
    told = address_in(worker)
    name, password = told.username or "", str(told.password or "")
    with connected(owner) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            return False
        connection.execute(
            SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(Identifier(name), Literal(password))
        )
    return True


def layout_of(connection: Connection) -> Layout:
    tables = [name for (name,) in connection.execute(STORED) if name not in OTHERS]
    constraints = [
        Constraint(table=table, name=name, kind=kind, definition=definition)
        for table, name, kind, definition in connection.execute(CONSTRAINTS)
        if table in tables
    ]
    indexes = [
        Index(table=table, name=name, definition=definition)
        for table, name, definition in connection.execute(INDEXES)
        if table in tables
    ]
    return Layout(
        tables=tables,
        parted=frozenset(_parted(connection)),
        constraints=constraints,
        indexes=indexes,
    )


def _parted(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute(PARTED)]


def _refuse_ones_own(connection: Connection) -> None:
    """A store that an author has begun to use is hers alone."""
    if connection.execute("SELECT 1 FROM message UNION ALL SELECT 1 FROM event LIMIT 1").fetchone():
        raise WrongUse(
            "This database holds the letters of one author. Create an empty one for the fleet; "
            "inbox-bot fleet authors import takes her backup in."
        )


def _grant_rest(connection: Connection, worker: str) -> None:
    connection.execute(f"GRANT USAGE ON SCHEMA public TO {worker}")
    connection.execute(f"GRANT SELECT ON alembic_version TO {worker}")
    connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON author TO {worker}")
    connection.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {worker}")


def _quoted(connection: Connection, name: str) -> str:
    return Identifier(name).as_string(connection)
