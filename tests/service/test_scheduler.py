"""When things happen: one after the other, patiently, and only by one bot at a time."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from inbox_bot import pipeline, review
from inbox_bot.bot import Bot, PollReport
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.errors import Conflict, InboxBotError, LoginRefused, MailboxUnavailable
from inbox_bot.model import DraftKind, DraftState
from inbox_bot.model.ports import Mailbox
from inbox_bot.model.records import SpecialFolders
from inbox_bot.promises.calendar import is_day_off
from inbox_bot.service.lock import only_one
from inbox_bot.service.scheduler import Backoff, Ticker, next_backoff
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings import add_absence

NOW = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
DOWN = PollReport(unreachable=("imap.example.com does not answer",))
LOCKED_OUT = PollReport(unreachable=("password refused",), locked_out=True)


def waits(reports: list[PollReport]) -> list[timedelta]:
    backoff, now, found = Backoff(), NOW, []
    for report in reports:
        backoff = next_backoff(backoff, report, now)
        wait = max(backoff.not_before - now, timedelta())
        found.append(wait)
        now += wait
    return found


def test_a_mailbox_that_is_down_is_asked_less_and_less_often_up_to_a_quarter_hour() -> None:
    assert [wait // timedelta(minutes=1) for wait in waits([DOWN] * 7)] == [1, 2, 4, 8, 15, 15, 15]


def test_a_good_poll_ends_the_backoff() -> None:
    assert waits([DOWN, DOWN, PollReport(), DOWN])[2:] == [timedelta(), timedelta(minutes=1)]


def test_a_refused_password_is_tried_four_times_an_hour_at_most() -> None:
    assert sum(waits([LOCKED_OUT] * 4), timedelta()) >= timedelta(hours=1)


def test_a_due_reply_does_not_hurry_a_mailbox_that_is_down(world: DemoWorld) -> None:
    """Sending looks first: with a reply due, it would ask a refused login every few seconds."""
    told: list[str] = []
    with open_bot(world.directory) as bot:
        pipeline.begin(bot, NOW)
        pipeline.poll(bot, datetime.now(UTC))
        with bot.store.reading() as tx:
            draft = next(
                one
                for one in tx.drafts.in_state(DraftState.PENDING)
                if one.kind is DraftKind.ANSWER
            )
        review.approve(bot, review.shown(draft), datetime.now(UTC))
        asked = Asked(bot)
        ticker = Ticker(asked.bot, timedelta(minutes=5), told.append)
        for _ in range(5):
            ticker.send()
        assert asked.times == 1
        ticker.poll_now()
        ticker.send()
        assert asked.times == 1, "asking often would lock the account"
        asked.error = MailboxUnavailable("away for a moment")
        ticker = Ticker(asked.bot, timedelta(minutes=5), told.append)
        ticker.poll()
        before = asked.times
        ticker.poll()
        assert asked.times == before
        ticker.poll_now()
        ticker.send()
        assert asked.times > before, "the author does not wait for a mailbox to be asked again"
    assert replies(world) == []


def test_a_poll_tells_one_line_and_nothing_where_nothing_came(world: DemoWorld) -> None:
    told: list[str] = []
    with open_bot(world.directory) as bot:
        pipeline.begin(bot, NOW)
        ticker = Ticker(bot, timedelta(minutes=5), told.append)
        ticker.poll()
        ticker.poll()
    (line,) = told
    assert re.fullmatch(r"\d+:\d\d\s[AP]M: 8 new drafts are waiting for you\. .*\.", line), line
    assert line.count("You're getting a note about something urgent.") == 1, "of two letters"


def test_an_absence_noted_while_the_bot_runs_is_heeded_at_once(world: DemoWorld) -> None:
    day = date(2031, 5, 5)
    with open_bot(world.directory) as bot:
        assert not is_day_off(day, bot.calendar())
        add_absence(world.directory, (day, day))
        assert is_day_off(day, bot.calendar())


class Asked:
    """A bot whose mailbox refuses the password, or is ill otherwise; how often it was asked."""

    def __init__(self, bot: Bot) -> None:
        self.times = 0
        self.error: InboxBotError = LoginRefused("the password is refused")
        self._mailbox = bot.accounts[0].mailbox
        account = replace(bot.accounts[0], mailbox=cast("Mailbox", self))
        self.bot = replace(bot, accounts=(account,))

    @property
    def address(self) -> str:
        return self._mailbox.address

    def special_folders(self) -> SpecialFolders:
        self.times += 1
        raise self.error

    def __getattr__(self, name: str) -> object:
        return getattr(self._mailbox, name)


def test_a_second_bot_in_the_same_directory_is_told_so(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(Conflict, match="Another inbox-bot"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


@pytest.fixture
def world() -> Iterator[DemoWorld]:
    with DemoWorld(datetime.now(UTC)) as world:
        yield world


def replies(world: DemoWorld) -> list[bytes]:
    """What went to readers; a note to the author herself answers no letter."""
    return [raw for raw in world.received if b"\nIn-Reply-To:" in raw]


def test_a_signal_that_arrives_while_the_stop_is_being_handled_ends_the_run_too(
    world: DemoWorld,
) -> None:
    here = [sys.executable, "-m", "inbox_bot", "-C", str(world.directory), "run"]
    running = subprocess.Popen(here, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        while "review page" not in running.stdout.readline():
            pass
    finally:
        for _ in range(20):
            running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
    assert running.returncode in (os.EX_OK, -signal.SIGTERM)  # before the scheduler listens


def test_run_drafts_sends_what_was_approved_and_stops_on_sigterm(world: DemoWorld) -> None:
    here = [sys.executable, "-m", "inbox_bot", "-C", str(world.directory)]
    subprocess.run([*here, "poll", "--yes"], check=True, capture_output=True)
    shown = subprocess.run([*here, "drafts", "--json"], check=True, capture_output=True, text=True)
    row = next(line for line in shown.stdout.splitlines() if '"kind": "answer"' in line)
    draft = row.partition('"draft": ')[2].partition(",")[0]
    subprocess.run([*here, "approve", f"{draft}.1"], check=True, capture_output=True)
    running = subprocess.Popen([*here, "run"], stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while not replies(world) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(replies(world)) == 1
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == os.EX_OK
