"""Remake waiting drafts that time has overtaken; offer holding replies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from inbox_bot.bot import Bot, Letter
from inbox_bot.drafting.mime import why_unreachable
from inbox_bot.model import (
    Actor,
    Draft,
    DraftKind,
    DraftState,
    Promise,
    Verb,
    event_on,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import is_day_off, local_day
from inbox_bot.steps.compose import compose, compose_holding, next_version
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.reader_history import history_of
from inbox_bot.steps.stored_letters import read_letters

R = TypeVar("R")

OWN_WORDS = frozenset({Verb.EDITED, Verb.LINE_ADDED})
ANSWERING = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.BLANK)
DATED = (*ANSWERING, DraftKind.HOLDING)


def remake_stale(bot: Bot, now: datetime) -> int:
    """Remake drafts that name a past day or a day off, or became late; returns how many.

    Drafts with the author's words stay: with a past day they cannot be approved.
    """
    with bot.store.reading() as tx:
        drafts = [
            draft
            for draft in tx.drafts.in_state(DraftState.PENDING)
            if draft.kind in DATED and draft.decisions
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
    today = local_day(now, bot.calendar())
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
    """Remake all in one transaction or, if that fails, one each; failed ones stay as they are."""

    def work(some: Sequence[Draft]) -> list[R]:
        with bot.store.transaction() as tx:
            return [make(tx, draft) for draft in some]

    def aside(draft: Draft, error: Exception) -> list[R]:
        set_aside(bot, Step.REMAKE, f"draft {draft_name(draft.id)}", error, now, draft.letter_id)
        return []

    return [made for some in isolate(drafts, work, aside) for made in some]


def _falls_due(promise: Promise, span: tuple[datetime, datetime], today: date) -> bool:
    if promise.told is not None:
        return today >= promise.told - timedelta(days=1)
    return span[0] <= promise.due <= span[1]


def _is_stale(bot: Bot, tx: Transaction, draft: Draft, arrived: datetime, now: datetime) -> bool:
    day, calendar = draft.promised_day, bot.calendar()
    if day and (day < local_day(now, calendar) or is_day_off(day, calendar)):
        return not has_own_words(tx, draft)
    became_late = draft.created - arrived <= bot.policy.within < now - arrived
    return became_late and not has_own_words(tx, draft)


def has_own_words(tx: Transaction, draft: Draft) -> bool:
    events = tx.events(draft.letter_id)
    return any(one.draft_id == draft.id and one.verb in OWN_WORDS for one in events)


def _remake_one(bot: Bot, tx: Transaction, draft: Draft, now: datetime) -> bool:
    letter = letter_of(bot, tx, draft)
    if letter is None:
        return False
    history = history_of(bot, tx, letter)
    if draft.kind is DraftKind.HOLDING:
        keep_version(tx, compose_holding(bot, letter, history, draft, now), Verb.REMADE, now)
        return True
    anew = compose(bot, letter, history, draft.decisions, now)
    keep_version(tx, next_version(draft, anew), Verb.REMADE, now)
    return True


def _hold(bot: Bot, tx: Transaction, blank: Draft, now: datetime) -> bool:
    letter = letter_of(bot, tx, blank)
    if letter is None:
        return False
    holding = compose_holding(bot, letter, history_of(bot, tx, letter), blank, now)
    keep_version(tx, holding, Verb.HOLDING_OFFERED, now)
    return True


def _blank_of(drafts: Sequence[Draft]) -> Draft | None:
    return next((one for one in drafts if _is_blank(one)), None)


def _is_blank(draft: Draft) -> bool:
    needs_a_person = any(getattr(one, "personal", False) for one in draft.decisions)
    waits = draft.state is DraftState.PENDING and draft.kind is DraftKind.BLANK
    return waits and not needs_a_person and not why_unreachable(draft.to[0])


def letter_of(bot: Bot, tx: Transaction, draft: Draft) -> Letter | None:
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    return letters[0] if letters else None


def keep_version(tx: Transaction, draft: Draft, verb: Verb, now: datetime) -> Draft:
    kept = tx.drafts.add_version(draft)
    tx.record(event_on(kept, verb, Actor.BOT, now))
    return kept
