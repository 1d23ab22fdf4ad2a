"""Wording of days and counts. Own tables, because strftime uses the machine's locale."""

from __future__ import annotations

from datetime import date


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 reader waits", "4,312 letters"; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH_FIRST = frozenset({"US", "CA", "PH", "PR"})


def by(day: date, today: date, country: str) -> str:
    """ "later today", "by tomorrow", "by Thursday", "by Thursday, 12 March" (abroad: "March 12").

    A weekday stands alone only if unambiguous.
    """
    ahead = (day - today).days
    if ahead == 0:
        return "later today"
    if ahead == 1:
        return "by tomorrow"
    if abs(ahead) < 7:
        return f"by {_DAYS[day.weekday()]}"
    return f"by {_DAYS[day.weekday()]}, {_month_and_day(day, country)}"


def told(day: date, today: date, country: str) -> str:
    """As `by`, for a day that was named earlier: "today" instead of "later today"."""
    return "today" if day == today else by(day, today, country)


def full(day: date) -> str:
    """ "Tuesday, 3 March 2026"."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _month_and_day(day: date, country: str) -> str:
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}" if country.upper() in _MONTH_FIRST else f"{day.day} {month}"
