"""Opens a store: engine, SQLite settings, and migrations where needed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from time import sleep

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from inbox_bot.errors import SettingsError
from inbox_bot.store import postgresql
from inbox_bot.store.address import address_of
from inbox_bot.store.errors import translated_files
from inbox_bot.store.schema import HEAD
from inbox_bot.store.transactions import READING, SqlStore

PRAGMAS = (
    "PRAGMA busy_timeout = 10000",  # first: the others may have to wait
    "PRAGMA journal_mode = WAL",  # the page reads while the bot writes
    "PRAGMA synchronous = FULL",  # a commit outlives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # removed rows are overwritten, not only unlinked
)


def open_store(url: str, directory: Path, password: str = "") -> SqlStore:
    """Open the store, made or migrated first where needed.

    A relative SQLite file lies in `directory`; `password` is for a server whose URL has none.
    SettingsError for a URL that cannot be used, StoreUnavailable for a store that cannot: locked,
    damaged, or written by a newer version.
    """
    address = address_of(url, directory, password)
    where = address.database or address.render_as_string()
    with translated_files(where):
        engine = _engine(address)
        try:
            _bring_up_to_date(engine, address)
        except BaseException:
            engine.dispose()
            raise
    return SqlStore.over(engine, where)


def _engine(address: URL) -> Engine:
    try:
        engine = create_engine(address)
    except ImportError as error:
        raise SettingsError(
            "store: PostgreSQL needs a driver; install it with: pip install 'psycopg[binary]'"
        ) from error
    if engine.dialect.name == "sqlite":
        _make_private(Path(address.database or ""))
        # Insert many rows with one statement: the FTS index is flushed after each statement, which
        # took four times as long as the rows themselves.
        engine.dialect.use_insertmanyvalues_wo_returning = True
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", postgresql.prepare)
        event.listen(engine, "checkout", postgresql.check_alive)
    return engine


def _make_private(file: Path) -> None:
    """Create the file readable for its owner alone: it holds readers' letters."""
    if not file.exists() and file.parent.is_dir():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # or the driver begins transactions by itself
    for pragma in PRAGMAS:
        _set(connection, pragma)


def _set(connection: sqlite3.Connection, pragma: str, tries: int = 200) -> None:
    """Retry for up to 10 s: SQLite does not wait when two programs switch a new file to WAL."""
    for _ in range(tries):
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            sleep(0.05)
        else:
            return
    connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the beginning: upgrading a read lock later fails at once."""
    reading = bool(connection.get_execution_options().get(READING, False))
    # directly to the driver: these run with every transaction and need no SQLAlchemy events
    sqlite = connection.connection.driver_connection
    assert isinstance(sqlite, sqlite3.Connection)
    sqlite.execute(f"PRAGMA query_only = {int(reading)}")
    sqlite.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def _bring_up_to_date(engine: Engine, address: URL) -> None:
    with engine.execution_options(**{READING: True}).connect() as connection:
        revision = revision_of(connection)
    if revision == HEAD:
        return
    # Alembic takes a while to import and is needed once per version only.
    from inbox_bot.store.migrating import migrate  # noqa: PLC0415

    migrate(engine, address, revision)


def revision_of(connection: Connection) -> str | None:
    """The migration that the store has reached; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def server_engine(url: str) -> Engine:
    """The engine of a database as it is, neither made nor migrated."""
    return _engine(address_of(url, Path()))
