"""Replace files atomically: write a temporary file, flush it, rename it.

No reader sees half a file, a full disk or a kill leaves the old one, and a private file stays
private. A killed process's temporary files are removed at the next write into that folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inbox_bot.errors import NotWritten, next_step
from inbox_bot.model import locks

PART = ".inbox-bot.part"
PRIVATE = 0o600
USUAL = 0o666  # less the umask


def write_text(path: Path, text: str, mode: int = USUAL) -> None:
    """Replace the file's content; line ends are written as they are."""
    with replacing(path, mode) as part:
        part.write_bytes(text.encode())


@contextmanager
def replacing(path: Path, mode: int = USUAL) -> Iterator[Path]:
    """A temporary file that replaces `path` if the block succeeds; NotWritten if it cannot. It
    keeps owner and mode of the old file; a new one gets `mode`."""
    target = path.resolve()  # a link stays a link
    known = target.stat() if target.exists() else None
    with beside(target, PRIVATE if known else mode) as part:
        yield part
        if known:
            part.chmod(known.st_mode & 0o777)
            with suppress(PermissionError):  # only root may do this
                os.chown(part, known.st_uid, known.st_gid)
        _flush(part)
        part.replace(target)
        _flush(target.parent)  # the rename survives a power cut


@contextmanager
def beside(path: Path, mode: int = PRIVATE, *, folder: bool = False) -> Iterator[Path]:
    """A temporary file or private folder beside `path`, removed when the block ends.

    Disk errors become NotWritten, which names `path`. A lock on it keeps other processes from
    removing it.
    """
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}{PART}")
    try:
        _remove_leftovers(path.parent)
        if folder:
            part.mkdir(mode=0o700)
        handle = os.open(part, os.O_RDONLY if folder else os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
        try:
            locks.wait_for(handle)
            yield part
        finally:
            os.close(handle)
            remove(part)
    except OSError as error:
        raise NotWritten(f"{path}: can't be written: {next_step(error)}") from error


def remove(path: Path) -> None:
    """Remove a file, or a folder with its content, if it exists."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    for left in folder.glob(f".*{PART}"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                if locks.is_free(handle):
                    remove(left)
            finally:
                os.close(handle)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
