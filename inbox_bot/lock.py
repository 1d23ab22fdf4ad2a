"""One bot at a time works on a store of this machine."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from inbox_bot.errors import Conflict

FILE_NAME = ".lock"


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the author's directory; Conflict when another bot holds it, or may hold the directory
    that this one is a copy of. Ends with the process."""
    with (directory / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                "Another inbox-bot works in this directory (`run`, `poll` or `send`): "
                "let it finish, or stop it first."
            ) from error
        file.seek(0)
        if (noted := file.read()) not in ("", _own_number(file)):
            raise Conflict(
                "This directory is a copy of another one. When no inbox-bot works in that one any "
                "more, say here: inbox-bot alone"
            )
        if not noted:
            file.write(_own_number(file))
            file.flush()
        yield


def be_the_original(directory: Path) -> None:
    """The author says that no bot works in the directory that this one was copied from."""
    with (directory / FILE_NAME).open("w") as file:
        file.write(_own_number(file))


def _own_number(file: IO[str]) -> str:
    """A copy of a file has another inode; moved about on a disk, it keeps the one it has."""
    return str(os.fstat(file.fileno()).st_ino)
