"""A letter in the store becomes a verdict; a reader's letter becomes a draft and a promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from inbox_bot import ledger
from inbox_bot.bot import Bot, Letter
from inbox_bot.bounces import bounced
from inbox_bot.circles import circle_for
from inbox_bot.errors import InboxBotError
from inbox_bot.letters import read_letters
from inbox_bot.model import (
    Actor,
    Circle,
    Decision,
    Doubt,
    Event,
    Judgement,
    PromiseState,
    StoredMessage,
    Verdict,
)
from inbox_bot.own_replies import settle_by_hand
from inbox_bot.ports import Judged, Transaction
from inbox_bot.preparing import History, history_of, keep_draft, prepare, void_approvals
from inbox_bot.returned import came_back
from inbox_bot.verdicts import judge

BATCH = 100
BEGUN = "begun"


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
        for letter, one in zip(letters, judged[len(unreadable) :], strict=True):
            _heed(bot, tx, letter.stored, one.judgement.verdict, now)
    return len(unreadable)


def _consider_batch(bot: Bot, waiting: Sequence[StoredMessage], now: datetime) -> int:
    letters, _ = read_letters(bot, waiting)
    with bot.store.transaction() as tx:
        drafted = sum(_consider(bot, tx, letter, now) for letter in letters)
        for stored in waiting:
            tx.messages.considered(stored.id)
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
    bot: Bot, tx: Transaction, letter: StoredMessage, verdict: Verdict, now: datetime
) -> None:
    """What a letter changes by merely being there."""
    if verdict is Verdict.BOUNCE:
        for message_id in bounced(letter.raw):
            came_back(bot, tx, message_id, now)
    if verdict in (Verdict.READER, Verdict.COURTESY):
        void_approvals(tx, letter, now)


def _consider(bot: Bot, tx: Transaction, letter: Letter, now: datetime) -> bool:
    """Open the promise and prepare the reply; False when the author has answered already."""
    if tx.circle.answered_among([letter.stored.message_id]):
        event = Event(
            at=now, actor=Actor.AUTHOR, verb="answered before", letter_id=letter.stored.id
        )
        tx.record(event)
        if _is_newest(tx, letter.stored):
            settle_by_hand(tx, letter.stored, now)
        return False
    owed = [*_still_owed(bot, tx, letter.stored), letter]
    history = history_of(bot, tx, letter)
    decisions = _decisions(bot, owed, history)
    draft = prepare(bot, letter, history, decisions, now)
    kept = keep_draft(tx, draft, letter.stored.thread)
    if kept.decisions:
        reader = kept.to[0].email.lower()
        ledger.open_for(tx, letter.stored, reader, promise_quote(bot, letter), bot)
    if tx.circle.put_off_among([letter.stored.message_id]):
        ledger.doubt(tx, letter.stored.thread, Doubt.HOLDING_LINE)
    tx.record(
        Event(
            at=now,
            actor=Actor.BOT,
            verb="drafted",
            letter_id=letter.stored.id,
            draft_id=kept.id,
            version=kept.version,
        )
    )
    return True


def _is_newest(tx: Transaction, letter: StoredMessage) -> bool:
    """Whoever answered the newest letter of a thread has answered those before it, too."""
    place = (letter.arrived, letter.id)
    return all((one.arrived, one.id) <= place for one in tx.messages.thread(letter.thread))


def _still_owed(bot: Bot, tx: Transaction, letter: StoredMessage) -> Sequence[Letter]:
    """Earlier letters of the thread that wait for the same answer, oldest first."""
    promise = tx.promises.of_thread(letter.thread)
    if promise is None or promise.state is not PromiseState.OPEN:
        return ()
    earlier = [
        one
        for one in tx.messages.thread(letter.thread)
        if promise.letter_id <= one.id < letter.id and one.verdict is Verdict.READER
    ]
    return read_letters(bot, earlier)[0] if earlier else ()


def _decisions(bot: Bot, owed: Sequence[Letter], history: History) -> tuple[Decision, ...]:
    knowledge = bot.knowledge()
    return tuple(
        decision
        for letter in owed
        for decision in knowledge.consider(letter.message, history.entries)
    )


def promise_quote(bot: Bot, letter: Letter) -> str:
    """The sentence that made the promise: the article's own, else the one from the settings."""
    knowledge, message = bot.knowledge(), letter.message
    articles = knowledge.faq.articles
    named = knowledge.articles_named(f"{message.subject}\n{message.text}\n{message.cut}")
    for article in articles:
        if article.promise and (article.slug in named or len(articles) == 1):
            return article.promise
    return bot.policy.promise_text
