"""Renews the bot's knowledge in the background when the author's FAQ or templates change.

Learning a large FAQ takes seconds. Until it is done the last whole version answers; one renewal
runs at a time, and it goes on until it has learned the files as they are. An error in a change is
reported once; the bot goes on with the last valid version until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

from inbox_bot.drafting import Drafter
from inbox_bot.errors import InboxBotError
from inbox_bot.faq import load as faq_load
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.load import Stamp
from inbox_bot.faq.matching import Matcher
from inbox_bot.letters.safety import Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Paths of the author's files. `answer_at` None leaves the threshold to the matcher."""

    faq: Path
    templates: Path
    answer_at: float | None = None
    cache: Path | None = None

    @property
    def replies(self) -> Path:
        return self.templates / "replies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Knowledge, and the files that it was learned from as they were before that."""

    knowledge: Knowledge
    stamp: Stamp

    def has_read(self, stamp: Stamp, names: Callable[[Path], bool]) -> bool:
        """Whether the files of these names have not changed since."""
        old, new = ([row for row in rows if names(Path(row[0]))] for rows in (self.stamp, stamp))
        return old == new


def learn(sources: Sources, before: Learned | None = None) -> Knowledge:
    """Reads everything; SettingsError names each problem with file and line. Of `before` those
    parts are used again whose files are the same: they would be the same, too."""
    stamp = _stamp(sources)
    loaded = faq_load.load(sources.faq)
    known = before.knowledge if before else None
    matcher = known.matcher if known and known.faq == loaded else None
    matcher = matcher or Matcher.from_entries(loaded, sources.cache)
    same_safety = before and before.has_read(stamp, _tells_of_danger)
    same_drafter = before and before.has_read(stamp, lambda path: sources.templates in path.parents)
    at = sources.answer_at
    return Knowledge(
        faq=loaded,
        matcher=matcher,
        safety=known.safety if known and same_safety else Safety.load(sources.faq),
        drafter=known.drafter if known and same_drafter else Drafter.load(sources.replies),
        answer_at=matcher.answer_at if at is None else at,
    )


def _tells_of_danger(path: Path) -> bool:
    return path.stem in faq_load.NOT_ARTICLES


class ReloadingKnowledge:
    """The last valid `Knowledge`; `tell` is called once for each error in the files."""

    def __init__(self, sources: Sources, tell: Callable[[str], None]) -> None:
        self._sources = sources
        self._tell = tell
        self._changed = Condition()
        self._is_learning = False
        stamp = _stamp(sources)
        self._stamp = stamp  # of the files that were learned, or tried, last
        self._last = Learned(knowledge=learn(sources), stamp=stamp)

    def knowledge(self) -> Knowledge:
        """The last whole version, at once; a change of the files begins a renewal."""
        with self._changed:
            self._begin_if_changed()
            return self._last.knowledge

    def fresh(self) -> Knowledge:
        """That of the files as they are, or the last valid one; waits for it."""
        with self._changed:
            self._begin_if_changed()
            self._changed.wait_for(lambda: not self._is_learning)
            return self._last.knowledge

    def is_fresh(self) -> bool:
        """Whether the files as they are have been learned."""
        with self._changed:
            self._begin_if_changed()
            return not self._is_learning

    def _begin_if_changed(self) -> None:
        if not self._is_learning and _stamp(self._sources) != self._stamp:
            self._is_learning = True
            Thread(target=self._renew, name="faq", daemon=True).start()

    def _renew(self) -> None:
        """Learn until the files stay as they are; the lock is not held meanwhile."""
        try:
            while self._is_to_learn():
                learned = self._learned(self._stamp)
                with self._changed:
                    self._last = learned or self._last
        finally:
            with self._changed:
                self._is_learning = False
                self._changed.notify_all()

    def _is_to_learn(self) -> bool:
        """False, and the renewal is over, where the files have been learned as they are."""
        with self._changed:
            stamp = _stamp(self._sources)
            self._is_learning = stamp != self._stamp
            self._stamp = stamp
            return self._is_learning

    def _learned(self, stamp: Stamp) -> Learned | None:
        try:
            return Learned(knowledge=learn(self._sources, self._last), stamp=stamp)
        except (InboxBotError, OSError) as error:
            self._tell(f"{error}\nUntil this is fixed, the bot uses the previous version.")
            return None


def _stamp(sources: Sources) -> Stamp:
    return faq_load.stamp_of(sources.faq, sources.replies)
