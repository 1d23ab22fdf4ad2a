"""Estimates when a letter was written, from its Date and the server's time.

A program's clock may be hours wrong, a migration gives old letters the day of the copy, and some
servers have lost the date (INTERNALDATE NIL, or 1970).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inbox_bot.letters.reading.headers import date
from inbox_bot.model import Message

OFF_BY = timedelta(hours=26)
"""The most by which a clock or a time zone is wrong; a date further back was meant."""
ON_ITS_WAY = timedelta(days=3)
_LOST_BEFORE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Earliest and latest time of writing; they differ where Date and server disagree."""

    earliest: datetime
    latest: datetime


def written(message: Message, arrived: datetime) -> Span:
    """The server's time beats a clock that is ahead; an older Date means a copied letter."""
    told = message.date
    if told is None or (is_known(arrived) and told > arrived):
        return Span(earliest=arrived, latest=arrived)
    if not is_known(arrived) or arrived - told > OFF_BY:
        return Span(earliest=told, latest=told)
    return Span(earliest=told, latest=arrived)


def is_known(arrived: datetime) -> bool:
    return arrived >= _LOST_BEFORE


def arrival(message: Message | None, arrived: datetime, now: datetime) -> datetime:
    """When the letter arrived: the server's time, else the header's, else now."""
    if is_known(arrived):
        return arrived
    return min((message and _newest(message)) or now, now)


def is_older(message: Message, arrived: datetime, than: datetime) -> bool:
    """Date and every Received say that it is an old letter, copied here later."""
    newest = _newest(message)
    return newest is not None and newest < min(than, arrived - ON_ITS_WAY)


def _newest(message: Message) -> datetime | None:
    hops = (date(value.rpartition(";")[2]) for name, value in message.headers if name == "received")
    told = [at for at in (message.date, *hops) if at and is_known(at)]
    return max(told, default=None)
