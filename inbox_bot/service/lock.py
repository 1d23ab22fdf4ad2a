"""Lock file: one bot at a time works in an author's directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from inbox_bot.errors import Conflict
from inbox_bot.model import locks

FILE_NAME = ".lock"
PAGE_FILE_NAME = ".page"


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the lock of the author's directory until the process ends.

    Conflict when another bot holds it, or may hold the directory that this one is a copy of.
    """
    with (directory / FILE_NAME).open("a+") as file:
        if not locks.is_free(file):
            raise Conflict(
                "Another inbox-bot is using this directory (`run`, `poll`, or `send`). "
                "Let it finish, or stop it first."
            )
        number, store = _noted(file)
        if number not in ("", _own_number(file)):
            raise Conflict(
                "This directory is a copy of another one. Once no inbox-bot uses that one "
                "anymore, run here: inbox-bot alone"
            )
        if not number:
            _write(file, store)
        yield


def is_taken(directory: Path) -> bool:
    """Whether a bot works there now."""
    try:
        with (directory / FILE_NAME).open() as file:
            return not locks.is_free(file, locks.Kind.SHARED)
    except OSError:
        return False


@contextmanager
def page_served_at(directory: Path, port: int) -> Iterator[None]:
    """Hold the lock of the page, which names the port that this process has bound.

    The file is private: another user who could open it could lock it too.
    """
    handle = os.open(directory / PAGE_FILE_NAME, os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(handle, "r+") as file:
        locks.wait_for(file)  # waits at most for a look at `served_port`
        file.truncate(0)
        file.write(str(port))
        file.flush()
        yield


def served_port(directory: Path) -> int | None:
    """The port where our own bot serves the page of this directory now.

    A port that merely answers may be another user's.
    """
    try:
        with (directory / PAGE_FILE_NAME).open() as file:
            if not locks.is_free(file, locks.Kind.SHARED):
                return int(file.read())
    except (OSError, ValueError):  # not there, or not written yet
        return None
    return None


def be_the_original(directory: Path) -> None:
    """Record the author's word that no bot works in the directory this one was copied from."""
    with (directory / FILE_NAME).open("a+") as file:
        _write(file, _noted(file)[1])


def worked_with(directory: Path) -> str:
    """The mark of the store that the bot used here last; empty where it used none."""
    try:
        with (directory / FILE_NAME).open() as file:
            return _noted(file)[1]
    except OSError:
        return ""


def work_with(directory: Path, mark: str) -> None:
    """Remember the store of this directory, to notice when another one takes its place."""
    with (directory / FILE_NAME).open("a+") as file:
        number, _ = _noted(file)
        _write(file, mark, number)


def _noted(file: IO[str]) -> tuple[str, str]:
    """The inode that was written into the file, and the mark of the store."""
    file.seek(0)
    number, _, mark = file.read().partition("\n")
    return number, mark.strip()


def _write(file: IO[str], mark: str, number: str | None = None) -> None:
    file.truncate(0)
    file.write(f"{_own_number(file) if number is None else number}\n{mark}")
    file.flush()


def _own_number(file: IO[str]) -> str:
    """The inode: a copy of the file has another one, a moved file keeps its own."""
    return str(os.fstat(file.fileno()).st_ino)
