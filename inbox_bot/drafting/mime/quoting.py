"""Quotes the reader's letter below the reply."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inbox_bot import humanize
from inbox_bot.drafting.mime.headers import clean, one_line
from inbox_bot.errors import SettingsError
from inbox_bot.model import Author, Message

_MOST_CHARACTERS = 8_000
_MOST_LINES = 150
_WROTE = {
    "en": ("On {moment} {name} wrote:", "{name} wrote:"),
    "de": ("Am {moment} schrieb {name}:", "{name} schrieb:"),
    "fr": ("Le {moment}, {name} a écrit :", "{name} a écrit :"),
    "es": ("El {moment}, {name} escribió:", "{name} escribió:"),
}
"""With and without a date, as mail programs write it."""


def quote(message: Message, author: Author, language: str = "en") -> str:
    """ "On Tue, Mar 3, 2026 at 7:04 PM Ann wrote:" and the text, each line after "> ".

    In the author's zone and the reply's language. What is too long is cut, and says so. Empty for
    an empty letter.
    """
    text = clean(message.text).strip("\n ")
    if not text:
        return ""
    lines = text[:_MOST_CHARACTERS].split("\n")
    if len(text) > _MOST_CHARACTERS or len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], "[…]"]
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"{_attribution(message, author, language)}\n{quoted}"


def _attribution(message: Message, author: Author, language: str) -> str:
    sender = message.sender
    name = (one_line(sender.name, 60) or one_line(sender.email, 60)) if sender else "?"
    dated, undated = _WROTE[language]
    at = _local(message.date, author.timezone)
    if at is None:
        return undated.format(name=name)
    moment = humanize.moment(at, author.locale, language)
    return dated.format(moment=moment, name=name)


def _local(moment: datetime | None, zone: str) -> datetime | None:
    """None for a date that no zone can show, such as the year 1."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise SettingsError(
            f"author.timezone: {zone!r} is not a time zone; use a name like America/New_York"
        ) from unknown
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(place)
    except OverflowError:
        return None
