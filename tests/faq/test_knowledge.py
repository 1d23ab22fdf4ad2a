"""How letters are answered: each question for itself; in doubt the author is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from inbox_bot.faq.resolving import Reading, resolved
from inbox_bot.letters import safety
from inbox_bot.letters.questions import find_questions
from inbox_bot.model import (
    Address,
    Answer,
    AskAuthor,
    Decision,
    KnownPeople,
    Match,
    Message,
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


ALONE = Reading(text="Is it comfortable?")
AROUND = Reading(text="I saw a chair. Is it comfortable?")


def test_what_only_the_context_suggests_is_offered_but_not_drafted() -> None:
    alone = (Match(entry_id="x", confidence=0.4),)
    joint = (Match(entry_id="chair", confidence=0.75), Match(entry_id="x", confidence=0.3))
    found = resolved([ALONE, AROUND], [alone, joint], needed=0.65)
    assert [match.entry_id for match in found] == ["chair", "x"]
    assert found[0].confidence < 0.65
    assert found[1].confidence == 0.4


@pytest.mark.parametrize("own", [0.1, 0.0])
def test_what_the_question_hints_at_or_is_beyond_doubt_is_drafted(own: float) -> None:
    alone = (Match(entry_id="chair", confidence=own),)
    joint = (Match(entry_id="chair", confidence=0.95 if own == 0 else 0.7),)
    assert resolved([ALONE, AROUND], [alone, joint], needed=0.65) == joint


def test_a_question_that_names_nothing_supports_no_answer_alone() -> None:
    readings = [Reading(text="What is this?"), Reading(text="An injection. What is this?")]
    ranked = [(Match(entry_id="x", confidence=0.7),), (Match(entry_id="x", confidence=0.75),)]
    (match,) = resolved(readings, ranked, needed=0.65)
    assert match.confidence < 0.65


def test_a_subject_that_only_names_the_article_tells_nothing() -> None:
    sent = Address(email="ann@example.org")
    subjects = ("Re: Massage for Sciatica Relief", "Massage chairs")
    letters = [
        Message(message_id="a@b", sender=sent, subject=subject, text="I have a cat. Will it purr?")
        for subject in subjects
    ]
    named, topic = KNOWLEDGE.match_many(letters)
    assert not any("Massage" in reading for reading in named.questions[0].readings)
    assert any("Massage" in reading for reading in topic.questions[0].readings)


def test_a_question_without_context_keeps_its_matches() -> None:
    alone = (Match(entry_id="chair", confidence=0.9), Match(entry_id="x", confidence=0.2))
    assert resolved([ALONE], [alone], needed=0.65) == alone


def test_a_neighbouring_question_names_a_topic_but_supports_no_answer() -> None:
    ranked = [
        (Match(entry_id="x", confidence=0.01),),
        (Match(entry_id="chair", confidence=1.0),),
    ]
    question = replace(AROUND, tells=False)
    assert resolved([ALONE, question], ranked, needed=0.65)[0].confidence < 0.65
    assert resolved([ALONE, AROUND], ranked, needed=0.65)[0].confidence == 1.0


def test_what_only_hints_at_a_question_is_not_promised_beside_an_answer() -> None:
    text = "Is a massage chair any good? My wife says it is all in the head😀"
    assert [one.hinted for one in find_questions(text)] == [False, True]
    assert [type(one) for one in decisions(text)] == [Answer]


def test_many_letters_are_heard_in_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    judged = safety._judged

    def counted(texts: Sequence[str]) -> list[safety.Passage]:
        batches.append(len(texts))
        return judged(texts)

    monkeypatch.setattr(safety, "_judged", counted)
    letters = [
        Message(message_id=f"{n}@b", sender=Address(email="ann@example.org"), text=f"Why {n} days?")
        for n in range(30)
    ]
    fresh = replace(KNOWLEDGE, safety=replace(KNOWLEDGE.safety, heard={}))
    assert len(fresh.match_many(letters)) == 30
    assert [count for count in batches if count] == [30]


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


def test_a_neighboring_question_names_a_topic_but_drafts_nothing() -> None:
    pot = Match(entry_id="pot", confidence=0.9)
    netting = Reading(text="And do you use netting?")
    after_pot = Reading(text="What size pot do I need? And do you use netting?", tells=False)
    (best,) = resolved((netting, after_pot), [(replace(pot, confidence=0.5),), (pot,)], 0.68)
    assert 0.6 < best.confidence < 0.68
    (best,) = resolved((netting, replace(after_pot, tells=True)), [(), (pot,)], 0.68)
    assert best.confidence == pot.confidence
