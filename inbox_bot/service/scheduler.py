"""When things happen. APScheduler keeps the time; each tick reads the clock and calls the story."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from inbox_bot import pipeline
from inbox_bot.bot import Bot, PollReport
from inbox_bot.errors import InboxBotError
from inbox_bot.mail.watching import watching
from inbox_bot.service.upkeep import look_after
from inbox_bot.steps.health import note_heartbeat, note_poll
from inbox_bot.steps.isolation import describe

LONGEST_WAIT = timedelta(minutes=15)
AFTER_LOCK_OUT = timedelta(minutes=15)
SEND_EVERY = timedelta(seconds=5)
LAST_WORK = timedelta(seconds=3)
SHORTEST_SILENCE = timedelta(minutes=20)
MISSED = 3
"""A bot that misses so many polls, and is silent so long, is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a mailbox failed in a row, and when to ask it again."""

    failures: int = 0
    locked_out: bool = False
    not_before: datetime = field(default=datetime.min.replace(tzinfo=UTC))


def patience_after(before: Patience, report: PollReport, now: datetime) -> Patience:
    """Back off from 1 to 15 minutes; a refused password is tried at most four times an hour."""
    if not report.unreachable:
        return Patience()
    failures = before.failures + 1
    wait = min(timedelta(minutes=2 ** min(failures - 1, 4)), LONGEST_WAIT)
    if report.locked_out:
        wait = AFTER_LOCK_OUT
    return Patience(failures=failures, locked_out=report.locked_out, not_before=now + wait)


class Ticker:
    """Polls and sends, one after the other, until it is stopped."""

    def __init__(self, bot: Bot, every: timedelta, tell: Callable[[str], None]) -> None:
        self._bot = bot
        self._tell = tell
        self._every = every
        self._patience = Patience()
        self._stop = Event()
        self._wanted = Event()
        self._wake: Callable[[], None] = self._wanted.set
        self._busy = Lock()

    def run(self) -> None:
        """Until SIGINT, SIGTERM or `stop`; what runs at that moment is finished first."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        # one thread: a poll and a send never meet, and a hung one is bounded by its time-outs
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=UTC)
        for job, every in ((self.poll, self._every), (self.send, SEND_EVERY)):
            scheduler.add_job(
                job,
                "interval",
                seconds=every.total_seconds(),
                next_run_time=datetime.now(UTC),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._wake = lambda: self._news(scheduler)
        with watching([one.mailbox for one in self._bot.accounts], self._wake):
            self._stop.wait()
        scheduler.shutdown(wait=False)
        if not self._busy.acquire(timeout=LAST_WORK.total_seconds()):
            os._exit(os.EX_OK)  # a step that hangs may be cut off anywhere: it is done again
        self._beat(None)

    def _news(self, scheduler: BackgroundScheduler) -> None:
        """Poll at once; news that come during a poll are looked at right after it."""
        self._wanted.set()
        now = datetime.now(UTC)
        scheduler.add_job(
            self._look_if_wanted,
            id="news",
            replace_existing=True,
            next_run_time=now,
            misfire_grace_time=None,
        )

    def _look_if_wanted(self) -> None:
        while self._wanted.is_set() and not self._stop.is_set():
            self._wanted.clear()
            self.poll()

    def look_now(self) -> None:
        """Poll at once, also a mailbox that failed before; not one that refused the password."""
        if not self._patience.locked_out:
            self._patience = Patience(failures=self._patience.failures)
        self._wake()

    def stop(self) -> None:
        self._stop.set()

    def poll(self) -> None:
        now = datetime.now(UTC)
        if self._stop.is_set():
            return
        with self._busy:
            self._beat(now + max(MISSED * self._every, SHORTEST_SILENCE))
            if now >= self._patience.not_before:
                self._poll(now)

    def _beat(self, back_by: datetime | None) -> None:
        with suppress(InboxBotError), self._bot.store.transaction() as tx:
            note_heartbeat(tx, back_by)

    def _look(self, now: datetime) -> PollReport:
        """A poll that fails as a whole is one that missed all mailboxes."""
        try:
            return pipeline.poll(self._bot, now)
        except Exception as error:  # a fault of ours, too, must not go unnoticed
            report = PollReport(unreachable=(describe(error),))
            with suppress(InboxBotError), self._bot.store.transaction() as tx:
                note_poll(tx, report, now)
            return report

    def _poll(self, now: datetime) -> None:
        report = self._look(now)
        self._patience = patience_after(self._patience, report, now)
        if report.unreachable:
            again = self._patience.not_before
            self._tell(f"{'; '.join(report.unreachable)} (again at {again:%H:%M} UTC)")
        if report.drafted:
            self._tell(f"{report.drafted} new drafts wait for you.")
        self._look_after(now)

    def _look_after(self, now: datetime) -> None:
        try:
            for line in look_after(self._bot, now):
                self._tell(line)
        except Exception as error:  # as above
            self._tell(describe(error))

    def send(self) -> None:
        self._look_if_wanted()
        if not self._stop.is_set():
            with self._busy:
                self._send()

    def _send(self) -> None:
        """A reply that a full disk left in the middle is settled first: nobody else sends."""
        now = datetime.now(UTC)
        if now < self._patience.not_before:
            return
        try:
            pipeline.recover(self._bot, now)
            report = pipeline.send_approved(self._bot, now)
        except InboxBotError as error:
            self._tell(str(error))
            return
        if report.looked is not None and report.looked.unreachable:
            self._patience = patience_after(self._patience, report.looked, now)
        for draft in report.sent:
            self._tell(f"Sent draft {draft.id}.{draft.version}.")
        for draft in (*report.refused, *report.uncertain):
            self._tell(f"Draft {draft.id}.{draft.version} is {draft.state}: {draft.reason}")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.stop()
