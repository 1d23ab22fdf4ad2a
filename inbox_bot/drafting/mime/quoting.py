"""Quotes the reader's letter below the reply."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inbox_bot import humanize
from inbox_bot.drafting.mime.headers import clean, one_line
from inbox_bot.errors import SettingsError
from inbox_bot.model import Message

_MOST_CHARACTERS = 8_000
_MOST_LINES = 150


def quote(message: Message, zone: str) -> str:
    """ "On Tuesday, 3 March 2026 at 19:04, Ann wrote:" and the text, each line after "> ".

    `zone` is the author's (IANA). What is too long is cut, and says so. Empty for an empty letter.
    """
    text = clean(message.text).strip("\n ")
    if not text:
        return ""
    lines = text[:_MOST_CHARACTERS].split("\n")
    if len(text) > _MOST_CHARACTERS or len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], "[…]"]
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{_attribution(message, zone)}\n{quoted}"


def _attribution(message: Message, zone: str) -> str:
    name = one_line(message.sender.name, 60) if message.sender else ""
    moment = _local(message.date, zone)
    if moment is None:
        return f"{name or 'You'} wrote:"
    return f"On {humanize.full(moment)} at {moment:%H:%M}, {name or 'you'} wrote:"


def _local(moment: datetime | None, zone: str) -> datetime | None:
    """None for a date that no zone can show, such as the year 1."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise SettingsError(
            f"author.timezone: there is no {zone!r}; write a name such as Europe/Berlin"
        ) from unknown
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(place)
    except OverflowError:
        return None
