"""Files are replaced whole: written beside, flushed to the disk, then renamed.

Nobody reads half of one, a full disk or a kill leaves the old one, and a file that only its owner
could read stays so. What a killed process left beside is removed when the next file is written
into that folder.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inbox_bot.errors import NotWritten, next_step

PART = ".inbox-bot.part"
PRIVATE = 0o600
USUAL = 0o666  # less the umask


def write_text(path: Path, text: str, mode: int = USUAL) -> None:
    """Replace the file's content; line ends are written as they are."""
    with replacing(path, mode) as part:
        part.write_bytes(text.encode())


@contextmanager
def replacing(path: Path, mode: int = USUAL) -> Iterator[Path]:
    """A file beside `path` that takes its place when the block ends well; NotWritten where it
    cannot. It keeps owner and mode of the file that was there; a new one gets `mode`."""
    target = path.resolve()  # a link stays a link
    known = target.stat() if target.exists() else None
    with beside(target, PRIVATE if known else mode) as part:
        yield part
        if known:
            part.chmod(known.st_mode & 0o777)
            with suppress(PermissionError):  # only root gives files away
                os.chown(part, known.st_uid, known.st_gid)
        _flush(part)
        part.replace(target)
        _flush(target.parent)  # the new name outlives a power cut, too


@contextmanager
def beside(path: Path, mode: int = PRIVATE, *, folder: bool = False) -> Iterator[Path]:
    """An empty file, or a private folder, in the folder of `path`, gone when the block ends.

    NotWritten, which names `path`, where the disk refuses. A lock on it tells other processes that
    this one is alive.
    """
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}{PART}")
    try:
        _remove_leftovers(path.parent)
        if folder:
            part.mkdir(mode=0o700)
        handle = os.open(part, os.O_RDONLY if folder else os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield part
        finally:
            os.close(handle)
            remove(part)
    except OSError as error:
        raise NotWritten(f"{path}: it cannot be written: {next_step(error)}") from error


def remove(path: Path) -> None:
    """A file, or a folder with all that is in it, where there is one."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_leftovers(folder: Path) -> None:
    for left in folder.glob(f".*{PART}"):
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(left)
            finally:
                os.close(handle)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
