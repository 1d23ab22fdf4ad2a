"""Compute due dates from the author's letter time and days off.

Letter time is the weekly windows in which she writes letters, by the wall clock of her zone,
without public holidays and days away. All functions are pure. Windows are closed at both ends
and have the resolution of a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from inbox_bot.errors import SettingsError
from inbox_bot.model import Promise

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
HORIZON = 4_000
"""Days searched for letter time: more than the longest absence that can be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTime:
    """A window of the week, by the author's clock. `weekday` 0 is Monday."""

    weekday: int
    start: time = time(8)
    end: time = time(21)


ANY_TIME = tuple(LetterTime(weekday=weekday) for weekday in range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When the author writes letters. No `letter_time` means any day from 8 to 21 o'clock.

    `zone` is an IANA name, `country` an ISO 3166-1 code or empty (no public holidays), `away`
    first and last days of absences.
    """

    letter_time: tuple[LetterTime, ...] = ()
    zone: str = "UTC"
    country: str = ""
    away: tuple[tuple[date, date], ...] = ()


class Standing(StrEnum):
    """Urgency of an open promise: `overdue` only once a day told to the reader is over."""

    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"


def due(arrived: datetime, within: timedelta, calendar: Calendar) -> datetime:
    """The end of the last letter time within the term, else of the first one after it.

    Never before the letter, never in off time, and never earlier for a later letter. Without
    letter time in the next ten years, the end of the term.
    """
    term = arrived + within
    last_days = _days(local_day(term, calendar), local_day(arrived, calendar))
    in_term = (end for day in last_days for end in reversed(_ends(day, calendar)) if end <= term)
    latest = next(in_term, None)
    if latest is not None and latest >= arrived:
        return latest
    first_days = _days(local_day(term, calendar), local_day(term, calendar) + HORIZON * DAY)
    after = (end for day in first_days for end in _ends(day, calendar) if end > term)
    return next(after, term)


@lru_cache(maxsize=4)
def day_to_name(now: datetime, within: timedelta, calendar: Calendar) -> date:
    """The day for "I'll write again by …": one with letter time, tomorrow at the earliest."""
    tomorrow = local_day(now, calendar) + DAY
    first = max(local_day(due(now, within, calendar), calendar), tomorrow)
    days = _days(first, first + HORIZON * DAY)
    return next((day for day in days if _ends(day, calendar)), first)


def end_of(day: date, calendar: Calendar) -> datetime:
    """The end of a day told to a reader: of its letter time, else midnight."""
    ends = _ends(day, calendar)
    return ends[-1] if ends else _instant(day + DAY, time(0), calendar)


def begin_of(day: date, calendar: Calendar) -> datetime:
    """Midnight on the author's clock."""
    return _instant(day, time(0), calendar)


def state_at(promise: Promise, now: datetime, calendar: Calendar) -> Standing:
    """How an open promise stands."""
    if promise.told is not None and now > end_of(promise.told, calendar):
        return Standing.OVERDUE
    return Standing.DUE if now > promise.due else Standing.OPEN


def is_off(instant: datetime, calendar: Calendar) -> bool:
    """Whether the author writes no letters then: a day off, or outside her letter time."""
    local = instant.astimezone(ZoneInfo(calendar.zone))
    windows = _windows(local.date(), calendar)
    return not any(window.start <= local.time() <= window.end for window in windows)


def is_day_off(day: date, calendar: Calendar) -> bool:
    """A public holiday, or a day away."""
    if any(first <= day <= last for first, last in calendar.away):
        return True
    return bool(calendar.country) and day in _public_holidays(calendar.country, day.year)


def next_letter_time(now: datetime, calendar: Calendar) -> datetime:
    """`now` if in letter time, else the next minute that is."""
    if not is_off(now, calendar):
        return now
    today = local_day(now, calendar)
    starts = (
        start for day in _days(today, today + HORIZON * DAY) for start in _starts(day, calendar)
    )
    return next((start for start in starts if start > now), now)


def local_day(instant: datetime, calendar: Calendar) -> date:
    """The date on the author's own calendar."""
    return instant.astimezone(ZoneInfo(calendar.zone)).date()


def _days(first: date, last: date) -> Iterator[date]:
    """From `first` to `last`, both included, forwards or backwards."""
    step = 1 if last >= first else -1
    return (first + distance * step * DAY for distance in range(abs((last - first).days) + 1))


def _windows(day: date, calendar: Calendar) -> tuple[LetterTime, ...]:
    if is_day_off(day, calendar):
        return ()
    weekday = day.weekday()
    return tuple(each for each in calendar.letter_time or ANY_TIME if each.weekday == weekday)


def _ends(day: date, calendar: Calendar) -> list[datetime]:
    """The last minutes of the day's windows, ascending."""
    minutes = (_backwards(day, window, calendar) for window in _windows(day, calendar))
    return sorted(last for each in minutes if (last := next(each, None)))


def _starts(day: date, calendar: Calendar) -> list[datetime]:
    """The first minutes of the day's windows, ascending."""
    minutes = (_forwards(day, window, calendar) for window in _windows(day, calendar))
    return sorted(first for each in minutes if (first := next(each, None)))


def _backwards(day: date, window: LetterTime, calendar: Calendar) -> Iterator[datetime]:
    """The window's minutes from its end, without those that DST skips in spring.

    Of an hour repeated in autumn, the second pass counts.
    """
    wall = datetime.combine(day, window.end)
    while wall >= datetime.combine(day, window.start):
        if instant := _existing(wall.replace(fold=1), calendar):
            yield instant
        wall -= MINUTE


def _forwards(day: date, window: LetterTime, calendar: Calendar) -> Iterator[datetime]:
    """The window's minutes from its start; of a repeated hour, the first pass counts."""
    wall = datetime.combine(day, window.start)
    while wall <= datetime.combine(day, window.end):
        if instant := _existing(wall, calendar):
            yield instant
        wall += MINUTE


def _existing(wall: datetime, calendar: Calendar) -> datetime | None:
    """The instant of a time on the author's clock; None if it was skipped."""
    zone = ZoneInfo(calendar.zone)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    return instant if shown == wall.replace(fold=0) else None


def _instant(day: date, wall: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(calendar.zone)).astimezone(UTC)


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    """SettingsError where the library does not know the country."""
    # 0.1 s to import, and needed only where a country is set.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError as error:
        raise SettingsError(
            f"author.country: no public holidays are known for {country!r}; "
            "use a code like US or DE, or leave it empty"
        ) from error


# --- letter time as people write it ----------------------------------------------------------

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPANS = {
    "weekday": range(5),
    "weekend": range(5, 7),
    "daily": range(7),
    "every day": range(7),
    "any day": range(7),
}
_PARTS = {
    "": (time(8), time(21)),
    "morning": (time(8), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time(22)),
}
_CLOCK = r"(\d{1,2})(?::(\d\d))?"
_WHEN = re.compile(
    rf"(?P<day>every day|any day|[a-z]+)\s*(?:(?P<part>[a-z]*)|{_CLOCK}\s*(?:-|–|to)\s*{_CLOCK})",
    re.ASCII,
)


def parse_letter_time(text: str) -> tuple[LetterTime, ...]:
    """Read "Tuesday evening, Saturday 9-12"; empty text is any time.

    Knows weekdays (`Tue`, `Tuesdays`), `weekdays`, `weekends`, `daily`, parts of the day and
    24-hour times. SettingsError says what to write instead.
    """
    windows = [
        window
        for each in re.split(r"[,;]|\band\b", text.lower()[:1_000])
        if each.strip()
        for window in _parse_window(each.strip())
    ]
    return tuple(_merged(sorted(windows, key=lambda one: (one.weekday, one.start))))


def _parse_window(text: str) -> Iterator[LetterTime]:
    found = _WHEN.fullmatch(text)
    days = _weekdays(found["day"]) if found else ()
    hours = _hours(found) if found else None
    if not days or hours is None or hours[0] >= hours[1]:
        raise SettingsError(
            f"promise.letter_time: {text!r} is not a letter time; "
            "try Tuesday evening, Saturday 9:00-12:30"
        )
    start, end = hours
    return (LetterTime(weekday=weekday, start=start, end=end) for weekday in days)


def _weekdays(word: str) -> Iterable[int]:
    """A weekday by its first three letters or more, or a span of them."""
    single = word.removesuffix("s")
    if single in _SPANS:
        return _SPANS[single]
    return [at for at, day in enumerate(_WEEK) if len(word) > 2 and day.startswith((word, single))]


def _hours(found: re.Match[str]) -> tuple[time, time] | None:
    if found["part"] is not None:
        return _PARTS.get(found["part"].removesuffix("s"))
    try:
        return time(int(found[3]), int(found[4] or 0)), time(int(found[5]), int(found[6] or 0))
    except ValueError:
        return None


def _merged(windows: Iterable[LetterTime]) -> list[LetterTime]:
    """Merge windows that touch, so that a window's end is an end of letter time."""
    merged: list[LetterTime] = []
    for window in windows:
        last = merged[-1] if merged else None
        if last and last.weekday == window.weekday and window.start <= last.end:
            merged[-1] = replace(last, end=max(last.end, window.end))
        else:
            merged.append(window)
    return merged
