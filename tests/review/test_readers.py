"""Ruling senders out: whom it affects, and that it can be undone completely."""

from __future__ import annotations

import pytest

from inbox_bot import review
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.letters.verdicts import is_shared
from inbox_bot.model import DraftState, Verdict
from inbox_bot.settings.providers import PROVIDERS
from tests.world import World

QUESTION = "Hi Steve,\n\ndoes trigger point massage hurt?\n"


def letter_of(world: World, message_id: str) -> int:
    letter = world.stored(message_id)
    assert letter
    return letter.id


def rules(world: World) -> frozenset[str]:
    with world.bot.store.reading() as tx:
        return tx.people.never()


def kept_out(world: World) -> dict[str, int]:
    with world.bot.store.reading() as tx:
        return dict(tx.messages.kept_out())


@pytest.mark.parametrize("domain", [one for each in PROVIDERS for one in each.domains])
def test_every_provider_that_is_known_is_shared(domain: str) -> None:
    assert is_shared(domain)


def test_nobody_can_rule_out_all_who_write_from_a_mail_provider(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@gmail.com")
    world.poll()
    with pytest.raises(Conflict, match=r"@gmail\.com"):
        review.never_domain(world.bot, letter_of(world, ann), world.now)
    assert rules(world) == frozenset()
    assert len(world.waiting()) == 1


def test_a_rule_that_is_taken_back_brings_in_what_it_kept_out(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@firm.example")
    bob = world.letter(QUESTION, From="bob@firm.example")
    world.poll()
    review.never_domain(world.bot, letter_of(world, ann), world.now)
    assert world.waiting() == []
    world.letter(QUESTION, From="cid@firm.example")
    world.letter(QUESTION, From="dora@other.example")
    world.poll()
    assert kept_out(world) == {"@firm.example": 1}
    assert len(world.waiting()) == 1

    review.take_back(world.bot, "@firm.example", world.now)
    world.poll()
    assert sorted(one.reader.partition("@")[0] for one in world.waiting()) == [
        "ann",
        "bob",
        "cid",
        "dora",
    ]
    assert len(world.drafts(DraftState.PENDING)) == 4
    assert world.verdict(ann) is Verdict.READER
    assert world.verdict(bob) is Verdict.READER
    assert kept_out(world) == {}


def test_undo_of_a_domain_takes_it_back_from_all_of_it(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@firm.example")
    world.letter(QUESTION, From="bob@firm.example")
    world.poll()
    review.never_domain(world.bot, letter_of(world, ann), world.now)
    review.undo_last(world.bot, letter_of(world, ann), world.now)
    assert len(world.waiting()) == 2
    assert len(world.drafts(DraftState.PENDING)) == 2


def test_whom_another_rule_names_stays_out(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@firm.example")
    bob = world.letter(QUESTION, From="bob@firm.example")
    world.poll()
    review.never_sender(world.bot, letter_of(world, bob), world.now)
    review.never_domain(world.bot, letter_of(world, ann), world.now)
    world.letter(QUESTION, From="bob@firm.example")
    world.poll()
    review.take_back(world.bot, "@firm.example", world.now)
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@firm.example"]
    assert rules(world) == {"bob@firm.example"}


def test_what_was_deleted_meanwhile_does_not_come_in(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@firm.example")
    world.poll()
    review.never_sender(world.bot, letter_of(world, ann), world.now)
    world.letter(QUESTION, From="ann@firm.example")
    world.poll()
    with world.client() as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search(["ALL"]))
        client.expunge()
    review.take_back(world.bot, "ann@firm.example", world.now)
    world.poll()
    assert [one.reader for one in world.waiting()] == ["ann@firm.example"]
    with world.bot.store.reading() as tx:
        assert tx.messages.held_back() == []


def test_a_rule_that_is_none_cannot_be_taken_back(world: World) -> None:
    with pytest.raises(NotFound, match="no rule"):
        review.take_back(world.bot, "ann@example.org", world.now)


def test_not_a_reader_ends_what_waits_for_her_reply_to(world: World) -> None:
    ann = world.letter(QUESTION, From="ann@work.example", Reply_To="ann@home.example")
    world.poll()
    review.not_a_reader(world.bot, letter_of(world, ann), world.now)
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []
    review.undo_last(world.bot, letter_of(world, ann), world.now)
    assert len(world.waiting()) == len(world.drafts(DraftState.PENDING)) == 1


def test_not_a_reader_ends_a_promise_whose_draft_was_rejected(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    review.reject(world.bot, review.shown(world.the_draft()), world.now)
    other = world.letter(QUESTION)
    world.poll()
    review.not_a_reader(world.bot, letter_of(world, other), world.now)
    assert world.waiting() == []
