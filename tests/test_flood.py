"""Many letters of one reader: all are kept, each thread has one draft, the cost stays linear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from inbox_bot.errors import Unreadable
from inbox_bot.letters.reading import Sandbox
from inbox_bot.model import DraftKind, DraftState, Message, Urgent
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.steps.prefetch import MOST_OWED
from tests.servers.smtp import Receiver
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
PRICE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
DANGER = "Since yesterday I can't feel my legs and can't pee. Does massage help?"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox)
    world.begin()
    yield world
    world.close()


def _flood(world: World, count: int, *, one_thread: bool = False, senders: int = 1) -> None:
    """So many letters of Ann's, or of so many senders' in turns, laid with one connection."""
    with world.client() as client:
        for number in range(count):
            name = f"{world.now.timestamp():.0f}.{number}@example.org"
            before = f"{world.now.timestamp():.0f}.{number - 1}@example.org"
            answers = f"In-Reply-To: <{before}>\r\n" if one_thread and number else ""
            raw = (
                f"From: Ann Reader <ann{number % senders}@example.org>\r\n{answers}"
                f"To: {world.imap.address}\r\n"
                f"Subject: Your article on massage\r\nMessage-ID: <{name}>\r\n\r\n{QUESTION}\r\n"
            )
            client.append("INBOX", raw.encode(), msg_time=world.now)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """SQL statements run by any store meanwhile."""
    said: list[str] = []

    def hear(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def _cost(world: World) -> tuple[int, int]:
    """Statements of a poll, and letters that were read in it."""
    read = 0

    def reading(raws: Sequence[bytes]) -> Sequence[Message | Unreadable]:
        nonlocal read
        read += len(raws)
        return world.sandbox.read(raws)

    bot = world.bot
    world.use(replace(bot, read=reading))
    with _counted() as said:
        world.poll()
    world.use(bot)
    return len(said), read


@pytest.mark.parametrize("one_thread", [False, True])
def test_twice_as_many_letters_of_one_reader_cost_at_most_twice_as_much(
    world: World, one_thread: bool
) -> None:
    world.restart(replace(world.policy, drafts_at_once=0))
    world.poll()
    costs = []
    for count in (60, 120):
        _flood(world, count, one_thread=one_thread)
        costs.append(_cost(world))
        world.later(minutes=1)
    (statements, read), (more_statements, more_read) = costs
    assert more_statements <= 2 * statements
    assert more_read <= 2 * read + MOST_OWED


@pytest.mark.parametrize("one_thread", [False, True])
def test_letters_of_one_reader_ask_the_store_as_little_as_letters_of_many(
    world: World, one_thread: bool
) -> None:
    world.restart(replace(world.policy, drafts_at_once=0))
    world.poll()
    _flood(world, 80, senders=80)
    many, read_of_many = _cost(world)
    world.later(minutes=1)
    _flood(world, 80, one_thread=one_thread)
    one, read_of_one = _cost(world)
    assert one <= 1.2 * many
    assert read_of_one <= 1.2 * read_of_many


def test_a_flood_in_many_threads_is_all_kept_and_owed(world: World) -> None:
    _flood(world, 30, one_thread=False)
    world.poll()
    drafts = world.drafts(DraftState.PENDING)
    assert len(drafts) == len(world.waiting()) == 30
    assert [draft.kind for draft in drafts].count(DraftKind.ANSWER) == 1
    assert "is already in another draft for this reader" in drafts[1].decisions[0].reason


def test_a_flood_in_one_thread_is_owed_one_answer(world: World) -> None:
    _flood(world, 30, one_thread=True)
    world.poll()
    draft = world.the_draft()
    (promise,) = world.waiting()
    with world.bot.store.reading() as tx:
        letters = tx.messages.thread(promise.thread)
    assert len(letters) == 30
    assert promise.letter_id == letters[0].id
    assert draft.letter_id == letters[-1].id
    assert draft.version == 1
    assert draft.entries == ("trigger-point-massage",)
    assert draft.text.count("trigger point") < 5


def test_danger_early_in_a_flood_stays_in_the_draft(world: World) -> None:
    first = world.letter(DANGER)
    for _ in range(2 * MOST_OWED):
        world.letter(QUESTION, In_Reply_To=f"<{first}>")
    world.poll()
    assert world.the_draft().kind is DraftKind.URGENT
    for _ in range(MOST_OWED):
        world.letter(QUESTION, In_Reply_To=f"<{first}>")
    world.poll()
    draft = world.the_draft()
    assert draft.kind is DraftKind.URGENT
    assert sum(isinstance(one, Urgent) for one in draft.decisions) == 1


def test_what_two_letters_of_a_thread_ask_is_answered_by_one_draft(world: World) -> None:
    first = world.letter(QUESTION)
    world.letter(PRICE, In_Reply_To=f"<{first}>")
    world.poll()
    draft = world.the_draft()
    assert [one.question.text for one in draft.decisions] == [
        "does trigger point massage hurt?",
        "how much does a session usually cost?",
    ]
    assert len(world.waiting()) == 1
