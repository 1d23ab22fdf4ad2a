"""Rule senders out or in: the author's rules override all others, and can be undone.

A rule, an address or an "@domain", ends the promises to its senders. Removing it restores them:
their drafts wait again, and letters that it kept out come in at the next poll.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.letters.verdicts import is_shared, rule_for
from inbox_bot.model import (
    CHANGEABLE,
    Actor,
    Cause,
    Draft,
    DraftState,
    Event,
    Judgement,
    Promise,
    Verb,
    Verdict,
)
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import EVER
from inbox_bot.promises import ledger
from inbox_bot.review.shown import said_of_letter
from inbox_bot.steps.open_drafts import check_not_leaving, drafts_are_over, wait_again

RULED_OUT = "its sender isn't a reader"
AFTER_ALL = "a reader after all"


def not_a_reader(bot: Bot, letter_id: int, now: datetime) -> str:
    """Rule the sender out: no draft, no promise, now or later. Returns the address.

    Without a sender, only this letter is ruled out, and the address is empty.
    """
    with bot.store.transaction() as tx:
        return rule_sender_out(tx, letter_id, now)


def rule_sender_out(tx: Transaction, letter_id: int, now: datetime) -> str:
    """`not_a_reader` in a transaction that decides more."""
    if tx.messages.sender(letter_id):
        return _rule_out(tx, letter_id, Verb.NOT_A_READER, now)
    before = str(tx.messages.get(letter_id).verdict or Verdict.READER)
    let_out(tx, letter_id, Verdict.PERSONAL, now)
    said_of_letter(tx, letter_id, Verb.NOT_A_READER, now, before)
    return ""


def never_sender(bot: Bot, letter_id: int, now: datetime) -> str:
    """Ignore all letters of this sender."""
    with bot.store.transaction() as tx:
        return _rule_out(tx, letter_id, Verb.NEVER_SENDER, now)


def never_domain(bot: Bot, letter_id: int, now: datetime) -> str:
    """Ignore all letters from this sender's domain. Returns "@domain".

    Conflict for a mail provider's domain, which unrelated people share.
    """
    with bot.store.transaction() as tx:
        return _rule_out(tx, letter_id, Verb.NEVER_DOMAIN, now)


def take_back(bot: Bot, rule: str, now: datetime) -> None:
    """Remove a rule of the author's; NotFound where she has no such rule."""
    rule = rule.strip().lower()
    with bot.store.transaction() as tx:
        if rule not in tx.people.never():
            raise NotFound(f"There's no rule for {rule[:80]}. `inbox-bot never` lists your rules.")
        _take_back(tx, rule)
        tx.record(Event(at=now, actor=Actor.AUTHOR, verb=Verb.RULE_TAKEN_BACK))


def a_reader_after_all(bot: Bot, letter_id: int, now: datetime) -> str:
    """Judge the letter a reader's, and remove the author's rules on its sender."""
    with bot.store.transaction() as tx:
        return rule_sender_in(tx, letter_id, now)


def rule_sender_in(tx: Transaction, letter_id: int, now: datetime) -> str:
    """`a_reader_after_all` in a transaction that decides more."""
    before = str(tx.messages.get(letter_id).verdict or Verdict.PERSONAL)
    sender = tx.messages.sender(letter_id)
    for rule in {sender, domain_of(sender)} & tx.people.never():
        _take_back(tx, rule)
    let_in(tx, letter_id, Verdict.READER)
    said_of_letter(tx, letter_id, Verb.A_READER, now, before)
    return sender


def rule_undone(tx: Transaction, letter_id: int, verb: Verb, verdict: Verdict) -> None:
    """Undo `not_a_reader`, `never_sender` or `never_domain`."""
    sender = tx.messages.sender(letter_id)
    if sender:
        _take_back(tx, domain_of(sender) if verb == Verb.NEVER_DOMAIN else sender)
    let_in(tx, letter_id, verdict)


