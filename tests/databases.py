"""Which database the tests' stores are in: SQLite files, or databases of a PostgreSQL server.

`INBOX_BOT_STORE=postgresql` puts every store of a `World` there; tests marked `both_stores` run on
each of the two anyway.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE = "sqlite:///inbox_bot.db"
EMPTY = "empty"
"""The database that others are copied from: to migrate each anew would take a second."""


def usual() -> str:
    """The database of tests that are not marked."""
    return os.environ.get("INBOX_BOT_STORE", SQLITE)


@dataclass(slots=True)
class Databases:
    """`server` is the URL of the PostgreSQL server in use; empty while stores are files."""

    server: str = ""
    _made: dict[str, str] = field(default_factory=dict)

    def url_in(self, directory: Path) -> str:
        """The URL of this directory's store: the same one each time."""
        if not self.server:
            return FILE
        name = _name(directory)
        if name not in self._made:
            self._made[name] = postgres.new_database(self.server, name, EMPTY)
        return self._made[name]

    def know(self, directory: Path, url: str) -> None:
        """Another process made this store."""
        if url != FILE:
            self.server = url.rpartition("/")[0]
            self._made[_name(directory)] = url

    def drop(self, directory: Path) -> None:
        """Drop this directory's database: each takes some 8 MB."""
        if self._made.pop(_name(directory), None):
            postgres.drop_database(self.server, _name(directory))

    @contextmanager
    def on(self, server: str) -> Iterator[None]:
        """Use that server meanwhile, and drop what was made there."""
        self.server = server
        try:
            yield
        finally:
            for name in self._made:
                postgres.drop_database(server, name)
            self._made.clear()
            self.server = ""


def _name(directory: Path) -> str:
    return f"test_{hashlib.sha256(bytes(directory)).hexdigest()[:24]}"


DATABASES = Databases()
