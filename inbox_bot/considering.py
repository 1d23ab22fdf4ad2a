"""A letter in the store becomes a verdict; a reader's letter becomes a draft and a promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from inbox_bot.answering import answer, one_of_each_thread
from inbox_bot.bot import Bot, Letter
from inbox_bot.circles import circle_for
from inbox_bot.errors import InboxBotError
from inbox_bot.letters import read_letters
from inbox_bot.model import (
    Circle,
    Judgement,
    StoredMessage,
    Verdict,
)
from inbox_bot.ports import Judged, Transaction
from inbox_bot.preparing import void_approvals
from inbox_bot.returned import came_back
from inbox_bot.verdicts import judge

BATCH = 100
BEGUN = "begun"
SPOKEN = (Verdict.READER, Verdict.COURTESY)
"""A reader wrote again, be it only to say thanks."""


def judge_new(bot: Bot, now: datetime) -> int:
    """Give every new letter its verdict; returns how many had to be set aside."""
    set_aside = 0
    while new := _new(bot):
        set_aside += _one_by_one_if_need_be(bot, new, lambda some: _judge_batch(bot, some, now))
    return set_aside


def draft_new(bot: Bot, now: datetime) -> int:
    """Draft a reply to each reader's letter that was not considered yet; returns how many.

    Before the author has said yes to the first letters, none is drafted.
    """
    drafted = 0
    while waiting := _unconsidered(bot):
        drafted += _one_by_one_if_need_be(
            bot, waiting, lambda some: _consider_batch(bot, some, now)
        )
    return drafted


def _one_by_one_if_need_be(
    bot: Bot, letters: Sequence[StoredMessage], work: Callable[[Sequence[StoredMessage]], int]
) -> int:
    """One letter on which the work fails is set aside; its neighbours do not pay for it."""
    try:
        return work(letters)
    except InboxBotError:
        raise
    except Exception as error:  # whatever a hostile letter can break, it breaks for itself alone
        if len(letters) == 1:
            _set_aside(bot, letters[0], error)
            return 0
    return sum(_one_by_one_if_need_be(bot, [letter], work) for letter in letters)


def _set_aside(bot: Bot, letter: StoredMessage, error: Exception) -> None:
    reason = f"I stumbled over it ({type(error).__name__}); look at it in your mail program"
    with bot.store.transaction() as tx:
        tx.messages.judge_all([_aside(letter, reason)])


def _judge_batch(bot: Bot, new: Sequence[StoredMessage], now: datetime) -> int:
    letters, unreadable = read_letters(bot, new)
    with bot.store.transaction() as tx:
        circle = circle_for(bot, tx, [letter.message for letter in letters])
        judged = [_aside(stored, reason) for stored, reason in unreadable]
        judged += [_judged(letter, circle) for letter in letters]
        tx.messages.judge_all(judged)
        verdicts = (one.judgement.verdict for one in judged[len(unreadable) :])
        _heed(bot, tx, list(zip(letters, verdicts, strict=True)), now)
    return len(unreadable)


def _consider_batch(bot: Bot, waiting: Sequence[StoredMessage], now: datetime) -> int:
    """Later letters of the same threads stay for the next batch."""
    first = one_of_each_thread(waiting)
    letters, _ = read_letters(bot, first)
    with bot.store.transaction() as tx:
        drafted = answer(bot, tx, letters, now)
        tx.messages.considered(*(stored.id for stored in first))
    return drafted


def _new(bot: Bot) -> Sequence[StoredMessage]:
    with bot.store.reading() as tx:
        return tx.messages.new(BATCH)


def _unconsidered(bot: Bot) -> Sequence[StoredMessage]:
    with bot.store.reading() as tx:
        return tx.messages.unconsidered(BATCH) if tx.note(BEGUN) else ()


def _aside(stored: StoredMessage, reason: str) -> Judged:
    judgement = Judgement(verdict=Verdict.UNREADABLE, reason=reason)
    return Judged(letter_id=stored.id, judgement=judgement, message=None)


def _judged(letter: Letter, circle: Circle) -> Judged:
    judgement = judge(letter.message, circle)
    return Judged(letter_id=letter.stored.id, judgement=judgement, message=letter.message)


def _heed(
    bot: Bot, tx: Transaction, letters: Sequence[tuple[Letter, Verdict]], now: datetime
) -> None:
    """What letters change by merely being there."""
    for letter, verdict in letters:
        if verdict is Verdict.BOUNCE:
            for message_id in letter.message.returned:
                came_back(bot, tx, message_id, now)
    void_approvals(tx, [letter.stored for letter, verdict in letters if verdict in SPOKEN], now)
