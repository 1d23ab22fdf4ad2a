"""`inbox-bot faq`: draw an FAQ from an article and preview its effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot.cli.faq import check, draw
from inbox_bot.faq import load as faq_load

ARTICLE = """\
# Growing tomatoes on a balcony

## Which pot do they need?

A pot of twenty litres is enough for one plant. Mine stand in old paint buckets with holes.

## How often to water

Water them in the morning, every day in July, and never over the leaves, or they will rot.

Please let me know if you have any questions. I will write back on Sunday.
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "faq").mkdir()
    (tmp_path / "tomatoes.md").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


def drawn(home: Path, *options: str) -> None:
    draw.main([str(home / "tomatoes.md"), *options], obj=home, standalone_mode=False)


def test_no_drawn_entry_is_used_before_the_author_said_yes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox_bot.cli.faq._keep_edit_drop", lambda: "l")
    drawn(home)
    loaded = faq_load.load(home / "faq")
    assert len(loaded.entries) >= 2
    assert not any(entry.usable for entry in loaded.entries)


def test_what_she_keeps_is_used_and_what_she_drops_is_gone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter("kd" + "k" * 20)
    monkeypatch.setattr("inbox_bot.cli.faq._keep_edit_drop", lambda: next(said))
    drawn(home)
    loaded = faq_load.load(home / "faq")
    assert loaded.entries
    assert all(entry.usable for entry in loaded.entries)


def test_the_articles_promise_is_found(home: Path) -> None:
    drawn(home, "--yes")
    (article,) = faq_load.load(home / "faq").articles
    assert article.promise == "I will write back on Sunday."


def test_check_tells_of_a_section_that_was_rewritten(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn(home, "--yes")
    article = home / "tomatoes.md"
    article.write_text(ARTICLE.replace("twenty litres", "forty litres"), encoding="utf-8")
    capsys.readouterr()
    assert check.main([str(article)], obj=home, standalone_mode=False) == 1
    assert "changed" in capsys.readouterr().out
    assert not all(entry.usable for entry in faq_load.load(home / "faq").entries)


def test_a_second_article_with_the_same_headings_breaks_nothing(home: Path) -> None:
    drawn(home, "--yes")
    (home / "peppers.md").write_text(ARTICLE.replace("tomatoes", "peppers"), encoding="utf-8")
    draw.main([str(home / "peppers.md"), "--yes"], obj=home, standalone_mode=False)
    loaded = faq_load.load(home / "faq")
    ids = [entry.id for entry in loaded.entries]
    assert len(ids) == len(set(ids)) > 3
    assert {entry.article for entry in loaded.entries} == {"tomatoes", "peppers"}
