"""Page, terminal and a second window press the same button at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inbox_bot import pipeline
from inbox_bot.accounts import ImapAccount
from inbox_bot.errors import Conflict
from inbox_bot.model import Draft, DraftState
from inbox_bot.reading import ReadingRoom
from tests.servers.smtp import Receiver
from tests.world import World

HANDS = 6


@pytest.fixture
def world(account: ImapAccount, smtp: Receiver, tmp_path: Path) -> Iterator[World]:
    with ReadingRoom() as room:
        world = World(imap=account, smtp=smtp, directory=tmp_path, room=room)
        world.begin()
        world.letter("Does massage help with sciatica?")
        world.poll()
        yield world
        world.close()


def all_at_once(work: Callable[[], None]) -> int:
    """How many of them came through without a Conflict."""
    start, done = threading.Barrier(HANDS), []

    def hand() -> None:
        start.wait()
        try:
            work()
        except Conflict:
            return
        done.append(True)

    threads = [threading.Thread(target=hand) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def test_approve_pressed_everywhere_at_once_counts_once(world: World) -> None:
    bot, draft = world.bot, world.the_draft()
    said = all_at_once(lambda: _approve(world, draft))
    assert said == 1
    with bot.store.reading() as tx:
        verbs = [event.verb for event in tx.events(draft.letter_id)]
    assert verbs.count("approved") == 1


def test_an_approved_reply_that_many_send_leaves_once(world: World) -> None:
    draft = world.approve(world.the_draft())
    world.later(hours=1)
    bot, now = world.bot, world.now

    def send() -> None:
        pipeline.send_approved(bot, now)

    all_at_once(send)
    assert len(world.replies()) == 1
    assert [one.id for one in world.drafts(DraftState.SENT)] == [draft.id]


def _approve(world: World, draft: Draft) -> None:
    pipeline.approve(world.bot, pipeline.shown(draft), world.now)
