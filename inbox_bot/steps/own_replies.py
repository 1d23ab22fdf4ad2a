"""Classify a letter in Sent: an answer by hand, a draft sent from Drafts, or private."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.letters.reading.clocks import written
from inbox_bot.letters.verdicts import is_automatic, is_forward
from inbox_bot.model import (
    Actor,
    Doubt,
    Draft,
    DraftState,
    Event,
    Message,
    Promise,
    PromiseState,
    StoredMessage,
    Verb,
    facts,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Acquaintance
from inbox_bot.promises import ledger
from inbox_bot.promises.holding_phrases import is_holding_line
from inbox_bot.steps.open_drafts import ANSWERED_BY_HAND, drafts_are_over
from inbox_bot.steps.second_bot import notice_sent
from inbox_bot.steps.sent_drafts import (
    answered_letter,
    found_sent,
    named_letters,
    own_draft,
    recipients_of,
    same_reply,
)
from inbox_bot.steps.stored_letters import read_or_header
from inbox_bot.steps.threads import ancestors

OVER = (DraftState.SUPERSEDED, DraftState.REJECTED, DraftState.REFUSED)


def notice(bot: Bot, tx: Transaction, message: Message, arrived: datetime, now: datetime) -> bool:
    """Process one letter in Sent; True if it kept a promise that the bot did not keep.

    Only a letter to the reader keeps one: others may forward hers, or name it in an answer to
    somebody else. The text, if fetched, tells a reply under another Message-ID from an answer by
    hand.
    """
    at = written(message, arrived).latest
    notice_sent(bot, tx, message, at, now)
    if is_automatic(message):
        return False
    draft = own_draft(tx, message) or same_reply(bot, tx, message)
    if draft is not None and draft.state is DraftState.SENT:
        tx.drafts.mark_sent_copies([draft.message_id])
        return False
    if draft is not None and draft.state not in OVER:
        return found_sent(bot, tx, draft, message, now)
    letter = tx.messages.get(draft.letter_id) if draft else answered_letter(bot, tx, message)
    if letter is not None:
        asked = [letter, *_asked_beside(tx, letter, message, at)]
        new = [one for one in asked if not _was_heard(tx, one, message, at, draft)]
        kept = [_to_a_reader(tx, one, message, now) for one in new]
        return any(kept)
    waiting = _waiting_recipients(tx, message, at)
    for promise in waiting:
        _ask(tx, promise.thread, message, Doubt.OTHER_LETTER, now)
    if waiting:  # it may answer the reader's next letter, which the bot has not seen yet
        tx.people.learn_answered(ancestors(message), recipients_of(message))
    elif not _may_be_to_its_writer(bot, tx, message, now):
        _learn(tx, message, at)
    return False


def _to_a_reader(tx: Transaction, letter: StoredMessage, message: Message, now: datetime) -> bool:
    if is_forward(message):
        _ask(tx, letter.thread, message, Doubt.PASSED_ON, now)
        return False
    if is_holding_line(message.text):
        _put_off(tx, letter, message, now)
        return False
    return _answered_by_hand(tx, letter, message, now)


def _may_be_to_its_writer(bot: Bot, tx: Transaction, message: Message, now: datetime) -> bool:
    """Ask the author if it names a reader's letter and goes to another address under the same name:
    that may be the reader's."""
    to = (*message.to, *message.cc)
    names = {" ".join(one.name.casefold().split()) for one in to if one.name}
    for letter in named_letters(tx, message):
        (read,) = read_or_header(bot, [letter])
        writer = read.message.sender.name if read.message.sender else ""
        if not to or " ".join(writer.casefold().split()) in names:
            _ask(tx, letter.thread, message, Doubt.OTHER_LETTER, now)
            return True
    return False


def _was_heard(
    tx: Transaction, letter: StoredMessage, message: Message, at: datetime, draft: Draft | None
) -> bool:
    """True if it was processed before, as when Sent is recreated and read again: it keeps no later
    promise. A draft's Message-ID is known before sending; there the time decides."""
    promise = tx.promises.of_thread(letter.thread)
    if promise is None or tx.messages.thread_of([message.message_id]) is None:
        return False
    return draft is None or at < promise.opened


def is_telling(bot: Bot, tx: Transaction, message: Message) -> bool:
    """Whether a letter in Sent may keep a promise, so that its text is needed."""
    if is_automatic(message):
        return False
    if draft := own_draft(tx, message):
        return draft.state is not DraftState.SENT
    letter = answered_letter(bot, tx, message)
    promise = tx.promises.of_thread(letter.thread) if letter else None
    return letter is not None and (promise is None or promise.state is PromiseState.OPEN)


