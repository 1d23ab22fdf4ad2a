"""Readers who wrote before the bot began and seem to have got no reply: offered one at a time.

Their letters are in the store as `OLD`, which owes nothing until the author says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import NotFound
from inbox_bot.model import Verdict, facts
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.readers import rule_sender_in, rule_sender_out

OFFERED = facts.ids("forgotten readers to offer")
LOOKED = facts.moment("forgotten readers, looked for")
DECIDED = facts.text("forgotten readers, day of the last decision")


def offer(tx: Transaction, letter_ids: Collection[int]) -> None:
    OFFERED.put(tx, OFFERED.of(tx) | frozenset(letter_ids))


def next_offer(tx: Transaction, today: date, *, is_queue_empty: bool) -> Listed | None:
    """The newest letter that is still to be decided on: one a day, and more once nobody waits."""
    if not is_queue_empty and DECIDED.of(tx) == today.isoformat():
        return None
    listed = [one for one in tx.messages.listed(OFFERED.of(tx)) if one.verdict is Verdict.OLD]
    return max(listed, key=lambda one: one.arrived, default=None)


def write_after_all(bot: Bot, letter_id: int, now: datetime) -> None:
    """The reader is owed an answer; the next poll drafts it, with an apology for the wait."""
    with _deciding(bot, letter_id, now) as tx:
        rule_sender_in(tx, letter_id, now)


def too_late(bot: Bot, letter_id: int, now: datetime) -> None:
    """Nothing is owed; the letter stays among those that need no reply."""
    with _deciding(bot, letter_id, now):
        pass


def no_reader(bot: Bot, letter_id: int, now: datetime) -> None:
    """As `not_a_reader`, also from now on. After a Conflict the letter is still offered."""
    with _deciding(bot, letter_id, now) as tx:
        rule_sender_out(tx, letter_id, now)


def offer_again(bot: Bot, letter_id: int, now: datetime) -> None:  # noqa: ARG001 - as the others
    """Undo `too_late`. NotFound unless the letter is an old one."""
    with bot.store.transaction() as tx:
        if tx.messages.get(letter_id).verdict is not Verdict.OLD:
            raise NotFound("There is nothing to undo.")
        offer(tx, [letter_id])
        DECIDED.put(tx, "")


@contextmanager
def _deciding(bot: Bot, letter_id: int, now: datetime) -> Iterator[Transaction]:
    """One transaction for the block and the end of the offer: a kill or an error undoes both.

    NotFound if the letter is not offered (any more), as after a second press.
    """
    with bot.store.transaction() as tx:
        if letter_id not in OFFERED.of(tx):
            raise NotFound("You have decided about this letter already.")
        yield tx
        OFFERED.put(tx, OFFERED.of(tx) - {letter_id})
        DECIDED.put(tx, local_day(now, bot.calendar()).isoformat())
