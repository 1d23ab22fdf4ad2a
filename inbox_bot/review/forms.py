"""The author's word on a form: its letters are readers', the earlier ones, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.letters.contact_forms import unwrap
from inbox_bot.model import (
    OWED,
    KnownPeople,
    Message,
    StoredMessage,
    Verb,
    Verdict,
)
from inbox_bot.model.records import Judged
from inbox_bot.review.shown import said_of_letter

LOOKED_AT = 1_000
"""Most letters that are looked at again, the newest first."""
_TAKEN_FOR = (Verdict.AUTOMATIC, Verdict.LIST, Verdict.UNREADABLE)


def take_in_notices(bot: Bot, sender: str, now: datetime) -> int:
    """Judge anew what this sender wrote before the author named it in `forms`.

    Returns how many of the letters are owed an answer; they are drafted at the next poll.
    """
    sender = sender.strip().lower().removeprefix("@")
    with bot.store.reading() as tx:
        stored = [
            tx.messages.get(one.letter_id)
            for one in tx.messages.others(LOOKED_AT)
            if one.verdict in _TAKEN_FOR and one.sender and _is_of(one.sender.email, sender)
        ]
    judged = list(_judged(bot, stored))
    owed = [one.letter_id for one in judged if one.judgement.verdict in OWED]
    before = {one.id: str(one.verdict or Verdict.READER) for one in stored}
    with bot.store.transaction() as tx:
        tx.messages.judge_all(judged)
        for letter_id in owed:
            tx.messages.reconsider(letter_id)
            said_of_letter(tx, letter_id, Verb.A_READER, now, before[letter_id])
    return len(owed)


def _is_of(email: str, sender: str) -> bool:
    email = email.lower()
    return sender in (email, email.rpartition("@")[2])


def _judged(bot: Bot, stored: Sequence[StoredMessage]) -> Iterator[Judged]:
    """The verdicts on those in which a reader's words were found."""
    people = KnownPeople(own=bot.own_addresses(), never=bot.policy.never)
    policy = bot.policy
    for one, message in zip(stored, bot.read([one.raw for one in stored]), strict=True):
        if not isinstance(message, Message):
            continue
        if letter := unwrap(message, policy.forms, policy.authserv_id):
            judgement = bot.knowledge().judge(letter, people)
            yield Judged(letter_id=one.id, judgement=judgement, message=letter)
