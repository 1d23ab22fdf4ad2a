"""The author's actions on a promise: release, was answered, still owed.

Each keeps drafts consistent with the promise: none waits where nothing is owed, and at most one
waits in a thread. Exceptions: uncertain drafts stay, as they may have left, and a correction
waits although the promise is kept.
"""

from __future__ import annotations

from datetime import datetime

from inbox_bot.errors import Conflict
from inbox_bot.model import Actor, Event, Verb
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.promises import ledger
from inbox_bot.steps.open_drafts import (
    ANSWERED_BY_HAND,
    check_not_leaving,
    drafts_are_over,
    owed_again,
)


def release(store: Store, letter_id: int, reason: str, now: datetime) -> None:
    """Close the promise as not owed, for `reason`; end its drafts."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        check_not_leaving(tx, thread)
        if not ledger.release(tx, thread, now, reason):
            raise _nothing_owed(letter_id)
        drafts_are_over(tx, thread, f"{Verb.RELEASED}: {reason}")
        _note(tx, Verb.RELEASED, letter_id, now)


def was_answered(store: Store, letter_id: int, now: datetime) -> None:
    """Close the promise as kept and end its drafts: the author answered by other means."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        check_not_leaving(tx, thread)
        if not ledger.keep(tx, thread, now, "answered elsewhere"):
            raise _nothing_owed(letter_id)
        drafts_are_over(tx, thread, ANSWERED_BY_HAND)
        _note(tx, Verb.ANSWERED_ELSEWHERE, letter_id, now)


def still_owed(store: Store, letter_id: int, now: datetime) -> None:
    """Settle a doubt: it was no answer. Otherwise undo `release` or `was_answered`."""
    with store.transaction() as tx:
        thread = tx.messages.get(letter_id).thread
        promise = tx.promises.of_thread(thread)
        if ledger.still_owed(tx, thread):
            doubt = promise.doubt if promise else None
            _note(tx, Verb.STILL_OWED, letter_id, now, doubt or "")
        elif owed_again(tx, letter_id):
            _note(tx, Verb.OWED_AFTER_ALL, letter_id, now)
        else:
            raise Conflict(
                f"Letter {letter_name(letter_id)} is already owed an answer, or doesn't need one."
            )


def _nothing_owed(letter_id: int) -> Conflict:
    return Conflict(
        f"Letter {letter_name(letter_id)} isn't owed an answer. "
        "`inbox-bot promises` lists who is waiting."
    )


def _note(tx: Transaction, verb: Verb, letter_id: int, now: datetime, detail: str = "") -> None:
    """`detail` is what an undo needs to know."""
    event = Event(at=now, actor=Actor.AUTHOR, verb=verb, letter_id=letter_id, detail=detail)
    tx.record(event)
