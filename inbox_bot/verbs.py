"""What the author says of a draft or a letter: it counts only for exactly what she saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot import ledger
from inbox_bot.bot import Bot
from inbox_bot.errors import Conflict
from inbox_bot.letters import read_letters
from inbox_bot.model import Actor, Draft, DraftKind, DraftState, Event, Judgement, Verdict
from inbox_bot.ports import Transaction
from inbox_bot.preparing import history_of, prepare_holding
from inbox_bot.promises import local_day
from inbox_bot.replies import new_message_id, shown_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Exactly what the author had before her eyes when she spoke."""

    draft_id: int
    version: int
    hash: str


def shown(draft: Draft) -> Shown:
    return Shown(draft_id=draft.id, version=draft.version, hash=shown_hash(draft))


def approve(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Yes to exactly this text to exactly these recipients; it leaves after the undo window."""
    with bot.store.transaction() as tx:
        draft = _as_shown(tx, what)
        _check_sendable(bot, draft, now)
        approved = replace(
            draft,
            state=DraftState.APPROVED,
            approved_at=now,
            send_after=now + bot.policy.undo,
            attempts=0,
            reason="",
        )
        return _said(tx, tx.drafts.move(draft, approved), "approved", now)


def edit(bot: Bot, what: Shown, text: str, now: datetime) -> Draft:
    """The author's own words make the next version; it waits for her yes like any other."""
    with bot.store.transaction() as tx:
        draft = _as_shown(tx, what)
        domain = draft.sender.email.rpartition("@")[2]
        edited = replace(
            draft,
            version=draft.version + 1,
            state=DraftState.PENDING,
            kind=DraftKind.EDITED if draft.kind is not DraftKind.HOLDING else draft.kind,
            text=text.strip() + "\n",
            message_id=new_message_id(domain, bot.new_token()),
            created=now,
            approved_at=None,
            send_after=None,
            reason="",
        )
        return _said(tx, tx.drafts.add_version(edited), "edited", now)


def hold(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Instead of an answer, "I'll write again by Thursday"; it waits for her yes like any other."""
    with bot.store.transaction() as tx:
        draft = _as_shown(tx, what)
        letters, _ = read_letters(bot, [tx.messages.get(draft.letter_id)])
        if not letters:
            raise Conflict(f"Letter {draft.letter_id} cannot be read: answer it by hand.")
        history = history_of(bot, tx, letters[0])
        holding = prepare_holding(bot, letters[0], history, draft, now)
        return _said(tx, tx.drafts.add_version(holding), "holding", now)


def reject(bot: Bot, what: Shown, now: datetime) -> Draft:
    """Not this draft. The promise stays open: the reader still waits."""
    with bot.store.transaction() as tx:
        draft = _as_shown(tx, what)
        return _said(
            tx, tx.drafts.move(draft, replace(draft, state=DraftState.REJECTED)), "rejected", now
        )


def undo(bot: Bot, draft_id: int, now: datetime) -> Draft:
    """Take back the last yes or no to a draft, as long as it has not left."""
    with bot.store.transaction() as tx:
        draft = tx.drafts.get(draft_id)
        if draft.state not in (DraftState.APPROVED, DraftState.REJECTED):
            raise Conflict(f"Draft {draft_id} is {draft.state}; there is nothing to undo.")
        pending = replace(
            draft, state=DraftState.PENDING, approved_at=None, send_after=None, reason=""
        )
        return _said(tx, tx.drafts.move(draft, pending), "undone", now)


def not_a_reader(bot: Bot, letter_id: int, now: datetime) -> str:
    """Remember the sender as private: no draft, no promise, now or later. Returns the address."""
    with bot.store.transaction() as tx:
        letter = tx.messages.get(letter_id)
        address = tx.messages.sender(letter_id)
        for draft in tx.drafts.for_thread(letter.thread):
            if draft.state in (DraftState.PENDING, DraftState.APPROVED):
                over = replace(draft, state=DraftState.SUPERSEDED, reason="not a reader")
                tx.drafts.move(draft, over)
        tx.circle.add_never(address)
        judgement = Judgement(verdict=Verdict.PERSONAL, reason="you said: not a reader")
        tx.messages.judge(letter_id, judgement, None)
        ledger.release(tx, letter.thread, now, "not a reader")
        _note(tx, "not a reader", letter_id, now)
        return address


def a_reader_after_all(bot: Bot, letter_id: int, now: datetime) -> str:
    """Undo of `not_a_reader`, and the way back for a letter that was judged wrongly."""
    with bot.store.transaction() as tx:
        address = tx.messages.sender(letter_id)
        tx.circle.remove_never(address)
        judgement = Judgement(verdict=Verdict.READER, reason="you said: a reader")
        tx.messages.judge(letter_id, judgement, None)
        tx.messages.reconsider(letter_id)
        ledger.reopen(tx, tx.messages.get(letter_id).thread, "a reader after all")
        _note(tx, "a reader", letter_id, now)
        return address


def _as_shown(tx: Transaction, what: Shown) -> Draft:
    draft = tx.drafts.get(what.draft_id)
    name = f"{what.draft_id}.{what.version}"
    if draft.version != what.version:
        raise Conflict(
            f"Draft {name} was replaced by version {draft.version}: look at that one first."
        )
    if draft.state is not DraftState.PENDING:
        raise Conflict(f"Draft {name} is {draft.state}, it does not wait for you.")
    if shown_hash(draft) != what.hash:
        raise Conflict(f"Draft {name} is not what was shown: look at it again.")
    return draft


def _check_sendable(bot: Bot, draft: Draft, now: datetime) -> None:
    if draft.kind is DraftKind.BLANK:
        raise Conflict(f"Draft {draft.id} has no answer yet: write one with `edit`, or hold.")
    if draft.promised_day and draft.promised_day < local_day(now, bot.policy.calendar):
        raise Conflict(f"Draft {draft.id} names a day that has passed: mend it with `edit`.")


def _said(tx: Transaction, draft: Draft, verb: str, now: datetime) -> Draft:
    tx.record(
        Event(
            at=now,
            actor=Actor.AUTHOR,
            verb=verb,
            letter_id=draft.letter_id,
            draft_id=draft.id,
            version=draft.version,
        )
    )
    return draft


def _note(tx: Transaction, verb: str, letter_id: int, now: datetime) -> None:
    tx.record(Event(at=now, actor=Actor.AUTHOR, verb=verb, letter_id=letter_id))
