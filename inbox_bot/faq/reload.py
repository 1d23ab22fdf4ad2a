"""Reloads the author's FAQ and templates when she changes them.

An error in a change is reported once; the bot goes on with the last valid version until it is
mended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from inbox_bot.drafting import Drafter
from inbox_bot.errors import SettingsError
from inbox_bot.faq import load as faq_load
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.matching import Matcher
from inbox_bot.letters.safety import Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Paths of the author's files. `answer_at` None leaves the threshold to the matcher."""

    faq: Path
    templates: Path
    answer_at: float | None = None
    cache: Path | None = None


def learn(sources: Sources) -> Knowledge:
    """Reads everything; SettingsError names each problem with file and line."""
    loaded = faq_load.load(sources.faq)
    matcher = Matcher.from_entries(loaded, sources.cache)
    at = sources.answer_at
    return Knowledge(
        faq=loaded,
        matcher=matcher,
        safety=Safety.load(sources.faq),
        drafter=Drafter.load(sources.templates / "replies"),
        answer_at=matcher.answer_at if at is None else at,
    )


class ReloadingKnowledge:
    """The last valid `Knowledge`; `tell` is called once for each error in the files."""

    def __init__(self, sources: Sources, tell: Callable[[str], None]) -> None:
        self._sources = sources
        self._tell = tell
        self._lock = Lock()
        self._stamp = _stamp(sources)
        self._knowledge = learn(sources)

    def knowledge(self) -> Knowledge:
        """The files' present content, or the last valid one."""
        with self._lock:
            stamp = _stamp(self._sources)
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew()
            return self._knowledge

    def _renew(self) -> None:
        try:
            self._knowledge = learn(self._sources)
        except SettingsError as error:
            self._tell(f"{error}\nUntil this is fixed, the bot uses the previous version.")


def _stamp(sources: Sources) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file: enough to notice a change without reading."""
    return tuple(
        (str(path), status.st_mtime_ns, status.st_size)
        for folder in (sources.faq, sources.templates)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (status := path.stat())
    )
