"""Check that an action applies to the draft that the author saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.bot import Bot, Letter
from inbox_bot.drafting.mime import new_message_id, shown_hash
from inbox_bot.errors import Conflict
from inbox_bot.model import (
    TO_DECIDE,
    Actor,
    Cause,
    Draft,
    DraftState,
    Event,
    Promise,
    PromiseState,
    Verb,
    event_on,
)
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.open_drafts import owed_again, wait_again
from inbox_bot.steps.stored_letters import read_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The version that the author saw when she acted."""

    draft_id: int
    version: int
    hash: str


def shown(draft: Draft) -> Shown:
    return Shown(draft_id=draft.id, version=draft.version, hash=shown_hash(draft))


def as_shown(tx: Transaction, what: Shown) -> Draft:
    """The pending (or refused) draft that she saw; Conflict if it has changed since."""
    draft = tx.drafts.get(what.draft_id)
    name = f"{what.draft_id}.{what.version}"
    if draft.version != what.version:
        raise Conflict(
            f"Draft {name} was replaced by version {draft.version}. Look at that one first."
        )
    if draft.state not in TO_DECIDE:
        raise Conflict(f"Draft {name} is {draft.state}, so it isn't waiting for you.")
    if shown_hash(draft) != what.hash:
        raise Conflict(f"Draft {name} has changed since you saw it. Look at it again.")
    if draft.state is DraftState.REFUSED:
        # every action on a refused reply first makes it pending again
        return tx.drafts.move(draft, draft.become(DraftState.PENDING))
    return draft


def brought_back(tx: Transaction, what: Shown, now: datetime) -> Draft:
    """As `as_shown`; a draft that she rejected or released is brought back first."""
    draft = tx.drafts.get(what.draft_id)
    if draft.version == what.version:
        resumed(tx, draft, now)
    return as_shown(tx, what)


def is_resumable(draft: Draft, promise: Promise | None) -> bool:
    """Whether it ended by her word alone: she rejected it, or said that no reply is needed."""
    released = promise is not None and promise.state is PromiseState.RELEASED
    by_her = released and promise is not None and promise.cause is not Cause.RULED_OUT
    if draft.state is DraftState.REJECTED:
        return by_her or not released
    return draft.state is DraftState.SUPERSEDED and by_her


def resumed(tx: Transaction, draft: Draft, now: datetime) -> Draft:
    """Bring it back as if she had taken back her last word, where it is resumable.

    Any other draft is returned as it is. Conflict if another one waits for the reader by now.
    """
    promise = tx.promises.of_thread(tx.messages.get(draft.letter_id).thread)
    if not is_resumable(draft, promise):
        return draft
    if promise and promise.state is PromiseState.RELEASED and owed_again(tx, draft.letter_id):
        said(tx, draft, Verb.OWED_AFTER_ALL, now)
        draft = tx.drafts.get(draft.id)
    if draft.state is DraftState.REJECTED:
        draft = said(tx, wait_again(tx, draft), Verb.UNDONE, now, Verb.REJECTED)
    return draft


def letter_of(bot: Bot, tx: Transaction, draft: Draft) -> Letter:
    letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
    if not letters:
        raise Conflict(f"Letter {letter_name(draft.letter_id)} can't be read. Answer it by hand.")
    return letters[0]


def changed_version(bot: Bot, old: Draft, changed: Draft, now: datetime) -> Draft:
    """The changed draft as the version after `old`: pending, with a new Message-ID."""
    domain = old.sender.email.rpartition("@")[2]
    return replace(
        changed.pending_again(),
        id=old.id,
        version=old.version + 1,
        message_id=new_message_id(domain, bot.new_token()),
        created=now,
        snoozed_until=None,
    )


def said(tx: Transaction, draft: Draft, verb: Verb, now: datetime, detail: str = "") -> Draft:
    """Record the author's action on this draft; `detail` is what an undo needs to know."""
    tx.record(event_on(draft, verb, Actor.AUTHOR, now, detail))
    return draft


def said_of_letter(
    tx: Transaction, letter_id: int, verb: Verb, now: datetime, detail: str = ""
) -> None:
    """Record the author's action on this letter; `detail` is what an undo needs to know."""
    tx.record(Event(at=now, actor=Actor.AUTHOR, verb=verb, letter_id=letter_id, detail=detail))
