"""History: no entry twice to one reader, and none where the author wrote herself."""

from __future__ import annotations

import pytest

from inbox_bot.faq.knowledge import BY_HAND
from inbox_bot.model import AskAuthor, Decision, Draft, DraftKind, DraftState
from tests.world import KNOWLEDGE, World

FIRST = "Hi Steve,\n\ndoes trigger point massage hurt?\n\nAnn"
NEXT = "Is deep tissue massage painful?"


def answered(world: World) -> tuple[str, Draft]:
    """A reader's first letter and the reply that she got."""
    letter = world.letter(FIRST)
    world.poll()
    world.approve(world.the_draft())
    world.later(hours=1)
    world.send()
    (sent,) = world.drafts(DraftState.SENT)
    return letter, sent


def again(world: World, text: str, *thread: str) -> Draft:
    """The draft for her next letter in the thread."""
    references = " ".join(f"<{each}>" for each in thread)
    subject = "Re: Your article on massage"
    world.letter(text, Subject=subject, In_Reply_To=f"<{thread[-1]}>", References=references)
    world.later(hours=1)
    world.poll()
    return world.the_draft()


def only(decisions: tuple[Decision, ...]) -> AskAuthor:
    (decision,) = decisions
    assert isinstance(decision, AskAuthor)
    return decision


def test_a_next_question_in_the_thread_is_answered(world: World) -> None:
    letter, sent = answered(world)
    draft = again(world, f"Thanks, that helps! {NEXT}", letter, sent.message_id)
    assert draft.entries == ("deep-tissue-massage",)


def test_the_same_question_again_goes_to_the_author(world: World) -> None:
    answered(world)
    world.letter("Hello, one more time: is trigger point massage painful?", Subject="Hello")
    world.later(hours=1)
    world.poll()
    draft = world.the_draft()
    assert draft.kind is DraftKind.BLANK
    assert "already sent" in only(draft.decisions).reason


def test_the_same_question_in_two_letters_is_answered_once(world: World) -> None:
    world.letter(FIRST)
    world.letter("Is trigger point massage painful?", Subject="Hello")
    world.poll()
    first, second = world.drafts(DraftState.PENDING)
    assert first.entries == ("trigger-point-massage",)
    assert second.kind is DraftKind.BLANK
    assert "is already in another draft" in only(second.decisions).reason


def test_nothing_is_filled_in_where_the_author_wrote_by_hand(world: World) -> None:
    letter = world.letter(FIRST)
    world.poll()
    thread = {"In_Reply_To": f"<{letter}>", "References": f"<{letter}>"}
    own = world.by_hand("Hi Ann, a little. Take it slowly.", Subject="Re: massage", **thread)
    world.later(hours=1)
    world.poll()
    draft = again(world, NEXT, letter, own)
    assert draft.kind is DraftKind.BLANK
    decision = only(draft.decisions)
    assert (decision.reason, decision.personal) == (BY_HAND, True)
    assert decision.matches[0].entry_id == "deep-tissue-massage"


def test_nothing_is_filled_in_where_the_author_put_the_reader_off_by_hand(world: World) -> None:
    letter = world.letter(FIRST)
    world.poll()
    thread = {"In_Reply_To": f"<{letter}>", "References": f"<{letter}>"}
    own = world.by_hand("I will get back to you on Friday.", Subject="Re: massage", **thread)
    world.later(hours=1)
    world.poll()
    draft = again(world, NEXT, letter, own)
    assert draft.kind is DraftKind.BLANK
    assert {one.reason for one in draft.decisions} == {BY_HAND}


def test_nothing_is_filled_in_where_the_answer_did_not_help(world: World) -> None:
    letter, sent = answered(world)
    draft = again(world, f"Hm, not quite what I was after. {NEXT}", letter, sent.message_id)
    assert draft.kind is DraftKind.BLANK
    decision = only(draft.decisions)
    assert "didn't help" in decision.reason
    assert decision.personal


def test_danger_is_told_even_where_the_author_wrote_by_hand(world: World) -> None:
    letter = world.letter(FIRST)
    world.poll()
    thread = {"In_Reply_To": f"<{letter}>", "References": f"<{letter}>"}
    own = world.by_hand("Hi Ann, a little.", Subject="Re: massage", **thread)
    world.later(hours=1)
    world.poll()
    draft = again(world, "I can't pee since this morning.", letter, own)
    assert draft.kind is DraftKind.URGENT


@pytest.mark.parametrize(
    "text",
    [
        "That did not help.",
        "I'm none the wiser.",
        "You misunderstood me.",
        "I meant something else: the price.",
        "Well, I knew all that.",
        "That wasn't my question though.",
        "This doesn't tell me anything new.",
        "Tried it, no luck.",
        "Same as before.",
        "I asked about the price.",
        "It sounds like a canned reply.",
    ],
)
def test_a_reader_can_say_in_many_ways_that_an_answer_did_not_help(text: str) -> None:
    assert KNOWLEDGE.safety.hear(text).unhelped


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much for the quick answer. One more thing: how often should I go?",
        "Wonderful, thanks. Are massage chairs any good?",
        "That is clear now. Where do I find a therapist?",
        "I will try that. Can I do it at home?",
        "I couldn't be more thankful! Does it last?",
    ],
)
def test_a_reader_who_was_helped_may_ask_on(text: str) -> None:
    assert not KNOWLEDGE.safety.hear(text).unhelped
