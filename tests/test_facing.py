"""Bots that write to each other come to an end, whatever their authors approve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import Verdict
from inbox_bot.service.upkeep import run_upkeep
from tests.facing import LONGEST, deliver, exchange, question, vacation, yes_to_all
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Receiver
from tests.world import World, two_worlds

QUESTIONS = (
    "Does massage help with sciatica?",
    "How much does a session cost? And does trigger point massage hurt?",
    "Are chairs any good? I will get back to you by Friday. Will you get back to me?",
    "Does trigger point massage hurt?\n\nPlease let me know if you have any questions.",
)


@pytest.fixture
def facing(
    dovecot: Dovecot, new_name: Callable[[], str], tmp_path: Path, sandbox: Sandbox
) -> Iterator[tuple[World, World]]:
    accounts = [dovecot.account(new_name()) for _ in range(2)]
    with ExitStack() as stack:
        receivers = [stack.enter_context(closing(Receiver())) for _ in accounts]
        directories = (tmp_path / "1", tmp_path / "2")
        yield stack.enter_context(two_worlds(accounts, receivers, directories, sandbox))


def test_nothing_leaves_either_without_a_yes(facing: tuple[World, World]) -> None:
    one, other = facing
    deliver(other, [question(one, other, text, at) for at, text in enumerate(QUESTIONS)])
    for _ in range(3):
        for world in facing:
            world.later(days=3)
            world.poll()
            world.send()
            run_upkeep(world.bot, world.now)
    for world in facing:
        assert {taken.recipients for taken in world.replies()} <= {(world.imap.address,)}


def test_two_bots_whose_authors_say_yes_to_all_come_to_an_end(
    facing: tuple[World, World],
) -> None:
    one, other = facing
    assert exchange(one, other, QUESTIONS) < LONGEST
    assert len(other.replies()) >= 3


def test_a_responder_gets_one_reply_and_no_answer_to_its_answer(
    facing: tuple[World, World],
) -> None:
    one, other = facing
    deliver(other, [question(one, other, QUESTIONS[0], 0)])
    (reply,) = yes_to_all(other)
    answer = vacation(reply)
    for _ in range(3):
        deliver(other, [answer])
        assert yes_to_all(other) == []
    with other.bot.store.reading() as tx:
        assert tx.messages.count(Verdict.AUTOMATIC) == 1
