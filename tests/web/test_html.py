"""Costly HTML is shown as source; tests check the parser's input instead of time."""

from __future__ import annotations

import pytest

from inbox_bot.web.html import harmless

ROW = "<tr><td>one<td>two"


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 38_000,
        "<div></i>" * 20_000,
        "<div></section>" * 20_000,
        "<div><table><td></div></td></table>" * 6_000,
        "".join(f"<b id={number}>" for number in range(60)) + "<p>x</p>" * 30_000,
        "<div>" * 199 + "</i>" * 35_000,
    ],
    ids=["nested", "strays", "other strays", "cells", "carried on", "strays within"],
)
def test_html_that_would_hold_the_page_is_shown_as_its_source(hostile: str) -> None:
    shown = harmless(hostile)
    assert "&lt;" in shown
    assert "<div>" not in shown.partition("<body>")[2]


@pytest.mark.parametrize(
    "kind",
    [
        "<table>" + ROW * 200 + "</table>",
        "<div><p>Hello</p></div>" * 2_000,
        "<b>bold</b> and <i>so</i> on<br>" * 2_000,
        "<ul>" + "<li>one" * 500 + "</ul>",
        "<blockquote>" * 40 + "deep" + "</blockquote>" * 40,
    ],
)
def test_html_of_mail_programs_is_shown_as_it_looks(kind: str) -> None:
    assert "&lt;" not in harmless(kind)
