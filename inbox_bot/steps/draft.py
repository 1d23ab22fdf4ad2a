"""Turn waiting readers' letters into drafts and promises, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from inbox_bot.bot import Bot, Letter
from inbox_bot.drafting.mime import recipient
from inbox_bot.faq.knowledge import Case as Matched, wants_answer
from inbox_bot.letters.verdicts import mailboxes
from inbox_bot.model import (
    CHANGEABLE,
    NO_ADDRESS,
    Actor,
    Address,
    Decision,
    Doubt,
    Draft,
    Event,
    StoredMessage,
    Urgent,
    Verb,
    event_on,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.steps.compose import blank, compose, keep_drafts, trouble_with, void_approvals
from inbox_bot.steps.isolation import isolated
from inbox_bot.steps.known_people import wrote_first
from inbox_bot.steps.own_replies import settle_by_hand
from inbox_bot.steps.prefetch import MOST_OWED, Prefetched, by_thread, still_owed
from inbox_bot.steps.reader_history import History, Pending, histories_of, reader_of, with_waiting
from inbox_bot.steps.stored_letters import header_only
from inbox_bot.steps.threads import moved_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The waiting letters that a thread's next draft answers, oldest first; the last `new` of them
    are new. The draft goes to the last one's writer."""

    owed: tuple[Letter, ...]
    new: int
    history: History

    @property
    def letter(self) -> Letter:
        return self.owed[-1]

    @property
    def thread(self) -> str:
        return self.letter.stored.thread


def answer(
    bot: Bot, tx: Transaction, letters: Sequence[Letter], ahead: Prefetched, now: datetime
) -> int:
    """Open the promises and draft the replies, one for each thread; returns how many.

    Letters that the author has answered get neither. All are matched together, then drafted in
    turn, since a draft that waits for a reader affects her next thread.
    """
    answered = _answered_by_hand(tx, letters)
    open_letters = [one for one in letters if one.stored.id not in answered]
    threads = by_thread(open_letters)
    cases, pending = _cases(bot, tx, list(threads.values()), ahead)
    matched = ahead.cases(bot, [one for case in cases for one in case.owed])
    drafts, wants = _drafts(bot, cases, matched, pending, now)
    kept = keep_drafts(tx, list(zip(drafts, threads, strict=True)))
    _promise(bot, tx, wants, open_letters)
    tx.record(*(event_on(draft, Verb.DRAFTED, Actor.BOT, now) for draft in kept))
    for one in letters:
        if one.stored.id in answered:
            _answered_before(tx, one.stored, now)
    return len(kept)


def _answered_by_hand(tx: Transaction, letters: Sequence[Letter]) -> frozenset[int]:
    """Letters whose writer got her answer: one may name a letter but go to somebody else."""
    named = tx.people.answered_among(one.stored.message_id for one in letters)
    return frozenset(
        one.stored.id
        for one in letters
        if one.stored.message_id in named
        and (
            not (people := mailboxes((one.message.sender, one.message.reply_to)))
            or tx.people.went_to(one.stored.message_id, people)
        )
    )


def one_of_each_thread(letters: Sequence[StoredMessage]) -> Sequence[StoredMessage]:
    """The first letter of each thread."""
    first: dict[str, StoredMessage] = {}
    for letter in letters:
        first.setdefault(letter.thread, letter)
    return list(first.values())


def _cases(
    bot: Bot, tx: Transaction, threads: Sequence[Sequence[Letter]], ahead: Prefetched
) -> tuple[Sequence[Case], Pending]:
    promises = tx.promises.of_threads(letters[0].stored.thread for letters in threads)
    histories, pending = histories_of(bot, tx, [letters[-1] for letters in threads], promises)
    cases = [
        Case(
            owed=(*ahead.letters(bot, still_owed(tx, letters, promises)), *letters),
            new=len(letters),
            history=history,
        )
        for letters, history in zip(threads, histories, strict=True)
    ]
    return cases, pending


def _drafts(
    bot: Bot, cases: Sequence[Case], matched: Iterator[Matched], pending: Pending, now: datetime
) -> tuple[Sequence[Draft], Sequence[Letter]]:
    """A draft for each case, and its first new letter that is owed an answer."""
    drafts, wants = [], []
    for case in cases:
        reader = reader_of(bot, case.letter)
        history = with_waiting(case.history, pending, reader, case.thread)
        decided = [_decided(bot, one, next(matched), history) for one in case.owed]
        draft = compose(bot, case.letter, history, _joined(decided, history), now)
        pending.replace(reader, case.thread, draft.entries)
        drafts.append(draft)
        new = zip(case.owed[-case.new :], decided[-case.new :], strict=True)
        asks = (one for one, said in new if wants_answer(one.message, said))
        wants += list(islice(asks, 1))
    return drafts, wants


def _decided(bot: Bot, letter: Letter, matched: Matched, history: History) -> tuple[Decision, ...]:
    """Decide; for an unreadable letter only danger in its subject counts."""
    decisions = bot.knowledge().decide(matched, history.before)
    return tuple(one for one in decisions if not letter.unread or isinstance(one, Urgent))


