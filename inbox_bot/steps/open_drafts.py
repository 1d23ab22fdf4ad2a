"""A thread's open drafts: which wait, which are over, which may be reopened.

Promise and draft agree: no draft waits where nothing is owed, and a thread has at most one that
waits. A correction of a sent reply may wait although the promise is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox_bot.drafting.mime import why_unreachable
from inbox_bot.errors import Conflict
from inbox_bot.model import CHANGEABLE, Cause, Draft, DraftKind, DraftState, PromiseState
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Waiting
from inbox_bot.promises import ledger

NEED_MORE = (DraftKind.BLANK, DraftKind.PARTIAL, DraftKind.URGENT)
"""Kinds of draft that need more of the author than a yes."""
ANSWERED_BY_HAND = "you answered by hand"
"""The reason, shown to the author, of a draft that her own answer ended."""


def is_ready(draft: Draft | Waiting) -> bool:
    """True if only a yes is missing: it has an answer and an address to send it to."""
    reader = draft.reader if isinstance(draft, Waiting) else draft.to[0]
    can_leave = draft.kind not in NEED_MORE and not why_unreachable(reader)
    return draft.state is DraftState.PENDING and can_leave


def is_thanks(one: Waiting) -> bool:
    """True if the letter asks nothing and is owed nothing: she may answer it, or not."""
    return one.kind is DraftKind.BLANK and not one.decisions and not one.owed


def is_correction(draft: Draft, thread: Sequence[Draft]) -> bool:
    """Whether it answers a reply of ours that has left: it may wait beside the thread's draft."""
    sent = {one.message_id for one in thread if one.state is DraftState.SENT}
    return draft.in_reply_to in sent


def live_beside(tx: Transaction, draft: Draft) -> Draft | None:
    """Another draft of the thread that waits or is being sent; corrections do not count."""
    live, thread = (*CHANGEABLE, DraftState.SENDING), _thread_of(tx, draft)
    others = [one for one in thread if one.state in live and one.id != draft.id]
    return next((one for one in reversed(others) if not is_correction(one, thread)), None)


def correction_beside(tx: Transaction, sent: Draft) -> Draft | None:
    """A waiting correction."""
    thread = _thread_of(tx, sent)
    waiting = [one for one in thread if one.state in CHANGEABLE and is_correction(one, thread)]
    return waiting[-1] if waiting else None


def may_wait(tx: Transaction, draft: Draft) -> bool:
    """Whether the reader is owed an answer, or the draft corrects one that has left."""
    promise = tx.promises.of_letter(draft.letter_id)
    if promise is None or promise.state is PromiseState.OPEN:
        return True
    if promise.state is PromiseState.RELEASED:
        return False
    return is_correction(draft, _thread_of(tx, draft))


def wait_again(tx: Transaction, draft: Draft) -> Draft:
    """Return the draft to pending. Conflict if nothing is owed, or another draft waits."""
    beside = live_beside(tx, draft)
    if beside is not None and not is_correction(draft, _thread_of(tx, draft)):
        raise Conflict(f"This reader has a newer draft, {draft_name(beside.id)}. Use that one.")
    if not may_wait(tx, draft):
        raise Conflict(
            f"Draft {draft_name(draft.id)} no longer needs a reply. `inbox-bot owed` changes that."
        )
    return tx.drafts.move(draft, draft.pending_again())


def owed_again(tx: Transaction, letter_id: int) -> bool:
    """Reopen the promise and its ended drafts; False if it was not closed."""
    thread = tx.messages.get(letter_id).thread
    if not ledger.reopen(tx, thread, ""):
        return False
    for draft in reversed(tx.drafts.for_thread(thread)):
        if _is_over(tx, draft) and live_beside(tx, draft) is None:
            tx.drafts.move(draft, draft.pending_again())
    return True


def drafts_are_over(tx: Transaction, thread: str, reason: str, cause: Cause | None = None) -> None:
    for draft in tx.drafts.for_thread(thread):
        if draft.state in CHANGEABLE:
            tx.drafts.move(draft, draft.become(DraftState.SUPERSEDED, reason, cause))


def check_not_leaving(tx: Transaction, thread: str) -> None:
    """Raise Conflict while a reply is being sent: its outcome is known in a moment."""
    if any(one.state is DraftState.SENDING for one in tx.drafts.for_thread(thread)):
        raise Conflict("A reply to this reader is being sent right now. Try again in a minute.")


def _is_over(tx: Transaction, draft: Draft) -> bool:
    """True if it ended with its promise, not by a newer version."""
    newest = tx.drafts.get(draft.id).version
    return draft.state is DraftState.SUPERSEDED and draft.version == newest


def _thread_of(tx: Transaction, draft: Draft) -> Sequence[Draft]:
    return tx.drafts.beside(draft.letter_id)
