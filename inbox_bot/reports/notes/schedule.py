"""When to send a note: at most one a day, not at night or on days off, at least one a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from inbox_bot.bot import Digest
from inbox_bot.promises.calendar import Calendar, is_off, local_day, next_letter_time

T = TypeVar("T")
LONGEST_SILENCE = timedelta(days=7)
UNREAD_BEFORE_WEEKLY = 3
URGENT_IN_AN_HOUR = 3
"""Most notes on urgent letters of one reader; later letters share one note."""
URGENT_AT_ONCE = 3
"""Up to so many urgent letters get a note each; more share one."""
HOUR = timedelta(hours=1)


def urgent_notes(
    untold: Mapping[str, Sequence[T]], told: Mapping[str, Iterable[datetime]], now: datetime
) -> Sequence[Sequence[T]]:
    """The urgent letters to report now, grouped into notes; both mappings are by reader."""
    due = [
        one
        for reader, letters in untold.items()
        if len({at for at in told.get(reader, ()) if now - at < HOUR}) < URGENT_IN_AN_HOUR
        for one in letters
    ]
    return [due] if len(due) > URGENT_AT_ONCE else [[one] for one in due]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`unread` counts the latest notes in a row that the author has not opened."""

    digest: Digest
    calendar: Calendar
    unread: int = 0


def is_due(rhythm: Rhythm, last: datetime | None, *, news: bool, now: datetime) -> bool:
    """Whether to send a note now; after a week of silence always, as a sign of life."""
    hours = _hours(rhythm)
    if rhythm.digest is Digest.OFF or is_off(now, hours):
        return False
    if last is None or last - now > LONGEST_SILENCE:  # that clock was wrong
        return True
    today, then = local_day(now, rhythm.calendar), local_day(last, rhythm.calendar)
    if today <= then:
        return False
    if _tomorrow_is_too_late(last, hours, now):
        return True
    calm = rhythm.digest is Digest.WEEKLY or rhythm.unread >= UNREAD_BEFORE_WEEKLY
    return news and not calm


def _hours(rhythm: Rhythm) -> Calendar:
    """Daily notes are sent on working days from 8 to 21; the others in letter time."""
    if rhythm.digest is Digest.DAILY:
        return replace(rhythm.calendar, letter_time=())
    return rhythm.calendar


def _tomorrow_is_too_late(last: datetime, hours: Calendar, now: datetime) -> bool:
    """Whether the next possible day after today is more than a week after the last note."""
    next_chance = next_letter_time(now + timedelta(days=1), hours)
    return local_day(next_chance, hours) - local_day(last, hours) > LONGEST_SILENCE
