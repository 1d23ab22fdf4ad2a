"""Remake waiting drafts after an answer or a template changed; list who got the old text."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from inbox_bot.bot import Bot, Letter
from inbox_bot.faq.knowledge import AskedIn
from inbox_bot.model import (
    UNDECIDED,
    Answer,
    AskAuthor,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Urgent,
    Verb,
    facts,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.compose import compose, next_version
from inbox_bot.steps.reader_history import History, history_of
from inbox_bot.steps.remake import (
    DATED,
    each_draft,
    has_own_words,
    keep_version,
    letter_of,
)
from inbox_bot.steps.stored_letters import read_letters

KNOWN = facts.text("answers known")
"""Fact: hashes of each answer and of the templates at the last check."""
TEMPLATES = "the templates"

_AT_ONCE, _MATCHED_AT_ONCE = 5, 100
"""Drafts that are remade in one transaction, and whose letters are read and matched together."""


def remake(bot: Bot, entry_id: str, now: datetime) -> tuple[Draft, ...]:
    """Remake unedited drafts affected by a new or changed entry; returns the new versions."""
    return _remake(bot.as_it_stands(), {entry_id}, now)


def remake_all(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """Remake every unedited draft, after a template has changed."""
    return _remake(bot.as_it_stands(), None, now)


def remake_changed(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """Remake drafts affected by any change in the author's files since the last call."""
    knowledge = bot.knowledge()
    as_note = _as_note(knowledge.faq, knowledge.drafter.stamp)
    with bot.store.reading() as tx:
        if KNOWN.of(tx) == as_note:
            return ()
    with bot.store.transaction() as tx:
        noted = KNOWN.of(tx)
        KNOWN.put(tx, as_note)
    known, answers = _of_note(noted), _of_note(as_note)
    if not known or known == answers:
        return ()
    if known.get(TEMPLATES, answers[TEMPLATES]) != answers[TEMPLATES]:
        return remake_all(bot, now)
    changed = {key for key in (*answers, *known) if answers.get(key) != known.get(key)}
    return _remake(bot, changed, now)


def received(bot: Bot, entry_id: str) -> tuple[Draft, ...]:
    """Sent replies that contain this entry, oldest first."""
    with bot.store.reading() as tx:
        sent = tx.drafts.in_state(DraftState.SENT)
    return tuple(draft for draft in sent if entry_id in draft.entries)


@lru_cache(maxsize=1)  # each poll asks, and an FAQ seldom changes
def _as_note(faq: Faq, templates: str) -> str:
    answers = {
        entry.id: sha256(f"{entry.usable}{entry.answer}".encode()).hexdigest()[:12]
        for entry in faq.answers.values()
    }
    return json.dumps({**answers, TEMPLATES: templates}, sort_keys=True)


def _of_note(noted: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(noted or "{}")
    return found


def _remake(bot: Bot, changed: Collection[str] | None, now: datetime) -> tuple[Draft, ...]:
    """Remake what these entries affect, or everything; in short transactions, since other
    programs wait for the store. `bot` is frozen: nothing is learned while the store is held."""
    with bot.store.reading() as tx:
        waiting = [
            draft
            for draft in tx.drafts.in_state(*UNDECIDED)
            if draft.kind in DATED and not has_own_words(tx, draft)
        ]
    concerned = waiting if changed is None else _concerned(bot, waiting, changed)

    def remake_one(tx: Transaction, draft: Draft) -> Draft | None:
        return _remade(bot, tx, draft, changed, now)

    made: list[Draft | None] = []
    for begin in range(0, len(concerned), _AT_ONCE):
        made += each_draft(bot, concerned[begin : begin + _AT_ONCE], remake_one, now)
    return tuple(draft for draft in made if draft is not None)


def _concerned(bot: Bot, waiting: Sequence[Draft], changed: Collection[str]) -> Sequence[Draft]:
    """The drafts that hold one of these entries, or for whose questions one of them is a match:
    no other draft can change by them. All questions are matched at once."""
    return [
        draft
        for begin in range(0, len(waiting), _MATCHED_AT_ONCE)
        for draft, found in _matched(bot, waiting[begin : begin + _MATCHED_AT_ONCE])
        if not found.isdisjoint(changed) or not set(changed).isdisjoint(draft.entries)
    ]


def _matched(bot: Bot, drafts: Sequence[Draft]) -> Sequence[tuple[Draft, frozenset[str]]]:
    """Each draft with the entries that match one of its questions."""
    knowledge = bot.knowledge()
    with bot.store.reading() as tx:
        stored = {one.letter_id: tx.messages.get(one.letter_id) for one in drafts}
    letters = {one.stored.id: one.message for one in read_letters(bot, [*stored.values()])[0]}
    known = [draft for draft in drafts if draft.letter_id in letters]
    asked = [
        AskedIn(
            questions=tuple(one.question for one in draft.decisions if not _stays(one)),
            articles=knowledge.articles_of(letters[draft.letter_id]),
        )
        for draft in known
    ]
    found = knowledge.match_questions(asked)
    return [
        (draft, frozenset(match.entry_id for matches in each for match in matches))
        for draft, each in zip(known, found, strict=True)
    ]


def _remade(
    bot: Bot, tx: Transaction, seen: Draft, changed: Collection[str] | None, now: datetime
) -> Draft | None:
    """The new version; None where it would be the same, or the draft is another one by now."""
    draft = tx.drafts.get(seen.id)
    letter = letter_of(bot, tx, draft)
    if letter is None or (draft.version, draft.state) != (seen.version, seen.state):
        return None
    history = history_of(bot, tx, letter)
    decisions = _decided_again(bot, letter, draft.decisions, history)
    fresh = compose(bot, letter, history, decisions, now)
    is_concerned = changed is None or not {*draft.entries, *fresh.entries}.isdisjoint(changed)
    if fresh.text == draft.text or not is_concerned:
        return None
    if draft.kind is DraftKind.HOLDING and not _answers_more(draft, fresh, changed):
        return None
    since = " since you approved it" if draft.state is DraftState.APPROVED else ""
    made = replace(next_version(draft, fresh), reason=f"the answer has changed{since}")
    return keep_version(tx, made, Verb.REMADE, now)


def _answers_more(holding: Draft, fresh: Draft, changed: Collection[str] | None) -> bool:
    """A changed entry answers what the bot could not answer when it drafted the holding reply.

    Where she holds back an answer that the bot had, or said yes to the holding reply, it stays.
    """
    answers = [one for one in holding.decisions if isinstance(one, Answer)]
    had = {match.entry_id for one in answers for match in one.matches[:1]}
    newly = set(fresh.entries) - had
    return holding.state is DraftState.PENDING and not newly.isdisjoint(changed or ())


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
