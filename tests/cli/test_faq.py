"""`inbox-bot faq`: draw an FAQ from an article and preview its effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox_bot.cli.faq import check, draw, evaluate
from inbox_bot.errors import SettingsError
from inbox_bot.faq import load as faq_load
from tests.servers.website import Website

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


def test_what_is_drawn_may_answer_at_once(home: Path) -> None:
    drawn(home)
    loaded = faq_load.load(home / "faq")
    assert [one.source for one in loaded.passages] == [
        "Which pot do they need?",
        "How often to water",
    ]
    assert all(one.usable and one.stands_alone for one in loaded.passages)


def test_what_was_only_drawn_is_not_measured_by_itself(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn(home)
    capsys.readouterr()
    evaluate.main([], obj=home, standalone_mode=False)
    told = capsys.readouterr().out
    assert "I can't tell yet: 0 phrasings" in told
    assert "0.68" in told
    assert "% answered" not in told


def test_drawing_again_tells_what_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn(home)
    capsys.readouterr()
    (home / "tomatoes.md").write_text(ARTICLE.replace("twenty", "forty"), encoding="utf-8")
    drawn(home)
    assert "1 new, 1 no longer in the article" in capsys.readouterr().out
    assert "forty litres" in faq_load.load(home / "faq").passages[-1].answer


def test_a_file_without_text_is_told_in_one_line(home: Path) -> None:
    (home / "tomatoes.md").write_text("# Tomatoes", encoding="utf-8")
    with pytest.raises(SettingsError, match="no text in it") as caught:
        drawn(home)
    assert "\n" not in str(caught.value)


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
    assert "has changed" in capsys.readouterr().out
    drawn(home)
    assert check.main([str(article)], obj=home, standalone_mode=False) in {0, None}


def test_a_second_article_with_the_same_headings_breaks_nothing(home: Path) -> None:
    drawn(home, "--yes")
    (home / "peppers.md").write_text(ARTICLE.replace("tomatoes", "peppers"), encoding="utf-8")
    draw.main([str(home / "peppers.md"), "--yes"], obj=home, standalone_mode=False)
    loaded = faq_load.load(home / "faq")
    ids = [passage.id for passage in loaded.passages]
    assert len(ids) == len(set(ids)) > 3
    assert {passage.article for passage in loaded.passages} == {"tomatoes", "peppers"}


def test_nothing_is_drawn_outside_an_authors_directory(tmp_path: Path) -> None:
    (tmp_path / "tomatoes.md").write_text(ARTICLE, encoding="utf-8")
    with pytest.raises(SettingsError, match="inbox-bot new"):
        drawn(tmp_path)


def test_posts_of_a_site_are_listed_and_drawn_by_their_number(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Website().blog()
    draw.main([site.home, "--posts"], obj=home, standalone_mode=False)
    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == " 1  2026-11-03  Massage for sciatica"
    assert len(listed) == 3
    assert not list((home / "faq").iterdir()), "listing draws nothing"
    draw.main([site.home, "--post", "3", "--post", "1"], obj=home, standalone_mode=False)
    titles = {one.title for one in faq_load.load(home / "faq").articles}
    assert titles == {"Roses & lilies", "Massage for sciatica"}
    with pytest.raises(SettingsError, match="there's no post 4; --posts lists 3 posts"):
        draw.main([site.home, "--post", "4"], obj=home, standalone_mode=False)
    site.close()


def test_posts_need_one_address(home: Path) -> None:
    for given in ([str(home / "tomatoes.md")], ["https://a.example", "https://b.example"]):
        with pytest.raises(SettingsError, match="need one URL"):
            draw.main([*given, "--posts"], obj=home, standalone_mode=False)
