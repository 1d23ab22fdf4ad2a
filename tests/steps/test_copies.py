"""Second copies: with a gateway's text added, or a new Message-ID from a migration."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox_bot import review
from inbox_bot.model import DraftState, Verdict
from tests.world import World

ASKED = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nAnn"
BANNER = "CAUTION: This email originated from outside the organization.\n\n"
FOOTER = "\n\nScanned for viruses by the mail gateway of Example Ltd."
MOVED = {"Message_ID": "<moved@exchange.example>"}
PARENT = {"X_MS_Exchange_Parent_Message_Id": "<first@example.org>"}
Lays = Callable[[World], str]


def direct(world: World) -> str:
    return world.letter(ASKED, Message_ID="<first@example.org>")


def with_banner(world: World) -> str:
    subject = "[EXTERNAL] Your article on massage"
    return world.letter(BANNER + ASKED, Message_ID="<first@example.org>", Subject=subject)


def with_footer(world: World) -> str:
    return world.letter(ASKED + FOOTER, Message_ID="<first@example.org>")


def moved(world: World) -> str:
    return world.letter(ASKED, **MOVED, **PARENT)


def moved_with_banner(world: World) -> str:
    return world.letter(BANNER + ASKED, **MOVED, **PARENT)


COPIES = [with_banner, with_footer, moved, moved_with_banner]
BOTH_ORDERS = [order for copy in COPIES for order in ((direct, copy), (copy, direct))]


def others(world: World) -> list[str]:
    with world.bot.store.reading() as tx:
        return [f"{one.verdict}: {one.reason}" for one in tx.messages.others(10)]


def arrive(world: World, order: tuple[Lays, Lays], *, between: bool) -> None:
    for lay in order:
        lay(world)
        if between:
            world.poll()
    world.poll()


@pytest.mark.parametrize("between", [True, False])
@pytest.mark.parametrize("order", BOTH_ORDERS)
def test_a_second_copy_is_no_letter_of_its_own(
    world: World, order: tuple[Lays, Lays], *, between: bool
) -> None:
    arrive(world, order, between=between)
    counts = order.index(direct) + 1 if not between else 1
    assert others(world) == [f"automatic: a second copy of letter L{counts}"]
    assert len(world.waiting()) == 1
    draft = world.the_draft()
    assert (draft.version, draft.letter_id, len(draft.decisions)) == (1, counts, 1)


@pytest.mark.parametrize("order", [(direct, with_banner), (with_footer, direct), (moved, direct)])
def test_a_second_copy_takes_back_no_yes(world: World, order: tuple[Lays, Lays]) -> None:
    order[0](world)
    world.poll()
    world.approve(world.the_draft())
    order[1](world)
    world.later(minutes=5)
    world.poll()
    assert len(world.send().sent) == 1
    world.poll()
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("order", [(direct, moved), (moved, direct)])
def test_an_answer_by_hand_to_either_copy_keeps_the_promise(
    world: World, order: tuple[Lays, Lays], which: int
) -> None:
    answered = [lay(world) for lay in order][which]
    world.poll()
    world.later(hours=1)
    world.by_hand("It should not hurt.", In_Reply_To=f"<{answered}>")
    assert world.poll().answered_by_hand == 1
    assert world.waiting() == []
    assert world.drafts(DraftState.PENDING) == []


def test_an_answer_to_the_letter_before_it_was_moved_keeps_the_promise(world: World) -> None:
    moved(world)
    world.poll()
    world.later(hours=1)
    world.by_hand("It should not hurt.", In_Reply_To="<first@example.org>")
    assert world.poll().answered_by_hand == 1
    assert world.waiting() == []


def test_she_is_asked_where_she_answered_before_the_letter_was_moved(world: World) -> None:
    world.by_hand("It should not hurt.", In_Reply_To="<first@example.org>")
    moved(world)
    world.poll()
    (promise,) = world.waiting()
    assert promise.doubt is not None


def test_the_answer_to_a_later_letter_counts_though_a_copy_of_that_came_after_it(
    world: World,
) -> None:
    world.letter("Hello Steve,\n\nhow much does a session cost?", Message_ID="<zero@example.org>")
    world.poll()
    world.letter(ASKED, Message_ID="<first@example.org>", In_Reply_To="<zero@example.org>")
    world.later(minutes=1)
    moved(world)
    world.by_hand("It should not hurt.", In_Reply_To="<first@example.org>")
    world.poll()
    assert world.waiting() == []


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nhow much does a session cost?",
        ASKED + "\n\nHow much does a session cost?",
        ASKED + "\n\nSince this morning I cannot feel my legs and cannot hold my urine.",
    ],
)
@pytest.mark.parametrize("names", [{"Message_ID": "<first@example.org>"}, MOVED | PARENT])
def test_whoever_uses_her_names_and_asks_more_is_heard(
    world: World, text: str, names: dict[str, str]
) -> None:
    direct(world)
    world.poll()
    world.letter(text, **names)
    world.poll()
    assert others(world) == []
    draft = world.the_draft()
    assert (draft.version, draft.letter_id) == (2, 2)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("names", [{"Message_ID": "<first@example.org>"}, MOVED | PARENT])
def test_a_stranger_with_her_words_and_names_silences_nobody(
    world: World, names: dict[str, str], *, first: bool
) -> None:
    stranger = {"From": "Mal <mal@example.com>", **names}
    if not first:
        direct(world)
    world.poll()
    world.letter(ASKED, **stranger)
    world.poll()
    if first:
        direct(world)
    world.poll()
    assert sorted(one.reader for one in world.waiting()) == ["ann@example.org", "mal@example.com"]
    assert len(world.drafts(DraftState.PENDING)) == 2


def test_her_next_letter_after_a_year_under_a_fixed_name_is_a_letter(world: World) -> None:
    direct(world)
    world.poll()
    world.later(days=365)
    with_banner(world)
    world.poll()
    assert others(world) == []


def test_the_author_may_say_that_a_copy_is_a_letter(world: World) -> None:
    arrive(world, (direct, with_banner), between=True)
    review.a_reader_after_all(world.bot, 2, world.now)
    world.poll()
    assert others(world) == []
    assert world.the_draft().letter_id == 2


def test_no_word_of_a_copy_is_lost(world: World) -> None:
    arrive(world, (direct, with_banner), between=True)
    with world.bot.store.reading() as tx:
        copy = tx.messages.get(2)
    assert copy.verdict is Verdict.AUTOMATIC
    assert b"CAUTION" in copy.raw
