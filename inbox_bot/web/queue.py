"""View of the first page: a summary line, and the queue below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import BEGUN
from inbox_bot.model import NO_ADDRESS, ON_THE_WAY, DraftKind, DraftState
from inbox_bot.model.needs import NEEDS, Need
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Listed, Waiting
from inbox_bot.promises.calendar import local_day
from inbox_bot.review.asked_often import Due, lessons_due
from inbox_bot.review.queue import asked_first, need_of, queue, tally
from inbox_bot.steps.health import LOOKED, health_of
from inbox_bot.steps.open_drafts import is_ready
from inbox_bot.steps.send import PAUSED
from inbox_bot.web import phrases
from inbox_bot.web.forgotten import ForgottenView, forgotten_view
from inbox_bot.web.page import Page
from inbox_bot.web.several_pages import count_offered

A_PAGE = 25

MOST_BEING_READ = 20
TONES = {
    Need.READY: "sure",
    Need.HOLDING: "sure",
    Need.URGENT: "urgent",
    Need.UNCERTAIN: "trouble",
    Need.REFUSED: "trouble",
    Need.REJECTED: "trouble",
    Need.ANSWERED: "trouble",
    Need.CAME_BACK: "trouble",
    Need.MAYBE: "maybe",
    Need.PARTIAL: "maybe",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row. `need` says what there is to do; `since` how long the reader has been waiting."""

    letter_id: int
    reader: str
    question: str
    need: str
    tone: str
    since: str


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
    being_read: tuple[RowView, ...] = ()
    several: int = 0
    is_ill: bool = False
    often: OftenView | None = None
    forgotten: ForgottenView | None = None


def queue_view(tx: Transaction, page: Page, number: int, now: datetime) -> QueueView:
    """One page of the queue, counted from 1."""
    found = queue(tx, local_day(now, page.bot.calendar()))
    waiting = [one for one in found if one.state not in ON_THE_WAY]
    last = max(1, -(-len(waiting) // A_PAGE))
    number = min(max(1, number), last)
    shown = waiting[(number - 1) * A_PAGE : number * A_PAGE]
    health = health_of(tx, now)
    being_read = tx.messages.being_read(MOST_BEING_READ) if BEGUN.of(tx) else ()
    warnings = [told for account in page.bot.accounts if (told := account.warning(now))]
    return QueueView(
        summary=summary_line(waiting, now, page) if waiting else f"{health.nobody_waits}.",
        mail=" · ".join([mail_line(tx, now, page), *warnings]),
        is_ill=bool(PAUSED.of(tx) or warnings) or not health.healthy,
        rows=tuple(_row_view(one, now, page) for one in shown),
        being_read=tuple(_being_read(one) for one in being_read),
        several=count_offered(tx, page.bot, map(_entries, filter(is_ready, waiting)), now),
        leaving=tuple(_leaving(one, now) for one in found if one.state in ON_THE_WAY),
        others=tx.messages.count_others(),
        number=number,
        last=last,
        often=_often_view(lessons_due(page.bot, tx)),
        forgotten=forgotten_view(tx, page, now, is_queue_empty=not waiting),
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


def summary_line(waiting: Sequence[Waiting], now: datetime, page: Page) -> str:
    """ "1 urgent · 3 ready (about 2 min) · 2 need you · Ann waiting since Monday"."""
    counts = tally(waiting)
    parts = list(counts.parts(phrases.minutes(counts.ready)))
    oldest = min((one for one in waiting if one.owed), key=lambda one: one.since, default=None)
    if oldest:
        name = phrases.short(oldest.reader.shown, 30)
        parts.append(f"{name} {_waiting_since(oldest, now, page)}")
    return " · ".join(parts) or "Nobody is waiting for a reply."


def _waiting_since(one: Waiting, now: datetime, page: Page) -> str:
    """Only for who is owed an answer; for others when the letter came."""
    since = phrases.since(one.since, now, page.zone, page.locale)
    return f"waiting since {since}" if one.owed else since


def mail_line(tx: Transaction, now: datetime, page: Page) -> str:
    """ "last checked at 8:12 AM, mail OK", or what is wrong."""
    looked, health = LOOKED.of(tx), health_of(tx, now)
    when = phrases.lately(looked, now, page.zone, page.locale) if looked else ""
    begun = f"last checked {when}" if when else "not checked yet"
    if health.healthy and not when:
        return begun
    since = (
        f" (since {phrases.since(health.since, now, page.zone, page.locale)})"
        if health.since
        else ""
    )
    paused = " · sending is paused" if PAUSED.of(tx) else ""
    return f"{begun}, {health.why or 'mail OK'}{since}{paused}"


def _entries(one: Waiting) -> tuple[str, ...]:
    """What a whole answer consists of; empty for other drafts."""
    is_answer = one.kind is DraftKind.ANSWER
    best = [each.matches[0].entry_id for each in one.decisions if each.matches]
    return tuple(dict.fromkeys(best)) if is_answer else ()


def _being_read(one: Listed) -> RowView:
    sender = one.sender
    return RowView(
        letter_id=one.letter_id,
        reader=phrases.short(sender.shown if sender else NO_ADDRESS, 60),
        question=phrases.short(one.subject, 140),
        need="Draft on the way",
        tone="none",
        since="",
    )


def _row_view(one: Waiting, now: datetime, page: Page) -> RowView:
    need = need_of(one)
    return RowView(
        letter_id=one.letter_id,
        reader=phrases.short(one.reader.shown, 60),
        question=phrases.short(asked_first(one.decisions, one.subject), 140),
        need=NEEDS[need],
        tone=TONES.get(need, "none"),
        since=_waiting_since(one, now, page),
    )


def _leaving(one: Waiting, now: datetime) -> Leaving:
    can_wait = one.state is DraftState.APPROVED and one.send_after is not None
    return Leaving(
        draft_id=one.draft_id,
        letter_id=one.letter_id,
        reader=phrases.short(one.reader.shown, 60),
        wait=phrases.wait(one.send_after - now) if can_wait and one.send_after else "",
    )
