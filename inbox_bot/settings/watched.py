"""Parts of `settings.yaml`, read again whenever the file changes while the bot runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar, cast

from inbox_bot.errors import SettingsError
from inbox_bot.settings.load import FILE_NAME, load
from inbox_bot.settings.model import Settings

T = TypeVar("T")


def untold(_problem: str) -> None:
    """Where nobody needs to hear of mistakes in the file."""


@dataclass(slots=True)
class _Part(Generic[T]):
    read: Callable[[Settings], T]
    known: T


class Watched:
    """Reads a changed file once for all its parts, and keeps those that could be read last;
    `tell` gets each mistake in the file once."""

    def __init__(self, directory: Path, tell: Callable[[str], None] = untold) -> None:
        self._directory = directory
        self._tell = tell
        self._lock = Lock()
        self._stamp = self._stamp_now()
        self._parts: list[_Part[object]] = []

    def part(self, read: Callable[[Settings], T], known: T) -> Callable[[], T]:
        """What `read` makes of the settings, at each call; `known` as long as the file is as it
        was when the watch began."""
        part = _Part(read, known)
        self._parts.append(cast("_Part[object]", part))

        def now() -> T:
            self._look()
            return part.known

        return now

    def _look(self) -> None:
        """One stat of the file; it is read when date or size changed."""
        with self._lock:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew()

    def _renew(self) -> None:
        try:
            settings = load(self._directory)
            renewed = [part.read(settings) for part in self._parts]
        except SettingsError as error:
            self._tell(f"{error}\nUntil this is fixed, the bot uses the previous settings.")
            return
        for part, known in zip(self._parts, renewed, strict=True):
            part.known = known

    def _stamp_now(self) -> tuple[int, int]:
        try:
            status = (self._directory / FILE_NAME).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)
