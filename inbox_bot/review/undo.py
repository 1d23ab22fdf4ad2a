"""Every word of the author can be taken back, the last one first, until the reply has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.model import Actor, Doubt, Draft, DraftState, Event, Verdict
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.review import promises
from inbox_bot.review.decide import BY_HAND
from inbox_bot.review.readers import NEVER_DOMAIN, NEVER_SENDER, NOT_A_READER, let_out, rule_undone
from inbox_bot.review.rewrite import ASKS_NOTHING, restored
from inbox_bot.steps.open_drafts import owed_again, wait_again

UNDONE = "undone"
TAKEN_BACK = (UNDONE, promises.OWED_AFTER_ALL)


def undo(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Take back the author's last word on this draft or its letter; Conflict if there is none."""
    with bot.store.transaction() as tx:
        letter_id = tx.drafts.get(draft_id).letter_id
        _undo_last(bot, tx, letter_id, now)
        return tx.drafts.get(draft_id)


def undo_last(bot: Bot, letter_id: int, now: datetime) -> str:
    """The same for a letter; returns the word that was taken back."""
    with bot.store.transaction() as tx:
        return _undo_last(bot, tx, letter_id, now)


def history(bot: Bot, letter_id: int) -> Sequence[Event]:
    """What happened to a letter, its drafts and its promise, in order."""
    with bot.store.reading() as tx:
        return tx.events(letter_id)


def last_word(events: Sequence[Event]) -> Event | None:
    """The author's latest word that she has not taken back yet."""
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
        raise Conflict("There is nothing to undo.")
    _UNDO[word.verb](bot, tx, word, now)
    tx.record(
        Event(
            at=now,
            actor=Actor.AUTHOR,
            verb=UNDONE,
            letter_id=letter_id,
            draft_id=word.draft_id,
            version=word.version,
            detail=word.verb,
        )
    )
    return word.verb


def _draft(tx: Transaction, word: Event) -> Draft:
    draft = tx.drafts.get(word.draft_id or 0)
    if draft.state in (DraftState.SENT, DraftState.SENDING, DraftState.UNCERTAIN):
        raise Conflict(f"Draft {draft.id} is {draft.state}; there is nothing to undo.")
    return draft


def _pending_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    wait_again(tx, replace(draft, snoozed_until=None))


def _version_before(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:
    draft = _draft(tx, word)
    if draft.state is not DraftState.PENDING:
        raise Conflict(f"Draft {draft.id} is {draft.state}; there is nothing to undo.")
    restored(bot, tx, draft, tx.drafts.get(draft.id, (word.version or 2) - 1), now)


def _asked_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:
    draft = _draft(tx, word)
    if draft.state is not DraftState.SUPERSEDED or draft.reason != ASKS_NOTHING:
        _version_before(bot, tx, word, now)
        return
    ledger.reopen(tx, tx.messages.get(draft.letter_id).thread, "")
    wait_again(tx, draft)


def _still_owed(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:
    thread = tx.messages.get(_draft(tx, word).letter_id).thread
    ledger.reopen(tx, thread, "not answered after all")
    _pending_again(bot, tx, word, now)


def _owed_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    if not owed_again(tx, word.letter_id or 0):
        raise Conflict("An answer is owed as it is.")


def _in_doubt_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    ledger.doubt(tx, tx.messages.get(word.letter_id or 0).thread, Doubt(word.detail))


def _uncertain_again(bot: Bot, tx: Transaction, word: Event, now: datetime) -> None:  # noqa: ARG001
    draft = _draft(tx, word)
    tx.drafts.move(draft, replace(draft, state=DraftState.UNCERTAIN, reason=""))


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


_UNDO: Mapping[str, Callable[[Bot, Transaction, Event, datetime], None]] = {
    "approved": _pending_again,
    "rejected": _pending_again,
    "snoozed": _pending_again,
    BY_HAND: _still_owed,
    "edited": _version_before,
    "line added": _version_before,
    "swapped": _version_before,
    "not a question": _asked_again,
    "holding": _version_before,
    NOT_A_READER: _a_reader,
    NEVER_SENDER: _a_reader,
    NEVER_DOMAIN: _a_reader,
    "a reader": _no_reader_again,
    "released": _owed_again,
    "answered by hand": _owed_again,
    "still owed": _in_doubt_again,
    "was not sent": _uncertain_again,
    "writes again": _no_correction,
    "woken": _asleep_again,
    "readdressed": _version_before,
}
