"""Undo the author's actions, the last one first, until the reply has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.model import OUT, Actor, Cause, Doubt, Draft, DraftState, Event, Verb, Verdict
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.review.readers import let_out, rule_undone
from inbox_bot.review.rewrite import restored
from inbox_bot.steps.open_drafts import owed_again, wait_again

TAKEN_BACK = (Verb.UNDONE, Verb.OWED_AFTER_ALL)


def undo(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Undo the author's last action on this draft or its letter; Conflict if there is none."""
    with bot.store.transaction() as tx:
        letter_id = tx.drafts.get(draft_id).letter_id
        _undo_last(bot, tx, letter_id, now)
        return tx.drafts.get(draft_id)


def undo_last(bot: Bot, letter_id: int, now: datetime) -> str:
    """As `undo`, for a letter; returns the verb that was undone."""
    with bot.store.transaction() as tx:
        return _undo_last(bot, tx, letter_id, now)


def last_word(events: Sequence[Event]) -> Event | None:
    """The author's latest action that is not undone yet."""
    words: list[Event] = []
    for event in events:
        if event.actor is Actor.AUTHOR and event.verb in TAKEN_BACK:
            words = words[:-1]
        elif event.actor is Actor.AUTHOR and event.verb in _UNDO:
            words.append(event)
    return words[-1] if words else None


def _undo_last(bot: Bot, tx: Transaction, letter_id: int, now: datetime) -> str:
    word = last_word(tx.events(letter_id))
    if word is None:
        raise Conflict("There's nothing to undo.")
    _UNDO[word.verb](bot, tx, word, now)
    tx.record(
        Event(
            at=now,
            actor=Actor.AUTHOR,
            verb=Verb.UNDONE,
            letter_id=letter_id,
            draft_id=word.draft_id,
            version=word.version,
            detail=word.verb,
        )
    )
    return word.verb


def _draft(tx: Transaction, word: Event) -> Draft:
    draft = tx.drafts.get(word.draft_id or 0)
    if draft.state in OUT:
        raise Conflict(f"Draft {draft_name(draft.id)} is {draft.state}; there's nothing to undo.")
    return draft


def _pending_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    wait_again(tx, replace(draft, snoozed_until=None))


def _version_before(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:
    draft = _draft(tx, word)
    if draft.state is not DraftState.PENDING:
        raise Conflict(f"Draft {draft_name(draft.id)} is {draft.state}; there's nothing to undo.")
    restored(bot, tx, draft, tx.drafts.get(draft.id, (word.version or 2) - 1), now)


def _asked_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:
    draft = _draft(tx, word)
    if draft.state is not DraftState.SUPERSEDED or draft.cause is not Cause.ASKS_NOTHING:
        _version_before(bot, tx, word, now)
        return
    ledger.reopen(tx, tx.messages.get(draft.letter_id).thread, "")
    wait_again(tx, draft)


def _owed_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    if not owed_again(tx, word.letter_id or 0):
        raise Conflict("An answer is already owed.")


def _in_doubt_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    ledger.doubt(tx, tx.messages.get(word.letter_id or 0).thread, Doubt(word.detail))


def _uncertain_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    tx.drafts.move(draft, draft.become(DraftState.UNCERTAIN))


def _no_correction(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    tx.drafts.move(draft, replace(draft, state=DraftState.REJECTED))


def _asleep_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    tx.drafts.move(draft, replace(draft, snoozed_until=date.fromisoformat(word.detail)))


def _a_reader(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    rule_undone(tx, word.letter_id or 0, word.verb, Verdict(word.detail or Verdict.READER))


def _no_reader_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    let_out(tx, word.letter_id or 0, Verdict(word.detail), now)


_UNDO: Mapping[Verb, Callable[[Bot, Transaction, Event, datetime], None]] = {
    Verb.APPROVED: _pending_again,
    Verb.REJECTED: _pending_again,
    Verb.SNOOZED: _pending_again,
    Verb.EDITED: _version_before,
    Verb.LINE_ADDED: _version_before,
    Verb.SWAPPED: _version_before,
    Verb.NOT_A_QUESTION: _asked_again,
    Verb.HOLDING: _version_before,
    Verb.NOT_A_READER: _a_reader,
    Verb.NEVER_SENDER: _a_reader,
    Verb.NEVER_DOMAIN: _a_reader,
    Verb.A_READER: _no_reader_again,
    Verb.RELEASED: _owed_again,
    Verb.ANSWERED_BY_HAND: _owed_again,
    Verb.ANSWERED_ELSEWHERE: _owed_again,
    Verb.STILL_OWED: _in_doubt_again,
    Verb.WAS_NOT_SENT: _uncertain_again,
    Verb.WRITES_AGAIN: _no_correction,
    Verb.WOKEN: _asleep_again,
    Verb.READDRESSED: _version_before,
}
