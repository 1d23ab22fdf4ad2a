"""Gathers the contents of a note from the store and, read-only, from Junk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot
from inbox_bot.letters.verdicts import scope
from inbox_bot.model import (
    Answer,
    Draft,
    DraftState,
    Fetched,
    Message,
    Promise,
    PromiseState,
    Verdict,
)
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes.text import Digested, Waiting
from inbox_bot.review.queue import asked_first
from inbox_bot.steps.health import TROUBLE
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.known_people import people_for
from inbox_bot.steps.open_drafts import is_ready

JUNK_SINCE = timedelta(days=8)
JUNK_AT_MOST = 100
WEEK = timedelta(days=7)


def gather(bot: Bot, now: datetime, found: Sequence[str] = ()) -> Digested:
    """`found` are further lines, from the reconciliation and Junk."""
    today = local_day(now, bot.calendar())

    def aside(promise: Promise, error: Exception) -> list[Waiting]:
        what = f"letter {letter_name(promise.letter_id)}"
        set_aside(bot, Step.NOTE, what, error, now, promise.letter_id)
        return []

    with bot.store.reading() as tx:
        promises = sorted(tx.promises.waiting(), key=lambda one: one.opened)
    waiting = isolate(promises, lambda some: list(_waiting(bot, some)), aside)
    with bot.store.reading() as tx:
        opened = tx.promises.opened_since(now - WEEK)
        kept = (PromiseState.KEPT, PromiseState.KEPT_LATE)
        return Digested(
            today=today,
            waiting=tuple(one for some in waiting for one in some),
            answered=len({one.reader for one in opened if one.state in kept}),
            lines=(*_warnings(bot, now), *_troubles(tx), *found),
            page=bot.policy.page_url,
            locale=bot.author.locale,
        )


def _waiting(bot: Bot, promises: Sequence[Promise]) -> Iterator[Waiting]:
    """Each open promise with its draft."""
    with bot.store.reading() as tx:
        listed = {one.letter_id: one for one in tx.messages.listed(p.letter_id for p in promises)}
        filed = {(one.draft_id, one.version) for one in tx.drafts.filed()}
        drafts = tx.drafts.for_threads(promise.thread for promise in promises)
    for promise in promises:
        draft = _pending(drafts.get(promise.thread, ()))
        letter = listed.get(promise.letter_id)
        subject = letter.subject if letter else ""
        yield Waiting(
            letter_id=promise.letter_id,
            reader=_name(letter) or promise.reader,
            question=asked_first(draft.decisions if draft else (), subject),
            since=local_day(promise.opened, bot.calendar()),
            told=promise.told,
            matter=promise.matter,
            draft=f"{draft.id}.{draft.version}" if draft else "",
            reply=draft.text if draft and is_ready(draft) else "",
            in_drafts=draft is not None and (draft.id, draft.version) in filed,
        )


def _pending(drafts: Sequence[Draft]) -> Draft | None:
    return next((one for one in drafts if one.state is DraftState.PENDING), None)


def _name(letter: Listed | None) -> str:
    sender = letter.sender if letter else None
    return (sender.name or sender.email) if sender else ""


def _warnings(bot: Bot, now: datetime) -> Iterator[str]:
    """Warnings of log-ins that end soon, while notes can still be sent."""
    for account in bot.accounts:
        if warning := account.warning(now):
            yield warning


def _troubles(tx: Transaction) -> Iterator[str]:
    for draft in tx.drafts.in_state(DraftState.UNCERTAIN):
        yield f"Draft {draft.id}.{draft.version} may or may not have been sent. Please check it."
    for draft in tx.drafts.in_state(DraftState.REFUSED):
        yield f"Draft {draft.id}.{draft.version} was refused: {draft.reason}"
    if trouble := TROUBLE.of(tx):
        yield trouble


def in_junk(bot: Bot, account: Account, now: datetime) -> tuple[str, ...]:
    """Lines on likely readers' letters in Junk, read-only; nothing of them is stored."""
    junk = account.mailbox.special_folders().junk
    if junk is None:
        return ()
    uids = account.mailbox.uids(junk, 0, now - JUNK_SINCE)[-JUNK_AT_MOST:]

    def aside(uid: int, error: Exception) -> tuple[str, ...]:
        set_aside(bot, Step.JUNK, f"the letter in {junk} (UID {uid})", error, now)
        return ()

    found = isolate(uids, lambda some: _likely(bot, account, junk, some), aside)
    return tuple(line for some in found for line in some)


def _likely(bot: Bot, account: Account, junk: str, uids: Sequence[int]) -> tuple[str, ...]:
    headers = list(account.mailbox.headers(junk, uids))
    likely = _readers(bot, headers)
    whole = list(account.mailbox.letters(junk, [one.place.uid for one, _ in likely]))
    asks = bot.knowledge().consider
    return tuple(
        f'A letter in Junk looks like a reader\'s: "{letter.subject[:80]}", from '
        f"{letter.sender.email if letter.sender else 'an unknown sender'}. Move it to your inbox "
        "and I'll read it."
        for _, letter in _readers(bot, whole)
        if any(isinstance(one, Answer) for one in asks(letter))
    )


def _readers(bot: Bot, fetched: Sequence[Fetched]) -> list[tuple[Fetched, Message]]:
    """Those that would be judged readers' letters in INBOX."""
    read = bot.read([one.raw for one in fetched])
    letters = [
        (one, message)
        for one, message in zip(fetched, read, strict=True)
        if isinstance(message, Message)
    ]
    with bot.store.reading() as tx:
        people = people_for(bot, tx, [(message, one.arrived) for one, message in letters])
    return [
        (one, message)
        for one, message in letters
        if scope(message, people) is None
        and bot.knowledge().judge(message, people).verdict is Verdict.READER
    ]
