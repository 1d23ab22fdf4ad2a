"""Detect second copies of a letter: with a gateway's banner, or moved to another server.

A copy has the first one's Message-ID (or Exchange's note of it), the same writer and the same day;
one text contains the other, and the longer one asks nothing more. A letter that differs in any of
these is its own: anybody can choose a Message-ID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from inbox_bot.bot import Bot, Letter
from inbox_bot.model import AskAuthor, Judgement, Message, Verdict
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Judged
from inbox_bot.steps.reader_history import reader_of
from inbox_bot.steps.stored_letters import read_letters
from inbox_bot.steps.threads import moved_from

SPOKEN = (Verdict.READER, Verdict.COURTESY)
SAME_DAY = timedelta(days=1)


def without_copies(
    bot: Bot, tx: Transaction, letters: Sequence[Letter], judged: Sequence[Judged]
) -> Sequence[Judged]:
    """Return the verdicts, with second copies marked automatic. Writes nothing."""
    verdicts = {one.letter_id: one for one in judged}
    here = {letter.stored.id for letter in letters}
    counted: set[int] = set()
    for letter in _suspects(tx, letters, verdicts):
        first = _first(bot, tx, letter, here - counted)
        if first is None:
            counted.add(letter.stored.id)
        else:
            reason = f"a second copy of letter {letter_name(first.stored.id)}"
            copy = Judgement(verdict=Verdict.AUTOMATIC, reason=reason)
            verdicts[letter.stored.id] = replace(verdicts[letter.stored.id], judgement=copy)
    return list(verdicts.values())


def learn_first_names(tx: Transaction, letters: Sequence[Letter]) -> None:
    """Map the Message-ID from before a move to the letter's thread."""
    for letter in letters:
        if moved := moved_from(letter.message):
            tx.people.learn_thread(letter.stored.thread, [moved])


def _suspects(
    tx: Transaction, letters: Sequence[Letter], verdicts: dict[int, Judged]
) -> Sequence[Letter]:
    """Letters that share a Message-ID with another one, the least altered first."""
    shared = tx.messages.shared_ids(one.stored.message_id for one in letters)
    shared |= {moved_from(one.message) for one in letters}
    found = [
        letter
        for letter in letters
        if verdicts[letter.stored.id].judgement.verdict in SPOKEN
        and (letter.stored.message_id in shared or moved_from(letter.message))
    ]
    return sorted(found, key=_change)


def _change(letter: Letter) -> tuple[bool, int]:
    """Sort key: how much was altered in it."""
    message = letter.message
    return bool(moved_from(message)), len(message.text) + len(message.subject)


def _first(bot: Bot, tx: Transaction, letter: Letter, not_yet: set[int]) -> Letter | None:
    """The letter that this one copies. `not_yet` leaves out uncounted ones of its batch."""
    near = [
        one
        for one in tx.messages.near(letter.stored, moved_from(letter.message))
        if one.id not in not_yet and (one.verdict is None or one.verdict in SPOKEN)
    ]
    read, _ = read_letters(bot, near)
    return next((one for one in read if _is_copy(bot, letter, one)), None)


def _is_copy(bot: Bot, letter: Letter, first: Letter) -> bool:
    return (
        _is_named_alike(letter, first)
        and reader_of(bot, letter) == reader_of(bot, first)
        and _same_day(letter.message, first.message)
        and _says_no_more(bot, letter.message, first.message)
    )


def _is_named_alike(letter: Letter, first: Letter) -> bool:
    """True if they share a Message-ID, now or before a move."""
    return not _names(letter).isdisjoint(_names(first))


def _names(letter: Letter) -> set[str]:
    return {letter.stored.message_id, moved_from(letter.message)} - {""}


def _same_day(one: Message, other: Message) -> bool:
    """Compare Date headers: a form may reuse one Message-ID."""
    if one.date is None or other.date is None:
        return False
    return abs(one.date - other.date) < SAME_DAY


def _says_no_more(bot: Bot, copy: Message, first: Message) -> bool:
    said, before = "".join(copy.text.split()), "".join(first.text.split())
    if not said or not before:
        return False
    if said in before:
        return True
    return before in said and _asked(bot, copy) == _asked(bot, first)


def _asked(bot: Bot, message: Message) -> Counter[tuple[str, bool]]:
    """Count decisions by type; danger and what needs a person count separately."""
    return Counter(_kinds(bot, message))


def _kinds(bot: Bot, message: Message) -> Iterator[tuple[str, bool]]:
    for one in bot.knowledge().consider(message):
        yield type(one).__name__, isinstance(one, AskAuthor) and one.personal
