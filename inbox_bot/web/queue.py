"""What the first page shows: one line that says it all, and below it who waits for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox_bot.health import LOOKED, TROUBLE
from inbox_bot.model import DraftKind, DraftState
from inbox_bot.ports import Transaction
from inbox_bot.promises import local_day
from inbox_bot.sending import PAUSED
from inbox_bot.waiting import Row, rows
from inbox_bot.web import words
from inbox_bot.web.page import Page

A_PAGE = 25
ON_THE_WAY = (DraftState.APPROVED, DraftState.SENDING)
NOT_YET = (DraftKind.BLANK, DraftKind.PARTIAL, DraftKind.URGENT)
"""Kinds of draft that need more of the author than a yes."""

TROUBLES = {
    DraftState.UNCERTAIN: "did it leave?",
    DraftState.REFUSED: "refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """Four things a row. `answer` is sure, maybe, none or urgent; `trouble` is mostly empty."""

    letter_id: int
    reader: str
    question: str
    answer: str
    since: str
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A reply on its way: `wait` is how long it can still be taken back, empty when it cannot."""

    draft_id: int
    letter_id: int
    reader: str
    wait: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    glance: str
    mail: str
    rows: tuple[RowView, ...]
    leaving: tuple[Leaving, ...]
    others: int
    number: int
    last: int
    is_ill: bool = False


def queue_view(tx: Transaction, page: Page, number: int, now: datetime) -> QueueView:
    """One page of the queue, counted from 1."""
    found = rows(tx, local_day(now, page.bot.policy.calendar))
    waiting = [row for row in found if row.draft.state not in ON_THE_WAY]
    last = max(1, -(-len(waiting) // A_PAGE))
    number = min(max(1, number), last)
    shown = waiting[(number - 1) * A_PAGE : number * A_PAGE]
    trouble = tx.note(TROUBLE)
    return QueueView(
        glance=glance(waiting, now, page.zone),
        mail=mail_line(tx, now, page.zone),
        is_ill=bool(trouble or tx.note(PAUSED)),
        rows=tuple(_row_view(row, now, page.zone) for row in shown),
        leaving=tuple(_leaving(row, now) for row in found if row.draft.state in ON_THE_WAY),
        others=tx.messages.count_others(),
        number=number,
        last=last,
    )


def glance(waiting: Sequence[Row], now: datetime, zone: ZoneInfo) -> str:
    """ "3 ready (about 2 min) · 2 need you · Ann waits since Monday"."""
    if not waiting:
        return "Nobody is waiting."
    ready = sum(_is_ready(row) for row in waiting)
    need_you = len(waiting) - ready
    oldest = min(waiting, key=lambda row: row.since)
    parts = [f"{ready} ready ({words.minutes(ready)})"] if ready else []
    parts += [f"{need_you} need{'s' if need_you == 1 else ''} you"] if need_you else []
    name = words.short(oldest.reader, 30)
    return " · ".join([*parts, f"{name} waits since {words.since(oldest.since, now, zone)}"])


def mail_line(tx: Transaction, now: datetime, zone: ZoneInfo) -> str:
    """ "last looked 08:12, mail OK", or what is wrong."""
    looked, trouble = tx.note(LOOKED), tx.note(TROUBLE)
    if not looked:
        return "never looked yet"
    when = words.since(datetime.fromisoformat(looked), now, zone)
    state = trouble or "mail OK"
    paused = " · sending is paused" if tx.note(PAUSED) else ""
    return f"last looked {when}, {state}{paused}"


def _is_ready(row: Row) -> bool:
    return row.draft.state is DraftState.PENDING and row.draft.kind not in NOT_YET


def _row_view(row: Row, now: datetime, zone: ZoneInfo) -> RowView:
    return RowView(
        letter_id=row.draft.letter_id,
        reader=words.short(row.reader, 60),
        question=words.short(row.question, 140),
        answer=row.answer,
        since=words.since(row.since, now, zone),
        trouble=TROUBLES.get(row.draft.state, ""),
    )


def _leaving(row: Row, now: datetime) -> Leaving:
    draft = row.draft
    can_wait = draft.state is DraftState.APPROVED and draft.send_after is not None
    return Leaving(
        draft_id=draft.id,
        letter_id=draft.letter_id,
        reader=words.short(row.reader, 60),
        wait=words.wait(draft.send_after - now) if can_wait and draft.send_after else "",
    )