def let_in(tx: Transaction, letter_id: int, verdict: Verdict) -> None:
    """Set the verdict; a reader's letter without a draft gets one at the next poll."""
    tx.messages.judge(letter_id, Judgement(verdict=verdict, reason="you said so"), None)
    if verdict is Verdict.READER:
        _wait_again(tx, tx.messages.get(letter_id).thread)
        if not tx.drafts.for_letter(letter_id):
            tx.messages.reconsider(letter_id)


def let_out(tx: Transaction, letter_id: int, verdict: Verdict, now: datetime) -> None:
    """Undo `let_in` for that letter alone; its sender is not ruled out."""
    tx.messages.judge(letter_id, Judgement(verdict=verdict, reason="you said so"), None)
    _end(tx, tx.messages.get(letter_id).thread, now)


def domain_of(email: str) -> str:
    return f"@{email.rpartition('@')[2]}"


def _rule_out(tx: Transaction, letter_id: int, verb: Verb, now: datetime) -> str:
    letter, sender = tx.messages.get(letter_id), tx.messages.sender(letter_id)
    if not sender:
        raise Conflict(f"Letter {letter_name(letter_id)} has no sender.")
    rule = domain_of(sender) if verb == Verb.NEVER_DOMAIN else sender
    if is_shared(rule):
        raise Conflict(
            f"Many unrelated people write from {rule}, so rule out a single sender instead."
        )
    for thread in {letter.thread, *_threads_of(tx, rule)}:
        _end(tx, thread, now)
    tx.people.add_never(rule)
    judgement = Judgement(verdict=Verdict.PERSONAL, reason=f"you said: {verb}")
    tx.messages.judge(letter_id, judgement, None)
    said_of_letter(tx, letter_id, verb, now, str(letter.verdict or Verdict.READER))
    return rule


def _end(tx: Transaction, thread: str, now: datetime) -> None:
    check_not_leaving(tx, thread)
    drafts_are_over(tx, thread, RULED_OUT, Cause.RULED_OUT)
    ledger.release(tx, thread, now, RULED_OUT, Cause.RULED_OUT)


def _threads_of(tx: Transaction, rule: str) -> set[str]:
    """Waiting threads in which the rule names the letter's sender or the answer's recipient."""
    drafts = tx.drafts.in_state(*CHANGEABLE, DraftState.SENDING)
    promises = tx.promises.waiting()
    return _named_by(tx, rule, drafts, promises)


def _named_by(
    tx: Transaction, rule: str, drafts: Sequence[Draft], promises: Sequence[Promise]
) -> set[str]:
    answers = [(one.letter_id, one.to[0].email) for one in drafts if one.to]
    answers += [(one.letter_id, one.reader) for one in promises]
    letters = {one.letter_id: one for one in tx.messages.listed({each for each, _ in answers})}
    found = set()
    for letter_id, email in answers:
        letter = letters[letter_id]
        sender = letter.sender.email if letter.sender else ""
        if rule_for(email, (rule,)) or rule_for(sender, (rule,)):
            found.add(letter.thread)
    return found


def _take_back(tx: Transaction, rule: str) -> None:
    tx.people.remove_never(rule)
    tx.messages.let_in_again(rule)
    over, ruled_out = tx.drafts.in_state(DraftState.SUPERSEDED), Cause.RULED_OUT
    drafts = [one for one in over if one.cause is ruled_out]
    promises = [one for one in tx.promises.opened_since(EVER) if one.cause is ruled_out]
    threads = _named_by(tx, rule, drafts, promises)
    for other in tx.people.never():
        threads -= _named_by(tx, other, drafts, promises)
    for thread in threads:
        _wait_again(tx, thread)


def _wait_again(tx: Transaction, thread: str) -> None:
    promise = tx.promises.of_thread(thread)
    if promise is not None and promise.cause is Cause.RULED_OUT:
        ledger.reopen(tx, thread, AFTER_ALL)
    for draft in reversed(tx.drafts.for_thread(thread)):
        if draft.state is DraftState.SUPERSEDED and draft.cause is Cause.RULED_OUT:
            with suppress(Conflict):  # another one has taken its place
                wait_again(tx, draft)
