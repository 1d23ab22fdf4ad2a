"""The author's word on a form: its letters are readers', the earlier ones, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.drafting.mime import recipient, why_unreachable
from inbox_bot.letters.contact_forms import unwrap
from inbox_bot.model import (
    OWED,
    DraftKind,
    DraftState,
    Message,
    StoredMessage,
    Verb,
    Verdict,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Judged
from inbox_bot.promises import ledger
from inbox_bot.review.shown import said_of_letter
from inbox_bot.steps.draft import ledger_name
from inbox_bot.steps.known_people import people_for

LOOKED_AT = 1_000
"""Most letters that are looked at again, the newest first."""
_UNDECIDED = (DraftState.PENDING, DraftState.SUPERSEDED)
_TAKEN_FOR = (Verdict.AUTOMATIC, Verdict.LIST, Verdict.UNREADABLE, Verdict.READER)


def take_in_notices(bot: Bot, sender: str, now: datetime) -> int:
    """Judge anew what this sender wrote before the author named it in `forms`.

    Returns how many of the letters are owed an answer; they are drafted at the next poll.
    """
    sender = sender.strip().lower().removeprefix("@")
    with bot.store.reading() as tx:
        stored = _written_by(tx, sender)
    judged = _judged(bot, stored)
    owed = [one for one in judged if one.judgement.verdict in OWED]
    before = {one.id: one for one in stored}
    with bot.store.transaction() as tx:
        tx.messages.judge_all(judged)
        for one in owed:
            letter, verdict = before[one.letter_id], str(before[one.letter_id].verdict)
            tx.messages.reconsider(letter.id)
            said_of_letter(tx, letter.id, Verb.A_READER, now, verdict)
            if one.message:
                reader = recipient(one.message, bot.contact_addresses())
                ledger.name_reader(tx, letter.thread, ledger_name(reader), why_unreachable(reader))
    return len(owed)


def _written_by(tx: Transaction, sender: str) -> Sequence[StoredMessage]:
    """Letters that were taken for something else, and those whose drafts wait as they are."""
    drafted = tx.messages.listed(one.letter_id for one in tx.drafts.in_state(DraftState.PENDING))
    listed = {
        one.letter_id: one
        for one in (*tx.messages.others(LOOKED_AT), *drafted)
        if one.verdict in _TAKEN_FOR and one.sender and _is_of(one.sender.email, sender)
    }
    return [tx.messages.get(letter_id) for letter_id in listed if _is_untouched(tx, letter_id)]


def _is_untouched(tx: Transaction, letter_id: int) -> bool:
    """Nothing that the author wrote or said of its reply would be lost."""
    drafts = tx.drafts.for_letter(letter_id)
    return all(one.state in _UNDECIDED and one.kind is not DraftKind.EDITED for one in drafts)


def _is_of(email: str, sender: str) -> bool:
    email = email.lower()
    return sender in (email, email.rpartition("@")[2])


def _judged(bot: Bot, stored: Sequence[StoredMessage]) -> Sequence[Judged]:
    """The verdicts on those in which a reader's words were found."""
    policy = bot.policy
    letters = [
        (one, letter)
        for one, message in zip(stored, bot.read([one.raw for one in stored]), strict=True)
        if isinstance(message, Message)
        and (letter := unwrap(message, policy.forms, policy.authserv_id))
    ]
    with bot.store.reading() as tx:
        people = people_for(bot, tx, [(letter, one.arrived) for one, letter in letters])
    judge = bot.knowledge().judge
    return [
        Judged(letter_id=one.id, judgement=judge(letter, people), message=letter)
        for one, letter in letters
    ]
