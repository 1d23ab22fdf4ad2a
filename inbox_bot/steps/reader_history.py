"""A reader's history before a letter: told, waiting, answered, written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from inbox_bot.bot import Bot, Letter
from inbox_bot.drafting.mime import recipient
from inbox_bot.model import (
    LIVE,
    Before,
    DraftState,
    Promise,
    PromiseState,
    StoredMessage,
    Urgent,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Told
from inbox_bot.steps.threads import ancestors


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`replies` were sent to this reader; `told` is the day that the thread's promise names.

    `urgent` are the decisions on words of danger in the draft that waits in the thread.
    """

    replies: int = 0
    before: Before = field(default_factory=Before)
    told: date | None = None
    urgent: tuple[Urgent, ...] = ()


@dataclass(slots=True)
class Pending:
    """Counts of FAQ entries in waiting drafts, by reader, in the store and made since. `here` holds
    each thread's own draft, which its next version replaces."""

    waiting: dict[str, Counter[str]]
    here: dict[str, Counter[str]]

    def elsewhere(self, reader: str, thread: str) -> frozenset[str]:
        """Entries that wait for this reader in other threads."""
        return frozenset(self.waiting.get(reader, Counter()) - self.here.get(thread, Counter()))

    def replace(self, reader: str, thread: str, entries: Iterable[str]) -> None:
        """Count a thread's new draft."""
        there, before = Counter(entries), self.here.get(thread, Counter())
        self.waiting[reader] = self.waiting.get(reader, Counter()) - before + there
        self.here[thread] = there


def history_of(bot: Bot, tx: Transaction, letter: Letter) -> History:
    promises = tx.promises.of_threads([letter.stored.thread])
    (history,), pending = histories_of(bot, tx, [letter], promises)
    return with_waiting(history, pending, reader_of(bot, letter), letter.stored.thread)


def histories_of(
    bot: Bot, tx: Transaction, letters: Sequence[Letter], promises: Mapping[str, Promise]
) -> tuple[Sequence[History], Pending]:
    """One per letter, in order, without entries that wait in other threads: these change with each
    letter answered (see `with_waiting`). `promises` are those of their threads."""
    readers = [reader_of(bot, letter) for letter in letters]
    threads = [letter.stored.thread for letter in letters]
    told = tx.drafts.told(filter(None, readers))
    in_threads = tx.drafts.for_threads(threads)
    by_hand = _by_hand(tx, letters, promises)
    pending = Pending(
        waiting={each: Counter(known.waiting) for each, known in told.items()}, here={}
    )
    histories: list[History] = []
    for letter, reader, thread in zip(letters, readers, threads, strict=True):
        promise = promises.get(thread)
        drafts = [one for one in in_threads.get(thread, ()) if one.to[0].email.lower() == reader]
        live = [one for one in drafts if one.state in LIVE]
        pending.here[thread] = Counter(entry for one in live for entry in one.entries)
        known = told.get(reader, Told())
        before = Before(
            sent=known.sent,
            answered=any(draft.state is DraftState.SENT for draft in drafts),
            by_hand=letter.stored.id in by_hand,
        )
        is_open = promise is not None and promise.state is PromiseState.OPEN
        histories.append(
            History(
                replies=known.replies,
                before=before,
                told=promise.told if promise and is_open else None,
                urgent=tuple(d for one in live for d in one.decisions if isinstance(d, Urgent)),
            )
        )
    return histories, pending


def with_waiting(history: History, pending: Pending, reader: str, thread: str) -> History:
    before = replace(history.before, waiting=pending.elsewhere(reader, thread))
    return replace(history, before=before)


def reader_of(bot: Bot, letter: Letter) -> str:
    """The address that an answer goes to, in lower case; empty where there is none."""
    return recipient(letter.message, bot.contact_addresses()).email.lower()


def _by_hand(
    tx: Transaction, letters: Sequence[Letter], promises: Mapping[str, Promise]
) -> frozenset[int]:
    """Letters in whose threads the author answered herself, or put off an earlier letter. Having
    put off this letter itself does not count."""
    replies = [one.stored for one in letters if ancestors(one.message)]
    threads = tx.messages.ids_in_threads({one.thread for one in replies}) if replies else {}
    names = {name for named in threads.values() for name in named}
    answered = tx.people.answered_among(names)
    put_off = tx.people.put_off_among(names)
    return frozenset(
        one.id
        for one in replies
        if _is_doubted(one, promises.get(one.thread))
        or not answered.isdisjoint(threads[one.thread])
        or any(name in put_off for name in threads[one.thread] if name != one.message_id)
    )


def _is_doubted(letter: StoredMessage, promise: Promise | None) -> bool:
    return promise is not None and promise.doubt is not None and promise.letter_id != letter.id
