"""The author's review queue: waiting drafts, the most pressing first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inbox_bot.humanize import shortened
from inbox_bot.model import (
    LIVE,
    Answer,
    Cause,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Urgent,
)
from inbox_bot.model.answers import IN_A_LIST
from inbox_bot.model.needs import Need
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Waiting
from inbox_bot.steps.open_drafts import is_ready, is_thanks

MAYBE = 0.3
"""The least confidence of a candidate that makes a maybe."""


_TROUBLES = {
    DraftState.UNCERTAIN: Need.UNCERTAIN,
    DraftState.REFUSED: Need.REFUSED,
    DraftState.REJECTED: Need.REJECTED,
}
_WHOLE = {
    DraftKind.HOLDING: Need.HOLDING,
    DraftKind.PARTIAL: Need.PARTIAL,
    DraftKind.ANSWER: Need.READY,
    DraftKind.EDITED: Need.READY,
}


def need_of(one: Waiting) -> Need:
    """The one thing that its row in a list says."""
    pressing = (
        (one.state in _TROUBLES, _TROUBLES.get(one.state)),
        (one.doubt is not None, Need.ANSWERED),
        (one.cause is Cause.NOT_DELIVERED, Need.CAME_BACK),
        (certainty(one.decisions) == "urgent", Need.URGENT),
        (not one.reader.email, Need.NO_ADDRESS),
        (one.in_drafts, Need.IN_DRAFTS),
    )
    first = next((need for holds, need in pressing if holds), None)
    return first or _WHOLE.get(one.kind) or _need_of_blank(one)


def _need_of_blank(one: Waiting) -> Need:
    if is_thanks(one):
        return Need.THANKS
    if any(getattr(each, "personal", False) for each in one.decisions):
        return Need.PERSONAL
    if not one.decisions:
        return Need.NO_QUESTION
    return Need.MAYBE if certainty(one.decisions) == "maybe" else Need.NO_ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many drafts wait for what; each counts once, and a thank-you needs nobody.

    `urgent` ones may be emergencies, `ready` ones need only a yes, `need_you` more than that.
    """

    urgent: int = 0
    ready: int = 0
    need_you: int = 0

    def parts(self, reading_time: str = "") -> Sequence[str]:
        """ "2 urgent", "3 ready (about 2 min)", "1 needs you"; without those that are none."""
        told = f" ({reading_time})" if reading_time else ""
        needs = "needs" if self.need_you == 1 else "need"
        counts = (
            (self.urgent, f"{self.urgent} urgent"),
            (self.ready, f"{self.ready} ready{told}"),
            (self.need_you, f"{self.need_you} {needs} you"),
        )
        return [words for count, words in counts if count]


def tally(waiting: Sequence[Waiting]) -> Tally:
    """Counts the rows of a list by what they say."""
    needed = [(need_of(one), one) for one in waiting]
    needs = Counter(need for need, _ in needed)
    ready = sum(need in (Need.READY, Need.HOLDING) and is_ready(one) for need, one in needed)
    rest = len(waiting) - ready - needs[Need.URGENT] - needs[Need.THANKS]
    return Tally(urgent=needs[Need.URGENT], ready=ready, need_you=rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One waiting draft. `since` is the arrival of the oldest letter that it answers.

    `need` is what it needs of the author, `answer` how sure it is, for programs. `matter` is an
    issue with the promise for the author to see or settle, if any.
    """

    draft: Draft
    question: str
    answer: str
    need: Need
    since: datetime
    told: date | None = None
    matter: str = ""

    @property
    def reader(self) -> str:
        return self.draft.to[0].shown


def rows(tx: Transaction, today: date) -> tuple[Row, ...]:
    """As `queue`, with the whole drafts."""
    drafts = {(one.id, one.version): one for one in tx.drafts.in_state(*LIVE)}
    return tuple(
        _row(one, drafts.get((one.draft_id, one.version)) or tx.drafts.get(one.draft_id))
        for one in queue(tx, today)
    )


def queue(tx: Transaction, today: date) -> tuple[Waiting, ...]:
    """Waiting drafts: urgent, uncertain or refused, due by the told day, then the oldest.

    Includes a thread's rejected draft if no other waits.
    """
    every = (*tx.drafts.waiting(*LIVE), *_left_without(tx))
    found = [one for one in every if _is_awake(one, today)]
    return tuple(sorted(found, key=lambda one: _pain_of(one, today)))


def _left_without(tx: Transaction) -> Sequence[Waiting]:
    """The last rejected draft of each thread in which nothing else waits."""
    rejected = {one.thread: one for one in tx.drafts.rejected_and_owed()}
    if not rejected:
        return ()
    waiting = {one.thread for one in tx.drafts.waiting(*LIVE)}
    return [one for thread, one in rejected.items() if thread not in waiting]


def asked_first(decisions: Sequence[Decision], subject: str, length: int = IN_A_LIST) -> str:
    """The first question as a list shows it; the subject where nothing is asked."""
    if decisions:
        return decisions[0].question.in_list(length)
    return shortened(subject, length)


def certainty(decisions: Sequence[Decision]) -> str:
    """Urgent; sure: all is answered; maybe: there are candidates; none."""
    if not decisions:
        return "none"
    if any(isinstance(decision, Urgent) for decision in decisions):
        return "urgent"
    if all(isinstance(decision, Answer) for decision in decisions):
        return "sure"
    best = [one.matches[0].confidence for one in decisions if one.matches]
    return "maybe" if any(confidence >= MAYBE for confidence in best) else "none"


def _row(one: Waiting, draft: Draft) -> Row:
    return Row(
        draft=draft,
        question=draft.decisions[0].question.text if draft.decisions else draft.subject,
        answer=certainty(one.decisions),
        need=need_of(one),
        since=one.since,
        told=one.told,
        matter=one.doubt.question if one.doubt else one.matter,
    )


def _is_awake(draft: Waiting, today: date) -> bool:
    return draft.snoozed_until is None or draft.snoozed_until <= today


def _pain_of(one: Waiting, today: date) -> tuple[int, datetime]:
    urgent = any(isinstance(decision, Urgent) for decision in one.decisions)
    return _hurts(urgent, one.state, one.told, today), one.since


def _hurts(urgent: bool, state: DraftState, told: date | None, today: date) -> int:
    if urgent:
        return 0
    if state in (DraftState.UNCERTAIN, DraftState.REFUSED):
        return 1
    return 2 if told is not None and told <= today else 3
