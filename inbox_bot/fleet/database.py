"""Connections to the fleet's database, and its errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from sqlalchemy import URL

from inbox_bot.errors import SettingsError, StoreUnavailable
from inbox_bot.store.address import address_of

Connection: TypeAlias = psycopg.Connection[TupleRow]

KEEPALIVE = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=25000"
)
"""The server gives up a worker whose machine is gone, and its locks, after half a minute."""


@contextmanager
def connected(url: str, author: int | None = None) -> Iterator[Connection]:
    """One transaction, committed at the end; with an author, on her rows alone."""
    with translated(), psycopg.connect(plain(url)) as connection:
        if author is not None:
            choose(connection, author)
        yield connection


def choose(connection: Connection, author: int) -> None:
    """Until the transaction ends."""
    connection.execute("SELECT set_config('inbox_bot.author', %s, true)", [str(author)])


@contextmanager
def lasting(url: str) -> Iterator[Connection]:
    """A connection without transactions, which holds session locks until it is closed.

    It must reach the server itself: behind a pooler a lock would stay with the pooler.
    """
    with translated(), psycopg.connect(plain(url), autocommit=True, options=KEEPALIVE) as opened:
        yield opened


@contextmanager
def translated() -> Iterator[None]:
    """Without the statement, which may hold an author's words."""
    try:
        yield
    except psycopg.Error as error:
        said = next(iter(str(error).splitlines()), type(error).__name__)
        raise StoreUnavailable(f"The fleet's database: {said}") from error


def plain(url: str) -> str:
    """As psycopg takes it: libpq itself would quote a URL that it can't read, password and all."""
    address = address_in(url)
    told = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "dbname": address.database,
    }
    given = {key: ",".join(value) for key, value in address.normalized_query.items()}
    return make_conninfo("", **given, **{key: value for key, value in told.items() if value})


def address_in(url: str) -> URL:
    """SettingsError for a URL of no PostgreSQL server; it shows nothing of the URL."""
    try:
        address = address_of(url, Path())
    except SettingsError as error:
        said = str(error).removeprefix("store: ")
        raise SettingsError(f"the fleet's database: {said}") from None
    if address.get_backend_name() != "postgresql":
        raise SettingsError("the fleet's database: use a URL that starts with postgresql://")
    return address


def user_of(url: str) -> str:
    """The user that the URL connects as."""
    return address_in(url).username or ""
