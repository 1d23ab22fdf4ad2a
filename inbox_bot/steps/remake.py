"""Remake waiting drafts after an answer or a day changed; list who got the old text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from inbox_bot.bot import Bot, Letter
from inbox_bot.drafting.mime import why_unreachable
from inbox_bot.model import (
    UNDECIDED,
    Actor,
    Answer,
    AskAuthor,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Promise,
    Urgent,
    Verb,
    event_on,
    facts,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import is_day_off, local_day
from inbox_bot.steps.compose import compose, compose_holding, next_version
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.reader_history import History, history_of
from inbox_bot.steps.stored_letters import read_letters

R = TypeVar("R")

OWN_WORDS = frozenset({Verb.EDITED, Verb.LINE_ADDED})
ANSWERING = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.BLANK)
DATED = (*ANSWERING, DraftKind.HOLDING)
KNOWN = facts.text("answers known")
"""Fact: hashes of each answer and of the templates at the last check."""
TEMPLATES = "the templates"

Concerned = Callable[[Draft, Draft], bool]
"""Whether the change affects a draft or the version that would replace it."""


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
        set_aside(bot, Step.REMAKE, f"draft {draft.id}", error, now, draft.letter_id)
        return []

    return [made for some in isolate(drafts, work, aside) for made in some]


def _falls_due(promise: Promise, span: tuple[datetime, datetime], today: date) -> bool:
    if promise.told is not None:
        return today >= promise.told - timedelta(days=1)
    return span[0] <= promise.due <= span[1]


def _is_stale(bot: Bot, tx: Transaction, draft: Draft, arrived: datetime, now: datetime) -> bool:
    day, calendar = draft.promised_day, bot.calendar()
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
        _keep(tx, compose_holding(bot, letter, history, draft, now), Verb.REMADE, now)
        return True
    anew = compose(bot, letter, history, draft.decisions, now)
    _keep(tx, next_version(draft, anew), Verb.REMADE, now)
    return True


def _hold(bot: Bot, tx: Transaction, blank: Draft, now: datetime) -> bool:
    letter = _letter(bot, tx, blank)
    if letter is None:
        return False
    holding = compose_holding(bot, letter, history_of(bot, tx, letter), blank, now)
    _keep(tx, holding, Verb.HOLDING_OFFERED, now)
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


def _keep(tx: Transaction, draft: Draft, verb: Verb, now: datetime) -> Draft:
    kept = tx.drafts.add_version(draft)
    tx.record(event_on(kept, verb, Actor.BOT, now))
    return kept


def remake(bot: Bot, entry_id: str, now: datetime) -> tuple[Draft, ...]:
    """Remake unedited drafts affected by a new or changed entry; returns the new versions."""
    return _remake(bot, lambda old, new: entry_id in (*old.entries, *new.entries), now)


def remake_all(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """Remake every unedited draft, after a template has changed."""
    return _remake(bot, lambda _old, _new: True, now)


def remake_changed(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """Remake drafts affected by any change in the author's files since the last call."""
    answers = {**_answers(bot.knowledge().faq), TEMPLATES: bot.knowledge().drafter.stamp}
    with bot.store.transaction() as tx:
        noted = KNOWN.of(tx)
        known: dict[str, str] = json.loads(noted or "{}")
        if answers == known:
            return ()
        KNOWN.put(tx, json.dumps(answers))
    if not noted:
        return ()
    if known.get(TEMPLATES, answers[TEMPLATES]) != answers[TEMPLATES]:
        return remake_all(bot, now)
    changed = {key for key in (*answers, *known) if answers.get(key) != known.get(key)}
    return _remake(bot, lambda old, new: bool(changed & {*old.entries, *new.entries}), now)


def received(bot: Bot, entry_id: str) -> tuple[Draft, ...]:
    """Sent replies that contain this entry, oldest first."""
    with bot.store.reading() as tx:
        sent = tx.drafts.in_state(DraftState.SENT)
    return tuple(draft for draft in sent if entry_id in draft.entries)


def _answers(faq: Faq) -> dict[str, str]:
    return {
        entry.id: sha256(f"{entry.usable}{entry.answer}".encode()).hexdigest()[:12]
        for entry in faq.answers.values()
    }


def _remake(bot: Bot, concerned: Concerned, now: datetime) -> tuple[Draft, ...]:
    with bot.store.reading() as tx:
        waiting = [
            draft
            for draft in tx.drafts.in_state(*UNDECIDED)
            if draft.kind in ANSWERING and not _has_own_words(tx, draft)
        ]
    made = each_draft(bot, waiting, lambda tx, draft: _remade(bot, tx, draft, concerned, now), now)
    return tuple(draft for draft in made if draft is not None)


def _remade(
    bot: Bot, tx: Transaction, draft: Draft, concerned: Concerned, now: datetime
) -> Draft | None:
    letter = _letter(bot, tx, draft)
    if letter is None:
        return None
    history = history_of(bot, tx, letter)
    decisions = _decided_again(bot, letter, draft.decisions, history)
    fresh = compose(bot, letter, history, decisions, now)
    if fresh.text == draft.text or not concerned(draft, fresh):
        return None
    since = " since you approved it" if draft.state is DraftState.APPROVED else ""
    made = replace(next_version(draft, fresh), reason=f"the answer has changed{since}")
    return _keep(tx, made, Verb.REMADE, now)


def _decided_again(
    bot: Bot, letter: Letter, decisions: Sequence[Decision], history: History
) -> tuple[Decision, ...]:
    """Decide again, but for her own choices and what needs a person."""
    knowledge, message = bot.knowledge(), letter.message
    if message.language and message.language not in knowledge.faq.languages:
        return tuple(decisions)
    named = knowledge.articles_of(message)
    return tuple(
        decision
        if _stays(decision)
        else knowledge.consider_text(
            decision.question.text, [decision.question], named, history.before
        )[0]
        for decision in decisions
    )


def _stays(decision: Decision) -> bool:
    if isinstance(decision, Urgent) or (isinstance(decision, Answer) and decision.chosen):
        return True
    return isinstance(decision, AskAuthor) and decision.personal
