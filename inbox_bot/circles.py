"""Whom the author knows, as far as some letters need it."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_bot.bot import Bot
from inbox_bot.model import Circle, Message
from inbox_bot.ports import Transaction
from inbox_bot.threads import ancestors


def circle_for(bot: Bot, tx: Transaction, messages: Sequence[Message]) -> Circle:
    """What is known about the people of these letters."""
    senders = [message.sender.email.lower() for message in messages if message.sender]
    answered = [one for message in messages for one in ancestors(message)]
    return Circle(
        own=bot.own_addresses(),
        readers_to=bot.policy.readers_to,
        never=bot.policy.never | tx.circle.never(),
        known=tx.circle.known_among(senders),
        begun=tx.circle.begun_among(answered),
    )