def _joined(decided: Sequence[tuple[Decision, ...]], history: History) -> tuple[Decision, ...]:
    """Decisions on the newest letters, preceded by earlier danger."""
    if len(decided) < MOST_OWED:
        return tuple(one for decisions in decided for one in decisions)
    earlier = (one for decisions in decided[:-MOST_OWED] for one in decisions)
    danger = [*history.urgent, *(one for one in earlier if isinstance(one, Urgent))]
    newest = [one for decisions in decided[-MOST_OWED:] for one in decisions]
    return (*(one for one in danger[:MOST_OWED] if one not in newest), *newest)


def _promise(bot: Bot, tx: Transaction, wants: Sequence[Letter], letters: Sequence[Letter]) -> None:
    """Open promises (law 10); those the author put off by hand are marked in doubt."""
    owed = [
        ledger.Owed(
            letter=letter.stored,
            reader=ledger_name(recipient(letter.message, bot.own_addresses())),
            quote=promise_quote(bot, letter),
            trouble=trouble_with(bot, letter),
        )
        for letter in wants
    ]
    ledger.open_all(tx, owed, bot.policy.within, bot.calendar())
    put_off = tx.people.put_off_among(one.stored.message_id for one in letters)
    for letter in letters:
        if letter.stored.message_id in put_off:
            ledger.doubt(tx, letter.stored.thread, Doubt.HOLDING_LINE)
    _ask_of_moved_letters(tx, letters)
    _ask_of_later_letters(tx, letters)


def _ask_of_moved_letters(tx: Transaction, letters: Sequence[Letter]) -> None:
    """Ask about those answered before they moved."""
    moved = {letter.stored.thread: moved_from(letter.message) for letter in letters}
    answered = tx.people.answered_among(filter(None, moved.values()))
    for thread, before in moved.items():
        if before in answered:
            ledger.doubt(tx, thread, Doubt.OTHER_LETTER)


def ledger_name(reader: Address) -> str:
    """How the ledger names a reader, also one who left no address."""
    return reader.email.lower() or f"{reader.name} {NO_ADDRESS}".strip()


def _ask_of_later_letters(tx: Transaction, letters: Sequence[Letter]) -> None:
    """Ask where the author wrote to a reader after her letter: it may be her answer, and does not
    make her known."""
    senders = [one.message.sender.email.lower() if one.message.sender else "" for one in letters]
    known = tx.people.known_among(senders)
    first = wrote_first(tx, [(one.message, one.stored.arrived) for one in letters], known)
    if not first:
        return
    tx.people.unlearn_known(first)
    for letter, sender in zip(letters, senders, strict=True):
        if sender in first:
            tx.people.learn_thread(letter.stored.thread, [known[sender].message_id])
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
    """Open a promise and add an empty draft, where normal drafting failed.

    A draft that waits in the thread stays, but its approval is void: the reader wrote again.
    """
    owe(bot, tx, letter, trouble, now)
    void_approvals(tx, [letter], now)
    waiting = [one for one in tx.drafts.for_thread(letter.thread) if one.state in CHANGEABLE]
    if waiting or tx.people.answered_among([letter.message_id]):
        return 0
    listed = replace(tx.messages.listed([letter.id])[0], sender=_writer(bot, tx, letter))
    kept = tx.drafts.add(blank(bot, letter, listed, trouble, now))
    tx.record(event_on(kept, Verb.DRAFTED, Actor.BOT, now))
    return 1


def _writer(bot: Bot, tx: Transaction, letter: StoredMessage) -> Address:
    """From its header, else from the store."""
    found = [Address(email=tx.messages.sender(letter.id))]
    with isolated(lambda _: None):
        found.append(recipient(header_only(bot, letter, "").message, bot.contact_addresses()))
    return found[-1]


def owe(bot: Bot, tx: Transaction, letter: StoredMessage, trouble: str, _now: datetime) -> int:
    """Open only the promise, from the stored fields of the letter; no draft."""
    if not tx.people.answered_among([letter.message_id]):
        reader = ledger_name(_writer(bot, tx, letter))
        quote = bot.policy.promise_text
        owed = ledger.Owed(letter=letter, reader=reader, quote=quote, trouble=trouble)
        ledger.open_all(tx, [owed], bot.policy.within, bot.calendar())
    return 0


def _answered_before(tx: Transaction, letter: StoredMessage, now: datetime) -> None:
    tx.record(Event(at=now, actor=Actor.AUTHOR, verb=Verb.ANSWERED_BEFORE, letter_id=letter.id))
    if _is_newest(tx, letter):
        settle_by_hand(tx, letter, now)


def _is_newest(tx: Transaction, letter: StoredMessage) -> bool:
    """True for a thread's newest letter: answering that one settles those before it."""
    (names,) = tx.messages.ids_in_threads([letter.thread]).values()
    return names[-1] == letter.message_id
