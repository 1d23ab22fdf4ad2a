"""An answer was mended: drafts that wait get the new text, and who has the old one is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from inbox_bot.bot import Bot, Letter
from inbox_bot.history import History, history_of
from inbox_bot.letters import read_letters
from inbox_bot.model import (
    CHOSEN,
    UNDECIDED,
    Actor,
    AskAuthor,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Faq,
    Urgent,
    event_on,
)
from inbox_bot.ports import Transaction
from inbox_bot.preparing import next_version, prepare
from inbox_bot.remaking import each_draft

REMAKABLE = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.BLANK)
HER_WORDS = ("edited", "line added")
KNOWN = "answers known"
"""The note with a hash of each answer and of the templates, as the last look at them found it."""
TEMPLATES = "the templates"

Concerned = Callable[[Draft, Draft], bool]
"""Whether a draft and what would be made of it now have to do with what has changed."""


def remake(bot: Bot, entry_id: str, now: datetime) -> tuple[Draft, ...]:
    """After an entry was added or mended: the new versions of unedited drafts that it concerns."""
    return _remake(bot, lambda old, new: entry_id in (*old.entries, *new.entries), now)


def remake_all(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """After a template was mended: the same for every unedited draft."""
    return _remake(bot, lambda _old, _new: True, now)


def remake_changed(bot: Bot, now: datetime) -> tuple[Draft, ...]:
    """The same for all that the author changed in her files since this was asked the last time."""
    answers = {**_answers(bot.knowledge().faq), TEMPLATES: bot.knowledge().drafter.stamp}
    with bot.store.transaction() as tx:
        noted = tx.note(KNOWN)
        known: dict[str, str] = json.loads(noted or "{}")
        if answers == known:
            return ()
        tx.set_note(KNOWN, json.dumps(answers))
    if not noted:
        return ()
    if known.get(TEMPLATES, answers[TEMPLATES]) != answers[TEMPLATES]:
        return remake_all(bot, now)
    changed = {key for key in (*answers, *known) if answers.get(key) != known.get(key)}
    return _remake(bot, lambda old, new: bool(changed & {*old.entries, *new.entries}), now)


def received(bot: Bot, entry_id: str) -> tuple[Draft, ...]:
    """The replies with this entry in them that have left, oldest first."""
    with bot.store.reading() as tx:
        sent = tx.drafts.in_state(DraftState.SENT)
    return tuple(draft for draft in sent if entry_id in draft.entries)


def _answers(faq: Faq) -> dict[str, str]:
    return {
        entry.id: sha256(f"{entry.usable}{entry.answer}".encode()).hexdigest()[:12]
        for entry in faq.entries
    }


def _remake(bot: Bot, concerned: Concerned, now: datetime) -> tuple[Draft, ...]:
    with bot.store.reading() as tx:
        waiting = [draft for draft in tx.drafts.in_state(*UNDECIDED) if _is_untouched(tx, draft)]
    made = each_draft(bot, waiting, lambda tx, draft: _remade(bot, tx, draft, concerned, now), now)
    return tuple(draft for draft in made if draft is not None)


def _is_untouched(tx: Transaction, draft: Draft) -> bool:
    if draft.kind not in REMAKABLE:
        return False
    return not any(
        event.draft_id == draft.id and event.verb in HER_WORDS
        for event in tx.events(draft.letter_id)
    )


def _remade(
    bot: Bot, tx: Transaction, draft: Draft, concerned: Concerned, now: datetime
) -> Draft | None:
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if not letters:
        return None
    letter, history = letters[0], history_of(bot, tx, letters[0])
    decisions = _decided_again(bot, letter, draft.decisions, history)
    fresh = prepare(bot, letter, history, decisions, now)
    if fresh.text == draft.text or not concerned(draft, fresh):
        return None
    since = " since your yes" if draft.state is DraftState.APPROVED else ""
    made = replace(next_version(draft, fresh), reason=f"the answer has changed{since}")
    kept = tx.drafts.add_version(made)
    tx.record(event_on(kept, "remade", Actor.BOT, now))
    return kept


def _decided_again(
    bot: Bot, letter: Letter, decisions: Sequence[Decision], history: History
) -> tuple[Decision, ...]:
    """What the author chose, and what needs a person, stays as it is."""
    knowledge, message = bot.knowledge(), letter.message
    if message.language and message.language not in knowledge.languages:
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
    if isinstance(decision, Urgent) or decision.reason == CHOSEN:
        return True
    return isinstance(decision, AskAuthor) and decision.personal
