"""Notices that somebody, another process included, has written to the store."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

_ASKED = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
}
"""Changes with each commit of another connection; SQLite answers from shared memory, in 50 µs."""


class Changes:
    """Has a connection of its own that never writes, and is in no transaction between questions."""

    def __init__(self, engine: Engine) -> None:
        """Connects at the first question."""
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
        self._cursor: DBAPICursor | None = None
        self._lock = Lock()

    def mark(self) -> str:
        """Another one after each write; it may be another one without any."""
        with self._lock:
            try:
                return self._ask()
            except BaseException:
                self._drop()  # the next question takes a new connection
                raise

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _ask(self) -> str:
        if self._cursor is None:
            self._cursor = self._connect()
        self._cursor.execute(_ASKED[self._engine.dialect.name])
        return str(self._cursor.fetchall()[0][0])

    def _connect(self) -> DBAPICursor:
        self._connection = connection = self._engine.raw_connection()
        if self._engine.dialect.name != "sqlite":  # there, each question is a snapshot of its own
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        connection.detach()  # nobody else is to use it
        return connection.cursor()

    def _drop(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()
