"""Approve, reject, snooze or close a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.drafting.mime import why_unreachable
from inbox_bot.errors import Conflict
from inbox_bot.model import Cause, Draft, DraftKind, DraftState, Verb
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.shown import (
    Shown,
    as_shown,
    brought_back,
    changed_version,
    resumed,
    said,
)
from inbox_bot.steps.compose import lined
from inbox_bot.steps.open_drafts import live_beside, may_wait
from inbox_bot.steps.outcome import fulfil

OVERTAKEN = "it was not sent and is no longer needed"


def approve(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Approve exactly this text and these recipients; it leaves after the undo window."""
    with bot.store.transaction() as tx:
        return _approved(bot, tx, as_shown(tx, what), now)


def approve_with_line(bot: Bot, what: Shown, line: str, now: datetime) -> Draft:
    """Add the author's line as the first sentence, and approve."""
    if not line.strip():
        return approve(bot, what, now)
    with bot.store.transaction() as tx:
        draft = as_shown(tx, what)
        kept = tx.drafts.add_version(changed_version(bot, draft, lined(draft, line), now))
        return _approved(bot, tx, said(tx, kept, Verb.LINE_ADDED, now), now)


def _approved(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> Draft:
    _check_sendable(bot, draft, now)
    approved = replace(
        draft.become(DraftState.APPROVED),
        approved_at=now,
        send_after=now + bot.policy.undo,
        snoozed_until=None,
        attempts=0,
    )
    return said(tx, tx.drafts.move(draft, approved), Verb.APPROVED, now)


def _check_sendable(bot: Bot, draft: Draft, now: datetime) -> None:
    if not has_answer(draft):
        raise Conflict(
            f"Draft {draft_name(draft.id)} has no answer yet. Write one with `edit`, or hold."
        )
    if "{{" in draft.text or "{%" in draft.text:
        raise Conflict(
            f"Draft {draft_name(draft.id)} still has a placeholder in it. Fix it with `edit`."
        )
    if draft.promised_day and draft.promised_day < local_day(now, bot.calendar()):
        raise Conflict(
            f"Draft {draft_name(draft.id)} names a day that has passed. Fix it with `edit`."
        )
    if reason := next(filter(None, map(why_unreachable, draft.to)), ""):
        raise Conflict(f"Draft {draft_name(draft.id)} can't be sent: {reason}.")


def has_answer(draft: Draft) -> bool:
    """Whether there is something to send: no draft without an answer can be approved."""
    return draft.kind is not DraftKind.BLANK and says_something(draft.text)


def says_something(text: str) -> bool:
    """Whether it has more than greeting and sign-off: three paragraphs, or over eight words."""
    paragraphs = [one for one in text.split("\n\n") if one.strip()]
    return len(paragraphs) > 2 or len(text.split()) > 8


def reject(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Reject it; the promise stays open, as the reader still waits."""
    with bot.store.transaction() as tx:
        draft = as_shown(tx, what)
        rejected = tx.drafts.move(draft, replace(draft, state=DraftState.REJECTED))
        return said(tx, rejected, Verb.REJECTED, now)


def answered_by_hand(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Close it: the author answered unseen, by telephone or from another account."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        cause = Cause.ANSWERED_BY_HAND
        kept = tx.drafts.move(draft, draft.become(DraftState.SUPERSEDED, cause, cause))
        ledger.keep(tx, tx.messages.get(draft.letter_id).thread, now, Verb.ANSWERED_BY_HAND)
        return said(tx, kept, Verb.ANSWERED_BY_HAND, now)


def resume(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Bring back a draft that she rejected, or whose letter she released."""
    with bot.store.transaction() as tx:
        return brought_back(tx, what, now)


def snooze(bot: Bot, draft_id: int, until: date, now: datetime) -> Draft:
    """Hide it until that day; the promise runs on."""
    with bot.store.transaction() as tx:
        draft = resumed(tx, tx.drafts.get(draft_id), now)
        if draft.state is not DraftState.PENDING:
            raise Conflict(
                f"Draft {draft_name(draft_id)} is {draft.state}: it isn't waiting for you."
            )
        if until <= local_day(now, bot.calendar()):
            raise Conflict("Choose a day that is still to come.")
        asleep = tx.drafts.move(draft, replace(draft, snoozed_until=until))
        return said(tx, asleep, Verb.SNOOZED, now)


def wake(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Show it again before its day."""
    with bot.store.transaction() as tx:
        draft = _pending(tx, draft_id)
        if draft.snoozed_until is None:
            raise Conflict(f"Draft {draft_name(draft_id)} isn't snoozed.")
        awake = tx.drafts.move(draft, replace(draft, snoozed_until=None))
        return said(tx, awake, Verb.WOKEN, now, draft.snoozed_until.isoformat())


def was_sent(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Mark an uncertain reply as sent, on her word."""
    with bot.store.transaction() as tx:
        draft = _uncertain(tx, draft_id)
        sent = tx.drafts.move(draft, draft.become(DraftState.SENT))
        fulfil(tx, bot, sent, now)
        return said(tx, sent, Verb.WAS_SENT, now)


def was_not_sent(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Return an uncertain reply to the queue, on her word; supersede it if another draft has
    taken its place or nothing is owed any more."""
    with bot.store.transaction() as tx:
        draft = _uncertain(tx, draft_id)
        pending = replace(draft.pending_again("you said: it was not sent"), sent_at=None)
        waits = tx.drafts.move(draft, pending)
        if live_beside(tx, draft) or not may_wait(tx, draft):
            waits = tx.drafts.move(waits, waits.become(DraftState.SUPERSEDED, OVERTAKEN))
        return said(tx, waits, Verb.WAS_NOT_SENT, now)


def _pending(tx: Transaction, draft_id: int) -> Draft:
    draft = tx.drafts.get(draft_id)
    if draft.state is not DraftState.PENDING:
        raise Conflict(
            f"Draft {draft_name(draft_id)} is {draft.state}, so it isn't waiting for you."
        )
    return draft


def _uncertain(tx: Transaction, draft_id: int) -> Draft:
    draft = tx.drafts.get(draft_id)
    if draft.state is not DraftState.UNCERTAIN:
        raise Conflict(
            f"Draft {draft_name(draft_id)} is {draft.state}, so there's nothing to settle."
        )
    return draft
