"""What a letter is answered with: each question for itself, and in doubt the author is asked."""

from __future__ import annotations

import pytest

from inbox_bot.knowledge import borne_out
from inbox_bot.model import Address, Answer, AskAuthor, Decision, Match, Message
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
    ],
)
def test_a_follow_up_question_is_not_answered_by_what_went_before(text: str) -> None:
    first, second = decisions(text)
    assert isinstance(first, Answer)
    assert isinstance(second, AskAuthor)


def test_a_question_that_leans_on_the_sentence_before_it_is_understood() -> None:
    (decision,) = decisions("You wrote about trigger point massage. Does it hurt?")
    assert isinstance(decision, Answer)
    assert decision.matches[0].entry_id == "trigger-point-massage"


def test_what_only_the_context_suggests_has_no_confidence() -> None:
    joint = (Match(entry_id="chair", confidence=0.9), Match(entry_id="price", confidence=0.3))
    own = (Match(entry_id="price", confidence=0.4),)
    assert [match.entry_id for match in borne_out(joint, own)] == ["price", "chair"]
