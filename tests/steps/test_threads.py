"""Several people in one conversation: each is owed a separate answer."""

from __future__ import annotations

import pytest

from inbox_bot import review
from inbox_bot.model import Draft, DraftState, Verdict
from inbox_bot.review import promises
from tests.world import World

ANN = "Ann Reader <ann@example.org>"
BOB = "Bob Other <bob@example.net>"
CHAIRS = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nAnn"
COSTS = "Hello Steve,\n\nhow much does a session cost?\n\nBob"


def ann_asks(world: World, **headers: str) -> str:
    return world.letter(CHAIRS, From=ANN, To=f"{world.imap.address}, {BOB}", **headers)


def bob_writes(world: World, text: str, to: str, **headers: str) -> str:
    return world.letter(text, **{"From": BOB, "In-Reply-To": f"<{to}>", **headers})


def reader_of(draft: Draft) -> str:
    return draft.to[0].email


def pending(world: World) -> dict[str, Draft]:
    return {reader_of(one): one for one in world.drafts(DraftState.PENDING)}


def owed(world: World) -> list[str]:
    return sorted(one.reader for one in world.waiting())


@pytest.mark.parametrize("between", [True, False])
def test_who_was_copied_in_and_asks_is_owed_an_answer_of_his_own(
    world: World, *, between: bool
) -> None:
    first = ann_asks(world)
    if between:
        world.poll()
    bob_writes(world, COSTS, first)
    world.poll()
    assert owed(world) == ["ann@example.org", "bob@example.net"]
    drafts = pending(world)
    assert len(drafts["ann@example.org"].decisions) == 1
    assert len(drafts["bob@example.net"].decisions) == 1


def test_the_thanks_of_somebody_copied_in_take_back_no_yes(world: World) -> None:
    first = ann_asks(world)
    world.poll()
    world.approve(world.the_draft())
    bob_writes(world, "Thank you!\n\nBob", first)
    world.later(minutes=5)
    world.poll()
    assert [reader_of(one) for one in world.drafts(DraftState.APPROVED)] == ["ann@example.org"]
    assert [one.to[0].email for one in world.send().sent] == ["ann@example.org"]


def test_what_one_was_sent_keeps_nothing_of_the_other(world: World) -> None:
    first = ann_asks(world)
    bob_writes(world, COSTS, first)
    world.poll()
    world.approve(pending(world)["ann@example.org"])
    world.later(minutes=5)
    assert len(world.send().sent) == 1
    assert owed(world) == ["bob@example.net"]
    assert list(pending(world)) == ["bob@example.net"]


def test_not_a_reader_said_of_one_releases_nothing_of_the_other(world: World) -> None:
    first = ann_asks(world)
    his = bob_writes(world, COSTS, first)
    world.poll()
    letter = world.stored(his)
    assert letter
    review.not_a_reader(world.bot, letter.id, world.now)
    assert owed(world) == ["ann@example.org"]
    assert list(pending(world)) == ["ann@example.org"]


def test_release_of_one_leaves_the_other(world: World) -> None:
    first = ann_asks(world)
    bob_writes(world, COSTS, first)
    world.poll()
    letter = world.stored(first)
    assert letter
    promises.release(world.bot.store, letter.id, "no need", world.now)
    assert owed(world) == ["bob@example.net"]


def test_a_second_letter_of_each_joins_the_first(world: World) -> None:
    first = ann_asks(world)
    his = bob_writes(world, COSTS, first)
    world.poll()
    world.letter(
        "And how long does it take?",
        From=ANN,
        In_Reply_To=f"<{his}>",
        References=f"<{first}> <{his}>",
    )
    bob_writes(world, "And does a massage chair help?", first)
    world.poll()
    assert owed(world) == ["ann@example.org", "bob@example.net"]
    drafts = pending(world)
    assert {name: len(one.decisions) for name, one in drafts.items()} == {
        "ann@example.org": 2,
        "bob@example.net": 2,
    }


def test_the_answer_that_comes_before_its_letter_in_a_batch_joins_it(world: World) -> None:
    world.letter(CHAIRS, Message_ID="<second@example.org>", In_Reply_To="<first@example.org>")
    world.letter("How much does a session cost?", Message_ID="<first@example.org>")
    world.poll()
    assert owed(world) == ["ann@example.org"]
    assert len(world.drafts(DraftState.PENDING)) == 1


def test_she_is_herself_at_another_address_where_nobody_else_was_written_to(world: World) -> None:
    first = world.letter(CHAIRS, From=ANN)
    world.poll()
    world.letter(
        "How much does a session cost?",
        From="Ann Reader <ann@work.example>",
        In_Reply_To=f"<{first}>",
    )
    world.poll()
    assert len(world.waiting()) == 1
    assert len(world.the_draft().decisions) == 2


def test_nobody_who_got_her_letter_takes_her_draft_by_her_name(world: World) -> None:
    first = ann_asks(world)
    world.poll()
    world.letter(COSTS, From="Ann Reader <bob@example.net>", In_Reply_To=f"<{first}>")
    world.poll()
    assert sorted(pending(world)) == ["ann@example.org", "bob@example.net"]
    assert len(pending(world)["bob@example.net"].decisions) == 1


def test_two_letters_under_one_message_id_are_two(world: World) -> None:
    for sender in (ANN, BOB):
        world.letter(CHAIRS, From=sender, Message_ID="<form@example.org>")
    world.poll()
    assert owed(world) == ["ann@example.org", "bob@example.net"]
    assert sorted(pending(world)) == ["ann@example.org", "bob@example.net"]


