"""A reply leaves soon after it is due, whoever approved it, and nothing is done without one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot import review
from inbox_bot.bot import Digest, Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.service.scheduler import LOOK_UP, Ticker
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.send import PAUSED, next_send
from inbox_bot.store import SqlStore, open_store
from tests.servers.smtp import Receiver
from tests.statements import Counted, counted
from tests.world import World

UNDO = timedelta(seconds=3)
A_LOOK = LOOK_UP.total_seconds()
PATIENCE = 20.0
"""Seconds in which a busy machine sends what is due."""


@pytest.fixture
def world(account: ImapAccount, smtp: Receiver, tmp_path: Path) -> Iterator[World]:
    with Sandbox() as sandbox:
        world = World(
            imap=account,
            smtp=smtp,
            directory=tmp_path,
            sandbox=sandbox,
            policy=Policy(undo=UNDO, digest=Digest.OFF),
            now=datetime.now(UTC),
        )
        world.begin()
        world.letter("Does massage help with sciatica?")
        world.poll()
        yield world
        world.close()


def running(world: World, author: Callable[[], None]) -> None:
    """The bot runs while the author does something, in a thread of her own."""
    ticker = Ticker(world.bot, timedelta(hours=1), lambda _: None)
    failed: list[BaseException] = []

    def act() -> None:
        try:
            time.sleep(A_LOOK + 2)  # the first poll and look are over
            author()
        except BaseException as error:
            failed.append(error)
        finally:
            ticker.stop()

    thread = threading.Thread(target=act)
    thread.start()
    ticker.run()
    thread.join()
    if failed:
        raise failed[0]


def approve_elsewhere(world: World) -> None:
    """As `inbox-bot approve` does it in a terminal: with a store of its own."""
    draft = world.the_draft()
    with closing(open_store("sqlite:///inbox_bot.db", world.directory)) as store:
        review.approve(replace(world.bot, store=store), review.shown(draft), datetime.now(UTC))


def seconds_until_sent(world: World) -> float:
    begin = time.monotonic()
    while not world.replies() and time.monotonic() - begin < PATIENCE + A_LOOK:
        time.sleep(0.05)
    return time.monotonic() - begin


def test_what_another_process_approved_leaves_after_its_undo_window(world: World) -> None:
    took: list[float] = []

    def author() -> None:
        approve_elsewhere(world)
        took.append(seconds_until_sent(world))

    running(world, author)
    assert len(world.replies()) == 1
    assert took[0] >= UNDO.total_seconds() - 0.5, "it left before its undo window was over"


def test_a_bot_with_nothing_to_send_asks_the_store_nothing(world: World) -> None:
    found: list[Counted] = []

    def author() -> None:
        store = world.bot.store
        assert isinstance(store, SqlStore)
        with counted(store) as seen:
            time.sleep(2.5 * A_LOOK)
        found.append(seen)

    running(world, author)
    assert found[0].statements == []


def test_a_paused_bot_sends_nothing_until_another_process_resumes(world: World) -> None:
    """Nor does it try again and again."""
    with world.bot.store.transaction() as tx:
        PAUSED.put(tx, "yes")
    approve_elsewhere(world)
    assert next_send(world.bot) is None

    def author() -> None:
        time.sleep(UNDO.total_seconds())
        assert world.replies() == []
        with (
            closing(open_store("sqlite:///inbox_bot.db", world.directory)) as store,
            store.transaction() as tx,
        ):
            PAUSED.put(tx, "")
        seconds_until_sent(world)

    running(world, author)
    assert len(world.replies()) == 1
