"""What the author says of a promise: none is owed, answered, still owed, owed after all.

Promise and draft agree after each of her words: where none is owed, none waits, and a thread has
one that waits at most. What is uncertain may have left, whatever she says meanwhile, and a second
letter that corrects the first waits though the promise is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from inbox_bot.errors import Conflict
from inbox_bot.model import CHANGEABLE, Actor, Draft, DraftState, Event, PromiseState
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.promises import ledger
from inbox_bot.steps.compose import is_correction

OWED_AFTER_ALL = "owed after all"
RELEASED = "released"
ANSWERED = "you answered by hand"
"""How the reason begins for which a draft is over."""


def release(store: Store, letter_id: int, reason: str, now: datetime) -> None:
    """No answer is owed to this letter, and why; its drafts are over."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        check_not_leaving(tx, thread)
        if not ledger.release(tx, thread, now, reason):
            raise _nothing_owed(letter_id)
        drafts_are_over(tx, thread, f"{RELEASED}: {reason}")
        _note(tx, RELEASED, letter_id, now)


def was_answered(store: Store, letter_id: int, now: datetime) -> None:
    """The author answered it, wherever that was: the promise is kept and its drafts are over."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        check_not_leaving(tx, thread)
        if not ledger.keep(tx, thread, now, "answered by hand"):
            raise _nothing_owed(letter_id)
        drafts_are_over(tx, thread, ANSWERED)
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
    for draft in reversed(tx.drafts.for_thread(thread)):
        is_last = _was_settled(draft) and draft.version == _latest(tx, draft.id)
        if is_last and live_beside(tx, draft) is None:
            tx.drafts.move(draft, draft.pending_again())
    return True


def wait_again(tx: Transaction, draft: Draft) -> Draft:
    """The draft waits as before. Conflict where none is owed any more, or another one waits."""
    beside = live_beside(tx, draft)
    if beside is not None and not is_correction(draft, _thread_of(tx, draft)):
        raise Conflict(f"Draft {beside.id} waits for this reader by now: look at that one.")
    if not may_wait(tx, draft):
        raise Conflict(
            f"Nothing is owed for draft {draft.id} any more: `inbox-bot owed` changes it."
        )
    return tx.drafts.move(draft, draft.pending_again())


def may_wait(tx: Transaction, draft: Draft) -> bool:
    """Whether the reader is owed an answer, or the draft corrects one that has left."""
    promise = tx.promises.of_thread(tx.messages.get(draft.letter_id).thread)
    if promise is None or promise.state is PromiseState.OPEN:
        return True
    if promise.state is PromiseState.RELEASED:
        return False
    return is_correction(draft, _thread_of(tx, draft))


def live_beside(tx: Transaction, draft: Draft) -> Draft | None:
    """Another draft for the same reader that waits, or is leaving. A correction takes no
    other's place."""
    live, thread = (*CHANGEABLE, DraftState.SENDING), _thread_of(tx, draft)
    others = [one for one in thread if one.state in live and one.id != draft.id]
    return next((one for one in reversed(others) if not is_correction(one, thread)), None)


def correction_beside(tx: Transaction, sent: Draft) -> Draft | None:
    """One that waits already."""
    thread = _thread_of(tx, sent)
    waiting = [one for one in thread if one.state in CHANGEABLE and is_correction(one, thread)]
    return waiting[-1] if waiting else None


def _thread_of(tx: Transaction, draft: Draft) -> Sequence[Draft]:
    return tx.drafts.for_thread(tx.messages.get(draft.letter_id).thread)


def check_not_leaving(tx: Transaction, thread: str) -> None:
    """Conflict while a reply is under way: what becomes of it is known in a moment."""
    if any(one.state is DraftState.SENDING for one in tx.drafts.for_thread(thread)):
        raise Conflict("A reply to this reader is just leaving: say it again in a minute.")


def drafts_are_over(tx: Transaction, thread: str, reason: str) -> None:
    for draft in tx.drafts.for_thread(thread):
        if draft.state in CHANGEABLE:
            tx.drafts.move(draft, replace(draft, state=DraftState.SUPERSEDED, reason=reason))


def _was_settled(draft: Draft) -> bool:
    return draft.state is DraftState.SUPERSEDED and draft.reason.startswith((ANSWERED, RELEASED))


def _latest(tx: Transaction, draft_id: int) -> int:
    return tx.drafts.get(draft_id).version


def _nothing_owed(letter_id: int) -> Conflict:
    return Conflict(f"Nothing is owed to letter {letter_id}; `inbox-bot promises` lists who waits.")


def _note(tx: Transaction, verb: str, letter_id: int, now: datetime, detail: str = "") -> None:
    """`detail` is what an undo needs to know."""
    event = Event(at=now, actor=Actor.AUTHOR, verb=verb, letter_id=letter_id, detail=detail)
    tx.record(event)
