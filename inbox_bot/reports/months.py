"""Counts letters and the author's pace by month, for the charts of the report page.

Months before the bot began are counted once, by looking back; only numbers are stored of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from inbox_bot.model import Draft, DraftKind, DraftState, Promise, PromiseState
from inbox_bot.model.facts import Fact
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import Calendar, begin_of, local_day
from inbox_bot.reports.replay.read import Replayed

MOST = 12
KEPT = (PromiseState.KEPT, PromiseState.KEPT_LATE)
FROM_FAQ = (DraftKind.ANSWER, DraftKind.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Readers' letters that arrived in the month of `first`, by what became of them.

    `median` is the time to the author's answer, in hours; None without answers.
    """

    first: date
    from_faq: int = 0
    by_her: int = 0
    waiting: int = 0
    median: int | None = None

    @property
    def letters(self) -> int:
        return self.from_faq + self.by_her + self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one letter: `taken` is None while it waits."""

    arrived: date
    taken: timedelta | None
    is_from_faq: bool = False


def months_of(outcomes: Iterable[Outcome], last: date) -> tuple[Month, ...]:
    """The last twelve months up to `last`, without empty ones before the first letter."""
    found: defaultdict[date, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        found[one.arrived.replace(day=1)].append(one)
    months = [_month(first, found[first]) for first in _firsts(last)]
    return tuple(months[next((at for at, one in enumerate(months) if one.letters), MOST) :])


def first_of_year(last: date) -> date:
    """The first day of those twelve months."""
    return _firsts(last)[0]


def _firsts(last: date) -> list[date]:
    firsts = [last.replace(day=1)]
    while len(firsts) < MOST:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[::-1]


def _month(first: date, outcomes: Sequence[Outcome]) -> Month:
    taken = sorted(one.taken for one in outcomes if one.taken is not None)
    from_faq = sum(one.is_from_faq for one in outcomes if one.taken is not None)
    middle = taken[(len(taken) - 1) // 2] if taken else None
    return Month(
        first=first,
        from_faq=from_faq,
        by_her=len(taken) - from_faq,
        waiting=len(outcomes) - len(taken),
        median=None if middle is None else max(round(middle / timedelta(hours=1)), 1),
    )


def outcomes_since(tx: Transaction, first: date, calendar: Calendar) -> list[Outcome]:
    """Of all promises opened since then, except those that she released."""
    promises = tx.promises.opened_since(begin_of(first, calendar))
    sent = _sent_by_thread(tx)
    return [
        Outcome(
            arrived=local_day(one.opened, calendar),
            taken=one.closed - one.opened if one.state in KEPT and one.closed else None,
            is_from_faq=_is_from_faq(one, sent),
        )
        for one in promises
        if one.state is not PromiseState.RELEASED
    ]


def _sent_by_thread(tx: Transaction) -> Mapping[str, Draft]:
    """The last reply that was sent in each thread."""
    sent = tx.drafts.in_state(DraftState.SENT)
    threads = {one.letter_id: one.thread for one in tx.messages.listed({d.letter_id for d in sent})}
    return {threads[one.letter_id]: one for one in sent if one.letter_id in threads}


def _is_from_faq(promise: Promise, sent: Mapping[str, Draft]) -> bool:
    reply = sent.get(promise.thread)
    return reply is not None and reply.kind in FROM_FAQ


# --- before the bot began ------------------------------------------------------------------------


def counted_before(
    letters: Sequence[Replayed], before: datetime, calendar: Calendar
) -> list[Month]:
    """What the author did with letters from before the bot began. `from_faq` counts those that she
    answered and the FAQ could have answered."""
    earlier = [one for one in letters if one.arrived < before]
    outcomes = [
        Outcome(
            arrived=local_day(one.arrived, calendar),
            taken=one.taken,
            is_from_faq=one.kind in FROM_FAQ,
        )
        for one in earlier
    ]
    return [one for one in months_of(outcomes, local_day(before, calendar)) if one.letters]


def _read(told: str) -> tuple[Month, ...]:
    months = []
    for line in told.splitlines():
        first, *numbers = line.split()
        from_faq, by_her, waiting, median = map(int, numbers)
        found = Month(
            first=date.fromisoformat(first), from_faq=from_faq, by_her=by_her, waiting=waiting
        )
        months.append(replace(found, median=median if median >= 0 else None))
    return tuple(months)


def _written(months: Sequence[Month]) -> str:
    return "\n".join(
        f"{one.first} {one.from_faq} {one.by_her} {one.waiting}"
        f" {-1 if one.median is None else one.median}"
        for one in months
    )


BEFORE: Fact[tuple[Month, ...]] = Fact("months before the bot began", _read, _written)
