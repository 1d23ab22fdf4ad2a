"""Drafts that time has overtaken: a day that has passed, a promise that fell due, a late answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from inbox_bot.bot import Bot, Letter
from inbox_bot.history import history_of
from inbox_bot.letters import read_letters
from inbox_bot.model import Actor, Draft, DraftKind, DraftState, Promise, event_on
from inbox_bot.ports import Transaction
from inbox_bot.preparing import next_version, prepare, prepare_holding
from inbox_bot.promises import is_day_off, local_day
from inbox_bot.replies import why_unreachable
from inbox_bot.steps.isolation import Step, isolate, set_aside

R = TypeVar("R")

OWN_WORDS = frozenset({"edited", "line added"})
REMADE = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.BLANK, DraftKind.HOLDING)


def remake_stale(bot: Bot, now: datetime) -> int:
    """Draft anew what names a day that is over or off, or has become late; returns how many.

    What the author wrote herself is left alone: with a day that has passed it cannot be approved.
    """
    with bot.store.reading() as tx:
        drafts = [
            draft
            for draft in tx.drafts.in_state(DraftState.PENDING)
            if draft.kind in REMADE and draft.decisions
        ]
        listed = tx.messages.listed({draft.letter_id for draft in drafts})
    arrived = {letter.letter_id: letter.arrived for letter in listed}

    def remake(tx: Transaction, draft: Draft) -> bool:
        stale = _is_stale(bot, tx, draft, arrived[draft.letter_id], now)
        return stale and _remake_one(bot, tx, draft, now)

    return sum(each_draft(bot, drafts, remake, now))


def offer_holding(bot: Bot, span: tuple[datetime, datetime], now: datetime) -> int:
    """Turn blank drafts into holding replies where the promise falls due in that span of time.

    Each still needs the author's yes. A reader who was told a day hears again the day before.
    """
    today = local_day(now, bot.calendar)
    with bot.store.reading() as tx:
        due = [one.thread for one in tx.promises.waiting() if _falls_due(one, span, today)]
        drafts = tx.drafts.for_threads(due)
        blank = [_blank_of(drafts.get(thread, ())) for thread in due]
    found = [draft for draft in blank if draft]
    return sum(each_draft(bot, found, lambda tx, draft: _hold(bot, tx, draft, now), now))


def each_draft(
    bot: Bot,
    drafts: Sequence[Draft],
    make: Callable[[Transaction, Draft], R],
    now: datetime,
) -> list[R]:
    """Make each anew, in one transaction or, where that fails, in one each; what failed is left."""

    def work(some: Sequence[Draft]) -> list[R]:
        with bot.store.transaction() as tx:
            return [make(tx, draft) for draft in some]

    def aside(draft: Draft, error: Exception) -> list[R]:
        set_aside(bot, Step.REMAKE, f"draft {draft.id}", error, now, draft.letter_id)
        return []

    return [made for some in isolate(drafts, work, aside) for made in some]


def _falls_due(promise: Promise, span: tuple[datetime, datetime], today: date) -> bool:
    if promise.told is not None:
        return today >= promise.told - timedelta(days=1)
    return span[0] <= promise.due <= span[1]


def _is_stale(bot: Bot, tx: Transaction, draft: Draft, arrived: datetime, now: datetime) -> bool:
    day, calendar = draft.promised_day, bot.calendar
    if day and (day < local_day(now, calendar) or is_day_off(day, calendar)):
        return not _has_own_words(tx, draft)
    became_late = draft.created - arrived <= bot.policy.within < now - arrived
    return became_late and not _has_own_words(tx, draft)


def _has_own_words(tx: Transaction, draft: Draft) -> bool:
    events = tx.events(draft.letter_id)
    return any(one.draft_id == draft.id and one.verb in OWN_WORDS for one in events)


def _remake_one(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> bool:
    letter = _letter(bot, tx, draft)
    if letter is None:
        return False
    history = history_of(bot, tx, letter)
    if draft.kind is DraftKind.HOLDING:
        _keep(tx, prepare_holding(bot, letter, history, draft, now), "remade", now)
        return True
    anew = prepare(bot, letter, history, draft.decisions, now)
    _keep(tx, next_version(draft, anew), "remade", now)
    return True


def _hold(bot: Bot, tx: Transaction, blank: Draft, now: datetime) -> bool:
    letter = _letter(bot, tx, blank)
    if letter is None:
        return False
    holding = prepare_holding(bot, letter, history_of(bot, tx, letter), blank, now)
    _keep(tx, holding, "holding offered", now)
    return True


def _blank_of(drafts: Sequence[Draft]) -> Draft | None:
    return next((one for one in drafts if _is_blank(one)), None)


def _is_blank(draft: Draft) -> bool:
    needs_a_person = any(getattr(one, "personal", False) for one in draft.decisions)
    waits = draft.state is DraftState.PENDING and draft.kind is DraftKind.BLANK
    return waits and not needs_a_person and not why_unreachable(draft.to[0])


def _letter(bot: Bot, tx: Transaction, draft: Draft) -> Letter | None:
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    return letters[0] if letters else None


def _keep(tx: Transaction, draft: Draft, verb: str, now: datetime) -> None:
    kept = tx.drafts.add_version(draft)
    tx.record(event_on(kept, verb, Actor.BOT, now))
