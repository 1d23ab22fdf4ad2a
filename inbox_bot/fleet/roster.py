"""The fleet's own tables: authors with their state, and their files with versions.

`author` says who is there and when she is next; each worker reads all of it. Files and passwords
are below row-level security, as the letters are (`tenancy.py`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID

from psycopg.rows import class_row

from inbox_bot.errors import Conflict, NotFound, WrongUse
from inbox_bot.fleet.database import Connection, choose

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS author (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        address text NOT NULL,
        state text NOT NULL DEFAULT 'active',
        shard integer NOT NULL GENERATED ALWAYS AS (id / 100) STORED,
        next_poll timestamptz,
        polled timestamptz,
        failures integer NOT NULL DEFAULT 0,
        problem text NOT NULL DEFAULT '',
        version integer NOT NULL DEFAULT 1,
        door uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_author_next_poll ON author (next_poll) WHERE state = 'active'",
    """
    CREATE TABLE IF NOT EXISTS author_file (
        author_id integer NOT NULL REFERENCES author ON DELETE CASCADE
            DEFAULT nullif(current_setting('inbox_bot.author', true), '')::integer,
        path text NOT NULL,
        bytes bytea NOT NULL,
        digest text NOT NULL,
        PRIMARY KEY (author_id, path)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS credential (
        author_id integer NOT NULL REFERENCES author ON DELETE CASCADE
            DEFAULT nullif(current_setting('inbox_bot.author', true), '')::integer,
        address text NOT NULL,
        server text NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (author_id, address, server)
    )
    """,
)
PARTED = """
SELECT attrelid::regclass::text FROM pg_attribute
WHERE attname = 'author_id' AND NOT attisdropped
AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')
"""
"""Tables whose rows belong to an author each."""
FOLDERS = ("faq", "templates")
SETTINGS = "settings.yaml"
LARGEST = 4 * 1024 * 1024


class State(StrEnum):
    """A paused author is neither polled nor sent for; her page shows what is there."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An author of the fleet. `version` grows whenever one of her files changes; `door` names her
    on the page, where a name could be guessed."""

    id: int
    name: str
    address: str
    state: State
    next_poll: datetime | None
    polled: datetime | None
    failures: int
    problem: str
    version: int
    door: UUID

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", State(self.state))


COLUMNS = "id, name, address, state, next_poll, polled, failures, problem, version, door"


def members(connection: Connection) -> list[Member]:
    query = f"SELECT {COLUMNS} FROM author ORDER BY name"  # noqa: S608 - a constant
    return connection.cursor(row_factory=class_row(Member)).execute(query).fetchall()


def member_named(connection: Connection, name: str) -> Member:
    return _one(connection, "name", name)


def member_of(connection: Connection, author: int) -> Member:
    return _one(connection, "id", author)


def member_behind(connection: Connection, door: UUID) -> Member:
    return _one(connection, "door", door)


def lock_version(connection: Connection, author: int) -> int:
    """Held until the transaction ends."""
    query = "SELECT version FROM author WHERE id = %s FOR UPDATE"
    row = connection.execute(query, [author]).fetchone()
    return int(row[0]) if row else 0


def _one(connection: Connection, column: str, value: str | int | UUID) -> Member:
    query = f"SELECT {COLUMNS} FROM author WHERE {column} = %s"  # noqa: S608 - constants
    cursor = connection.cursor(row_factory=class_row(Member))
    found = cursor.execute(query, [value]).fetchone()
    if found is None:
        raise NotFound(f"No author {value}. inbox-bot fleet authors list shows them all.")
    return found


def add(connection: Connection, name: str, address: str) -> int:
    """Also chooses her, and gives her store its key and its turn of writers (`store.KEY`)."""
    if not name or not all(one.isalnum() or one in "-_." for one in name):
        raise WrongUse(f"{name!r}: use letters, digits, '-', '_' and '.' for an author's name")
    row = connection.execute(
        "INSERT INTO author (name, address) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id",
        [name, address],
    ).fetchone()
    if row is None:
        raise Conflict(f"There is an author {name} already. Choose another name.")
    author = int(row[0])
    choose(connection, author)
    connection.execute(
        "INSERT INTO note (key, value) VALUES ('key', %s), ('writers take turns', '')",
        [secrets.token_hex(32)],
    )
    return author


def set_state(connection: Connection, author: int, state: State) -> None:
    connection.execute("UPDATE author SET state = %s WHERE id = %s", [state.value, author])


def remove(connection: Connection, author: int) -> None:
    """All her rows. References are checked at the end of the transaction."""
    choose(connection, author)
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    for (table,) in connection.execute(PARTED).fetchall():
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - from the catalog
    connection.execute("DELETE FROM author WHERE id = %s", [author])


def due(connection: Connection, now: datetime) -> Mapping[int, list[int]]:
    """The authors to poll, by shard; those longest due come first."""
    found: dict[int, list[int]] = {}
    for shard, author in connection.execute(
        "SELECT shard, id FROM author WHERE state = 'active'"
        " AND (next_poll IS NULL OR next_poll <= %s) ORDER BY next_poll NULLS FIRST",
        [now],
    ):
        found.setdefault(shard, []).append(author)
    return found


def polled(
    connection: Connection, author: int, now: datetime, again: datetime, problem: str, failures: int
) -> None:
    connection.execute(
        "UPDATE author SET polled = %s, next_poll = %s, problem = %s, failures = %s WHERE id = %s",
        [now, again, problem, failures, author],
    )


# --- files of the chosen author -----------------------------------------------------------------


def files(connection: Connection) -> Iterator[tuple[str, bytes]]:
    yield from connection.execute("SELECT path, bytes FROM author_file ORDER BY path")


def write_files(connection: Connection, author: int, changed: Mapping[str, bytes | None]) -> None:
    """None removes a file. The author's version grows, so that each worker lays them anew."""
    for path, content in changed.items():
        check_path(path)
        if content is None:
            connection.execute("DELETE FROM author_file WHERE path = %s", [path])
            continue
        check_size(path, len(content))
        connection.execute(
            "INSERT INTO author_file (path, bytes, digest) VALUES (%s, %s, %s)"
            " ON CONFLICT (author_id, path) DO UPDATE SET bytes = excluded.bytes,"
            " digest = excluded.digest",
            [path, content, hashlib.sha256(content).hexdigest()],
        )
    connection.execute("UPDATE author SET version = version + 1 WHERE id = %s", [author])


def check_size(path: str, octets: int) -> None:
    if octets > LARGEST:
        raise WrongUse(f"{path} is larger than {LARGEST // 1024 // 1024} MB")


def check_path(path: str) -> None:
    """Only settings, FAQ and templates, and nothing outside of the author's directory."""
    parts = PurePosixPath(path).parts
    inside = len(parts) > 1 and parts[0] in FOLDERS and not {"..", "."} & set(parts)
    if not (path == SETTINGS or inside) or "\0" in path or "\\" in path:
        raise WrongUse(f"{path!r} is not a file of an author: settings.yaml, faq/… or templates/…")
