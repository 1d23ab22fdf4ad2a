"""Export the days told to readers as an iCalendar feed (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from inbox_bot.model import Promise

_LINE = 74
"""Octets of a line before it is folded; the RFC allows 75."""


def feed(*parts: str) -> str:
    """The calendar around its events."""
    begin = _lines(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//inbox_bot//promises//EN"])
    return "".join([begin, *parts, _lines(["END:VCALENDAR"])])


def events(promises: Sequence[Promise], now: datetime) -> str:
    """One all-day event for each open promise with a told day."""
    told = [promise for promise in promises if promise.told is not None]
    return _lines(line for promise in told for line in _event(promise, now))


def _lines(lines: Iterable[str]) -> str:
    """Fold the lines and end each in CRLF."""
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(promise: Promise, now: datetime) -> list[str]:
    assert promise.told is not None
    return [
        "BEGIN:VEVENT",
        f"UID:promise-{promise.id}@inbox-bot.invalid",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{promise.told:%Y%m%d}",
        f"DTEND;VALUE=DATE:{promise.told + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'Write to {promise.reader} (promised by today)')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Escape (RFC 5545, 3.3.11); an address may hold anything."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain


def _folded(line: str) -> str:
    """Fold by octets, never within a character (RFC 5545, 3.1)."""
    parts, size = [""], 0
    for one in line:
        width = len(one.encode("utf-8", "replace"))
        if size + width > _LINE:
            parts.append(" ")
            size = 1
        parts[-1] += one
        size += width
    return "\r\n".join(parts)
