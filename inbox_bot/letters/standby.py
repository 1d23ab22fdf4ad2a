"""Standby: what only letters need is given back while none come, and taken ahead of need.

The encoder and the matcher's numbers are 130 MB, and each process that parses letters has 20 MB;
taking them again costs a second of the processor's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread

QUIET = timedelta(minutes=10)


def nothing() -> None:
    """Where there is nothing to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`take` loads it, which may take a second; `give_back` frees it. Both may be called again, and
    whoever needs it without `take` waits until it is there."""

    give_back: Callable[[], None]
    take: Callable[[], None] = nothing


class Standby:
    """Safe for threads. Parts are taken one after the other, in one thread."""

    def __init__(self, *parts: Part) -> None:
        self._parts = list(parts)
        self._lock = Lock()
        self._needed: datetime | None = None

    @contextmanager
    def holding(self, part: Part) -> Iterator[None]:
        """With one part more, while the block runs."""
        self._parts.append(part)
        yield
        self._parts.remove(part)

    def expect(self, now: datetime) -> None:
        """A letter may be opened soon: the first to say so begins to take the parts."""
        with self._lock:
            was_quiet, self._needed = self._is_quiet(now), now
        if was_quiet:
            Thread(target=self._take, name="standby", daemon=True).start()

    def note_use(self, now: datetime) -> None:
        """Letters came: their parts are taken by now."""
        with self._lock:
            self._needed = now

    def look(self, now: datetime) -> None:
        """Give back what nobody has needed for QUIET."""
        with self._lock:
            if not self._is_quiet(now):
                return
            self._needed = None
        for part in tuple(self._parts):  # it may wait for a reader, and `expect` must not
            part.give_back()

    def _is_quiet(self, now: datetime) -> bool:
        """Also after the clock was set back."""
        return self._needed is None or not timedelta() <= now - self._needed < QUIET

    def _take(self) -> None:
        for part in tuple(self._parts):
            part.take()
