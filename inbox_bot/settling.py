"""What the author says of a promise: none is owed, answered, still owed, owed after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_bot import ledger
from inbox_bot.errors import Conflict
from inbox_bot.model import Actor, Draft, DraftState, Event, StoredMessage
from inbox_bot.ports import Store, Transaction

LIVE = (DraftState.PENDING, DraftState.APPROVED, DraftState.REFUSED)
OWED_AFTER_ALL = "owed after all"
RELEASED = "released"
ANSWERED = "you answered by hand"
"""How the reason begins for which a draft is over."""


def release(store: Store, letter_id: int, reason: str, now: datetime) -> None:
    """No answer is owed to this letter, and why; its drafts are over."""
    with store.transaction() as tx:
        letter = tx.messages.get(letter_id)
        if not ledger.release(tx, letter.thread, now, reason):
            raise _nothing_owed(letter_id)
        _drafts_are_over(tx, letter, f"{RELEASED}: {reason}")
        _note(tx, RELEASED, letter_id, now)


def was_answered(store: Store, letter_id: int, now: datetime) -> None:
    """The author answered it, wherever that was: the promise is kept and its drafts are over."""
    with store.transaction() as tx:
        letter = tx.messages.get(letter_id)
        if not ledger.keep(tx, letter.thread, now, "answered by hand"):
            raise _nothing_owed(letter_id)
        _drafts_are_over(tx, letter, ANSWERED)
        _note(tx, "answered by hand", letter_id, now)


def still_owed(store: Store, letter_id: int, now: datetime) -> None:
    """What the author wrote was no answer; also the undo of `release` and `was_answered`."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        promise = tx.promises.of_thread(thread)
        if ledger.still_owed(tx, thread):
            doubt = promise.reason if promise else ""
            _note(tx, "still owed", letter_id, now, doubt)
        elif owed_again(tx, letter_id):
            _note(tx, OWED_AFTER_ALL, letter_id, now)
        else:
            raise Conflict(f"Letter {letter_id} is owed an answer as it is, or asks none.")


def owed_again(tx: Transaction, letter_id: int) -> bool:
    """The promise is open as before, and its drafts wait; False where it was not closed."""
    thread = tx.messages.get(letter_id).thread
    if not ledger.reopen(tx, thread, ""):
        return False
    for draft in tx.drafts.for_thread(thread):
        if _was_settled(draft) and draft.version == _latest(tx, draft.id):
            tx.drafts.move(draft, draft.pending_again())
    return True


def _was_settled(draft: Draft) -> bool:
    return draft.state is DraftState.SUPERSEDED and draft.reason.startswith((ANSWERED, RELEASED))


def _latest(tx: Transaction, draft_id: int) -> int:
    return tx.drafts.get(draft_id).version


def _drafts_are_over(tx: Transaction, letter: StoredMessage, reason: str) -> None:
    for draft in tx.drafts.for_thread(letter.thread):
        if draft.state in LIVE:
            tx.drafts.move(draft, replace(draft, state=DraftState.SUPERSEDED, reason=reason))


def _nothing_owed(letter_id: int) -> Conflict:
    return Conflict(f"Nothing is owed to letter {letter_id}; `inbox-bot promises` lists who waits.")


def _note(tx: Transaction, verb: str, letter_id: int, now: datetime, detail: str = "") -> None:
    """`detail` is what an undo needs to know."""
    event = Event(at=now, actor=Actor.AUTHOR, verb=verb, letter_id=letter_id, detail=detail)
    tx.record(event)
