"""Absences from `settings.yaml`, read again whenever the file changes while the bot runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Lock

from inbox_bot.errors import SettingsError
from inbox_bot.settings.load import FILE_NAME, load

Periods = tuple[tuple[date, date], ...]


class Absences:
    """Keeps the last ones that could be read; `tell` gets each mistake in the file once."""

    def __init__(self, directory: Path, known: Periods, tell: Callable[[str], None]) -> None:
        self._directory = directory
        self._tell = tell
        self._lock = Lock()
        self._stamp = self._stamp_now()
        self._known = known

    def now(self) -> Periods:
        """One stat of the file; it is read when date or size changed."""
        with self._lock:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._read()
            return self._known

    def _read(self) -> None:
        try:
            self._known = load(self._directory).away
        except SettingsError as error:
            self._tell(f"{error}\nUntil this is fixed, the bot uses the previous settings.")

    def _stamp_now(self) -> tuple[int, int]:
        try:
            status = (self._directory / FILE_NAME).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)
