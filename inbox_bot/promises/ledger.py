"""Promises: opened by a letter, kept by proof, released by the author, reopened by a bounce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from inbox_bot import humanize
from inbox_bot.errors import Conflict
from inbox_bot.humanize import AMERICAN
from inbox_bot.letters.verdicts import rule_for
from inbox_bot.model import Cause, Doubt, Promise, PromiseState, StoredMessage
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import Calendar, due


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A reader's letter; `quote` is the sentence that promised an answer, `trouble` why the author
    has to look at the letter herself."""

    letter: StoredMessage
    reader: str
    quote: str
    trouble: str = ""


def open_all(tx: Transaction, owed: Sequence[Owed], within: timedelta, calendar: Calendar) -> None:
    """Open a promise for each letter's thread, unless one is open; no two letters share a thread.

    It is due by the thread's oldest letter, which may be read after newer ones.
    """
    known = tx.promises.of_threads(one.letter.thread for one in owed)
    new = []
    for one in owed:
        promise = known.get(one.letter.thread)
        by = due(one.letter.arrived, within, calendar)
        if promise is not None and promise.state is PromiseState.OPEN:
            _at_latest(tx, promise, one.letter, by)
        else:
            new.append(_promised(one, by))
    tx.promises.open_all(new)


def _promised(owed: Owed, by: datetime) -> Promise:
    return Promise(
        id=0,
        thread=owed.letter.thread,
        letter_id=owed.letter.id,
        reader=owed.reader,
        quote=owed.quote,
        opened=owed.letter.arrived,
        due=by,
        reason=owed.trouble,
    )


def _at_latest(tx: Transaction, promise: Promise, letter: StoredMessage, by: datetime) -> None:
    if letter.arrived < promise.opened:
        by = promise.due if promise.told else by
        tx.promises.update(replace(promise, opened=letter.arrived, due=by))


def name_reader(tx: Transaction, thread: str, reader: str, trouble: str) -> None:
    """Note who is owed, where the first look at her letter could not tell."""
    promise = _open(tx, thread)
    if promise is not None:
        tx.promises.update(replace(promise, reader=reader, reason=trouble))


def keep(tx: Transaction, thread: str, now: datetime, reason: str) -> bool:
    """Close the promise as kept; False when nothing was owed."""
    promise = _open(tx, thread)
    if promise is None:
        return False
    late = now > promise.due
    state = PromiseState.KEPT_LATE if late else PromiseState.KEPT
    tx.promises.update(_settled(promise, state, now, reason))
    return True


def release(
    tx: Transaction, thread: str, now: datetime, reason: str, cause: Cause | None = None
) -> bool:
    """Close the promise as not owed."""
    promise = _open(tx, thread)
    if promise is None:
        return False
    tx.promises.update(_settled(promise, PromiseState.RELEASED, now, reason, cause))
    return True


def reopen(tx: Transaction, thread: str, reason: str, cause: Cause | None = None) -> bool:
    """Open a closed promise again: the reply bounced, or the author undid the closing.

    False where it is open, or where the author has ruled the reader out.
    """
    promise = tx.promises.of_thread(thread)
    if promise is None or promise.state is PromiseState.OPEN:
        return False
    never = tx.people.never()
    if any(rule_for(one, never) for one in (promise.reader, tx.messages.sender(promise.letter_id))):
        return False
    tx.promises.update(_settled(promise, PromiseState.OPEN, None, reason, cause))
    return True


def tell(tx: Transaction, thread: str, day: date, due_at: datetime) -> None:
    """Make the day named in a holding reply the due date."""
    promise = _open(tx, thread)
    if promise is not None:
        tx.promises.update(replace(_settled(promise), told=day, due=due_at))


def untell(tx: Transaction, thread: str, day: date, by: datetime) -> bool:
    """Undo `tell`, as the holding reply that named this day did not arrive."""
    promise = _open(tx, thread)
    if promise is None or promise.told != day:
        return False
    untold = _settled(promise, reason=Cause.NOT_DELIVERED, cause=Cause.NOT_DELIVERED)
    tx.promises.update(replace(untold, told=None, due=by))
    return True


def doubt(tx: Transaction, thread: str, question: Doubt) -> bool:
    """Ask the author whether something that she sent was the answer."""
    promise = _open(tx, thread)
    if promise is None or promise.doubt is question:
        return False
    tx.promises.update(replace(promise, doubt=question))
    return True


def still_owed(tx: Transaction, thread: str) -> bool:
    """Clear the doubt: it was no answer."""
    promise = _open(tx, thread)
    if promise is None or promise.doubt is None:
        return False
    tx.promises.update(_settled(promise))
    return True


def check_hold(tx: Transaction, thread: str, today: date, locale: str = AMERICAN) -> None:
    """Raise Conflict if the reader was told a day that is not near yet."""
    promise = _open(tx, thread)
    if promise and promise.told and today < promise.told - timedelta(days=1):
        raise Conflict(
            f"You already told this reader {humanize.full(promise.told, locale)}. "
            "Hold again the day before that, or answer."
        )


def _settled(
    promise: Promise,
    state: PromiseState = PromiseState.OPEN,
    closed: datetime | None = None,
    reason: str = "",
    cause: Cause | None = None,
) -> Promise:
    """The promise in that state; an earlier reason, cause and doubt are over."""
    return replace(promise, state=state, closed=closed, reason=reason, cause=cause, doubt=None)


def _open(tx: Transaction, thread: str) -> Promise | None:
    promise = tx.promises.of_thread(thread)
    return promise if promise is not None and promise.state is PromiseState.OPEN else None
