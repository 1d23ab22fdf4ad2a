"""The store and its transactions (the ports `Store` and `Transaction`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, or_, select

from inbox_bot.errors import WrongUse
from inbox_bot.model import Event
from inbox_bot.model.records import Cursor
from inbox_bot.store import files, postgresql
from inbox_bot.store.address import dump_command
from inbox_bot.store.changes import Changes
from inbox_bot.store.drafts import SqlDrafts
from inbox_bot.store.errors import translated, translated_files
from inbox_bot.store.hashes import Hashes
from inbox_bot.store.known_people import SqlPeople
from inbox_bot.store.ledger import SqlPromises
from inbox_bot.store.letters import SqlMessages
from inbox_bot.store.notes import Notes
from inbox_bot.store.privacy import SqlPrivacy
from inbox_bot.store.rows import cells_of, event_of, value_of
from inbox_bot.store.schema import HEAD, cursor, draft, event, note, promise
from inbox_bot.store.sessions import SqlSessions
from inbox_bot.store.statements import CHANGED_CURSOR, CURSOR, REVISION

READING = "inbox_bot_reading"
"""The execution option of read-only connections."""

KEY = "key"
"""The note with the store's own random key, made by the first migration."""


@dataclass(frozen=True, slots=True)
class SqlTransaction:
    connection: Connection
    hashes: Hashes
    notes: Notes

    @classmethod
    def on(cls, connection: Connection, hashes: Hashes) -> SqlTransaction:
        return cls(connection, hashes, Notes(connection))

    @property
    def messages(self) -> SqlMessages:
        return SqlMessages(self.connection, self.hashes)

    @property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self.connection)

    @property
    def promises(self) -> SqlPromises:
        return SqlPromises(self.connection)

    @property
    def people(self) -> SqlPeople:
        return SqlPeople(self.connection, self.hashes)

    @property
    def privacy(self) -> SqlPrivacy:
        return SqlPrivacy(self.connection, self.hashes)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    def record(self, *events: Event) -> None:
        if events:
            self.connection.execute(insert(event), [cells_of(each) for each in events])

    def events(self, letter_id: int) -> list[Event]:
        drafts = select(draft.c.id).where(draft.c.letter_id == letter_id)
        promises = select(promise.c.id).where(promise.c.letter_id == letter_id)
        about_it = or_(
            event.c.letter_id == letter_id,
            event.c.draft_id.in_(drafts),
            event.c.promise_id.in_(promises),
        )
        query = select(event).where(about_it).order_by(event.c.id)
        return [event_of(row) for row in self.connection.execute(query)]

    def cursor(self, mailbox: str, folder: str) -> Cursor | None:
        row = self.connection.execute(CURSOR, {"mailbox": mailbox, "folder": folder}).first()
        return None if row is None else value_of(Cursor, row)

    def set_cursor(self, new: Cursor) -> None:
        here = {"its_mailbox": new.mailbox, "its_folder": new.folder}
        changed = self.connection.execute(CHANGED_CURSOR, cells_of(new) | here)
        if not changed.rowcount:
            self.connection.execute(insert(cursor), cells_of(new))

    def fact(self, key: str) -> str:
        return self.notes.get(key)

    def set_fact(self, key: str, value: str) -> None:
        self.notes.put(key, value)


@dataclass(frozen=True, slots=True)
class SqlStore:
    """`where` names it in errors. Safe for threads; each transaction has its own connection."""

    engine: Engine
    where: str
    hashes: Hashes
    changes: Changes

    @classmethod
    def over(cls, engine: Engine, where: str) -> SqlStore:
        """The store of an engine whose schema is up to date."""
        with translated(where), engine.connect().execution_options(**{READING: True}) as reader:
            key = reader.scalar(select(note.c.value).where(note.c.key == KEY))
        return cls(engine, where, Hashes(bytes.fromhex(key or "")), Changes(engine))

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Do not nest: an inner one would wait for the outer one, and then fail."""
        with translated(self.where), self.engine.begin() as connection:
            if self._is_server:  # on SQLite, BEGIN IMMEDIATE has waited already
                postgresql.take_turn(connection)
            yield SqlTransaction.on(connection, self.hashes)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        with translated(self.where), self.engine.connect() as connection:
            reader = connection.execution_options(**self._snapshot)
            yield SqlTransaction.on(reader, self.hashes)

    @property
    def mark(self) -> str:
        return self.hashes.of_store()

    def is_newer(self) -> bool:
        with translated(self.where), self.engine.connect() as connection:
            reader = connection.execution_options(**self._snapshot)
            return bool(reader.scalar(REVISION) != HEAD)

    def last_change(self) -> str:
        with translated(self.where):
            return self.changes.mark()

    @property
    def dump_command(self) -> str:
        return dump_command(self.engine.url) if self._is_server else ""

    def copy_to(self, file: Path) -> None:
        if file.exists():
            raise WrongUse(f"{file} already exists. Choose a new file name.")
        with translated_files(self.where):
            files.copy_file(self._file(), file)

    def export_to(self, file: Path) -> None:
        with translated_files(str(file)), self.reading() as tx:
            files.export(tx.connection, file)

    def scrub(self) -> None:
        with translated(self.where):
            if self._is_server:
                postgresql.scrub(self.engine)
            else:
                files.scrub(self.engine, Path(self.where))

    def _file(self) -> Path:
        if self._is_server:
            raise WrongUse("To copy a store on a server, use the server's own tools (pg_dump).")
        return Path(self.where)

    @property
    def _is_server(self) -> bool:
        return self.engine.dialect.name == postgresql.NAME

    @property
    def _snapshot(self) -> Mapping[str, object]:
        """The execution options of a reader."""
        return postgresql.SNAPSHOT if self._is_server else {READING: True}

    def close(self) -> None:
        self.changes.close()
        self.engine.dispose()
