"""Pushes to the author's phone that an urgent letter waits: no name, no word of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox_bot.bot import Bot, Push
from inbox_bot.model import Draft, facts

WORDS = "An urgent letter is waiting."
LAST = facts.moment("pushed")
FAILED = facts.moment("push failed")
"""When the last push failed; none if it arrived."""
BETWEEN = timedelta(minutes=15)
"""A flood of urgent letters makes one push in this time."""


def push_urgent(bot: Bot, now: datetime) -> bool:
    """Whether a push was sent: one for all urgent letters that had none yet.

    One that failed is tried again after each poll.
    """
    with bot.store.reading() as tx:
        last = LAST.of(tx)
        new = [one for one in tx.drafts.urgent() if not _pushed(one).of(tx)]
    if not new or (last is not None and timedelta() <= now - last < BETWEEN):
        return False
    result = bot.push(WORDS)
    if result is Push.NOT_SET_UP:
        return False
    with bot.store.transaction() as tx:
        FAILED.put(tx, now if result is Push.FAILED else None)
        if result is Push.SENT:
            LAST.put(tx, now)
            for draft in new:
                _pushed(draft).put(tx, now)
    return result is Push.SENT


def _pushed(draft: Draft) -> facts.Fact[datetime | None]:
    return facts.moment(f"urgent pushed {draft.letter_id}")
