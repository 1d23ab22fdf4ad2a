"""Apply a reply's outcome to its promise: sent, or bounced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.drafting.mime import new_message_id
from inbox_bot.model import (
    OPEN_ENDED,
    Actor,
    Answer,
    Cause,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Verb,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.promises.calendar import due, end_of
from inbox_bot.steps.compose import compose
from inbox_bot.steps.isolation import Step, failure, isolated, remember
from inbox_bot.steps.open_drafts import drafts_are_over, live_beside, may_wait
from inbox_bot.steps.reader_history import history_of
from inbox_bot.steps.stored_letters import read_letters


def fulfil(tx: Transaction, bot: Bot, draft: Draft, now: datetime) -> None:
    """Keep the promise of a sent reply; a holding reply only sets the day told.

    If the reader wrote again while it left, the promise stays open for the next draft.
    """
    thread = tx.messages.get(draft.letter_id).thread
    if draft.promised_day is not None:
        day_end = end_of(draft.promised_day, bot.calendar())
        ledger.tell(tx, thread, draft.promised_day, day_end)
    if live_beside(tx, draft) is not None or not may_wait(tx, draft):
        return
    if draft.kind in OPEN_ENDED:
        _follow_up_or_set_aside(bot, tx, draft, now)
    else:
        ledger.keep(tx, thread, now, "answered")


def _follow_up_or_set_aside(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> None:
    """Catch errors of the follow-up, so that the reply is recorded as sent in any case."""

    def aside(error: Exception) -> None:
        remember(
            tx,
            failure(Step.FOLLOW_UP, f"draft {draft_name(draft.id)}", error, now, draft.letter_id),
        )

    with isolated(aside):
        follow_up(bot, tx, draft, now)


def follow_up(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> None:
    """Add a new draft for what a holding or partial reply left open."""
    held = draft.kind is DraftKind.HOLDING
    left = tuple(one for one in draft.decisions if held or not isinstance(one, Answer))
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if letters and left:
        letter = letters[-1]
        tx.drafts.add(compose(bot, letter, history_of(bot, tx, letter), left, now))


def came_back(bot: Bot, tx: Transaction, message_id: str, now: datetime) -> None:
    """Handle the bounce of a reply, ours or the author's own, by its Message-ID."""
    reply = tx.drafts.by_message_id(message_id)
    if reply is not None:
        if reply.state is DraftState.SENT:
            _reply_came_back(bot, tx, reply, now)
        return
    thread = tx.messages.thread_of([message_id])
    if thread and not tx.messages.by_message_id(message_id):
        _owed_again(tx, thread, now)


def _reply_came_back(bot: Bot, tx: Transaction, reply: Draft, now: datetime) -> None:
    """Reopen the promise; add the same text as a draft for a better address."""
    thread = tx.messages.get(reply.letter_id).thread
    if reply.promised_day and _untold(bot, tx, thread, reply.promised_day):
        _record(tx, reply.letter_id, now)
    elif _owed_again(tx, thread, now):
        drafts_are_over(tx, thread, "the reply before it bounced")
        tx.drafts.add(_again(bot, reply, now))


def _untold(bot: Bot, tx: Transaction, thread: str, day: date) -> bool:
    """Undo the day told, as it never arrived, and restore the due date."""
    promise = tx.promises.of_thread(thread)
    if promise is None:
        return False
    return ledger.untell(tx, thread, day, due(promise.opened, bot.policy.within, bot.calendar()))


def _owed_again(tx: Transaction, thread: str, now: datetime) -> bool:
    reopened = ledger.reopen(tx, thread, Cause.NOT_DELIVERED, Cause.NOT_DELIVERED)
    promise = tx.promises.of_thread(thread)
    if reopened and promise:
        _record(tx, promise.letter_id, now)
    return reopened


def _again(bot: Bot, reply: Draft, now: datetime) -> Draft:
    domain = reply.sender.email.rpartition("@")[2]
    look = "not delivered; check the address before you send it again"
    return replace(
        reply.pending_again(look, Cause.NOT_DELIVERED),
        version=1,
        message_id=new_message_id(domain, bot.new_token()),
        created=now,
        sent_at=None,
        sent_copy=False,
        attempts=0,
    )


def _record(tx: Transaction, letter_id: int, now: datetime) -> None:
    tx.record(Event(at=now, actor=Actor.BOT, verb=Verb.NOT_DELIVERED, letter_id=letter_id))
