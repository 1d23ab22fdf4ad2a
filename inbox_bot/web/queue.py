"""View of the first page: a summary line, and the queue below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox_bot.model import ON_THE_WAY, Cause, DraftState
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Waiting
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.asked_often import Due, lessons_due
from inbox_bot.review.queue import certainty, queue
from inbox_bot.steps.health import LOOKED, health_of
from inbox_bot.steps.open_drafts import is_ready
from inbox_bot.steps.send import PAUSED
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

A_PAGE = 25

TROUBLES = {
    DraftState.UNCERTAIN: "did it leave?",
    DraftState.REFUSED: "refused",
    DraftState.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row. `answer` is sure, maybe, none or urgent; `trouble` is mostly empty."""

    letter_id: int
    reader: str
    question: str
    answer: str
    since: str
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A reply on its way: `wait` is the rest of the undo window, or empty."""

    draft_id: int
    letter_id: int
    reader: str
    wait: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenView:
    """A question asked often; `more` counts further ones."""

    draft_id: int
    question: str
    readers: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    summary: str
    mail: str
    rows: tuple[RowView, ...]
    leaving: tuple[Leaving, ...]
    others: int
    number: int
    last: int
    is_ill: bool = False
    often: OftenView | None = None


def queue_view(tx: Transaction, page: Page, number: int, now: datetime) -> QueueView:
    """One page of the queue, counted from 1."""
    found = queue(tx, local_day(now, page.bot.calendar()))
    waiting = [one for one in found if one.state not in ON_THE_WAY]
    last = max(1, -(-len(waiting) // A_PAGE))
    number = min(max(1, number), last)
    shown = waiting[(number - 1) * A_PAGE : number * A_PAGE]
    health = health_of(tx, now)
    warnings = [told for account in page.bot.accounts if (told := account.warning(now))]
    return QueueView(
        summary=summary_line(waiting, now, page.zone) if waiting else f"{health.nobody_waits}.",
        mail=" · ".join([mail_line(tx, now, page.zone), *warnings]),
        is_ill=bool(PAUSED.of(tx) or warnings) or not health.healthy,
        rows=tuple(_row_view(one, now, page.zone) for one in shown),
        leaving=tuple(_leaving(one, now) for one in found if one.state in ON_THE_WAY),
        others=tx.messages.count_others(),
        number=number,
        last=last,
        often=_often_view(lessons_due(page.bot, tx)),
    )


def _often_view(found: Sequence[Due]) -> OftenView | None:
    if not found:
        return None
    first = found[0]
    return OftenView(
        draft_id=first.drafts[0].id,
        question=phrases.short(first.question, 140),
        readers=first.readers,
        more=len(found) - 1,
    )


def summary_line(waiting: Sequence[Waiting], now: datetime, zone: ZoneInfo) -> str:
    """ "3 ready (about 2 min) · 2 need you · Ann waits since Monday"."""
    if not waiting:
        return "Nobody is waiting."
    ready = sum(map(is_ready, waiting))
    need_you = len(waiting) - ready
    oldest = min(waiting, key=lambda one: one.since)
    parts = [f"{ready} ready ({phrases.minutes(ready)})"] if ready else []
    parts += [f"{need_you} need{'s' if need_you == 1 else ''} you"] if need_you else []
    name = phrases.short(oldest.reader.shown, 30)
    return " · ".join([*parts, f"{name} waits since {phrases.since(oldest.since, now, zone)}"])


def mail_line(tx: Transaction, now: datetime, zone: ZoneInfo) -> str:
    """ "last looked 08:12, mail OK", or what is wrong."""
    looked, health = LOOKED.of(tx), health_of(tx, now)
    when = phrases.since(looked, now, zone) if looked else ""
    begun = f"last looked {when}" if when else "never looked yet"
    if health.healthy and not when:
        return begun
    since = f" (since {phrases.since(health.since, now, zone)})" if health.since else ""
    paused = " · sending is paused" if PAUSED.of(tx) else ""
    return f"{begun}, {health.why or 'mail OK'}{since}{paused}"


def _row_view(one: Waiting, now: datetime, zone: ZoneInfo) -> RowView:
    asked = one.decisions[0].question.text if one.decisions else one.subject
    return RowView(
        letter_id=one.letter_id,
        reader=phrases.short(one.reader.shown, 60),
        question=phrases.short(asked, 140),
        answer=certainty(one.decisions),
        since=phrases.since(one.since, now, zone),
        trouble=TROUBLES.get(one.state)
        or ("answered?" if one.doubt else "")
        or ("came back" if one.cause is Cause.NOT_DELIVERED else ""),
    )


def _leaving(one: Waiting, now: datetime) -> Leaving:
    can_wait = one.state is DraftState.APPROVED and one.send_after is not None
    return Leaving(
        draft_id=one.draft_id,
        letter_id=one.letter_id,
        reader=phrases.short(one.reader.shown, 60),
        wait=phrases.wait(one.send_after - now) if can_wait and one.send_after else "",
    )
