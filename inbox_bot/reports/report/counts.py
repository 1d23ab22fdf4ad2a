"""Counts promises, drafts and questions of the letters that came on given days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inbox_bot.drafting import topic_of
from inbox_bot.model import (
    Answer,
    AskAuthor,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Promise,
    PromiseState as State,
)
from inbox_bot.model.ports import Store
from inbox_bot.promises.calendar import Calendar, begin_of, local_day
from inbox_bot.reports.replay.pace import Pace, pace_of
from inbox_bot.review.lesson import alike, telling

ENOUGH_FOR_A_PARAGRAPH = 5
"""When so many readers ask the same, the article should say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Promises opened in the week that begins on `monday`."""

    monday: date
    kept: int = 0
    late: int = 0
    open: int = 0
    released: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`examples` are readers' own words; `readers` counts people, not questions."""

    name: str
    readers: int
    examples: tuple[str, ...] = ()

    @property
    def wants_a_paragraph(self) -> bool:
        return self.readers >= ENOUGH_FOR_A_PARAGRAPH


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`as_drafted`, `edited` and `rejected` count replies; `asked` are entries, the rest topics.

    `from_before` counts readers who still wait since an earlier day than the first.
    """

    first: date
    last: date
    readers: int
    open: int
    from_before: int
    weeks: tuple[Week, ...]
    pace: Pace
    as_drafted: int
    edited: int
    rejected: int
    asked: tuple[Topic, ...]
    unanswered: tuple[Topic, ...]


def report(store: Store, faq: Faq, calendar: Calendar, days: tuple[date, date]) -> Report:
    begin, end = begin_of(days[0], calendar), begin_of(days[1] + timedelta(days=1), calendar)
    with store.reading() as tx:
        promises = [one for one in tx.promises.opened_since(begin) if one.opened < end]
        waiting = tx.promises.waiting()
        every = tx.drafts.in_state(*DraftState)
        listed = tx.messages.listed(one.letter_id for one in every)
    came = {one.letter_id for one in listed if begin <= one.arrived < end}
    drafts = [one for one in every if one.letter_id in came]
    latest = _latest(drafts)
    sent = [one for one in drafts if one.state is DraftState.SENT]
    edited = sum(one.kind is DraftKind.EDITED for one in sent)
    return Report(
        first=days[0],
        last=days[1],
        readers=len({one.reader for one in promises}),
        open=sum(one.state is State.OPEN for one in promises),
        from_before=sum(one.opened < begin for one in waiting),
        weeks=_weeks(promises, calendar),
        pace=pace_of([one.closed - one.opened for one in promises if _kept(one) and one.closed]),
        as_drafted=len(sent) - edited,
        edited=edited,
        rejected=sum(one.state is DraftState.REJECTED for one in drafts),
        asked=_asked(latest, faq),
        unanswered=_unanswered(latest, faq),
    )


def this_month(now: datetime, calendar: Calendar) -> tuple[date, date]:
    today = local_day(now, calendar)
    return today.replace(day=1), today


def _kept(promise: Promise) -> bool:
    return promise.state in (State.KEPT, State.KEPT_LATE)


def _latest(drafts: Iterable[Draft]) -> Sequence[Draft]:
    """The last version of each draft: earlier ones ask the same questions."""
    found: dict[int, Draft] = {}
    for draft in sorted(drafts, key=lambda one: one.version):
        found[draft.id] = draft
    return list(found.values())


def _weeks(promises: Sequence[Promise], calendar: Calendar) -> tuple[Week, ...]:
    counted: defaultdict[date, Counter[State]] = defaultdict(Counter)
    for promise in promises:
        day = local_day(promise.opened, calendar)
        counted[day - timedelta(days=day.weekday())][promise.state] += 1
    return tuple(
        Week(
            monday=monday,
            kept=states[State.KEPT],
            late=states[State.KEPT_LATE],
            open=states[State.OPEN],
            released=states[State.RELEASED],
        )
        for monday, states in sorted(counted.items())
    )


def _asked(drafts: Sequence[Draft], faq: Faq) -> tuple[Topic, ...]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    questions = {key: entry.question for key, entry in faq.answers.items()}
    for draft in drafts:
        for one in draft.decisions:
            if isinstance(one, Answer) and one.matches:
                entry = one.matches[0].entry_id
                found[questions.get(entry, entry)][_reader(draft)] = one.question.text
    return _topics(found)


def _unanswered(drafts: Sequence[Draft], faq: Faq) -> tuple[Topic, ...]:
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for draft in drafts:
        for one in draft.decisions:
            if isinstance(one, AskAuthor) and not one.personal:
                text = one.question.text
                topic = topic_of(text, faq)
                name = topic or _same(text, found)
                found[name][_reader(draft)] = text
    return _topics(found)


def _same(text: str, found: Iterable[str]) -> str:
    """An earlier question in nearly the same words, else this one."""
    words = telling(text)
    return next((name for name in found if alike(telling(name), words)), text)


def _reader(draft: Draft) -> str:
    return draft.to[0].email.lower()


def _topics(found: dict[str, dict[str, str]]) -> tuple[Topic, ...]:
    topics = [
        Topic(name=name, readers=len(by_reader), examples=tuple(by_reader.values())[:5])
        for name, by_reader in found.items()
    ]
    return tuple(sorted(topics, key=lambda one: (-one.readers, one.name)))
