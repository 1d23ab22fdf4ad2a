"""One bot at a time works on a store of this machine."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox_bot.errors import Conflict

FILE_NAME = ".lock"


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the author's directory; Conflict when another bot holds it. Ends with the process."""
    with (directory / FILE_NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                "Another inbox-bot works in this directory (`run`, `poll` or `send`): "
                "let it finish, or stop it first."
            ) from error
        yield
