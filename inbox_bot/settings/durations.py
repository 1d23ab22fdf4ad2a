"""Durations and periods as people write them: `5m`, `1 week`, `2026-12-20..2027-01-03`."""

from __future__ import annotations

import re
from datetime import date, timedelta

_SECONDS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3_600,
    "hour": 3_600,
    "d": 86_400,
    "day": 86_400,
    "w": 604_800,
    "week": 604_800,
}
_DURATION = re.compile(r"(\d{1,6})\s*([a-z]{1,10})", re.ASCII)
_LONGEST = timedelta(days=3_650)


def parse_duration(text: str) -> timedelta:
    """Read `90s`, `5m`, `1 week`; ValueError says what to write instead."""
    found = _DURATION.fullmatch(text.strip().lower())
    unit = found[2] if found else ""
    seconds = _SECONDS.get(unit) or _SECONDS.get(unit.removesuffix("s"))
    if found is None or seconds is None:
        raise ValueError("is not a duration; try 5m or 1h")
    duration = timedelta(seconds=int(found[1]) * seconds)
    if duration > _LONGEST:
        raise ValueError("is longer than ten years; try 14d")
    return duration


def parse_period(text: str) -> tuple[date, date]:
    """Read `2026-12-20..2027-01-03` as first and last day; one day stands for itself."""
    first, _, last = text.strip().partition("..")
    try:
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if last else begin
    except ValueError as error:
        raise ValueError("is not a period; use first..last, like 2026-12-20..2027-01-03") from error
    if end < begin:
        raise ValueError("ends before it starts; put the first day first")
    return begin, end
