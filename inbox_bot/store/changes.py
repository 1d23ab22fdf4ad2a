"""Notices that somebody, another process included, has written to the store."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

_ASKED = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
}
"""Changes with each commit of another connection; SQLite answers from shared memory, in 10 µs."""


class Changes:
    """Has a connection of its own that never writes, and is in no transaction between questions."""

    def __init__(self, engine: Engine) -> None:
        """Connects at the first question."""
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None
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
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            self._connection.detach()
            if self._engine.dialect.name != "sqlite":
                self._connection.driver_connection.autocommit = True  # type: ignore[union-attr]
        cursor = self._connection.cursor()
        cursor.execute(_ASKED[self._engine.dialect.name])
        (mark,) = cursor.fetchone() or ("",)
        cursor.close()
        return str(mark)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
