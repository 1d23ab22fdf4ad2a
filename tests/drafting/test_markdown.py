"""Markdown as a person would type it, and HTML that says the same as the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from inbox_bot.drafting import markdown as drafting_markdown


@pytest.mark.parametrize(
    ("markdown", "typed"),
    [
        ("Two lines\nof one paragraph.", "Two lines of one paragraph."),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("It's **not** *that* bad.", "It's not that bad."),
        ("See [the study](https://a.example/x).", "See the study <https://a.example/x>."),
        ("See <https://a.example/x>.", "See <https://a.example/x>."),
        ("Write to <ann@example.org>.", "Write to ann@example.org."),
        ("Try:\n\n- ice\n- heat\n\nThen rest.", "Try:\n\n- ice\n- heat\n\nThen rest."),
        ("1. ice\n2. heat", "1. ice\n2. heat"),
        ("- ice\n  - in a bag\n- heat", "- ice\n  - in a bag\n- heat"),
        ("# Chairs\n\nFine.", "Chairs\n\nFine."),
        ("A  \nB", "A\nB"),
        ("`x` & <b>y</b> &amp; z", "x & <b>y</b> & z"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
    ],
)
def test_markdown_reads_as_typed_by_hand(markdown: str, typed: str) -> None:
    assert drafting_markdown.plain(markdown) == typed


@given(st.text(max_size=200))
def test_html_has_only_the_tags_of_a_letter(text: str) -> None:
    tags = set(re.findall(r"<\s*/?\s*([^\s>]*)", drafting_markdown.html(text)))
    assert tags <= {"p", "ul", "ol", "li", "br", "a"}


@given(st.text(max_size=100))
def test_no_link_leads_anywhere_but_to_the_web_or_a_mailbox(text: str) -> None:
    for page in (
        drafting_markdown.html(text),
        drafting_markdown.html(f"<{text}>"),
        drafting_markdown.html(f"<javascript:{text}>"),
    ):
        assert all(re.match(r"https?:|mailto:", url) for url in re.findall(r'href="([^"]*)', page))
