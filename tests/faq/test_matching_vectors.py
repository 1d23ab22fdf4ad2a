"""Word vectors are read from wordllama's own files, and matching goes on without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inbox_bot.faq.matching import Matcher, vectors
from inbox_bot.faq.matching.vectors import WordVectors, split_into_pieces

WAYS = {"ship": ["Do you ship abroad?", "delivery to Spain"], "pay": ["How can I pay?", "cards"]}


@pytest.fixture
def no_wordllama(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    vectors.shipped_vectors.cache_clear()
    monkeypatch.setattr(vectors, "find_spec", lambda _name: None)
    yield
    vectors.shipped_vectors.cache_clear()


@pytest.mark.usefixtures("no_wordllama")
def test_without_wordllama_matching_works_and_says_so_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    matcher = Matcher.from_phrasings(WAYS)
    Matcher.from_phrasings(WAYS)
    assert matcher.rank("do you ship to Spain")[0].entry_id == "ship"
    assert matcher.rank("")
    assert capsys.readouterr().err.count("wordllama is not installed") == 1


def test_a_damaged_weights_file_is_named_and_matching_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Spec:
        origin = str(tmp_path / "__init__.py")

    vectors.shipped_vectors.cache_clear()
    monkeypatch.setattr(vectors, "find_spec", lambda _name: Spec)
    assert vectors.shipped_vectors() is None
    assert "can't be read" in capsys.readouterr().err
    vectors.shipped_vectors.cache_clear()


def test_a_word_is_split_where_the_oldest_pieces_join() -> None:
    pieces = {"▁": 0, "a": 1, "b": 2, "ab": 3, "▁a": 4, "▁ab": 5}
    assert split_into_pieces("ab", pieces) == [5]
    assert split_into_pieces("ba", pieces) == [0, 2, 1]
    assert split_into_pieces("aé", pieces) == [4]


def test_a_word_of_no_known_piece_has_a_vector_of_zeros() -> None:
    known = WordVectors({"a": 0}, np.ones((1, 4), np.float16))
    assert known.of("語").tolist() == [0, 0, 0, 0]
    assert known.of("aa").tolist() == [2, 2, 2, 2]
