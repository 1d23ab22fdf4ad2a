"""Readers' letters that wait become drafts and promises, many letters in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot import ledger
from inbox_bot.bot import Bot, Letter
from inbox_bot.circles import wrote_first
from inbox_bot.history import History, histories_of, reader_of
from inbox_bot.letters import header_only, read_letters
from inbox_bot.model import (
    NO_ADDRESS,
    Actor,
    Address,
    Decision,
    Doubt,
    Draft,
    Event,
    Promise,
    PromiseState,
    StoredMessage,
    Urgent,
    Verdict,
    event_on,
)
from inbox_bot.own_replies import settle_by_hand
from inbox_bot.ports import Transaction
from inbox_bot.preparing import LIVE, blank, keep_drafts, prepare, trouble_with, void_approvals
from inbox_bot.replies import recipient
from inbox_bot.steps.isolation import isolated
from inbox_bot.verdicts import wants_no_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter to be answered. `owed` are the letters of its thread that wait for the same answer,
    oldest first, itself the last."""

    letter: Letter
    history: History
    owed: tuple[Letter, ...]


def answer(bot: Bot, tx: Transaction, letters: Sequence[Letter], now: datetime) -> int:
    """Open the promises and draft the replies; returns how many.

    What the author has answered already needs neither. No two letters may be of one thread: a
    later one builds on what became of the earlier one; and so does a reader's next letter.
    """
    return sum(_answer(bot, tx, some, now) for some in _one_of_each_reader(bot, letters))


def _one_of_each_reader(bot: Bot, letters: Sequence[Letter]) -> Sequence[Sequence[Letter]]:
    """First the first letter of each reader, then the second ones, and so on."""
    met: Counter[str] = Counter()
    rounds: list[list[Letter]] = []
    for letter in letters:
        reader = reader_of(bot, letter) or letter.stored.message_id
        if met[reader] == len(rounds):
            rounds.append([])
        rounds[met[reader]].append(letter)
        met[reader] += 1
    return rounds


def _answer(bot: Bot, tx: Transaction, letters: Sequence[Letter], now: datetime) -> int:
    answered = tx.circle.answered_among(one.stored.message_id for one in letters)
    open_letters = [one for one in letters if one.stored.message_id not in answered]
    cases = _cases(bot, tx, open_letters)
    drafts = _drafts(bot, cases, now)
    kept = keep_drafts(tx, list(zip(drafts, _threads(open_letters), strict=True)))
    _promise(bot, tx, open_letters, kept)
    tx.record(*(event_on(draft, "drafted", Actor.BOT, now) for draft in kept))
    for one in letters:
        if one.stored.message_id in answered:
            _answered_before(tx, one.stored, now)
    return len(kept)


def one_of_each_thread(letters: Sequence[StoredMessage]) -> Sequence[StoredMessage]:
    """The first letter of each thread."""
    first: dict[str, StoredMessage] = {}
    for letter in letters:
        first.setdefault(letter.thread, letter)
    return list(first.values())


def _threads(letters: Sequence[Letter]) -> Sequence[str]:
    return [one.stored.thread for one in letters]


def _cases(bot: Bot, tx: Transaction, letters: Sequence[Letter]) -> Sequence[Case]:
    promises = tx.promises.of_threads(_threads(letters))
    histories = histories_of(bot, tx, letters)
    return [
        Case(
            letter=letter,
            history=history,
            owed=(*_still_owed(bot, tx, letter.stored, promises.get(letter.stored.thread)), letter),
        )
        for letter, history in zip(letters, histories, strict=True)
    ]


def _still_owed(
    bot: Bot, tx: Transaction, letter: StoredMessage, promise: Promise | None
) -> Sequence[Letter]:
    """Earlier letters of the thread that wait for the same answer."""
    if promise is None or promise.state is not PromiseState.OPEN:
        return ()
    earlier = [
        one
        for one in tx.messages.thread(letter.thread)
        if promise.letter_id <= one.id < letter.id and one.verdict is Verdict.READER
    ]
    return read_letters(bot, earlier)[0] if earlier else ()


def _drafts(bot: Bot, cases: Sequence[Case], now: datetime) -> Sequence[Draft]:
    asked = [(one.message, case.history.before) for case in cases for one in case.owed]
    decided = iter(bot.knowledge().consider_many(asked))
    return [
        prepare(bot, case.letter, case.history, _joined(case.owed, decided), now) for case in cases
    ]


