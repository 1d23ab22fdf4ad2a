"""Gathers the contents of a note from the store and, read-only, from Junk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot
from inbox_bot.letters.verdicts import scope
from inbox_bot.model import (
    ON_THE_WAY,
    Answer,
    DraftKind,
    DraftState,
    Fetched,
    Message,
    Promise,
    PromiseState,
    Verdict,
)
from inbox_bot.model.names import draft_name, letter_name
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed, Waiting as Queued
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.notes.text import DayTold, Digested, Waiting
from inbox_bot.review.queue import asked_first, certainty, queue
from inbox_bot.steps.health import TROUBLE
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.known_people import people_for
from inbox_bot.steps.open_drafts import is_ready, is_thanks

JUNK_SINCE = timedelta(days=8)
JUNK_AT_MOST = 100
WEEK = timedelta(days=7)


def gather(bot: Bot, now: datetime, found: Sequence[str] = ()) -> Digested:
    """The rows of the page's queue in its order, so that both count the same.

    `found` are further lines, from the reconciliation and Junk.
    """
    today = local_day(now, bot.calendar())

    def aside(row: Queued, error: Exception) -> list[Waiting]:
        what = f"letter {letter_name(row.letter_id)}"
        set_aside(bot, Step.NOTE, what, error, now, row.letter_id)
        return []

    with bot.store.reading() as tx:
        rows = [one for one in queue(tx, today) if one.state not in ON_THE_WAY]
        rows = [one for one in rows if not is_thanks(one)]
        promises = tx.promises.waiting()
        opened = tx.promises.opened_since(now - WEEK)
    waiting = isolate(rows, lambda some: list(_waiting(bot, some)), aside)
    shown = {one.thread for one in rows}
    kept = (PromiseState.KEPT, PromiseState.KEPT_LATE)
    with bot.store.reading() as tx:
        troubles = tuple(_troubles(tx))
        told = tuple(_days_told(tx, promises))
    return Digested(
        today=today,
        waiting=tuple(one for some in waiting for one in some),
        elsewhere=sum(one.thread not in shown for one in promises),
        told=told,
        answered=len({one.reader for one in opened if one.state in kept}),
        lines=(*_warnings(bot, now), *troubles, *found),
        page=bot.policy.page_url,
        locale=bot.author.locale,
    )


def _waiting(bot: Bot, rows: Sequence[Queued]) -> Iterator[Waiting]:
    """Each row with the text of its reply, if that needs only a yes."""
    with bot.store.reading() as tx:
        filed = {(one.draft_id, one.version) for one in tx.drafts.filed()}
        ready = [one for one in rows if is_ready(one)]
        texts = {one.draft_id: tx.drafts.get(one.draft_id, one.version).text for one in ready}
    for row in rows:
        yield Waiting(
            letter_id=row.letter_id,
            reader=row.reader.shown,
            question=_question(row),
            subject=row.subject,
            since=local_day(row.since, bot.calendar()),
            owed=row.owed,
            urgent=certainty(row.decisions) == "urgent",
            unedited=row.kind is DraftKind.URGENT,
            matter=row.doubt.question if row.doubt else row.matter,
            draft=draft_name(row.draft_id),
            reply=texts.get(row.draft_id, ""),
            in_drafts=(row.draft_id, row.version) in filed,
        )


def _question(row: Queued) -> str:
    return asked_first(row.decisions, row.subject)


def _days_told(tx: Transaction, promises: Sequence[Promise]) -> Iterator[DayTold]:
    """Every day that a reader was told, also of those whose letter is snoozed."""
    told = {one.letter_id: one for one in promises if one.told}
    names = {one.letter_id: _name(one) for one in tx.messages.listed(told)}
    for one in told.values():
        if one.told is not None:
            yield DayTold(day=one.told, reader=names.get(one.letter_id) or one.reader)


def _name(letter: Listed) -> str:
    return (letter.sender.name or letter.sender.email) if letter.sender else ""


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
