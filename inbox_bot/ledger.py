"""Promises: opened by a letter, kept by proof, released by the author, reopened by a bounce."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from inbox_bot.bot import Policy
from inbox_bot.model import Promise, PromiseState, StoredMessage
from inbox_bot.ports import Transaction
from inbox_bot.promises import due


def open_for(
    tx: Transaction, letter: StoredMessage, reader: str, quote: str, policy: Policy
) -> Promise:
    """The promise of the letter's thread: the open one as it is, else a new one."""
    promise = tx.promises.of_thread(letter.thread)
    if promise is not None and promise.state is PromiseState.OPEN:
        return promise
    return tx.promises.open(
        Promise(
            id=0,
            thread=letter.thread,
            letter_id=letter.id,
            reader=reader,
            quote=quote,
            opened=letter.arrived,
            due=due(letter.arrived, policy.within, policy.calendar),
        )
    )


def keep(tx: Transaction, thread: str, now: datetime, reason: str) -> bool:
    """The reader has an answer; False when nothing was owed."""
    promise = _open(tx, thread)
    if promise is None:
        return False
    late = now > promise.due
    state = PromiseState.KEPT_LATE if late else PromiseState.KEPT
    tx.promises.update(replace(promise, state=state, closed=now, reason=reason))
    return True


def release(tx: Transaction, thread: str, now: datetime, reason: str) -> bool:
    """The author says that none is owed."""
    promise = _open(tx, thread)
    if promise is None:
        return False
    released = replace(promise, state=PromiseState.RELEASED, closed=now, reason=reason)
    tx.promises.update(released)
    return True


def reopen(tx: Transaction, thread: str, reason: str) -> bool:
    """A kept promise turns out not to be (the reply bounced), or a release is undone."""
    promise = tx.promises.of_thread(thread)
    if promise is None or promise.state is PromiseState.OPEN:
        return False
    tx.promises.update(replace(promise, state=PromiseState.OPEN, closed=None, reason=reason))
    return True


def tell(tx: Transaction, thread: str, day: date, due_at: datetime) -> None:
    """A holding reply named a day: the promise is due then."""
    promise = _open(tx, thread)
    if promise is not None:
        tx.promises.update(replace(promise, told=day, due=due_at))


def _open(tx: Transaction, thread: str) -> Promise | None:
    promise = tx.promises.of_thread(thread)
    return promise if promise is not None and promise.state is PromiseState.OPEN else None
