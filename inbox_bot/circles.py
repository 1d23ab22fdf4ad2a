"""Whom the author knows, as far as some letters need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from inbox_bot.bot import FIRST_DAY, Bot
from inbox_bot.model import Circle, Message
from inbox_bot.ports import Acquaintance, Transaction
from inbox_bot.threads import ancestors


def wrote_first(
    tx: Transaction, messages: Sequence[Message], known: Mapping[str, Acquaintance]
) -> frozenset[str]:
    """Senders to whom the author wrote only after their letter: that may be her answer to it."""
    first_day = tx.note(FIRST_DAY)
    if not known or not first_day:
        return frozenset()
    begun = datetime.fromisoformat(first_day)
    return frozenset(
        message.sender.email.lower()
        for message in messages
        if message.sender
        and message.date
        and begun <= message.date
        and (since := known.get(message.sender.email.lower()))
        and message.date < since.since
    )


def circle_for(bot: Bot, tx: Transaction, messages: Sequence[Message]) -> Circle:
    """What is known about the people of these letters."""
    senders = [message.sender.email.lower() for message in messages if message.sender]
    known = tx.circle.known_among(senders)
    answered = [one for message in messages for one in ancestors(message)]
    return Circle(
        own=bot.own_addresses(),
        readers_to=bot.policy.readers_to,
        never=bot.policy.never | tx.circle.never(),
        known=frozenset(known) - wrote_first(tx, messages, known),
        begun=tx.circle.begun_among(answered),
    )
