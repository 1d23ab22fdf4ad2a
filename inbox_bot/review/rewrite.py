"""Change a draft: each action adds its next version, which needs a new approval."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import (
    Answer,
    Cause,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Match,
    Urgent,
    Verb,
)
from inbox_bot.model.names import draft_name
from inbox_bot.model.ports import Transaction
from inbox_bot.promises import ledger
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.shown import Shown, brought_back, changed_version, letter_of, said
from inbox_bot.steps.compose import (
    compose,
    compose_correction,
    compose_holding,
    lined,
    next_version,
)
from inbox_bot.steps.open_drafts import correction_beside
from inbox_bot.steps.reader_history import history_of

CHOSEN = "you chose it"
ASKS_NOTHING = "you said it doesn't ask anything"
_ADDRESS = re.compile(
    r"[^\s@<>(),;:\"\\[\]\x00-\x1f\x7f]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII
)


def edit(bot: Bot, what: Shown, text: str, now: datetime) -> Draft:
    """Replace the draft's text by the author's."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        kind = draft.kind if draft.kind is DraftKind.HOLDING else DraftKind.EDITED
        line = draft.line if draft.line and draft.line in text else ""
        edited = replace(draft, kind=kind, text=text.strip() + "\n", line=line)
        return _kept(bot, tx, draft, edited, Verb.EDITED, now)


def readdress(bot: Bot, what: Shown, email: str, now: datetime) -> Draft:
    """Send the same text to another address of the reader: hers was mistyped, or is gone."""
    email = email.strip()
    if not _ADDRESS.fullmatch(email):
        raise WrongUse(f"{email[:80] or 'That'} isn't a valid email address.")
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        moved = replace(draft, to=(replace(draft.to[0], email=email), *draft.to[1:]))
        return _kept(bot, tx, draft, moved, Verb.READDRESSED, now)


def add_line(bot: Bot, what: Shown, line: str, now: datetime) -> Draft:
    """Add the author's line as the reply's first sentence."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        return _kept(bot, tx, draft, lined(draft, line), Verb.LINE_ADDED, now)


def swap(bot: Bot, what: Shown, position: int, entry_id: str, now: datetime) -> Draft:
    """Answer the question at that position with another entry; NotFound for an unknown one."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        asked = _at(draft, position)
        _check_usable(bot, entry_id)
        match = Match(entry_id=entry_id, confidence=1.0, why=CHOSEN)
        chosen = Answer(question=asked.question, matches=(match,), reason=CHOSEN, chosen=True)
        decisions = (*draft.decisions[:position], chosen, *draft.decisions[position + 1 :])
        return _recomposed(bot, tx, draft, decisions, Verb.SWAPPED, now)


def not_a_question(bot: Bot, what: Shown, position: int, now: datetime) -> Draft:
    """Remove the question at that position; with none left, release the promise."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        _at(draft, position)
        decisions = (*draft.decisions[:position], *draft.decisions[position + 1 :])
        if not decisions:
            thread = tx.messages.get(draft.letter_id).thread
            ledger.release(tx, thread, now, ASKS_NOTHING)
            over = draft.become(DraftState.SUPERSEDED, ASKS_NOTHING, Cause.ASKS_NOTHING)
            return said(tx, tx.drafts.move(draft, over), Verb.NOT_A_QUESTION, now)
        return _recomposed(bot, tx, draft, decisions, Verb.NOT_A_QUESTION, now)


def hold(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Replace the answer by "I'll write again by Thursday"."""
    with bot.store.transaction() as tx:
        draft = brought_back(tx, what, now)
        if any(isinstance(one, Urgent) for one in draft.decisions):
            raise Conflict(
                f"Draft {draft_name(draft.id)} can't wait. Tell the reader to get help now."
            )
        letter = letter_of(bot, tx, draft)
        today = local_day(now, bot.calendar())
        ledger.check_hold(tx, letter.stored.thread, today, bot.author.locale)
        holding = compose_holding(bot, letter, history_of(bot, tx, letter), draft, now)
        return said(tx, tx.drafts.add_version(holding), Verb.HOLDING, now)


def hold_without_date(bot: Bot, what: Shown, now: datetime) -> Draft:
    """As `hold`, but name no day."""
    return hold(replace(bot, policy=replace(bot.policy, name_a_date=False)), what, now)


def write_again(bot: Bot, draft_id: int, text: str, now: datetime) -> Draft:
    """Draft a correction to a sent reply, in the same thread; it needs approval."""
    with bot.store.transaction() as tx:
        sent = tx.drafts.get(draft_id)
        if sent.state is not DraftState.SENT:
            raise Conflict(
                f"Draft {draft_name(draft_id)} is {sent.state}, so you can still edit it."
            )
        waiting = correction_beside(tx, sent)
        if waiting is not None:
            raise Conflict(
                f"Draft {draft_name(waiting.id)} already corrects a reply to this reader. "
                "Use that one."
            )
        letter = letter_of(bot, tx, sent)
        again = compose_correction(bot, letter, history_of(bot, tx, letter), (sent, text), now)
        return said(tx, tx.drafts.add(again), Verb.WRITES_AGAIN, now)


def restored(bot: Bot, tx: Transaction, draft: Draft, before: Draft, now: datetime) -> Draft:
    """Add an earlier version as the next one."""
    return tx.drafts.add_version(changed_version(bot, draft, before, now))


def _recomposed(
    bot: Bot,
    tx: Transaction,
    draft: Draft,
    decisions: tuple[Decision, ...],
    verb: Verb,
    now: datetime,
) -> Draft:
    letter = letter_of(bot, tx, draft)
    history = history_of(bot, tx, letter)
    fresh = next_version(draft, compose(bot, letter, history, decisions, now))
    return said(tx, tx.drafts.add_version(fresh), verb, now)


def _kept(
    bot: Bot, tx: Transaction, draft: Draft, changed: Draft, verb: Verb, now: datetime
) -> Draft:
    return said(tx, tx.drafts.add_version(changed_version(bot, draft, changed, now)), verb, now)


def _at(draft: Draft, position: int) -> Decision:
    if not 0 <= position < len(draft.decisions):
        raise Conflict(f"Draft {draft_name(draft.id)} has no question number {position + 1}.")
    return draft.decisions[position]


def _check_usable(bot: Bot, entry_id: str) -> None:
    entry = bot.knowledge().faq.answers.get(entry_id)
    if entry is None or not entry.usable:
        raise Conflict(f"There's no entry named {entry_id} that can be used.")
