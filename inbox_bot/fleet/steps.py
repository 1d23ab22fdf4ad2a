"""The steps of one author: each under her lock, by whichever worker gets it.

The lock keeps two workers apart while both are well. That nothing is sent twice does not hang on
it: before the data leaves, the store's own claim on the draft is what counts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from inbox_bot import pipeline
from inbox_bot.bot import Bot, PollReport
from inbox_bot.errors import NotFound, StoreUnavailable
from inbox_bot.fleet import roster
from inbox_bot.fleet.authors import Fleet
from inbox_bot.fleet.database import Connection, connected
from inbox_bot.fleet.queueing import defer_send
from inbox_bot.fleet.roster import Member, State
from inbox_bot.model import DraftState
from inbox_bot.service.scheduler import Backoff, next_backoff
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.steps.health import note_heartbeat, note_poll
from inbox_bot.steps.isolation import describe

LOCKS = 0x1B07
"""The first half of the locks' names; the second one is the author."""
SILENCE = timedelta(minutes=20)
AGAIN = timedelta(minutes=1)
LOG = logging.getLogger(__name__)


@contextmanager
def only_worker(connection: Connection, author: int) -> Iterator[bool]:
    """False, at once, where another worker is at work for her.

    The lock ends with its connection, as when the worker is killed. A worker that merely stands
    still keeps it.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, author]).fetchone()
    got = bool(row and row[0])
    try:
        yield got
    finally:
        if got:
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, author])


def is_due(fleet: Fleet, author: int, now: datetime) -> bool:
    """Asked again under the lock: another worker may have been faster."""
    member = _active(fleet, author)
    return member is not None and (member.next_poll is None or member.next_poll <= now)


def look(fleet: Fleet, author: int, now: datetime) -> PollReport | None:
    """Poll her mailboxes, do what is due that day, and note when she is next.

    None for an author who is paused or gone, or if the database is. An approved reply whose job
    was lost gets another.
    """
    member = _active(fleet, author)
    if member is None:
        return None
    sending = None
    try:
        with fleet.bot(author) as bot:
            report, every = _poll(bot, now), fleet.settings_of(author).poll.every
            _upkeep(bot, now)
            with bot.store.transaction() as tx:
                note_heartbeat(tx, now + max(3 * every, SILENCE))
            sending = next_sending(bot, now)
    except StoreUnavailable as error:  # says nothing about her mailbox: she stays due
        LOG.warning("author %s: %s", author, error)
        return None
    except Exception as error:  # settings or password: the others must go on
        report, every = PollReport(unreachable=(describe(error),)), SILENCE
    _note(fleet, member, report, now, every)
    if sending:
        with connected(fleet.url) as connection:
            defer_send(connection, author, sending)
    return report


def send(fleet: Fleet, author: int, now: datetime) -> datetime | None:
    """Send what is approved and due; returns when the next approved reply is due."""
    if _active(fleet, author) is None:
        return None
    try:
        with fleet.bot(author) as bot:
            pipeline.recover(bot, now)
            report = pipeline.send_approved(bot, now)
            for draft in (*report.refused, *report.uncertain):
                LOG.warning("author %s, draft %s: %s", author, draft.id, draft.state)
            return next_sending(bot, now)
    except Exception as error:  # as above; the next poll tells the author if it lasts
        LOG.warning("author %s: %s", author, describe(error))
        return now + AGAIN


def next_sending(bot: Bot, now: datetime) -> datetime | None:
    """Never now: a reply that could not leave is left alone for a minute."""
    with bot.store.reading() as tx:
        waiting = [one.send_after for one in tx.drafts.in_state(DraftState.APPROVED)]
    times = [one for one in waiting if one is not None]
    return max(min(times), now + AGAIN) if times else None


def _poll(bot: Bot, now: datetime) -> PollReport:
    """A poll that raises is reported like one that reached no mailbox, to the author, too."""
    try:
        pipeline.recover(bot, now)
        return pipeline.poll(bot, now)
    except StoreUnavailable:
        raise
    except Exception as error:
        report = PollReport(unreachable=(describe(error),))
        with bot.store.transaction() as tx:
            note_poll(tx, report, now)
        return report


def _upkeep(bot: Bot, now: datetime) -> None:
    for line in run_upkeep(bot, now):
        LOG.debug("%s", line)


def _note(
    fleet: Fleet, member: Member, report: PollReport, now: datetime, every: timedelta
) -> None:
    backoff = next_backoff(Backoff(failures=member.failures), report, now)
    again = max(now + every, backoff.not_before) if backoff.failures else now + every
    problem = "; ".join(report.unreachable)
    with connected(fleet.url) as connection:
        roster.polled(connection, member.id, now, again, problem, backoff.failures)


def _active(fleet: Fleet, author: int) -> Member | None:
    with connected(fleet.url) as connection:
        try:
            member = roster.member_of(connection, author)
        except NotFound:
            return None
    return member if member.state is State.ACTIVE else None


def clock() -> datetime:
    return datetime.now(UTC)