def _joined(
    owed: Sequence[Letter], decided: Iterator[tuple[Decision, ...]]
) -> tuple[Decision, ...]:
    """The next decisions, as many as letters. The subject of one that could not be read may tell of
    danger, and answers nothing."""
    return tuple(
        decision
        for letter in owed
        for decision in next(decided)
        if not letter.unread or isinstance(decision, Urgent)
    )


def _promise(bot: Bot, tx: Transaction, letters: Sequence[Letter], drafts: Sequence[Draft]) -> None:
    """To whoever wrote (law 10); what the author put off by hand stays hers to settle."""
    owed = [
        ledger.Owed(
            letter=letter.stored,
            reader=_shown(draft.to[0]),
            quote=promise_quote(bot, letter),
            trouble=trouble_with(bot, letter),
        )
        for letter, draft in zip(letters, drafts, strict=True)
        if draft.decisions or not wants_no_answer(letter.message.text)
    ]
    ledger.open_all(tx, owed, bot)
    put_off = tx.circle.put_off_among(one.stored.message_id for one in letters)
    for letter in letters:
        if letter.stored.message_id in put_off:
            ledger.doubt(tx, letter.stored.thread, Doubt.HOLDING_LINE)
    _ask_of_later_letters(tx, letters)


def _shown(reader: Address) -> str:
    return reader.email.lower() or f"{reader.name} {NO_ADDRESS}".strip()


def _ask_of_later_letters(tx: Transaction, letters: Sequence[Letter]) -> None:
    """What the author wrote to a reader after the letter may be her answer, and makes nobody a
    friend of hers."""
    senders = [one.message.sender.email.lower() if one.message.sender else "" for one in letters]
    known = tx.circle.known_among(senders)
    first = wrote_first(tx, [one.message for one in letters], known)
    if not first:
        return
    tx.circle.unlearn_known(first)
    for letter, sender in zip(letters, senders, strict=True):
        if sender in first:
            tx.circle.learn_thread(letter.stored.thread, [known[sender].message_id])
            ledger.doubt(tx, letter.stored.thread, Doubt.OTHER_LETTER)


def promise_quote(bot: Bot, letter: Letter) -> str:
    """The sentence that made the promise: the article's own, else the one from the settings."""
    knowledge = bot.knowledge()
    articles, named = knowledge.faq.articles, knowledge.articles_of(letter.message)
    for article in articles:
        if article.promise and (article.slug in named or len(articles) == 1):
            return article.promise
    return bot.policy.promise_text


def owe_blank(bot: Bot, tx: Transaction, letter: StoredMessage, trouble: str, now: datetime) -> int:
    """A promise and an empty draft, for a letter with which nothing else can be done.

    A draft that waits in its thread stays, and a yes to it is void: the reader wrote again.
    """
    owe(bot, tx, letter, trouble, now)
    void_approvals(tx, [letter], now)
    waiting = [one for one in tx.drafts.for_thread(letter.thread) if one.state in LIVE]
    if waiting or tx.circle.answered_among([letter.message_id]):
        return 0
    listed = replace(tx.messages.listed([letter.id])[0], sender=_writer(bot, tx, letter))
    kept = tx.drafts.add(blank(bot, letter, listed, trouble, now))
    tx.record(event_on(kept, "drafted", Actor.BOT, now))
    return 1


def _writer(bot: Bot, tx: Transaction, letter: StoredMessage) -> Address:
    """As its header says, else as the store knows."""
    found = [Address(email=tx.messages.sender(letter.id))]
    with isolated(lambda _: None):
        found.append(recipient(header_only(bot, letter, "").message, bot.own_addresses()))
    return found[-1]


def owe(bot: Bot, tx: Transaction, letter: StoredMessage, trouble: str, _now: datetime) -> int:
    """The promise alone, from what the store knows of the letter. No draft is made."""
    if not tx.circle.answered_among([letter.message_id]):
        reader = _shown(_writer(bot, tx, letter))
        quote = bot.policy.promise_text
        owed = ledger.Owed(letter=letter, reader=reader, quote=quote, trouble=trouble)
        ledger.open_all(tx, [owed], bot)
    return 0


def _answered_before(tx: Transaction, letter: StoredMessage, now: datetime) -> None:
    tx.record(Event(at=now, actor=Actor.AUTHOR, verb="answered before", letter_id=letter.id))
    if _is_newest(tx, letter):
        settle_by_hand(tx, letter, now)


def _is_newest(tx: Transaction, letter: StoredMessage) -> bool:
    """Whoever answered the newest letter of a thread has answered those before it, too."""
    place = (letter.arrived, letter.id)
    return all((one.arrived, one.id) <= place for one in tx.messages.thread(letter.thread))
