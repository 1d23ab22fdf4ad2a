"""Prefetch: read and match letters before the transaction.

The transaction that answers them uses both results, so that other writers do not wait for a parser.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inbox_bot.bot import Bot, Letter
from inbox_bot.faq.knowledge import Case as Matched
from inbox_bot.model import Promise, PromiseState, StoredMessage
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.stored_letters import read_letters

MOST_OWED = 20
"""One draft answers this many of a thread's newest letters; danger is checked in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefetched:
    """Results by letter id. `read` are the threads' earlier letters; None if unreadable."""

    read: Mapping[int, Letter | None]
    matched: Mapping[int, Matched]

    def letters(self, bot: Bot, stored: Sequence[StoredMessage]) -> Sequence[Letter]:
        """The readable ones; a letter that began to wait meanwhile is read now."""
        read = {**self.read, **_read(bot, [one for one in stored if one.id not in self.read])}
        return [letter for one in stored if (letter := read[one.id])]

    def cases(self, bot: Bot, letters: Sequence[Letter]) -> Iterator[Matched]:
        """Each letter's match; one that began to wait meanwhile is matched now."""
        matched = {**self.matched, **_match(bot, letters, self.matched)}
        return (matched[one.stored.id] for one in letters)


def prefetch(bot: Bot, letters: Sequence[Letter]) -> Prefetched:
    threads = list(by_thread(letters).values())
    with bot.store.reading() as tx:
        promises = tx.promises.of_threads(one[0].stored.thread for one in threads)
        earlier = [one for new in threads for one in still_owed(tx, new, promises)]
    read = _read(bot, earlier)
    return Prefetched(read=read, matched=_match(bot, [*filter(None, read.values()), *letters], {}))


def by_thread(letters: Sequence[Letter]) -> Mapping[str, Sequence[Letter]]:
    threads: dict[str, list[Letter]] = {}
    for letter in letters:
        threads.setdefault(letter.stored.thread, []).append(letter)
    return threads


def still_owed(
    tx: Transaction, letters: Sequence[Letter], promises: Mapping[str, Promise]
) -> Sequence[StoredMessage]:
    """Earlier letters of the thread that await the same answer, MOST_OWED in all."""
    first, most = letters[0].stored, MOST_OWED - len(letters)
    promise = promises.get(first.thread)
    if promise is None or promise.state is not PromiseState.OPEN or most <= 0:
        return ()
    return tx.messages.waiting_in_thread(first.thread, promise.letter_id, first.id, most)


def _read(bot: Bot, stored: Sequence[StoredMessage]) -> Mapping[int, Letter | None]:
    read = {one.stored.id: one for one in read_letters(bot, stored)[0]} if stored else {}
    return {one.id: read.get(one.id) for one in stored}


def _match(bot: Bot, letters: Sequence[Letter], known: Collection[int]) -> Mapping[int, Matched]:
    lacking = {one.stored.id: one.message for one in letters if one.stored.id not in known}
    found = bot.knowledge().match_many(list(lacking.values())) if lacking else ()
    return dict(zip(lacking, found, strict=True))
