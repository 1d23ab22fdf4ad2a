"""Upkeep after each poll: daily jobs, absences, the calendar feed and notes to the author."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.bot import BEGUN, Bot
from inbox_bot.errors import LoginRefused, MailboxUnavailable, WorldError, WrongUse
from inbox_bot.humanize import counted
from inbox_bot.model import Promise, facts, files
from inbox_bot.model.names import letter_name
from inbox_bot.model.records import EVER
from inbox_bot.promises import ics
from inbox_bot.promises.calendar import end_of, local_day
from inbox_bot.reports.notes import (
    push_urgent,
    send_digest,
    send_urgent,
    tell_another,
    tell_illness,
)
from inbox_bot.reports.watch_only import look_on
from inbox_bot.review.keep import forget_dropped
from inbox_bot.settings.backups import keep_daily
from inbox_bot.steps.absences import moved_due_dates, prepare_absences
from inbox_bot.steps.forget import let_expire
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.own_note import FOUND
from inbox_bot.steps.reconcile import Reconciliation, reconcile
from inbox_bot.steps.remake import offer_holding, remake_stale
from inbox_bot.steps.second_bot import has_stepped_back
from inbox_bot.web.mailed_links import send_wanted_link

DAY = facts.text("day looked after")
NO_BACKUP = facts.text("why no backup was made")


def run_upkeep(bot: Bot, now: datetime) -> tuple[str, ...]:
    """Do what is due; returns lines for the terminal."""
    links = ("A login link is on its way to you.",) if send_wanted_link(bot, now) else ()
    told = tell_illness(bot, now) or tell_another(bot, now)
    ill = ("You got a note about a problem with the bot.",) if told else ()
    ill = (*links, *ill, *_back_up(bot, now))
    with bot.store.reading() as tx:
        begun, day, leaves_it = BEGUN.of(tx), DAY.of(tx), has_stepped_back(tx)
    if leaves_it:
        return ill
    if not begun:
        return (*ill, *look_on(bot, now))
    today = local_day(now, bot.calendar()).isoformat()
    return (
        *ill,
        *_absences(bot, now),
        *(_daily(bot, now, today) if day != today else ()),
        *_notes(bot, now),
    )


def _back_up(bot: Bot, now: datetime) -> Iterator[str]:
    """Once a day, also where no mailbox answers; where it fails, nothing else waits for it."""
    if bot.directory is None:
        return
    today = local_day(now, bot.calendar())
    try:
        keep_daily(bot.directory, bot.store, today)
    except (WorldError, WrongUse, OSError) as error:
        with bot.store.transaction() as tx:
            known = NO_BACKUP.of(tx)
            NO_BACKUP.put(tx, str(error))
        if known != str(error):
            yield f"Couldn't make today's backup: {error}"
        return
    with bot.store.transaction() as tx:
        if NO_BACKUP.of(tx):
            NO_BACKUP.put(tx, "")


def _absences(bot: Bot, now: datetime) -> Iterator[str]:
    locale = bot.author.locale
    for (first, last), absence in prepare_absences(bot, now):
        held = counted(absence.held, "holding reply", "holding replies")
        away = f"{humanize.short(first, locale)} to {humanize.short(last, locale)}"
        yield f"You're away from {away}. {moved_due_dates(len(absence.moved))}; {held} drafted."


def _daily(bot: Bot, now: datetime, today: str) -> Iterator[str]:
    remade = remake_stale(bot, now)
    calendar = bot.calendar()
    offered = offer_holding(bot, (EVER, end_of(local_day(now, calendar), calendar)), now)
    write_feed(bot, now)
    forget_dropped(bot, now)
    try:
        expired = let_expire(bot, now)
        found = reconcile(bot, now)
    except (MailboxUnavailable, LoginRefused):
        return  # the day is not over: the next poll tries again
    with bot.store.transaction() as tx:
        DAY.put(tx, today)
        if found.differs:
            FOUND.put(tx, _told(found))
    if found.differs:
        yield found.sentence()
    if expired:
        gone = counted(expired, "old letter was", "old letters were")
        yield f"{gone} deleted, as set under retention."
    if remade:
        made = counted(remade, "outdated draft was", "outdated drafts were")
        yield f"{made} rewritten."
    if offered:
        waits = counted(offered, "holding reply is", "holding replies are")
        yield f"{waits} waiting for your approval."


def _notes(bot: Bot, now: datetime) -> Iterator[str]:
    push_urgent(bot, now)
    for _ in range(send_urgent(bot, now)):
        yield "You're getting a note about something urgent."
    if send_digest(bot, now):
        yield "Today's note is on its way to you."


def _told(found: Reconciliation) -> tuple[str, ...]:
    gone = [
        f"The letter from {one.reader} is no longer in your mailbox; an answer is still owed."
        for one in found.gone
    ]
    return (found.sentence(), *gone)


def write_feed(bot: Bot, now: datetime) -> None:
    """Write the file for her calendar program (`Policy.feed`), replaced in one step."""
    file = bot.policy.feed
    if file is None:
        return
    with bot.store.reading() as tx:
        waiting = tx.promises.waiting()

    def aside(promise: Promise, error: Exception) -> str:
        what = f"letter {letter_name(promise.letter_id)}"
        set_aside(bot, Step.FEED, what, error, now, promise.letter_id)
        return ""

    events = isolate(waiting, lambda some: ics.events(some, now), aside)
    files.write_text(file, ics.feed(*events))
