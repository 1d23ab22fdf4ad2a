"""What went before a letter with its reader: told, waiting, answered, written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from inbox_bot.bot import Bot, Letter
from inbox_bot.model import Before, Draft, DraftState, Promise, PromiseState
from inbox_bot.ports import Transaction
from inbox_bot.replies import recipient
from inbox_bot.threads import ancestors


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How many `replies` this reader was sent, and the day that the thread's promise names."""

    replies: int = 0
    before: Before = field(default_factory=Before)
    told: date | None = None


def history_of(bot: Bot, tx: Transaction, letter: Letter) -> History:
    return histories_of(bot, tx, [letter])[0]


def histories_of(bot: Bot, tx: Transaction, letters: Sequence[Letter]) -> Sequence[History]:
    """One for each letter, in their order."""
    readers = [reader_of(bot, letter) for letter in letters]
    threads = [letter.stored.thread for letter in letters]
    drafts = tx.drafts.for_readers(filter(None, readers))
    in_threads = tx.drafts.for_threads(threads)
    promises = tx.promises.of_threads(threads)
    histories: list[History] = []
    for letter, reader, thread in zip(letters, readers, threads, strict=True):
        promise = promises.get(thread)
        here = {draft.id for draft in in_threads.get(thread, ())}
        before = _before(drafts.get(reader, ()), here, _by_hand(tx, letter, promise))
        histories.append(_history(drafts.get(reader, ()), before, promise))
    return histories


def reader_of(bot: Bot, letter: Letter) -> str:
    """The address that an answer goes to, in lower case; empty where there is none."""
    return recipient(letter.message, bot.own_addresses()).email.lower()


def _history(drafts: Sequence[Draft], before: Before, promise: Promise | None) -> History:
    is_open = promise is not None and promise.state is PromiseState.OPEN
    return History(
        replies=sum(draft.state is DraftState.SENT for draft in drafts),
        before=before,
        told=promise.told if promise and is_open else None,
    )


def _before(drafts: Sequence[Draft], here: set[int], by_hand: bool) -> Before:
    """`drafts` are the reader's, sent or not; `here` are the ids of those in this thread."""
    sent = [draft for draft in drafts if draft.state is DraftState.SENT]
    return Before(
        sent=_entries(sent),
        waiting=_entries(
            draft for draft in drafts if draft.state is not DraftState.SENT and draft.id not in here
        ),
        answered=any(draft.id in here for draft in sent),
        by_hand=by_hand,
    )


def _entries(drafts: Iterable[Draft]) -> frozenset[str]:
    return frozenset(entry for draft in drafts for entry in draft.entries)


def _by_hand(tx: Transaction, letter: Letter, promise: Promise | None) -> bool:
    """The author answered in this thread herself, or wrote to an earlier letter that she will.

    To have put off this very letter is no answer to it.
    """
    here = letter.stored
    if not ancestors(letter.message):
        return False
    if promise is not None and promise.doubt is not None and promise.letter_id != here.id:
        return True
    letters = [one.message_id for one in tx.messages.thread(here.thread)]
    earlier = [each for each in letters if each != here.message_id]
    return bool(tx.circle.answered_among(letters) or tx.circle.put_off_among(earlier))
