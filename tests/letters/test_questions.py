"""The letters in questions.txt, and single typed lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from inbox_bot.letters.questions import find_questions, single
from inbox_bot.model import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    text: str
    questions: tuple[Question, ...]


def rows() -> Iterator[Row]:
    table = Path(__file__).with_name("questions.txt").read_text(encoding="utf-8")
    for block in table.split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if not line.startswith("#")]
        text = "\n".join(line[1:].removeprefix(" ") for line in lines if line.startswith(">"))
        found: list[Question] = []
        for line in lines:
            if line.startswith("? "):
                found.append(Question(text=line[2:]))
            elif line.startswith("< "):
                found[-1] = Question(text=found[-1].text, context=line[2:])
        if text:
            yield Row(text=text, questions=tuple(found))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.text[:40]) for row in rows()])
def test_a_letter_is_split_into_what_it_asks(row: Row) -> None:
    assert find_questions(row.text) == row.questions


@pytest.mark.parametrize(
    "line",
    [
        "price",
        "massage chair or therapist",
        "how to find a therapist",
        "want to know about trigger points",
        "I need a therapist near Denver",
        "my leg still hurts after 3 sessions",
        "tell me about surgery",
        "Tips for sitting all day?",
        "what massage u recommend",
        "I bought a chair and need a refund",
        "I tried massage but it still hurts",
        "sciatica in pregnancy.",
    ],
)
def test_a_line_alone_is_asked_with_or_without_a_mark(line: str) -> None:
    assert [question.text for question in single(line)] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "...",
        "thanks",
        "Thank you so much!",
        "many thanks for your help",
        "hi",
        "Hello there",
        "Good morning sir",
        "ok",
        "Got it, thanks",
        "I love your article",
        "I read your article yesterday.",
        "What a great post!",
        "Great article, keep up the good work",
        "Have a nice day",
        "I am a teacher from Ohio.",
        "That really helped me.",
        "How are you?",
    ],
)
def test_a_line_that_plainly_tells_or_thanks_asks_nothing(line: str) -> None:
    assert single(line) == ()


def test_a_line_with_two_questions_holds_two() -> None:
    found = single("Does it hurt? How long does a massage take?")
    assert [question.text for question in found] == [
        "Does it hurt?",
        "How long does a massage take?",
    ]


def test_a_letter_full_of_questions_is_answered_in_bounds() -> None:
    assert len(find_questions("Does it help?\n" * 5_000)) == 40


@given(st.text(alphabet=st.sampled_from('ab ?!."”1)-:,\n\r\t\x00\u2028éß？'), max_size=300))
def test_whatever_is_written_every_question_is_in_the_readers_words(text: str) -> None:
    written = "".join(text.split())
    for question in (*find_questions(text), *single(text)):
        assert question.text.strip()
        assert "".join(question.text.split()) in written
