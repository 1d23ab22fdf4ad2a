"""Reads an existing mailbox without changes: letters, verdicts and the author's answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.bot import Bot, Letter
from inbox_bot.model import Decision, DraftKind, StoredMessage, Verdict
from inbox_bot.model.names import letter_name
from inbox_bot.model.records import Listed
from inbox_bot.pipeline import EVERYTHING, poll
from inbox_bot.reports.replay.answers import Answered, answers_to
from inbox_bot.steps.compose import compose
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.reader_history import History
from inbox_bot.steps.sent_drafts import goes_to, writer_of
from inbox_bot.steps.stored_letters import read_letters

MOST_OTHERS = 200
ANSWERING = (DraftKind.ANSWER, DraftKind.PARTIAL)
"""Kinds of reply that answer something: only these are compared with hers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One reader's letter: what the bot would have written, and what the author did write.

    Where she has not answered, `put_off` is her holding line, if any.
    """

    letter_id: int
    reader: str
    address: str
    subject: str
    arrived: datetime
    text: str
    decisions: tuple[Decision, ...]
    kind: DraftKind
    draft: str
    answered: Answered | None = None
    put_off: Answered | None = None

    @property
    def taken(self) -> timedelta | None:
        return self.answered.at - self.arrived if self.answered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`others` counts letters that are not readers'; `aside` are those of them that were opened.

    `unreachable` names silent mailboxes.
    """

    days: int
    looked: datetime
    letters: tuple[Replayed, ...]
    others: int
    aside: tuple[Listed, ...] = ()
    unreachable: tuple[str, ...] = ()


def replay(bot: Bot, days: int, now: datetime) -> Replay:
    """Read the mailbox into the bot's store, which must be a temporary one.

    The store gets no drafts, as drafting has not begun; they are made in memory.
    """
    report = poll(bot, now)
    with bot.store.reading() as tx:
        others = tx.messages.count_others() + report.out_of_scope
        aside = tuple(tx.messages.others(MOST_OTHERS))
    return Replay(
        days=days,
        looked=now,
        letters=look_back(bot, now - timedelta(days=days)),
        others=others,
        aside=aside,
        unreachable=report.unreachable,
    )


def look_back(bot: Bot, since: datetime) -> tuple[Replayed, ...]:
    """Readers' letters without a draft, the latest first; `since` limits the search in Sent."""
    with bot.store.reading() as tx:
        waiting = tx.messages.unconsidered(EVERYTHING)
    stored = [one for one in waiting if one.verdict is Verdict.READER]
    threads: defaultdict[str, set[str]] = defaultdict(set)
    for letter in stored:
        threads[letter.thread].add(letter.message_id)
    wanted = frozenset(letter.message_id for letter in stored)
    hers = (one for account in bot.accounts for one in answers_to(bot, account, wanted, since))
    answers = sorted(hers, key=lambda one: one.at)

    def look(some: Sequence[StoredMessage]) -> list[Replayed]:
        letters, _ = read_letters(bot, some)
        return [_replayed(bot, one, threads[one.stored.thread], answers) for one in letters]

    def aside(letter: StoredMessage, error: Exception) -> list[Replayed]:
        now = max(letter.arrived, since)
        set_aside(bot, Step.REPLAY, f"letter {letter_name(letter.id)}", error, now, letter.id)
        return []

    found = isolate(stored, look, aside)
    flat = (one for some in found for one in some)
    return tuple(sorted(flat, key=lambda one: one.arrived, reverse=True))


def _replayed(bot: Bot, letter: Letter, thread: set[str], answers: Sequence[Answered]) -> Replayed:
    decisions = bot.knowledge().consider(letter.message)
    draft = compose(bot, letter, History(), decisions, letter.stored.arrived)
    hers = [one for one in answers if _answers(one, letter, thread)]
    answer = next((one for one in hers if not one.only_puts_off), None)
    sender = letter.message.sender
    return Replayed(
        letter_id=letter.stored.id,
        reader=(sender.name or sender.email) if sender else "somebody",
        address=sender.email.lower() if sender else "",
        subject=letter.message.subject,
        arrived=letter.stored.arrived,
        text=letter.message.text,
        decisions=decisions,
        kind=draft.kind,
        draft=draft.text,
        answered=answer,
        put_off=hers[0] if hers and not answer else None,
    )


def _answers(answer: Answered, letter: Letter, thread: set[str]) -> bool:
    """An answer to a later letter of the thread answers the earlier ones, too."""
    if not goes_to(answer.people, writer_of(letter.message)):
        return False
    if letter.stored.message_id in answer.letters:
        return True
    return not answer.letters.isdisjoint(thread) and answer.at >= letter.stored.arrived
