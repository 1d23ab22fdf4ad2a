"""The shares that the FAQ of this project must reach, on questions that it was not written from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from inbox_bot.faq.decide import Terms, decide
from inbox_bot.faq.load import load
from inbox_bot.faq.matching import Matcher
from inbox_bot.model import Answer, Question

TOP = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`expected` and `told` are entries' ids; empty where none answers, where none was told."""

    expected: str
    first: str
    told: str


@pytest.fixture(scope="module")
def outcomes() -> tuple[Outcome, ...]:
    faq = load(TOP / "faq")
    matcher = Matcher.from_entries(faq)
    terms = Terms(answer_at=matcher.answer_at, faq=faq)
    expected = {entry.id: entry.id for entry in faq.entries} | {"none": ""}
    rows = YAML(typ="safe").load((TOP / "tests/data/questions.yaml").read_text("utf-8"))
    rows = [row for row in rows if row["expect"] in expected]
    found: list[Outcome] = []
    for row, matches in zip(rows, matcher.rank_many([row["text"] for row in rows]), strict=True):
        decision = decide(Question(text=row["text"]), matches, terms)
        told = decision.matches[0].entry_id if isinstance(decision, Answer) else ""
        right = expected[row["expect"]]
        found.append(Outcome(expected=right, first=matches[0].entry_id, told=told))
    return tuple(found)


def share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    return sum(map(holds, outcomes)) / len(outcomes)


def test_the_right_entry_comes_first(outcomes: Sequence[Outcome]) -> None:
    answerable = [each for each in outcomes if each.expected]
    assert len(answerable) >= 140
    assert share(answerable, lambda each: each.first == each.expected) >= 0.93


def test_most_of_what_the_faq_answers_is_answered_and_rightly(
    outcomes: Sequence[Outcome],
) -> None:
    answerable = [each for each in outcomes if each.expected]
    answered = [each for each in answerable if each.told]
    assert len(answered) / len(answerable) >= 0.75
    assert share(answered, lambda each: each.told == each.expected) >= 0.97


def test_what_the_faq_does_not_answer_is_left_to_the_author(outcomes: Sequence[Outcome]) -> None:
    unanswerable = [each for each in outcomes if not each.expected]
    assert len(unanswerable) >= 60
    assert share(unanswerable, lambda each: not each.told) >= 0.92
