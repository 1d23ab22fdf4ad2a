"""Finds readers from before the bot began who seem to have got no reply, by a replay.

The bot's own period (`poll.since`) is no limit here. Runs once; the letters are then in the store,
so that forgetting a reader, search, and undo treat them like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.bot import FIRST_DAY, Bot
from inbox_bot.errors import MailboxUnavailable
from inbox_bot.letters.verdicts import rule_for
from inbox_bot.model import Fetched, Judgement, Message, StoredMessage, Verdict
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Judged
from inbox_bot.pipeline import poll
from inbox_bot.reports.months import BEFORE, Month, counted_before
from inbox_bot.reports.replay.read import Replayed, look_back
from inbox_bot.review import forgotten
from inbox_bot.steps.arrivals import Pair, arrivals, seen_of

PERIOD = timedelta(days=365)
MOST = 30
"""Readers to offer, the newest letters first: older ones have long found an answer elsewhere."""
REASON = "from before I began, and I found no reply; mark it as a reader's to get a draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """`letters` are forgotten ones, `months` the counts of all."""

    letters: Sequence[StoredMessage]
    months: Sequence[Month] = ()


def find_forgotten(visitor: Bot, before: datetime, now: datetime) -> LookedBack:
    """Each reader's last letter, if she got no reply to it and none since, and it came `before`.

    `visitor` has a temporary store, and `PERIOD` as its first day. MailboxUnavailable if a mailbox
    cannot be read.
    """
    if unreachable := poll(visitor, now).unreachable:
        raise MailboxUnavailable("; ".join(unreachable))
    letters = look_back(visitor, now - PERIOD)
    with visitor.store.reading() as tx:
        stored = tx.messages.get_all([one.letter_id for one in letters])
        flagged = tx.people.answered_among(one.message_id for one in stored.values())
    newest: dict[str, Replayed] = {}
    for one in letters:  # the latest first
        newest.setdefault(one.address, one)
    found = [
        stored[one.letter_id]
        for address, one in newest.items()
        if address and one.answered is None and one.arrived < before
    ]
    known = [
        one for one in letters if one.answered or stored[one.letter_id].message_id not in flagged
    ]
    return LookedBack(
        letters=[one for one in found if one.message_id not in flagged][:MOST],
        months=counted_before(known, before, visitor.calendar()),
    )


def take_in_forgotten(bot: Bot, found: LookedBack, now: datetime) -> int:
    """Store the letters as old ones and offer them, all at once; returns how many.

    Left out: letters that are there already, readers who got a reply, and those she ruled out.
    """
    pairs = [pair for one in found.letters for pair in _pairs(bot, one, now)]
    with bot.store.transaction() as tx:
        kept = tx.messages.add_all(arrivals(bot, tx, [one for one in pairs if _is_owed(tx, one)]))
        messages = {seen.fetched.place: seen.message for _, seen in pairs}
        old = Judgement(verdict=Verdict.OLD, reason=REASON)
        tx.messages.judge_all(
            [Judged(letter_id=one.id, judgement=old, message=messages[one.place]) for one in kept]
        )
        forgotten.offer(tx, [one.id for one in kept])
        forgotten.LOOKED.put(tx, now)
        BEFORE.put(tx, tuple(found.months))
    return len(kept)


def is_due(bot: Bot) -> datetime | None:
    """The start of the bot's own period, if it polls by now and has not looked before it."""
    with bot.store.reading() as tx:
        return None if forgotten.LOOKED.of(tx) else FIRST_DAY.of(tx)


def _pairs(bot: Bot, letter: StoredMessage, now: datetime) -> list[Pair]:
    (message,) = bot.read([letter.raw])
    fetched = Fetched(
        place=letter.place, raw=letter.raw, size=len(letter.raw), arrived=letter.arrived
    )
    return [(fetched, seen_of(fetched, message, now))] if isinstance(message, Message) else []


def _is_owed(tx: Transaction, pair: Pair) -> bool:
    message = pair[1].message
    email = message.sender.email.lower() if message and message.sender else ""
    return bool(email) and not rule_for(email, tx.people.never()) and not tx.drafts.sent_to(email)
