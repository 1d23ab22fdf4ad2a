"""Scheduler: polls and sends at intervals, in one thread; each job reads the clock once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event, Lock
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from inbox_bot import humanize, pipeline
from inbox_bot.bot import Bot, PollReport
from inbox_bot.errors import OUTDATED, InboxBotError
from inbox_bot.humanize import counted
from inbox_bot.mail.watching import watching
from inbox_bot.service.looking_back import LookBack
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.steps.health import note_heartbeat, note_poll
from inbox_bot.steps.isolation import describe
from inbox_bot.steps.send import next_send

LONGEST_WAIT = timedelta(minutes=15)
AFTER_LOCK_OUT = timedelta(minutes=15)
LOOK_UP = timedelta(seconds=4)
TRY_AGAIN = timedelta(seconds=5)
"""A due reply that could not even be tried is not tried sooner."""
LAST_WORK = timedelta(seconds=3)
LAST_BREATH = 10
"""Seconds from a signal until the kernel ends what has not ended by itself."""
SHORTEST_SILENCE = timedelta(minutes=20)
MISSED = 3
"""A bot that missed so many polls, and was silent so long, counts as dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The number of polls that failed in a row, and the time of the next one."""

    failures: int = 0
    locked_out: bool = False
    not_before: datetime = field(default=datetime.min.replace(tzinfo=UTC))


def next_backoff(before: Backoff, report: PollReport, now: datetime) -> Backoff:
    """Wait from 1 to 15 minutes; a refused password is tried at most four times an hour."""
    if not report.unreachable:
        return Backoff()
    failures = before.failures + 1
    wait = min(timedelta(minutes=2 ** min(failures - 1, 4)), LONGEST_WAIT)
    if report.locked_out:
        wait = AFTER_LOCK_OUT
    return Backoff(failures=failures, locked_out=report.locked_out, not_before=now + wait)


def never() -> bool:
    """Go on until a signal."""
    return False


class Ticker:
    """Runs the jobs, one after the other, until it is stopped, or `is_over` says so."""

    def __init__(
        self,
        bot: Bot,
        every: timedelta,
        tell: Callable[[str], None],
        is_over: Callable[[], bool] = never,
    ) -> None:
        self._bot = bot
        self._is_over = is_over
        self._told_outdated = False
        self._tell = tell
        self._every = every
        self._backoff = Backoff()
        # not the event itself: its lock may be held by the very thread that the signal interrupts
        self._stop_asked: SimpleQueue[None] = SimpleQueue()
        self._stop = Event()
        self._wanted = Event()
        self._wake: Callable[[], None] = self._wanted.set
        self._busy = Lock()
        self._change = ""
        self._due: datetime | None = None
        self._look_back = LookBack(bot, tell)

    def run(self) -> None:
        """Run until SIGINT, SIGTERM or `stop`; the job at work is finished first."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        # one thread: a poll and a send never overlap, and time-outs bound a job that hangs
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=UTC)
        for job in (self.poll, self.send):
            scheduler.add_job(
                job,
                "interval",
                id=job.__name__,
                seconds=self._every.total_seconds(),
                next_run_time=datetime.now(UTC),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        scheduler.start()
        self._wake = lambda: self._news(scheduler)
        with watching([one.mailbox for one in self._bot.accounts], self._wake):
            self._wait_for_stop(scheduler)
            self._stop.set()
        scheduler.shutdown(wait=False)
        if not self._busy.acquire(timeout=LAST_WORK.total_seconds()):
            os._exit(os.EX_OK)  # a job may be cut off anywhere: each step is safe to repeat
        try:
            self._beat(None)
        finally:
            self._busy.release()  # a job that was about to begin sees the end
            signal.alarm(0)

    def _wait_for_stop(self, scheduler: BackgroundScheduler) -> None:
        """Look up now and then: a signal just before the wait interrupts no lock (sem_wait(3)), and
        what was approved, here or in another process, is due now. A look costs next to nothing."""
        looked = datetime.now(UTC)
        while True:
            with suppress(Empty):
                return self._stop_asked.get(timeout=LOOK_UP.total_seconds())
            now = datetime.now(UTC)
            if not timedelta() <= now - looked <= 3 * LOOK_UP:
                scheduler.wakeup()  # the clock was set, or the computer slept: it waits too long
            looked = now
            if not self._busy.locked() and self._has_work(now):
                scheduler.modify_job(self.send.__name__, next_run_time=now)

    def _has_work(self, now: datetime) -> bool:
        if self._wanted.is_set() or self._is_over() or (self._due is not None and now >= self._due):
            return True
        try:
            return self._bot.store.last_change() != self._change
        except InboxBotError:  # the job meets the same error, and tells it
            return True

    def _news(self, scheduler: BackgroundScheduler) -> None:
        """Poll at once; news that arrives during a poll causes another one right after it."""
        self._wanted.set()
        now = datetime.now(UTC)
        scheduler.add_job(
            self._poll_if_wanted,
            id="news",
            replace_existing=True,
            next_run_time=now,
            misfire_grace_time=None,
        )

    def _poll_if_wanted(self) -> None:
        while self._wanted.is_set() and not self._stop.is_set():
            self._wanted.clear()
            self.poll()

    def poll_now(self) -> None:
        """Poll at once, without waiting after failures; a refused password still waits."""
        if not self._backoff.locked_out:
            self._backoff = Backoff(failures=self._backoff.failures)
        self._wake()

    def stop(self) -> None:
        """Ask for the end; safe in a signal handler (`SimpleQueue.put` is reentrant)."""
        self._stop_asked.put(None)

    def poll(self) -> None:
        now = datetime.now(UTC)
        with self._busy:
            if self._stop.is_set():
                return
            self._beat(now + max(MISSED * self._every, SHORTEST_SILENCE))
            if now >= self._backoff.not_before:
                self._poll(now)

    def _beat(self, back_by: datetime | None) -> None:
        with suppress(InboxBotError), self._bot.store.transaction() as tx:
            note_heartbeat(tx, back_by)

    def _try_poll(self, now: datetime) -> PollReport:
        """A poll that raises is reported like one that reached no mailbox."""
        try:
            return pipeline.poll(self._bot.heeding(), now)
        except Exception as error:  # also a bug of ours must show in the health check
            report = PollReport(unreachable=(describe(error),))
            with suppress(InboxBotError), self._bot.store.transaction() as tx:
                note_poll(tx, report, now)
            return report

    def _is_outdated(self) -> bool:
        """A newer version has changed the store: this one neither polls nor sends any more."""
        with suppress(InboxBotError):
            if self._bot.store.is_newer():
                if not self._told_outdated:
                    self._tell(OUTDATED)
                self._told_outdated = True
                return True
        return False

    def _poll(self, now: datetime) -> None:
        """Tell one line, and only where there is something to tell."""
        if self._is_outdated():
            return
        report = self._try_poll(now)
        self._backoff = next_backoff(self._backoff, report, now)
        found = (*self._came(report), *self._run_upkeep(now))
        sentences = dict.fromkeys(line.rstrip(".") for line in found)
        if sentences:
            self._tell(f"{self._clock(now)}: {'. '.join(sentences)}.")
        if report.letters:
            self._bot.standby.note_use(now)
        self._bot.standby.look(now)
        if not report.unreachable:
            self._look_back.begin(now)

    def _came(self, report: PollReport) -> Iterator[str]:
        if report.unreachable:
            again = self._backoff.not_before
            yield f"{'; '.join(report.unreachable)} (next try at {self._clock(again)})."
        if report.drafted:
            new = counted(report.drafted, "new draft is", "new drafts are")
            yield f"{new} waiting for you."

    def _clock(self, at: datetime) -> str:
        author = self._bot.author
        return humanize.clock(at.astimezone(ZoneInfo(author.timezone)), author.locale)

    def _run_upkeep(self, now: datetime) -> Iterator[str]:
        try:
            yield from run_upkeep(self._bot.heeding(), now)
        except Exception as error:  # as above
            yield describe(error)

    def send(self) -> None:
        if self._is_over():
            self._stop.set()  # not even this job goes on
            self.stop()
        self._poll_if_wanted()
        with self._busy:
            if not self._stop.is_set():
                self._send_due(datetime.now(UTC))

    def _send_due(self, now: datetime) -> None:
        """Send what is due, and note when the next reply is; what is written meanwhile counts as a
        change, so that it is looked at."""
        self._due = now + TRY_AGAIN
        with suppress(InboxBotError):
            self._change = self._bot.store.last_change()
            if now >= self._backoff.not_before and not self._is_outdated():
                self._send(now)
            self._due = self._next_due(now)

    def _next_due(self, now: datetime) -> datetime | None:
        due = next_send(self._bot)
        if due is None or due > now:
            return due
        return max(self._backoff.not_before, now + TRY_AGAIN)

    def _send(self, now: datetime) -> None:
        """Replies that were left in `sending` (as by a full disk) are settled first."""
        try:
            bot = self._bot.heeding()
            pipeline.recover(bot, now)
            report = pipeline.send_approved(bot, now)
        except InboxBotError as error:
            self._tell(str(error))
            return
        if report.looked is not None and report.looked.unreachable:
            self._backoff = next_backoff(self._backoff, report.looked, now)
        for draft in report.sent:
            self._tell(f"Sent draft {draft.id}.{draft.version}.")
        for draft in (*report.refused, *report.uncertain):
            self._tell(f"Draft {draft.id}.{draft.version} is {draft.state}: {draft.reason}")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        signal.alarm(LAST_BREATH)  # whatever hangs: each step is safe to repeat
        self.stop()
