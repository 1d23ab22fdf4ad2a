"""What is never fetched is counted by the rule that keeps it out, by senders' domains only."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from inbox_bot import review
from inbox_bot.model import OutOfScope
from inbox_bot.reports.report import not_opened
from tests.review.test_readers import letter_of
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n"


def counts(world: World) -> dict[tuple[str, str], int]:
    with world.bot.store.reading() as tx:
        return {(one.rule, one.domain): one.letters for one in tx.messages.unopened()}


def one_of_each(world: World) -> None:
    begun = world.by_hand("Shall we meet?", To="jim@firm.example")
    spam = world.letter(QUESTION, From="spam@shop.example")
    world.later(days=1)
    world.poll()
    review.never_domain(world.bot, letter_of(world, spam), world.now)
    world.letter("Yes.", From="eve@other.example", In_Reply_To=f"<{begun}>")
    world.letter("Dinner?", From="Jim <jim@firm.example>")
    world.letter(QUESTION, From="more@shop.example")
    world.letter("To the others.", From="secret@club.example", To="club@club.example")
    world.letter("To myself.", From=world.imap.address)
    world.poll()


def test_each_rule_counts_what_it_keeps_out_with_domains(world: World) -> None:
    one_of_each(world)
    own = world.imap.address.rpartition("@")[2]
    assert counts(world) == {
        (OutOfScope.BEGUN, "other.example"): 1,
        (OutOfScope.KNOWN, "firm.example"): 1,
        (OutOfScope.RULED_OUT, "shop.example"): 1,
        (OutOfScope.NOT_ADDRESSED, "club.example"): 1,
        (OutOfScope.OWN, own): 1,
    }


def test_no_address_is_kept_of_a_letter_that_was_not_opened(world: World) -> None:
    one_of_each(world)
    with closing(sqlite3.connect(world.directory / "inbox_bot.db")) as store:
        everything = "\n".join(store.iterdump())
    assert "club.example" in everything
    assert "secret@club.example" not in everything
    assert "more@shop.example" not in everything


def test_copies_of_one_letter_count_once(world: World) -> None:
    for _ in range(2):
        world.letter("Hi all.", To="club@club.example", Message_ID="<same@club.example>")
    world.poll()
    assert list(counts(world).values()) == [1]


def test_the_sentence_begins_with_what_is_most(world: World) -> None:
    assert not_opened.sentence(()) == ""
    world.by_hand("Shall we meet?", To="jim@firm.example")
    world.letter("Hi all.", To="club@club.example")
    world.later(days=1)
    for _ in range(2):
        world.letter("Dinner?", From="jim@firm.example")
    world.poll()
    with world.bot.store.reading() as tx:
        found = tx.messages.unopened()
    told = "Not opened: 3 letters (2 from people you know, 1 not addressed to you)"
    assert not_opened.sentence(found) == told
    assert not_opened.lines(found) == [
        told,
        "    2  from people you know: firm.example 2",
        "    1  not addressed to you: example.org 1",
    ]
    assert not_opened.as_json(found) == {
        "letters": 3,
        "by_rule": {"known": 2, "not addressed": 1},
    }


def test_a_reader_forgotten_leaves_no_trace_in_the_count(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@ann-miller.example")
    world.poll()
    review.never_sender(world.bot, letter_of(world, ann), world.now)
    world.letter(QUESTION, From="ann@ann-miller.example")
    world.poll()
    with world.bot.store.transaction() as tx:
        tx.privacy.forget("ann@ann-miller.example")
    assert counts(world) == {(OutOfScope.RULED_OUT, ""): 1}
