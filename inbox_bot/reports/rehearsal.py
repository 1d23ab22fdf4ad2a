"""Rehearsal: judges and drafts for one letter without mailbox, store or promise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.bot import Policy
from inbox_bot.faq.knowledge import Knowledge, wants_answer
from inbox_bot.letters.contact_forms import unwrap
from inbox_bot.letters.language import detect
from inbox_bot.letters.verdicts import restore_sender, scope
from inbox_bot.model import (
    Author,
    Composed,
    Decision,
    Judgement,
    KnownPeople,
    Message,
    Verdict,
)
from inbox_bot.steps.compose import first_occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The parts of an author's directory that a rehearsal needs, or the defaults."""

    knowledge: Knowledge
    author: Author
    people: KnownPeople
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """`draft` is None for a letter that is not a reader's. `owed`: it would open a promise."""

    judgement: Judgement
    owed: bool = False
    decisions: tuple[Decision, ...] = ()
    draft: Composed | None = None


def rehearse(stage: Stage, message: Message, now: datetime) -> Rehearsal:
    unwrapped = unwrap(message, stage.policy.forms, stage.policy.authserv_id)
    own = stage.people.own | stage.people.readers_to
    message = unwrapped or restore_sender(message, own)
    outside = None if unwrapped else _outside(stage, message)
    judgement = outside or stage.knowledge.judge(message, stage.people)
    if judgement.verdict is not Verdict.READER:
        return Rehearsal(judgement=judgement)
    decisions = stage.knowledge.consider(replace(message, language=detect(message.text)))
    faq = stage.knowledge.faq
    occasion = first_occasion(message, own, stage.author, faq, stage.policy, now)
    return Rehearsal(
        judgement=judgement,
        owed=wants_answer(message, decisions),
        decisions=decisions,
        draft=stage.knowledge.drafter.compose(decisions, occasion),
    )


def _outside(stage: Stage, message: Message) -> Judgement | None:
    """The scope rules, where the author's own addresses are known."""
    return scope(message, stage.people) if stage.people.own else None
