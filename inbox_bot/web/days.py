"""Days as the author types and reads them, in the shape of her locale."""

from __future__ import annotations

import re
from datetime import date

from inbox_bot import humanize
from inbox_bot.settings import parse_period

_BETWEEN = re.compile(r"\.\.| to | – | - ")
EXAMPLE = (date(2026, 12, 20), date(2027, 1, 3))


def example_of(locale: str) -> str:
    """ "12/20/2026 to 1/3/2027"."""
    return " to ".join(humanize.numeric(day, locale) for day in EXAMPLE)


def read_period(typed: str, locale: str) -> str:
    """As the settings write it, "2026-12-20..2027-01-03". ValueError says what to type."""
    try:
        days = [humanize.read_day(one.strip(), locale) for one in _BETWEEN.split(typed)]
        first, last = days if len(days) == 2 else (*days, *days)
    except ValueError as error:
        raise ValueError(f"enter the first and the last day, like {example_of(locale)}") from error
    if last < first:
        raise ValueError("the last day is before the first; put the first day first")
    return f"{first}..{last}"


def told_period(written: str, locale: str) -> str:
    """ "Dec 20, 2026 to Jan 3, 2027"; as it is where the file has something else."""
    try:
        days = dict.fromkeys(parse_period(written))
    except ValueError:
        return written
    return " to ".join(humanize.dated(day, locale) for day in days)