@pytest.mark.parametrize("between", [True, False])
def test_the_letter_itself_counts_when_a_list_was_quicker(world: World, *, between: bool) -> None:
    same = {"Message_ID": "<both@example.org>", "From": ANN}
    world.letter(CHAIRS, **same, List_Id="<talk.example.org>")
    if between:
        world.poll()
    world.letter(CHAIRS, **same)
    world.poll()
    assert owed(world) == ["ann@example.org"]
    assert len(world.drafts(DraftState.PENDING)) == 1


def test_an_answer_to_a_letter_that_a_list_brought_first_keeps_the_promise(world: World) -> None:
    same = {"Message_ID": "<both@example.org>", "From": ANN}
    world.letter(CHAIRS, **same, List_Id="<talk.example.org>")
    world.letter(CHAIRS, **same)
    world.poll()
    world.later(hours=1)
    world.by_hand("It should not hurt.", In_Reply_To="<both@example.org>")
    assert world.poll().answered_by_hand == 1
    assert world.waiting() == []


def test_a_letter_that_is_here_is_not_taken_in_again_from_another_folder(world: World) -> None:
    same = {"Message_ID": "<both@example.org>", "From": ANN}
    world.letter(CHAIRS, **same)
    world.poll()
    world.letter(CHAIRS, **same, List_Id="<talk.example.org>")
    world.letter(CHAIRS, **same)
    world.poll()
    letter = world.stored("both@example.org")
    assert letter
    assert letter.verdict is Verdict.READER
    assert len(world.drafts()) == 1


def test_her_answer_to_all_counts_for_both_who_had_asked(world: World) -> None:
    first = ann_asks(world)
    his = bob_writes(world, COSTS, first)
    world.poll()
    world.later(hours=1)
    world.by_hand(
        "It does not, and it costs 60.",
        To=f"{ANN}, {BOB}",
        In_Reply_To=f"<{his}>",
        References=f"<{first}> <{his}>",
    )
    world.poll()
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []


def test_her_answer_to_one_keeps_nothing_of_the_other(world: World) -> None:
    first = ann_asks(world)
    his = bob_writes(world, COSTS, first)
    world.poll()
    world.later(hours=1)
    world.by_hand("It costs 60.", To=BOB, In_Reply_To=f"<{his}>", References=f"<{first}> <{his}>")
    world.poll()
    assert owed(world) == ["ann@example.org"]
    assert list(pending(world)) == ["ann@example.org"]


@pytest.mark.parametrize("name", ["", "Mal", "Ann Reader"])
def test_whoever_names_her_in_reply_to_is_not_she(world: World, name: str) -> None:
    first = ann_asks(world) if name else world.letter(CHAIRS, From=ANN)
    world.poll()
    world.approve(world.the_draft())
    world.letter(
        "Thanks! No need to reply.",
        From=f"{name} <mal@example.net>".strip(),
        Reply_To=ANN,
        In_Reply_To=f"<{first}>",
    )
    world.later(minutes=5)
    world.poll()
    assert [one.to[0].email for one in world.send().sent] == ["ann@example.org"]


def test_she_is_herself_with_a_reply_to_of_hers(world: World) -> None:
    hers = {"From": "ann@work.example", "Reply-To": "ann@example.org", "Cc": BOB}
    first = world.letter(CHAIRS, **hers)
    world.poll()
    second = world.letter("How much does a session cost?", **hers, In_Reply_To=f"<{first}>")
    world.poll()
    assert len(world.the_draft().decisions) == 2
    world.letter("And at home?", From="ann@example.org", In_Reply_To=f"<{second}>")
    world.poll()
    assert len(world.waiting()) == 1


LONG_HEADERS = {
    "addresses": ("Cc", ", ".join(f"reader{one}@example.com" for one in range(4_000))),
    "report": ("X-Report", f"{'x' * 900} " * 90),
    "name": ("Cc", f'"{"x" * 90_000}" <steve@example.com>'),
}


def folded(field: str, value: str) -> str:
    return f"{field}: " + value.replace(" ", "\r\n ")


@pytest.mark.parametrize("long", LONG_HEADERS)
@pytest.mark.parametrize("named", [True, False])
def test_readers_whose_header_is_cut_short_are_told_apart(
    world: World, long: str, *, named: bool
) -> None:
    for reader in ("ann", "bob", "cid"):
        own_id = f"Message-ID: <{reader}@example.org>\r\n" if named else ""
        world.raw_letter(
            f"{folded(*LONG_HEADERS[long])}\r\nFrom: {reader} <{reader}@example.org>\r\n"
            f"To: {world.imap.address}\r\n{own_id}"
            f"Subject: Massage\r\n\r\nDoes massage hurt the {reader}?\r\n".encode()
        )
        world.poll()
    assert owed(world) == ["ann@example.org", "bob@example.org", "cid@example.org"]
    assert len({one.thread for one in world.waiting()}) == 3


@pytest.mark.parametrize(
    "head", ["From: <>\r\nSubject: Massage\r\n", "From: <>\r\nMessage-ID: <x@y.z>\r\n"]
)
def test_letters_of_nobody_known_are_each_owed(world: World, head: str) -> None:
    for topic in ("chairs", "oils", "stones"):
        world.raw_letter(f"{head}\r\nDo massage {topic} hurt?\r\n".encode())
    world.poll()
    assert len({one.thread for one in world.waiting()}) == 3


def test_letters_that_cannot_be_read_are_each_kept(world: World) -> None:
    for number in range(2):
        hostile = "Received: " + "(" * 90_000
        world.raw_letter(f"{hostile}\r\n\r\n{number}".encode())
        world.raw_letter(f"\r\n\r\nno header {number}".encode())
    world.poll()
    world.poll()
    assert len(world.waiting()) == len({one.thread for one in world.waiting()}) == 4
