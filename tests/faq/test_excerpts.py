"""A long passage answers with the sentences that were asked for."""

from __future__ import annotations

import numpy as np
import pytest

from inbox_bot.faq.draw.article_text import sentences
from inbox_bot.faq.matching.excerpts import excerpt

HIVE = (
    "I bought my first colony in May from a man two villages on. He let me watch for an hour. "
    "A full box weighs about 35 pounds, so lift it with your knees. Two people carry it more "
    "safely than one. But never lift it after dark, when the bees are all at home. "
    "Paint the roof white, and the comb inside will not melt in July."
)


def asked(text: str, *nearest: int) -> str:
    """The excerpt where the numbered sentences are the nearest to the question."""
    said = sentences(text)
    near = np.array([0.6 if k in nearest else 0.1 for k in range(len(said))], np.float32)
    return excerpt(text, said, near)


def test_the_sentences_that_answer_are_told_and_those_before_and_after_are_not() -> None:
    told = asked(HIVE, 2)
    assert told.startswith("A full box weighs")
    assert "roof" not in told


def test_what_limits_an_advice_stays_with_it() -> None:
    assert asked(HIVE, 2, 3).endswith("all at home.")


def test_a_sentence_that_leans_on_the_one_before_it_takes_it_along() -> None:
    assert asked(HIVE, 1).startswith("I bought my first colony")


@pytest.mark.parametrize("last", ["It's heavier in August.", "They'll sting then."])
def test_a_short_form_leans_as_the_word_does(last: str) -> None:
    assert asked(f"{HIVE} {last}", 6).startswith("Paint the roof")


def test_a_passage_of_one_sentence_is_told_whole() -> None:
    assert asked("Paint the roof white, and the comb inside will not melt.", 0) == ""


def test_a_part_that_cannot_stand_alone_is_no_excerpt() -> None:
    assert asked("As I mentioned above, it depends. This is why I wait. It takes a week.", 2) == ""


def test_an_excerpt_stands_in_the_passage_letter_by_letter() -> None:
    text = "The boiler hums when its pump is old.\n\nBleed the highest radiator first, each fall. "
    text += "Do it with the pump switched off, and keep a cup below the valve for the water."
    assert asked(text, 1) in text
    assert asked(text, 1).startswith("Bleed the highest")
