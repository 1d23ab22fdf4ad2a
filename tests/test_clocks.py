"""Clock jumps and sleep: nothing is sent early or twice, and news voids a yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.bot import Digest, Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftState
from inbox_bot.promises.calendar import Calendar, local_day
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.settings.accounts import ImapAccount
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
NEW_YORK = Calendar(zone="America/New_York", country="US")


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    """A letter is answered and approved; the lid closes before the reply has left."""
    policy = Policy(digest=Digest.OFF, calendar=NEW_YORK)
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    world.begin()
    world.letter(QUESTION, Message_ID="<first@example.org>")
    world.poll()
    world.approve(world.the_draft())
    yield world
    world.close()


def wakes(world: World) -> None:
    """One round of `run`: send what is due, poll, do the upkeep, send."""
    world.send()
    world.poll()
    run_upkeep(world.bot, world.now)
    world.send()


def goes_on(_: World) -> None:
    pass


@pytest.mark.parametrize("in_between", [goes_on, World.restart])
def test_after_eight_hours_under_a_closed_lid_the_reply_leaves_once(
    world: World, in_between: Callable[[World], None]
) -> None:
    world.later(hours=8)
    in_between(world)
    wakes(world)
    in_between(world)
    wakes(world)
    assert len(world.replies()) == 1
    assert [draft.state for draft in world.drafts()] == [DraftState.SENT]


def test_a_letter_that_came_under_the_closed_lid_voids_the_yes(world: World) -> None:
    world.later(hours=4)
    world.letter("One more thing: is it safe?", In_Reply_To="<first@example.org>")
    world.later(hours=4)
    wakes(world)
    assert world.replies() == []
    assert world.drafts(DraftState.APPROVED, DraftState.SENT) == []


def test_an_answer_by_hand_from_another_device_voids_the_yes(world: World) -> None:
    world.later(hours=4)
    world.by_hand("It does not.", In_Reply_To="<first@example.org>")
    world.later(hours=4)
    wakes(world)
    assert world.replies() == []
    assert world.waiting() == []


@pytest.mark.parametrize("days", [-2, -1])
def test_a_clock_that_is_set_back_sends_nothing_early_and_nothing_twice(
    world: World, days: int
) -> None:
    world.later(days=days)
    for _ in range(3):
        wakes(world)
    assert world.replies() == []
    world.later(days=-days, hours=1)
    for _ in range(3):
        wakes(world)
    assert len(world.replies()) == 1


def test_a_clock_that_is_two_days_ahead_asks_again_and_sends_nothing(world: World) -> None:
    world.later(days=2)
    wakes(world)
    assert world.replies() == []
    (draft,) = world.drafts(DraftState.PENDING)
    assert "approve it again" in draft.reason
    world.later(days=-2)
    wakes(world)
    assert world.replies() == []
    world.approve(world.the_draft())
    world.later(hours=1)
    wakes(world)
    assert len(world.replies()) == 1


def test_a_letter_that_the_server_dates_in_the_future_is_read_and_answered(world: World) -> None:
    world.later(days=2)
    world.letter(QUESTION, From="bob@example.org")
    world.later(days=-2)
    world.poll()
    assert [one.to[0].email for one in world.drafts(DraftState.PENDING)] == ["bob@example.org"]
    assert world.stored("first@example.org") is not None


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)]
)
def test_where_clocks_are_put_forward_or_back_a_day_has_one_note(
    world: World, start: datetime
) -> None:
    world.restart(replace(world.policy, digest=Digest.DAILY))
    world.letter(QUESTION, From="bob@example.org")
    world.now = start
    for _ in range(3 * 24):
        run_upkeep(world.bot, world.now)
        world.later(hours=1)
    days = [
        local_day(datetime.strptime(str(note.email["Date"]), "%a, %d %b %Y %H:%M:%S %z"), NEW_YORK)
        for note in world.replies()
    ]
    assert len(days) >= 2
    assert len(set(days)) == len(days)


def test_one_catch_up_reconciles_and_tells_once_after_a_restart_in_the_middle(
    world: World,
) -> None:
    world.restart(replace(world.policy, digest=Digest.DAILY))
    world.later(hours=20)
    world.letter(QUESTION, From="bob@example.org")
    world.poll()
    run_upkeep(world.bot, world.now)
    told = len(world.replies())
    world.restart()
    world.poll()
    run_upkeep(world.bot, world.now)
    assert len(world.replies()) == told
    assert len(world.drafts(DraftState.PENDING)) == 1
