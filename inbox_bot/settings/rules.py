"""The rules from `settings.yaml`, read again whenever the file changes while the bot runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from inbox_bot.bot import Policy
from inbox_bot.errors import SettingsError
from inbox_bot.settings.load import FILE_NAME, load
from inbox_bot.settings.model import Settings


class Rules:
    """Keeps the last ones that could be read. A mistake in the file is told by `Absences`."""

    def __init__(self, directory: Path, read: Callable[[Settings], Policy]) -> None:
        self._directory = directory
        self._read = read
        self._lock = Lock()
        self._stamp = self._stamp_now()
        self._changed: Policy | None = None

    def now(self) -> Policy | None:
        """None while the file is as it was at the start. One stat."""
        with self._lock:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew()
            return self._changed

    def _renew(self) -> None:
        try:
            self._changed = self._read(load(self._directory))
        except SettingsError:
            return

    def _stamp_now(self) -> tuple[int, int]:
        try:
            status = (self._directory / FILE_NAME).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_size)
