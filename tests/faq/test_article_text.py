"""An article's text -> sections, and the sentence that promises an answer."""

from __future__ import annotations

import pytest

from inbox_bot.faq.draw.article_text import read_article

PLAIN = """\
Bread At Home – Is It Hard?

Disclosure: I earn something when you buy through the links.

Bread is simpler than most people think.

Flour basics

Rye has little gluten. Wheat has
a lot of it.

Woman kneading dough

You need 500 grams.

How to knead

  • Fold it
  • Press it, 10 minutes
Leave a Comment

Please let me know if you have questions. I will get back to you soon.

ann@example.com
"""

MARKDOWN = """\
# Bread at home

Bread is simple.

## Flour basics ##

Short line that is no heading

Rye has little gluten.

**Does it keep?**

1. Yes, for a week
2. Even two
"""


def test_short_lines_on_their_own_are_the_headings_of_plain_text() -> None:
    read = read_article(PLAIN)
    assert read.title == "Bread At Home – Is It Hard?"
    assert [section.heading for section in read.sections] == [
        "Disclosure",
        "",
        "Flour basics",
        "How to knead",
    ]


def test_marked_headings_are_the_only_ones_of_markdown() -> None:
    read = read_article(MARKDOWN)
    assert read.title == "Bread at home"
    assert [section.heading for section in read.sections] == ["", "Flour basics", "Does it keep?"]


def test_wrapped_lines_are_joined_and_captions_left_out() -> None:
    section = read_article(PLAIN).section("flour BASICS")
    assert section is not None
    assert section.paragraphs == (
        "Rye has little gluten. Wheat has a lot of it.",
        "You need 500 grams.",
    )


def test_items_of_a_list_are_told_from_paragraphs() -> None:
    section = read_article(PLAIN).section("How to knead")
    assert section is not None
    assert section.paragraphs[:2] == ("• Fold it", "• Press it, 10 minutes")
    numbered = read_article(MARKDOWN).section("Does it keep?")
    assert numbered is not None
    assert numbered.paragraphs == ("• Yes, for a week", "• Even two")


def test_the_sentence_that_promises_an_answer_is_found() -> None:
    assert read_article(PLAIN).promise == "I will get back to you soon."
    assert read_article(MARKDOWN).promise == ""


def test_the_furniture_of_a_page_is_no_text() -> None:
    assert "Leave a Comment" not in str(read_article(PLAIN))


def test_the_hash_of_a_section_changes_with_its_words_alone() -> None:
    def hashed(text: str) -> str:
        section = read_article(text).section("Flour basics")
        assert section is not None
        return section.hash

    assert hashed(PLAIN) == hashed(PLAIN.replace("Wheat has\na", "Wheat  has a").upper())
    assert hashed(PLAIN) == hashed(PLAIN.replace("Fold it", "Stretch it"))
    assert hashed(PLAIN) != hashed(PLAIN.replace("500 grams", "600 grams"))


@pytest.mark.parametrize(
    "odd", ["", "\n\n", "one line", "# ", "• ", "#" * 100_000, "a\n\n" * 100_000, "** " * 50_000]
)
def test_no_text_is_too_odd(odd: str) -> None:
    assert isinstance(read_article(odd).sections, tuple)
