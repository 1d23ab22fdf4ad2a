"""How letters are answered: each question for itself; in doubt the author is asked."""

from __future__ import annotations

import pytest

from inbox_bot.faq.follow_ups import supported
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Decision,
    KnownPeople,
    Match,
    Message,
    Question,
    Urgent,
    Verdict,
)
from tests.world import KNOWLEDGE


def decisions(text: str) -> tuple[Decision, ...]:
    letter = Message(message_id="a@b", sender=Address(email="ann@example.org"), text=text)
    return KNOWLEDGE.consider(letter)


@pytest.mark.parametrize(
    "text",
    [
        "Is a massage chair any good? And how much does it cost?",
        "Is a massage chair good? Does insurance pay for it?",
        "Can you recommend a massage therapist? And how much does it cost per hour?",
        "Does deep tissue massage help? How long is one session?",
        "Is a massage chair any good? And why?",
    ],
)
def test_a_follow_up_question_is_not_answered_by_what_went_before(text: str) -> None:
    first, second = decisions(text)
    assert isinstance(first, Answer)
    assert isinstance(second, AskAuthor)


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("You wrote about trigger point massage. Does it hurt?", "trigger-point-massage"),
        ("I read about deep tissue massage. Is it relaxing?", "deep-tissue-massage"),
        ("You mention trigger point massage. What exactly is that?", "trigger-point-massage"),
    ],
)
def test_a_question_that_leans_on_the_sentence_before_it_is_understood(
    text: str, entry_id: str
) -> None:
    (decision,) = decisions(text)
    assert isinstance(decision, Answer)
    assert decision.matches[0].entry_id == entry_id


def test_what_only_the_context_suggests_has_no_confidence() -> None:
    question = Question(text="How much does it cost?", context="Is a massage chair good?")
    joint = (Match(entry_id="massage-chair", confidence=0.9), Match(entry_id="x", confidence=0.3))
    own = (Match(entry_id="x", confidence=0.4),)
    found = supported(question, joint, own, KNOWLEDGE.faq)
    assert [match.entry_id for match in found] == ["x", "massage-chair"]


def test_a_question_without_context_keeps_its_matches() -> None:
    joint = (Match(entry_id="massage-chair", confidence=0.9),)
    assert supported(Question(text="chair?"), joint, (), KNOWLEDGE.faq) == joint


def test_danger_is_heard_in_what_was_not_taken_for_her_words() -> None:
    letter = Message(
        message_id="a@b",
        sender=Address(email="ann@example.org"),
        text="Is a massage chair any good?",
        beside="I am numb between my legs and cannot pass urine.",
    )
    (decision,) = KNOWLEDGE.consider(letter)
    assert isinstance(decision, Urgent)


NUMB = "I can't feel my legs since this morning."


@pytest.mark.parametrize(
    ("subject", "text", "beside"),
    [
        ("Re: chairs", "Thanks!", NUMB),
        ("Re: chairs", "\N{THUMBS UP SIGN}", NUMB),
        ("Re: chairs", f"I am out of the office until 5 May. {NUMB}", ""),
        (NUMB, "Thank you!", ""),
    ],
)
def test_danger_makes_a_reader_of_whoever_seems_to_want_nothing(
    subject: str, text: str, beside: str
) -> None:
    letter = Message(
        message_id="a@b",
        sender=Address(email="ann@example.org"),
        subject=subject,
        text=text,
        beside=beside,
        in_reply_to="c@d",
    )
    assert KNOWLEDGE.judge(letter, KnownPeople()).verdict is Verdict.READER
    (decision,) = KNOWLEDGE.consider(letter)
    assert isinstance(decision, Urgent)


def test_thanks_in_a_thread_about_danger_stay_thanks() -> None:
    letter = Message(
        message_id="a@b",
        sender=Address(email="ann@example.org"),
        subject=f"Re: {NUMB}",
        text="Thank you so much!",
        in_reply_to="c@d",
    )
    assert KNOWLEDGE.judge(letter, KnownPeople()).verdict is Verdict.COURTESY
