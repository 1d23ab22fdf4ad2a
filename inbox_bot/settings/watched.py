"""A part of `settings.yaml`, read again whenever the file changes while the bot runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from inbox_bot.errors import SettingsError
from inbox_bot.settings.load import FILE_NAME, load
from inbox_bot.settings.model import Settings

T = TypeVar("T")


def untold(_problem: str) -> None:
    """Where another part of the same file tells its mistakes already."""


class Watched(Generic[T]):
    """Keeps the last part that could be read; `tell` gets each mistake in the file once."""

    def __init__(
        self,
        directory: Path,
        read: Callable[[Settings], T],
        known: T,
        tell: Callable[[str], None] = untold,
    ) -> None:
        """`known` is the part as long as the file is as it is now."""
        self._directory = directory
        self._read = read
        self._tell = tell
        self._lock = Lock()
        self._stamp = self._stamp_now()
        self._known = known

    def now(self) -> T:
        """One stat of the file; it is read when date or size changed."""
        with self._lock:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew()
            return self._known

    def _renew(self) -> None:
        try:
            self._known = self._read(load(self._directory))
        except SettingsError as error:
            self._tell(f"{error}\nUntil this is fixed, the bot uses the previous settings.")

    def _stamp_now(self) -> tuple[int, int]:
        try:
            status = (self._directory / FILE_NAME).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)
