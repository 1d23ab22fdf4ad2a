"""PostgreSQL: turns of writers, snapshots for readers, time-outs, and removal of deleted rows."""

from __future__ import annotations

import re
from select import POLLIN, poll
from time import sleep
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from inbox_bot.errors import StoreUnavailable
from inbox_bot.store.errors import STILL_READ
from inbox_bot.store.schema import metadata

NAME = "postgresql"

SNAPSHOT: dict[str, object] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of a reader: all its queries see the state at the first one, as on SQLite."""

LOCK = 0x1B07_5708
"""Any number that no other program takes in this database."""
AUTHOR = "coalesce(current_setting('inbox_bot.author', true), '')"
"""Where one database has many authors, each one's writers take turns of their own."""
TURN = text(f"SELECT pg_advisory_xact_lock({LOCK}, hashtext({AUTHOR}))")

TIMEOUTS = (
    "SET lock_timeout = '10s'",  # as SQLite's busy_timeout
    # a computer that falls asleep in a transaction must not stop all others for good
    "SET idle_in_transaction_session_timeout = '10min'",
)

ENCODING = text("SHOW server_encoding")
STATISTICS = "pg_catalog.pg_statistic"
"""Holds frequent values of each column, addresses of readers among them."""

NOT_OURS = text(
    "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('message')"
    " AND NOT pg_has_role(relowner, 'USAGE')"
)
OWNS_DATABASE = text(
    "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
)
STILL_SEEN = re.compile(r"\d+")
"""VACUUM's detail begins with the number of deleted rows that an older snapshot still sees."""
TRIES, PAUSE = 10, 0.5
"""For statistics that are being collected: the server's own readers are soon done."""


class Diagnostic(Protocol):
    """A notice of the server, as psycopg gives it: a driver that may not be installed."""

    @property
    def message_detail(self) -> str | None: ...


def take_turn(connection: Connection) -> None:
    """Wait for other writers, and for a migration; held until the transaction ends.

    At READ COMMITTED each later statement sees what the writers before have committed, so that a
    check in the transaction holds until its end.
    """
    connection.execute(TURN)


def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for setting in TIMEOUTS:
        cursor.execute(setting)
    cursor.close()
    connection.commit()


def check_alive(
    connection: DBAPIConnection, _entry: ConnectionPoolEntry, _fairy: PoolProxiedConnection
) -> None:
    """Replace a pooled connection that the server has ended; costs no question to the server.

    An idle server has nothing to say but that it goes.
    """
    driver: Any = connection
    waiting = poll()
    waiting.register(driver.fileno(), POLLIN)
    if waiting.poll(0):
        raise DisconnectionError("the server has ended the connection")


def check_encoding(connection: Connection) -> None:
    """Refuse a database that cannot hold every letter's text."""
    encoding = connection.scalar(ENCODING)
    if encoding != "UTF8":
        raise StoreUnavailable(
            f"The database's encoding is {encoding}, which can't hold every letter. "
            "Create another one: createdb -T template0 -E UTF8 NAME"
        )


def scrub(engine: Engine) -> None:
    """Rewrite every table, its indexes and the planner's statistics, without the deleted rows.

    A plain VACUUM leaves a row's bytes in the page until others overwrite them. WAL, replicas and
    dumps are the administrator's. StoreUnavailable if the rows could not be removed.
    """
    tables = ", ".join(sorted(metadata.tables))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if owner := connection.scalar(NOT_OURS):
            raise StoreUnavailable(
                "Deleted, but the bytes stay in the database until its administrator runs, "
                f"as {owner}: VACUUM (FULL, ANALYZE)"
            )
        for _ in range(TRIES):
            if not _vacuum(connection, f"(FULL, VERBOSE, ANALYZE) {tables}"):
                break
            sleep(PAUSE)
        else:
            raise StoreUnavailable(STILL_READ)
        if connection.scalar(OWNS_DATABASE):
            _vacuum(connection, f"(FULL) {STATISTICS}")


def _vacuum(connection: Connection, what: str) -> int:
    """How many deleted rows stayed, because an older snapshot still sees them."""
    driver = connection.connection.driver_connection
    assert driver is not None
    details: list[str] = []

    def note(notice: Diagnostic) -> None:
        details.append(notice.message_detail or "")

    driver.add_notice_handler(note)
    try:
        connection.exec_driver_sql(f"VACUUM {what}")
    finally:
        driver.remove_notice_handler(note)
    return sum(int(found[0]) for each in details if (found := STILL_SEEN.match(each)))
