"""A reply is out: what that does to the promise, and what it leaves open."""

from __future__ import annotations

from datetime import datetime

from inbox_bot import ledger
from inbox_bot.bot import Bot
from inbox_bot.history import history_of
from inbox_bot.letters import read_letters
from inbox_bot.model import Answer, Draft, DraftKind
from inbox_bot.ports import Transaction
from inbox_bot.preparing import prepare
from inbox_bot.promises import end_of
from inbox_bot.settling import live_beside, may_wait
from inbox_bot.steps.isolation import Step, failure, isolated, remember


def fulfil(tx: Transaction, bot: Bot, draft: Draft, now: datetime) -> None:
    """The reply is out: the promise is kept, or told a day if it was a holding reply.

    It is kept by no reply that left while the reader wrote again: the next draft answers that.
    """
    thread = tx.messages.get(draft.letter_id).thread
    if draft.promised_day is not None:
        day_end = end_of(draft.promised_day, bot.calendar)
        ledger.tell(tx, thread, draft.promised_day, day_end)
    if live_beside(tx, draft) is not None or not may_wait(tx, draft):
        return
    if draft.kind in (DraftKind.HOLDING, DraftKind.PARTIAL):
        _follow_up_or_set_aside(bot, tx, draft, now)
    else:
        ledger.keep(tx, thread, now, "answered")


def _follow_up_or_set_aside(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> None:
    """That the reply is out is written whatever becomes of the rest, which is only looked up."""

    def aside(error: Exception) -> None:
        remember(tx, failure(Step.FOLLOW_UP, f"draft {draft.id}", error, now, draft.letter_id))

    with isolated(aside):
        follow_up(bot, tx, draft, now)


def follow_up(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> None:
    """What a holding or partial reply left open comes back as a draft of its own."""
    held = draft.kind is DraftKind.HOLDING
    left = tuple(one for one in draft.decisions if held or not isinstance(one, Answer))
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if letters and left:
        letter = letters[-1]
        tx.drafts.add(prepare(bot, letter, history_of(bot, tx, letter), left, now))
