"""Absences: move due dates, offer holding replies, list told days that fall into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from inbox_bot.bot import Bot
from inbox_bot.errors import WrongUse
from inbox_bot.humanize import counted
from inbox_bot.model import Promise, facts
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import begin_of, due, end_of, is_day_off, local_day
from inbox_bot.steps.remake import offer_holding, remake_stale

Period = tuple[date, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """`told` are promises whose day falls into it, `moved` those that are due later now.

    `held` holding replies were prepared; each waits for the author's yes.
    """

    told: tuple[Promise, ...]
    moved: tuple[Promise, ...]
    held: int


def moved_due_dates(number: int) -> str:
    """ "2 due dates moved", or that none did."""
    return f"{counted(number, 'due date')} moved" if number else "No due dates changed"


def go_away(bot: Bot, period: Period, now: datetime) -> Absence:
    """Apply an absence. Days that readers were told stay: only the author can change them."""
    today = local_day(now, bot.calendar())
    if period[1] < today:
        raise WrongUse("Those days are in the past. Choose days still to come.")
    away = _away(bot, period)
    span = (begin_of(period[0], bot.calendar()), end_of(period[1], bot.calendar()))
    remake_stale(away, now)
    # holding replies offered for the absence name a day after it, not before it
    held = offer_holding(_away(bot, (min(today, period[0]), period[1])), span, now)
    with bot.store.transaction() as tx:
        _prepared(period).put(tx, now)
        waiting = tx.promises.waiting()
        return Absence(
            told=tuple(one for one in waiting if one.told and _within(one.told, period)),
            moved=tuple(_move(away, tx, waiting)),
            held=held,
        )


def prepare_absences(bot: Bot, now: datetime) -> Iterator[tuple[Period, Absence]]:
    """Call `go_away` once for each absence that the author wrote into her settings."""
    today = local_day(now, bot.calendar())
    for period in bot.calendar().away:
        with bot.store.reading() as tx:
            prepared = period[1] < today or _prepared(period).of(tx) is not None
        if not prepared:
            yield period, go_away(bot, period, now)


def _prepared(period: Period) -> facts.Fact[datetime | None]:
    """When replies were prepared for that absence."""
    return facts.moment(f"prepared for {period[0]}..{period[1]}")


def _away(bot: Bot, period: Period) -> Bot:
    return replace(bot, away=lambda: (*bot.away(), period))


def _within(day: date, period: Period) -> bool:
    return period[0] <= day <= period[1]


def _move(bot: Bot, tx: Transaction, waiting: Sequence[Promise]) -> list[Promise]:
    """Move promises due on a day off to the next day on which letters are written."""
    calendar, moved = bot.calendar(), []
    for promise in waiting:
        if promise.told or not is_day_off(local_day(promise.due, calendar), calendar):
            continue
        later = replace(promise, due=due(promise.opened, bot.policy.within, calendar))
        tx.promises.update(later)
        moved.append(later)
    return moved
