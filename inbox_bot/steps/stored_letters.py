"""Parse stored letters on demand; their raw bytes are the only source of truth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from inbox_bot.bot import Bot, Letter
from inbox_bot.errors import Unreadable
from inbox_bot.letters.contact_forms import Form, unwrap
from inbox_bot.letters.language import detect
from inbox_bot.letters.verdicts import restore_sender
from inbox_bot.model import Message, StoredMessage


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
            hers = written(bot, message)
            hers = replace(hers, language=detect(hers.text))
            letters.append(Letter(stored=one, message=hers))
    return letters, unreadable


def read_or_header(bot: Bot, stored: Sequence[StoredMessage]) -> list[Letter]:
    """Each letter, in order; an unreadable one with its header only."""
    letters, unreadable = read_letters(bot, stored)
    letters += [header_only(bot, one, reason) for one, reason in unreadable]
    place = {one.id: number for number, one in enumerate(stored)}
    return sorted(letters, key=lambda letter: place[letter.stored.id])


def header_only(bot: Bot, stored: StoredMessage, reason: str) -> Letter:
    """The letter with its header only, or else just its Message-ID."""
    (header,) = bot.read([header_of(stored.raw)])
    if isinstance(header, Unreadable):
        header = Message(message_id=stored.message_id, sender=None)
    with suppress(Exception):  # the same error may recur: the plain header still names her
        header = written(bot, header)
    return Letter(
        stored=stored,
        message=replace(header, text="", cut="", html=""),
        unread=reason,
    )


def header_of(raw: bytes) -> bytes:
    """A letter's header, as a letter without a body."""
    ends = [end for blank in (b"\r\n\r\n", b"\n\n", b"\r\r") if (end := raw.find(blank)) >= 0]
    return raw[: min(ends, default=len(raw))] + b"\r\n\r\n"


def as_written(
    message: Message, forms: Sequence[Form], own: Collection[str], authserv_id: str = ""
) -> Message:
    """The reader's own letter, unwrapped from a form's notice or a group's forward."""
    return unwrap(message, forms, authserv_id) or restore_sender(message, own)


def written(bot: Bot, message: Message) -> Message:
    policy = bot.policy
    return as_written(message, policy.forms, bot.contact_addresses(), policy.authserv_id)
