"""Dovecot's own responder (Pigeonhole), on the reader's side, on the author's, and on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftState, Verdict
from tests.facing import LONGEST, deliver, yes_to_all
from tests.servers.dovecot import HAS_SIEVE, Dovecot, Kind
from tests.servers.smtp import Receiver, Taken
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
pytestmark = pytest.mark.skipif(
    not HAS_SIEVE, reason="no Pigeonhole: apt-get install --no-install-recommends dovecot-sieve"
)


class Away:
    """A server whose users are all away, and what it says for them."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self.server = Dovecot(Kind(vacation_by=receiver.port))
        self._read = 0

    def hears(self, taken: Taken) -> None:
        for recipient in taken.recipients:
            self.server.deliver(recipient.partition("@")[0], taken.sender, taken.raw)

    def says(self) -> list[Taken]:
        """What it said since the last time."""
        said = self._receiver.taken[self._read :]
        self._read += len(said)
        return said


@pytest.fixture(scope="module")
def away() -> Iterator[Away]:
    with ExitStack() as stack:
        away = Away(stack.enter_context(closing(Receiver())))
        stack.enter_context(closing(away.server))
        yield away


def ask(world: World) -> None:
    world.letter(QUESTION, From="Ann <ann@example.test>")
    world.poll()


def is_all_over(world: World) -> bool:
    return not world.drafts(DraftState.PENDING, DraftState.APPROVED)


def test_the_vacation_of_a_reader_is_automatic_and_gets_no_answer(world: World, away: Away) -> None:
    ask(world)
    (reply,) = yes_to_all(world)
    away.hears(reply)
    (vacation,) = away.says()
    assert vacation.recipients == (world.imap.address,)
    deliver(world, [vacation.raw])
    assert yes_to_all(world) == []
    assert world.verdict(str(vacation.email["Message-ID"]).strip("<>")) is Verdict.AUTOMATIC
    assert is_all_over(world)
    assert world.waiting() == []


def test_a_note_to_the_author_who_is_away_gets_no_vacation(
    world: World, away: Away, smtp: Receiver
) -> None:
    world.restart(replace(world.policy, drafts_at_once=0))
    ask(world)
    yes_to_all(world)
    (note,) = [taken for taken in smtp.taken if taken.recipients == (world.imap.address,)]
    away.hears(note)
    assert away.says() == []


def test_two_who_are_away_and_a_bot_between_them_come_to_an_end(
    away: Away, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> None:
    """The author's server answers the reader, the reader's server answers the bot, and nothing
    of it keeps the promise or opens one."""
    world = World(imap=away.server.account("steve"), smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    letter = Taken(
        sender="bea@example.test",
        recipients=("steve@example.test",),
        raw=(
            b"From: Bea <bea@example.test>\r\nTo: steve@example.test\r\n"
            b"Subject: Your article\r\nMessage-ID: <bea1@example.test>\r\n\r\n" + QUESTION.encode()
        ),
    )
    away.hears(letter)
    under_way, rounds = away.says(), 0
    assert [one.recipients for one in under_way] == [("bea@example.test",)]
    world.poll()
    assert len(world.waiting()) == 1
    assert world.replies() == []
    while under_way or rounds == 0:
        under_way += yes_to_all(world)
        for taken in under_way:
            away.hears(taken)
        under_way = away.says()
        rounds += 1
        assert rounds < LONGEST
    assert [one.recipients for one in world.replies()] == [("bea@example.test",)]
    assert is_all_over(world)
    world.close()
