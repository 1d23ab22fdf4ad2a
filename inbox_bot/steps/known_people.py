"""Look up whom the author knows, for given letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from inbox_bot.bot import FIRST_DAY, Bot
from inbox_bot.letters.reading.clocks import written
from inbox_bot.model import KnownPeople, Message
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Acquaintance
from inbox_bot.steps.threads import ancestors


def wrote_first(
    tx: Transaction,
    letters: Sequence[tuple[Message, datetime]],
    known: Mapping[str, Acquaintance],
) -> frozenset[str]:
    """Senders whom the author may have first written to after their letter: that may be the answer.
    `letters` pairs each with its arrival."""
    first_day = FIRST_DAY.of(tx)
    if not known or not first_day:
        return frozenset()
    return frozenset(
        message.sender.email.lower()
        for message, arrived in letters
        if message.sender
        and (since := known.get(message.sender.email.lower()))
        and first_day <= written(message, arrived).latest
        and written(message, arrived).earliest < since.since
    )


def people_for(
    bot: Bot, tx: Transaction, letters: Sequence[tuple[Message, datetime]]
) -> KnownPeople:
    """Collect known people for letters, each paired with its arrival."""
    messages = [message for message, _ in letters]
    senders = [message.sender.email.lower() for message in messages if message.sender]
    known = tx.people.known_among(senders)
    answered = [one for message in messages for one in ancestors(message)]
    return KnownPeople(
        own=bot.own_addresses(),
        readers_to=bot.policy.readers_to,
        never=bot.policy.never | tx.people.never(),
        known=frozenset(known) - wrote_first(tx, letters, known),
        begun=tx.people.begun_among(answered),
    )
