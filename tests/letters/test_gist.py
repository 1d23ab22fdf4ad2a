"""One sentence that represents a letter in lists."""

from __future__ import annotations

import pytest

from inbox_bot.letters.questions import gist


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Sehr geehrter Herr Benson,\n\nhilft eine Massage bei Ischias?",
            "hilft eine Massage bei Ischias?",
        ),
        ("Dear Mr. Benson,\nhilft das\nauch bei mir? Danke!", "hilft das auch bei mir?"),
        ("Hallo!\n\nWie schön ist Ihr Blog. Was kostet das? Gruß", "Was kostet das?"),
        ("Hi Steve,\n\nI liked the article a lot.\n\nAnn", "I liked the article a lot."),
        ("Hello Steve", "Hello Steve"),
        ("", ""),
    ],
)
def test_a_question_stands_for_a_letter_before_greeting_and_small_talk(
    text: str, shown: str
) -> None:
    assert gist(text).text == shown


def test_a_hostile_megabyte_is_looked_at_in_its_beginning_alone() -> None:
    assert len(gist("a? " * 400_000).text) <= 200
    assert len(gist("a" * 1_000_000).text) <= 200
