"""What the bot would do with a letter, without a mailbox, a store or a promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.drafting import Occasion
from inbox_bot.knowledge import Knowledge
from inbox_bot.language import detect
from inbox_bot.model import (
    Author,
    Circle,
    Composed,
    Decision,
    Judgement,
    Message,
    Verdict,
)
from inbox_bot.promises import Calendar, day_to_name, local_day
from inbox_bot.replies import recipient
from inbox_bot.verdicts import judge

WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """`draft` is None where the letter is not a reader's."""

    judgement: Judgement
    decisions: tuple[Decision, ...] = ()
    draft: Composed | None = None


def rehearse(knowledge: Knowledge, author: Author, message: Message, now: datetime) -> Rehearsal:
    judgement = judge(message, Circle())
    if judgement.verdict is not Verdict.READER:
        return Rehearsal(judgement=judgement)
    decisions = knowledge.consider(replace(message, language=detect(message.text)))
    calendar = Calendar(zone=author.timezone, country=author.country)
    occasion = Occasion(
        reader=recipient(message, frozenset()),
        subject=message.subject,
        author=author,
        faq=knowledge.faq,
        day=day_to_name(now, WITHIN, calendar),
        today=local_day(now, calendar),
    )
    return Rehearsal(
        judgement=judgement,
        decisions=decisions,
        draft=knowledge.drafter.compose(decisions, occasion),
    )
