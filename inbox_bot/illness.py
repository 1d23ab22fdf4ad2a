"""When the bot is ill: polls missed in a row, and what the author has been told of it. Pure.

One missed poll is no illness: a laptop that wakes has no network for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MISSED_BEFORE_TOLD = 3
AGAIN_AFTER = timedelta(minutes=15)
"""Until a note that could not leave is tried again: a refused password must not be tried often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """Since when polls are missed, how many, and why. `over` is when the bot was well again.

    `told` is when the author got the note that it began, `tried` when one could not leave.
    """

    since: datetime
    missed: int
    what: str
    told: datetime | None = None
    over: datetime | None = None
    tried: datetime | None = None

    def note(self) -> str:
        """For the store, a field a line."""
        times = [at.isoformat() if at else "" for at in (self.told, self.over, self.tried)]
        return "\n".join([self.since.isoformat(), str(self.missed), *times, self.what])

    @classmethod
    def noted(cls, note: str) -> Illness | None:
        if not note:
            return None
        since, missed, *times, what = note.split("\n")
        told, over, tried = (datetime.fromisoformat(at) if at else None for at in times)
        return cls(
            since=datetime.fromisoformat(since),
            missed=int(missed),
            what=what,
            told=told,
            over=over,
            tried=tried,
        )


def after_poll(before: Illness | None, trouble: str, now: datetime) -> Illness | None:
    """What a poll makes of it. An illness that nobody was told of yet is kept until it was told.

    Who falls ill again before that has one illness, not two.
    """
    what = " ".join(trouble.split())
    if what and before is None:
        return Illness(since=now, missed=1, what=what)
    if before is None:
        return None
    if what:
        return replace(before, missed=before.missed + 1, what=what, over=None)
    if before.missed < MISSED_BEFORE_TOLD:
        return None
    return replace(before, over=before.over or now)


def is_to_tell(illness: Illness, now: datetime) -> bool:
    """Whether a note goes now: one when it is ill, and one when it is well again."""
    if illness.tried and timedelta() <= now - illness.tried < AGAIN_AFTER:
        return False
    if illness.over:
        return True
    return illness.missed >= MISSED_BEFORE_TOLD and illness.told is None


def after_note(illness: Illness, now: datetime) -> Illness | None:
    """Once the author has been told."""
    return None if illness.over else replace(illness, told=now, tried=None)
