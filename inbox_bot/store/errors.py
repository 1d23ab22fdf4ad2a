"""Translates errors of the database into errors that the author can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from inbox_bot.errors import Conflict, StoreUnavailable

ADVICE = (
    ("password", "the server doesn't accept the password; set INBOX_BOT_STORE_PASSWORD"),
    ("too many", "the database server has too many connections; close a program that uses it"),
    ("does not exist", "the server has no such database or user; create it, or check `store:`"),
    ("pg_hba.conf", "the server doesn't let this computer in; ask its administrator"),
    ("permission denied for", "this user isn't allowed to create tables there; make it the owner"),
    ("locked", "another program is using it; close that one, or try again in a minute"),
    ("lock timeout", "another program is using it; close that one, or try again in a minute"),
    ("disk is full", "the disk is full; free up some space (nothing was lost)"),
    ("no space", "the disk is full; free up some space (nothing was lost)"),
    ("malformed", "the file is damaged; stop, keep a copy of it, and restore a backup"),
    ("not a database", "the file is not a store; check `store:` in settings.yaml"),
    ("readonly", "it can't be written; check the permissions of the file and its folder"),
    ("unable to open", "it can't be opened; check the permissions of the file and its folder"),
    ("permission denied", "it can't be written; check the permissions of the file and its folder"),
    ("disk i/o error", "the disk reports an error; check the disk and its cables"),
    ("connection", "the database server doesn't answer; check that it is running"),
)
"""A part of the database's message, and what the author can do about it."""

STILL_READ = "Deleted, but another program is still reading the store. Close it and try again."


@contextmanager
def translated(where: str) -> Iterator[None]:
    """`where` names the store in the message, without a password."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            f"The store {where} already has a different record there: {_said(error)}"
        ) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreUnavailable(f"The store {where}: {advice(_said(error))}.") from error


@contextmanager
def translated_files(where: str) -> Iterator[None]:
    """The same, also for OSErrors of the store's files."""
    try:
        with translated(where):
            yield
    except OSError as error:
        raise StoreUnavailable(f"The store {where}: {advice(str(error.strerror))}.") from error


def advice(said: str) -> str:
    """The entry of ADVICE for this message of the database, or the message itself."""
    return next((help_ for word, help_ in ADVICE if word in said.lower()), said)


def _said(error: SQLAlchemyError | sqlite3.Error) -> str:
    """The driver's first line, without the statement, which contains readers' words."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = type(error).__name__
    if isinstance(cause, SQLAlchemyError):
        return name
    return next(iter(str(cause).splitlines()), name)
