"""What a letter and a reply cost the store: statements, and transactions that write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot.bot import Policy
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Draft, DraftState
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.process_new import draft_new, judge_new
from inbox_bot.steps.receive import receive
from inbox_bot.steps.send import send
from tests.servers.smtp import Receiver
from tests.statements import counted
from tests.world import World


@pytest.fixture
def world(account: ImapAccount, smtp: Receiver, tmp_path: Path) -> Iterator[World]:
    with Sandbox() as sandbox:
        world = World(
            imap=account,
            smtp=smtp,
            directory=tmp_path,
            sandbox=sandbox,
            policy=Policy(undo=timedelta()),
            now=datetime.now(UTC),
        )
        world.begin()
        for _ in range(2):  # what is noted once, is noted
            world.letter("Where can I buy the chair?", From="Zoe <zoe@example.net>")
            world.poll()
        yield world
        world.close()


def the_new_draft(world: World) -> Draft:
    return max(world.drafts(DraftState.PENDING), key=lambda draft: draft.id)


def test_a_quiet_poll_asks_little_and_writes_once(world: World) -> None:
    world.poll()
    with counted(world.bot.store) as seen:
        world.poll()
    assert len(seen.statements) <= 16, seen.statements
    assert seen.writing == 1


def test_a_letter_is_taken_in_judged_and_drafted_in_three_transactions(world: World) -> None:
    world.letter("Does massage help with sciatica?")
    before = len(world.drafts())
    with counted(world.bot.store) as seen:
        for _ in receive(world.bot, world.bot.accounts[0], world.now):
            pass
        judge_new(world.bot, world.now)
        draft_new(world.bot, world.now)
    assert len(world.drafts()) == before + 1
    assert seen.writing == 3
    assert len(seen.statements) <= 44, seen.statements  # one of them keeps two pollers apart


def test_a_letter_with_its_copy_in_drafts_costs_two_transactions_more(world: World) -> None:
    """One for the copy, one for when the mailbox was checked."""
    world.letter("Does massage help with sciatica?")
    with counted(world.bot.store) as seen:
        world.poll()
    assert seen.writing == 5


def test_a_reply_is_approved_claimed_handed_over_and_settled_in_four_transactions(
    world: World,
) -> None:
    world.letter("Does massage help with sciatica?")
    world.poll()
    draft = the_new_draft(world)
    with counted(world.bot.store) as seen:
        sent = send(world.bot, world.approve(draft), world.now)
    assert sent.state is DraftState.SENT
    assert seen.writing == 4
    assert len(seen.statements) <= 15, seen.statements


def test_a_reply_with_the_check_of_the_mailbox_before_it_costs_six(world: World) -> None:
    """One for when the mailbox was checked, one for the copy in Drafts that is over."""
    world.letter("Does massage help with sciatica?")
    world.poll()
    draft = the_new_draft(world)
    world.poll()
    with counted(world.bot.store) as seen:
        world.approve(draft)
        assert len(world.send().sent) == 1
    assert seen.writing == 6
