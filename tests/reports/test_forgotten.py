"""Readers from before the bot began who got no reply: found once, and decided on one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from inbox_bot.bot import Bot, Policy
from inbox_bot.errors import Conflict, MailboxUnavailable, NotFound
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.model import DraftKind, DraftState, Verdict
from inbox_bot.model.records import Listed
from inbox_bot.promises.calendar import local_day
from inbox_bot.reports.forgotten import PERIOD, find_forgotten, is_due, take_in_forgotten
from inbox_bot.review import forgotten
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.store import open_store
from tests.servers.smtp import Receiver
from tests.stores import claim
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nThanks,\nAnn"
UNANSWERABLE = "Hi Steve,\n\nhow much does a session usually cost?\n\nAnn"
BOB = "Bob Miller <bob@example.org>"


@pytest.fixture
def world(
    account: ImapAccount, smtp: Receiver, tmp_path: Path, sandbox: Sandbox
) -> Iterator[World]:
    """Her bot begins half a year after the first letters, and looks at the last 30 days alone."""
    policy = replace(Policy(), since=timedelta(days=30))
    world = World(imap=account, smtp=smtp, directory=tmp_path, sandbox=sandbox, policy=policy)
    world.later(days=-180)
    yield world
    world.close()


def begin(world: World) -> None:
    world.later(days=180)
    world.begin()
    world.poll()


def look(world: World) -> int:
    """As the running bot does, with a connection and a store of its own."""
    place = world.directory / f"visit{world.now.timestamp()}"
    place.mkdir()
    (account,) = world.bot.accounts
    visitor = replace(
        world.bot,
        store=open_store("sqlite:///visit.db", place),
        accounts=(replace(account, mailbox=ImapMailbox(world.imap)),),
        policy=replace(world.policy, since=PERIOD, drafts_at_once=0),
    )
    before = is_due(world.bot)
    assert before
    try:
        return take_in_forgotten(world.bot, find_forgotten(visitor, before, world.now), world.now)
    finally:
        visitor.accounts[0].mailbox.close()
        visitor.store.close()


def offered(world: World, *, is_queue_empty: bool = True) -> Listed | None:
    with world.bot.store.reading() as tx:
        today = local_day(world.now, world.bot.calendar())
        return forgotten.next_offer(tx, today, is_queue_empty=is_queue_empty)


def the_offer(world: World) -> Listed:
    found = offered(world)
    assert found
    return found


def test_a_reader_without_a_reply_is_found_beyond_the_bots_own_period(world: World) -> None:
    waiting = world.letter(QUESTION)
    answered = world.letter(QUESTION, From=BOB)
    world.by_hand("It hurts a little.", To=BOB, In_Reply_To=f"<{answered}>")
    world.letter(QUESTION, From="Max <max@lists.example>", List_Id="<garden.lists.example>")
    begin(world)
    assert (look(world), world.verdict(waiting)) == (1, Verdict.OLD)
    assert the_offer(world).message_id == waiting
    assert world.stored(answered) is None
    world.poll()
    assert world.drafts() == [] == list(world.waiting()), "nothing is owed until she says so"
    assert is_due(world.bot) is None, "it looks once"


def test_a_letter_of_the_bots_own_period_is_no_forgotten_one(world: World) -> None:
    world.later(days=170)
    world.letter(QUESTION)
    world.later(days=-170)
    begin(world)
    world.letter(QUESTION, From=BOB)  # no poll has seen this one yet
    assert look(world) == 0
    world.poll()
    assert len(world.waiting()) == 2


def test_who_got_a_reply_later_or_is_ruled_out_is_left_alone(world: World) -> None:
    world.letter(UNANSWERABLE)
    world.later(days=20)
    later = world.letter(QUESTION)
    world.by_hand("It hurts a little.", In_Reply_To=f"<{later}>")
    world.letter(QUESTION, From=BOB)
    begin(world)
    with world.bot.store.transaction() as tx:
        tx.people.add_never("bob@example.org")
    assert look(world) == 0


def test_a_letter_that_is_flagged_as_answered_was_answered(world: World) -> None:
    world.letter(QUESTION)
    with world.client() as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(["ALL"]), ["\\Answered"])
    begin(world)
    assert look(world) == 0


def test_each_reader_is_offered_once_with_the_last_letter(world: World) -> None:
    world.letter(QUESTION, From=BOB)
    world.later(days=1)
    world.letter(UNANSWERABLE, From=BOB)
    world.later(days=1)
    last = world.letter(QUESTION, From=BOB)
    begin(world)
    assert look(world) == 1
    assert the_offer(world).message_id == last


@pytest.mark.parametrize("text", [QUESTION, UNANSWERABLE])
def test_writing_drafts_a_reply_with_an_apology_that_counts_no_days(
    world: World, text: str
) -> None:
    world.letter(text)
    begin(world)
    look(world)
    forgotten.write_after_all(world.bot, the_offer(world).letter_id, world.now)
    world.poll()
    draft = world.the_draft()
    assert draft.kind is (DraftKind.ANSWER if text == QUESTION else DraftKind.BLANK)
    assert "sorry" in draft.text.lower()
    assert not any(word in draft.text for word in ("days", "months", "180", "6"))
    assert len(world.waiting()) == 1
    assert world.replies() == [], "nothing is sent without her yes"
    if draft.kind is DraftKind.ANSWER:
        world.approve(draft)
        world.later(minutes=5)
        assert len(world.send().sent) == 1


def test_too_late_owes_nothing_and_can_be_undone(world: World) -> None:
    world.letter(QUESTION)
    begin(world)
    look(world)
    letter = the_offer(world).letter_id
    forgotten.too_late(world.bot, letter, world.now)
    world.poll()
    assert offered(world) is None
    assert (list(world.drafts()), list(world.waiting())) == ([], [])
    with pytest.raises(NotFound):
        forgotten.too_late(world.bot, letter, world.now)
    forgotten.offer_again(world.bot, letter, world.now)
    assert the_offer(world).letter_id == letter


def test_not_a_reader_rules_the_sender_out(world: World) -> None:
    world.letter(QUESTION, From=BOB)
    begin(world)
    look(world)
    forgotten.no_reader(world.bot, the_offer(world).letter_id, world.now)
    with world.bot.store.reading() as tx:
        assert tx.people.never() == {"bob@example.org"}
    assert offered(world) is None


def test_while_a_reply_is_being_sent_the_letter_stays_offered(world: World) -> None:
    world.letter(UNANSWERABLE, From=BOB)
    begin(world)
    look(world)
    letter = the_offer(world).letter_id
    world.letter(QUESTION, From=BOB)
    world.poll()
    approved = world.approve(world.the_draft())
    with world.bot.store.transaction() as tx:
        sending = claim(tx, approved)
    with pytest.raises(Conflict):
        forgotten.no_reader(world.bot, letter, world.now)
    assert the_offer(world).letter_id == letter
    with world.bot.store.transaction() as tx:
        tx.drafts.move(sending, replace(sending, state=DraftState.SENT))
    forgotten.no_reader(world.bot, letter, world.now)
    assert offered(world) is None


@pytest.mark.parametrize("decide", [forgotten.write_after_all, forgotten.no_reader])
def test_a_decision_that_is_cut_short_at_any_statement_loses_nobody(
    world: World, decide: Callable[[Bot, int, datetime], None]
) -> None:
    world.letter(QUESTION, From=BOB)
    begin(world)
    look(world)
    letter = the_offer(world).letter_id
    for statement in itertools.count(1):
        with cut_before(statement):
            try:
                decide(world.bot, letter, world.now)
            except KeyboardInterrupt:
                assert the_offer(world).letter_id == letter
                continue
        break
    assert statement > 5
    assert offered(world) is None
    with world.bot.store.reading() as tx:
        assert tx.messages.get(letter).verdict is not Verdict.OLD


@contextmanager
def cut_before(statement: int) -> Iterator[None]:
    """Within the block, that SQL statement is not reached: an interrupt comes before it."""
    numbers = itertools.count(1)

    def begins(*_: object) -> None:
        if next(numbers) == statement:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", begins)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", begins)


def test_one_a_day_is_offered_beside_waiting_readers(world: World) -> None:
    for name in ("bob", "eve", "max"):
        world.letter(QUESTION, From=f"{name} <{name}@example.org>")
        world.later(days=1)
    begin(world)
    assert look(world) == 3
    first = offered(world, is_queue_empty=False)
    assert first
    assert first.sender
    assert first.sender.name == "max", "the newest first"
    forgotten.too_late(world.bot, first.letter_id, world.now)
    assert offered(world, is_queue_empty=False) is None
    assert the_offer(world).letter_id != first.letter_id
    world.later(days=1)
    assert offered(world, is_queue_empty=False)


def test_a_forgotten_reader_who_asks_to_be_forgotten_leaves_nothing(world: World) -> None:
    world.letter(QUESTION, From=BOB)
    begin(world)
    look(world)
    with world.bot.store.transaction() as tx:
        tx.privacy.forget("bob@example.org")
    assert offered(world) is None


def test_a_mailbox_that_fails_is_looked_at_another_time(world: World) -> None:
    begin(world)
    (account,) = world.bot.accounts
    gone = replace(world.imap, port=1)
    visitor = replace(world.bot, accounts=(replace(account, mailbox=ImapMailbox(gone)),))
    with pytest.raises(MailboxUnavailable):
        find_forgotten(visitor, world.now, world.now)
    assert is_due(world.bot)
