"""Stored letters are read again when they are needed: their raw bytes are the only truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inbox_bot.bot import Bot, Letter
from inbox_bot.errors import Unreadable
from inbox_bot.forms import unwrap
from inbox_bot.language import detect
from inbox_bot.model import StoredMessage


def read_letters(
    bot: Bot, stored: Sequence[StoredMessage]
) -> tuple[list[Letter], list[tuple[StoredMessage, str]]]:
    """The letters as their writers wrote them, and those that cannot be read, with the reason."""
    letters: list[Letter] = []
    unreadable: list[tuple[StoredMessage, str]] = []
    for one, message in zip(stored, bot.read([one.raw for one in stored]), strict=True):
        if isinstance(message, Unreadable):
            unreadable.append((one, str(message)))
        else:
            written = unwrap(message, bot.policy.forms) or message
            written = replace(written, language=detect(written.text))
            letters.append(Letter(stored=one, message=written))
    return letters, unreadable
