"""The index is built once for the same texts, and a bad cache does no harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.faq.matching import Matcher, cache
from inbox_bot.model import Article, Entry, Faq


def faq(*phrasings: str) -> Faq:
    entries = tuple(
        Entry(id=f"e{number}", article="tea", question=text, also_asked=(), answer="It depends.")
        for number, text in enumerate(phrasings)
    )
    return Faq(articles=(Article(slug="tea", title="Tea"),), entries=entries)


TEA = faq("How hot must the water be?", "How long should green tea steep?")
ASKED = ["temperature of the water", "how long", "hello", ""]


def test_a_matcher_from_the_cache_ranks_as_the_one_that_was_built(tmp_path: Path) -> None:
    built = Matcher.from_entries(TEA, tmp_path)
    assert len([*tmp_path.glob("*.npz")]) == 1
    loaded = Matcher.from_entries(TEA, tmp_path)
    assert loaded.rank_many(ASKED) == built.rank_many(ASKED)
    assert loaded.answer_at == built.answer_at


def test_the_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Matcher.from_entries(TEA, tmp_path)

    def refuse(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr("inbox_bot.faq.matching.matcher.build", refuse)
    Matcher.from_entries(TEA, tmp_path)


def test_a_changed_phrasing_is_built_anew(tmp_path: Path) -> None:
    Matcher.from_entries(TEA, tmp_path)
    changed = Matcher.from_entries(faq("May I add milk?", "How long to steep?"), tmp_path)
    assert len([*tmp_path.glob("*.npz")]) == 2
    assert "milk" in changed.rank("with milk?")[0].why


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_a_damaged_cache_is_built_anew(tmp_path: Path, damage: bytes) -> None:
    expected = Matcher.from_entries(TEA, tmp_path).rank_many(ASKED)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(damage)
    assert cache.load(path, None) is None
    assert Matcher.from_entries(TEA, tmp_path).rank_many(ASKED) == expected
    assert cache.load(path, None) is not None


def test_a_cache_that_cannot_be_written_is_only_slower(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    assert Matcher.from_entries(TEA, blocked).rank("how hot")


def test_an_unanswered_question_more_is_built_anew(tmp_path: Path) -> None:
    Matcher.from_entries(TEA, tmp_path)
    Matcher.from_entries(replace(TEA, unanswered=("What does the tea cost?",)), tmp_path)
    assert len([*tmp_path.glob("*.npz")]) == 2


def test_years_of_changes_do_not_fill_the_disk(tmp_path: Path) -> None:
    Matcher.from_entries(TEA, tmp_path)
    (first,) = tmp_path.glob("*.npz")
    for number in range(cache.MOST_KEPT + 2):
        Matcher.from_entries(faq(f"May I add {number} lumps of sugar?"), tmp_path)
        Matcher.from_entries(TEA, tmp_path)
    left = [*tmp_path.glob("*.npz")]
    assert len(left) == cache.MOST_KEPT
    assert first in left
