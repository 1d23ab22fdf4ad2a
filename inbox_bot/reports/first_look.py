"""The first look: who wrote lately, and what would have been drafted. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.letters.verdicts import is_notice_of_form
from inbox_bot.model import DraftKind, Message
from inbox_bot.model.ports import Transaction
from inbox_bot.pipeline import first_letters, poll
from inbox_bot.reports.replay.read import ANSWERING, MOST_OTHERS, Replayed, look_back
from inbox_bot.steps.verdict_log import no_verdicts_logged

MOST_SAMPLES = 3
MOST_FORMS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """`letters` are readers', of which so many may be `waiting` for an answer.

    `samples` are letters with the reply that would have been drafted. `forms` are addresses that
    write like a contact form, and that the settings do not name. `unreachable` says why a mailbox
    could not be read.
    """

    letters: int = 0
    waiting: int = 0
    samples: tuple[Replayed, ...] = ()
    forms: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()


def first_look(bot: Bot, now: datetime) -> FirstLook:
    """Read the mailbox into the bot's store, which must be a temporary one."""
    with no_verdicts_logged():
        report = poll(bot, now)
    counts = first_letters(bot)
    letters = look_back(bot, now - bot.policy.since) if not report.unreachable else ()
    with bot.store.reading() as tx:
        forms = tuple(dict.fromkeys(_forms(bot, tx)))[:MOST_FORMS]
    return FirstLook(
        letters=counts.letters,
        waiting=counts.waiting,
        samples=samples_of(letters),
        forms=forms,
        unreachable=report.unreachable,
    )


def samples_of(letters: Sequence[Replayed]) -> tuple[Replayed, ...]:
    """Those with an answer ready: the whole before the partial, the waiting before the answered,
    and no answer twice."""
    ready = [one for one in letters if one.kind in ANSWERING]
    ready.sort(key=lambda one: (one.kind is not DraftKind.ANSWER, one.answered is not None))
    first: dict[str, Replayed] = {}
    for one in ready:
        first.setdefault(one.draft.partition("\n")[2], one)
    return tuple(first.values())[:MOST_SAMPLES]


def _forms(bot: Bot, tx: Transaction) -> Iterator[str]:
    """The senders of letters that look like a form's notice."""
    stored = [tx.messages.get(one.letter_id) for one in tx.messages.others(MOST_OTHERS)]
    for message in bot.read([one.raw for one in stored]):
        if isinstance(message, Message) and message.sender and is_notice_of_form(message):
            yield message.sender.email.lower()
