"""Connections to the fleet's database, and its errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import TupleRow

from inbox_bot.errors import StoreUnavailable

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
    """As psycopg takes it, without the driver's name that SQLAlchemy puts there."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def user_of(url: str) -> str:
    """The user that the URL connects as."""
    return urlsplit(url).username or ""
