"""The store as files: copy for backups, export to read, and scrubbing of removed bytes."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from inbox_bot.errors import StoreUnavailable, WrongUse
from inbox_bot.model import Draft, Event, Promise
from inbox_bot.model.files import PRIVATE, replacing
from inbox_bot.model.records import Listed
from inbox_bot.store.errors import STILL_READ
from inbox_bot.store.lists import listed_of
from inbox_bot.store.rows import draft_of, event_of, letter_of, promise_of, whole_letters
from inbox_bot.store.schema import draft, event, message, not_reader, promise


@dataclass(frozen=True, slots=True)
class NotReader:
    """An address, or a domain as "@example.org", whose letters are left alone."""

    address: str


Piece = Listed | Draft | Promise | Event | NotReader


def copy_file(file: Path, to: Path) -> None:
    """A whole and consistent copy, even while others write (SQLite's online backup).

    It gets its name once it is complete, so that no crash leaves half a copy.
    """
    with (
        replacing(to, PRIVATE) as part,
        closing(sqlite3.connect(file)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        target.execute("PRAGMA journal_mode = MEMORY")  # no second file beside it
        source.backup(target)


def scrub(engine: Engine, file: Path) -> None:
    """Rewrite the file, so that no removed byte stays in it or beside it.

    Copies from before an update are deleted, too: they hold the removed rows.
    """
    with closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.execute("PRAGMA query_only = 0")
        # FTS5 only marks rows as removed, until it merges its segments
        connection.execute("INSERT INTO said_index(said_index) VALUES ('rebuild')")
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreUnavailable(STILL_READ)
    for copy in file.parent.glob(f"{file.name}.before-*"):
        copy.unlink()


def export(connection: Connection, to: Path) -> None:
    """A zip of everything: each letter as it arrived (.eml), the rest as lines of JSON."""
    if to.exists():
        raise WrongUse(f"{to} already exists. Choose a new file name.")
    with (
        replacing(to, PRIVATE) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for row in connection.execute(whole_letters().order_by(message.c.id)):
            letter = letter_of(row)
            archive.writestr(f"letters/{letter.id}.eml", letter.raw)
        for name, pieces in _pieces(connection):
            archive.writestr(f"{name}.jsonl", "".join(map(_line, pieces)))


def _pieces(
    connection: Connection,
) -> Iterator[tuple[str, Iterable[Piece]]]:
    yield "letters", map(listed_of, connection.execute(select(message).order_by(message.c.id)))
    drafts = select(draft).order_by(draft.c.id, draft.c.version)
    yield "drafts", map(draft_of, connection.execute(drafts))
    yield "promises", map(promise_of, connection.execute(select(promise).order_by(promise.c.id)))
    yield "events", map(event_of, connection.execute(select(event).order_by(event.c.id)))
    yield "not-readers", map(NotReader, connection.scalars(select(not_reader.c.address)))


def _line(piece: Piece) -> str:
    return json.dumps(asdict(piece), default=_written) + "\n"


def _written(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()
