"""The author's review queue: waiting drafts, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inbox_bot.model import (
    LIVE,
    Answer,
    Cause,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Promise,
    PromiseState,
    Urgent,
)
from inbox_bot.model.needs import Need
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed, Waiting
from inbox_bot.steps.open_drafts import is_thanks

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
class Row:
    """One waiting draft. `since` is the arrival of the oldest letter that it answers.

    `matter` is an issue with the promise for the author to see or settle, if any.
    """

    draft: Draft
    question: str
    answer: str
    since: datetime
    told: date | None = None
    matter: str = ""

    @property
    def reader(self) -> str:
        return self.draft.to[0].shown


def rows(tx: Transaction, today: date) -> tuple[Row, ...]:
    """Waiting drafts: urgent, uncertain or refused, due by the told day, then the oldest.

    Includes a thread's rejected draft if no other waits.
    """
    left = [tx.drafts.get(one.draft_id) for one in _left_without(tx)]
    drafts = [one for one in (*tx.drafts.in_state(*LIVE), *left) if _is_awake(one, today)]
    letters = {one.letter_id: one for one in tx.messages.listed(one.letter_id for one in drafts)}
    promises = tx.promises.of_threads({one.thread for one in letters.values()})
    found = [
        _row(draft, letter, promises.get(letter.thread))
        for draft in drafts
        if (letter := letters.get(draft.letter_id))
    ]
    return tuple(sorted(found, key=lambda row: _pain(row, today)))


def queue(tx: Transaction, today: date) -> tuple[Waiting, ...]:
    """As `rows`, with only the fields that a list shows."""
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


def _row(draft: Draft, letter: Listed, promise: Promise | None) -> Row:
    questions = [decision.question.text for decision in draft.decisions]
    return Row(
        draft=draft,
        question=questions[0] if questions else draft.subject,
        answer=certainty(draft.decisions),
        since=_since(promise, letter.arrived),
        told=promise.told if promise else None,
        matter=promise.matter if promise and promise.state is PromiseState.OPEN else "",
    )


def _since(promise: Promise | None, arrived: datetime) -> datetime:
    return promise.opened if promise else arrived


def _is_awake(draft: Draft | Waiting, today: date) -> bool:
    return draft.snoozed_until is None or draft.snoozed_until <= today


def _pain(row: Row, today: date) -> tuple[int, datetime]:
    return _hurts(row.answer == "urgent", row.draft.state, row.told, today), row.since


def _pain_of(one: Waiting, today: date) -> tuple[int, datetime]:
    urgent = any(isinstance(decision, Urgent) for decision in one.decisions)
    return _hurts(urgent, one.state, one.told, today), one.since


def _hurts(urgent: bool, state: DraftState, told: date | None, today: date) -> int:
    if urgent:
        return 0
    if state in (DraftState.UNCERTAIN, DraftState.REFUSED):
        return 1
    return 2 if told is not None and told <= today else 3
