"""Lessons hold question and answer, without the reader's personal details."""

from __future__ import annotations

import pytest

from inbox_bot.model import Address, Entry, Faq, Question
from inbox_bot.review import lesson

ANN = Address(email="ann.reader@example.org", name="Ann Reader")
STEVE = Address(email="", name="Steve")
PEOPLE = (ANN, STEVE)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Hi Steve, does a massage gun help?", "does a massage gun help?"),
        ("Dear Steve,\nis it safe in pregnancy?", "is it safe in pregnancy?"),
        ("My name is Ann Reader and how much is a session?", "how much is a session?"),
        ("How much is a session? Call me: +44 20 7946 0958", "How much is a session? Call me:"),
        ("Is this https://shop.example/gun?x=1 any good?", "Is this any good?"),
        ("Can you write to ann.reader@example.org?", "Can you write to?"),
        ("Is there somebody near 12 High Street?", "Is there somebody near?"),
        ("What does Ann's massage gun do?", "What does massage gun do?"),
    ],
)
def test_a_question_is_kept_as_anybody_could_ask_it(said: str, kept: str) -> None:
    assert lesson.asked_plainly(Question(text=said), PEOPLE) == kept


@pytest.mark.parametrize("said", ["5 to 6 sessions over 2 weeks", "It costs 80 to 120 dollars."])
def test_numbers_that_call_nobody_stay(said: str) -> None:
    assert lesson.answered_plainly(said, PEOPLE) == said


def test_an_answer_is_kept_without_greeting_and_sign_off() -> None:
    text = "Hi Ann,\n\nA session is 60 dollars, Ann.\n\nIt lasts an hour.\n\nBest wishes,\nSteve\n"
    assert lesson.answered_plainly(text, PEOPLE) == (
        "A session is 60 dollars.\n\nIt lasts an hour."
    )


def test_the_authors_signature_goes_where_no_sign_off_stands() -> None:
    assert lesson.without_signature("It is 60 dollars.\n\nSteve\n", "Steve") == "It is 60 dollars."


def test_a_new_entry_has_a_name_that_no_other_has() -> None:
    entry = Entry(id="much-session-cost", article="a", question="", also_asked=(), answer="")
    faq = Faq(articles=(), entries=(entry,))
    assert lesson.new_id("How much does a session cost?", faq) == "much-session-cost-2"
    assert lesson.new_id("???", faq) == "question"


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Do you offer massage courses online?", "are there online massage courses", True),
        ("Do you offer massage courses online?", "does it hurt?", False),
        ("", "", False),
    ],
)
def test_questions_that_share_their_telling_words_are_alike(
    one: str, other: str, are: bool
) -> None:
    assert lesson.alike(lesson.telling(one), lesson.telling(other)) is are


def test_a_hostile_letter_takes_no_time() -> None:
    for text in ("1 " * 100_000, "a@" * 100_000, "Ann " * 50_000, "www." * 50_000):
        lesson.asked_plainly(Question(text=text), PEOPLE)
        lesson.answered_plainly(text, PEOPLE)