def is_early(bot: Bot, tx: Transaction, message: Message) -> bool:  # noqa: ARG001 - as is_telling
    """Whether it answers a letter that the bot has not seen (yet) and that may be a reader's.

    Letters to people whom she knows, and in threads that she began, are not read.
    """
    earlier = ancestors(message)
    if not earlier or is_automatic(message) or is_forward(message):
        return False
    people = [one.email.lower() for one in (*message.to, *message.cc)]
    private = tx.people.begun_among(earlier) or tx.people.known_among(people)
    return not private and not tx.messages.known(earlier)


def notice_early(tx: Transaction, message: Message) -> None:
    """Learn from an early answer; a holding line such as "I will get back" does not count."""
    if is_holding_line(message.text):
        tx.people.learn_put_off(ancestors(message))
    else:
        tx.people.settle_put_off(ancestors(message))


def _put_off(tx: Transaction, letter: StoredMessage, message: Message, now: datetime) -> None:
    """Ask her, now or when the promise opens."""
    if tx.promises.of_thread(letter.thread) is None:
        tx.people.learn_put_off([letter.message_id])
    _ask(tx, letter.thread, message, Doubt.HOLDING_LINE, now)


def _waiting_recipients(tx: Transaction, message: Message, at: datetime) -> Sequence[Promise]:
    """Waiting promises to its recipients, opened before it left."""
    readers = {one.email.lower() for one in (*message.to, *message.cc)}
    waiting = tx.promises.waiting_among(readers)
    return [one for one in waiting if one.opened <= at]


def _asked_beside(
    tx: Transaction, letter: StoredMessage, message: Message, at: datetime
) -> Sequence[StoredMessage]:
    """Letters by others in the same conversation whom her answer also goes to."""
    asked = [tx.messages.get(one.letter_id) for one in _waiting_recipients(tx, message, at)]
    names = (letter.message_id, *(one.message_id for one in asked))
    of = tx.messages.conversations_of(names)
    here = of.get(letter.message_id)
    return [one for one in asked if one.thread != letter.thread and of.get(one.message_id) == here]


def _ask(tx: Transaction, thread: str, message: Message, doubt: Doubt, now: datetime) -> None:
    """Raise a doubt and void approvals, so that none is sent on top of what she wrote."""
    tx.people.learn_thread(thread, [message.message_id])
    if not ledger.doubt(tx, thread, doubt):
        return
    for draft in tx.drafts.for_thread(thread):
        if draft.state is DraftState.APPROVED:
            tx.drafts.move(
                draft, draft.pending_again("you wrote to this reader after you approved it")
            )
    promise = tx.promises.of_thread(thread)
    letter_id = promise.letter_id if promise else None
    tx.record(Event(at=now, actor=Actor.BOT, verb=Verb.ASKED, letter_id=letter_id, detail=doubt))


def answer_to(letter_id: int) -> facts.Fact[str]:
    """Fact: the Message-ID of the author's own answer, for learning from it."""
    return facts.text(f"answer to letter {letter_id}")


def _answered_by_hand(
    tx: Transaction, letter: StoredMessage, message: Message, now: datetime
) -> bool:
    """Settle the letter and the one replied to, which the bot may not have seen yet."""
    answered = {letter.message_id, *filter(None, [message.in_reply_to])}
    tx.people.learn_answered(answered, recipients_of(message))
    tx.people.settle_put_off(answered)
    tx.people.learn_thread(letter.thread, [message.message_id])
    answer_to(letter.id).put(tx, message.message_id)
    return settle_by_hand(tx, letter, now)


def settle_by_hand(tx: Transaction, letter: StoredMessage, now: datetime) -> bool:
    """End the thread's drafts and keep its promise; True if one was open."""
    drafts_are_over(tx, letter.thread, ANSWERED_BY_HAND)
    kept = ledger.keep(tx, letter.thread, now, "answered by hand")
    if kept:
        tx.record(
            Event(at=now, actor=Actor.AUTHOR, verb=Verb.ANSWERED_BY_HAND, letter_id=letter.id)
        )
    return kept


def _learn(tx: Transaction, message: Message, at: datetime) -> None:
    """Learn recipients of mail outside readers' threads as people whom the author knows.

    An answer to a letter that the bot has not seen (yet) may be to a reader: it only marks that
    letter as answered, if its writer is a recipient. A forward is no answer.
    """
    earlier = ancestors(message)
    own_thread = not earlier or is_forward(message) or bool(tx.people.begun_among(earlier))
    if not own_thread:
        tx.people.learn_answered(earlier, recipients_of(message))
        return
    tx.people.learn_begun([message.message_id])
    people = [one.email.lower() for one in (*message.to, *message.cc)]
    mail = Acquaintance(since=at, message_id=message.message_id)
    tx.people.learn_known(people, mail)
