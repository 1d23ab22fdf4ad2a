"""The words that the FAQ (and everyday letters) use: how rare each is and which are alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from inbox_bot.matching.arrays import Floats, Ints
from inbox_bot.matching.postings import Postings, SparseRow, postings
from inbox_bot.matching.text import grams, stem, words
from inbox_bot.matching.vectors import WordVectors

_LEAST_ALIKE = 0.3  # below this, shared pieces of words are chance
_MOST_NEIGHBOURS = 24
_KEPT_WORDS = 50_000
_SHORTEST_TO_CORRECT = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownWord:
    """A word of a text as the lexicon sees it.

    `text` is its spelling after correction, `weight` how much it tells, `alike` the known words
    that resemble it with the degree, times `weight`.
    """

    text: str
    stem: str
    weight: float
    alike: SparseRow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LexiconParts:
    """What a lexicon is made of: the words of the FAQ (`own`) and of everyday letters.

    `spread` counts the texts that hold each term, of `texts` in all; its order numbers the terms.
    """

    words: tuple[str, ...]
    own: frozenset[str]
    texts: int
    spread: dict[str, int]


class Lexicon:
    """Looks words up and keeps what it found: letters use the same words again and again."""

    def __init__(self, parts: LexiconParts, vectors: WordVectors | None) -> None:
        self.parts = parts
        self._vectors = vectors
        self._ids = {word: number for number, word in enumerate(parts.words)}
        self._term_ids = {term: number for number, term in enumerate(parts.spread)}
        self._stems = {stem(word) for word in parts.words}
        self._by_first_letter = _by_first_letter(parts.own)
        self._grams, self._postings = _index_grams(parts.words)
        self._kept: dict[str, KnownWord] = {}

    def word_id(self, word: str) -> int:
        """KeyError for a word that no text of the index holds."""
        return self._ids[word]

    def term_id(self, term: str) -> int | None:
        """None for a term that no text of the index holds."""
        return self._term_ids.get(term)

    def rarity(self, term: str) -> float:
        """1 for a term that stands in every text; the more the fewer texts hold it."""
        found = self.parts.spread.get(term, 0)
        return math.log((1 + self.parts.texts) / (1 + found)) + 1

    def known(self, text: str) -> tuple[KnownWord, ...]:
        """The words of a text in their order."""
        return tuple(self.know(word) for word in words(text))

    def know(self, word: str) -> KnownWord:
        """The word, corrected and weighed, with the words that resemble it."""
        known = self._kept.get(word)
        if known is None:
            if len(self._kept) >= _KEPT_WORDS:
                self._kept.clear()
            known = self._kept[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> KnownWord:
        ids, degrees = self._resembling(word)
        text = word
        if self._may_be_misspelt(word):
            text = self._corrected(word)
            if text != word:
                ids, degrees = self._resembling(text)
        weight = self.rarity(stem(text)) * len(text) ** 0.25
        alike = SparseRow(ids=ids, values=(degrees * weight).astype(np.float32))
        return KnownWord(text=text, stem=stem(text), weight=weight, alike=alike)

    def _resembling(self, word: str) -> tuple[Ints, Floats]:
        row = self._gram_row(word)
        degrees = self._postings.scores([row])[0]
        if word in self._ids:
            degrees[self._ids[word]] = 1.0
        ids = np.flatnonzero(degrees >= _LEAST_ALIKE)
        best = ids[np.argsort(-degrees[ids], kind="stable")][:_MOST_NEIGHBOURS]
        return best.astype(np.int32), degrees[best]

    def _gram_row(self, word: str) -> SparseRow:
        return _gram_row(word, self._grams)

    def _may_be_misspelt(self, word: str) -> bool:
        """A word that is known anywhere is never "corrected", however rare it is."""
        known = word in self._ids or stem(word) in self._stems
        common = self._vectors is not None and self._vectors.is_common(word)
        return len(word) >= _SHORTEST_TO_CORRECT and word.isalpha() and not known and not common

    def _corrected(self, word: str) -> str:
        """The word of the FAQ that was meant: one slip in a short word, two in a long one."""
        slips = 1 if len(word) < 8 else 2
        alike = self._by_first_letter.get(word[0], ())
        found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Grams:
    ids: dict[str, int]
    rarity: Floats


def _index_grams(words: Sequence[str]) -> tuple[_Grams, Postings]:
    spread = Counter(gram for word in words for gram in set(grams(word)))
    rarity = np.log1p(len(words) / np.array([*spread.values()], np.float32))
    pieces = _Grams(ids={g: i for i, g in enumerate(spread)}, rarity=rarity)
    return pieces, postings([_gram_row(word, pieces) for word in words], len(spread))


def _gram_row(word: str, pieces: _Grams) -> SparseRow:
    counts = Counter(grams(word))
    known = [gram for gram in counts if gram in pieces.ids]
    ids = np.array([pieces.ids[gram] for gram in known], np.int32)
    values = pieces.rarity[ids] * np.array([counts[gram] for gram in known], np.float32)
    unknown = (len(counts) - len(known)) * math.log1p(len(pieces.ids)) ** 2
    length = math.sqrt(float(values @ values) + unknown)
    return SparseRow(ids=ids, values=(values / max(length, 1e-9)).astype(np.float32))


def lexicon_parts(texts: Sequence[tuple[str, ...]], spread: Counter[str], own: int) -> LexiconParts:
    """Of the texts, the first `own` are the FAQ's; `spread` counts the texts that hold a term."""
    mine = frozenset(word for text in texts[:own] for word in text)
    words = tuple(sorted(mine.union(*texts[own:])))
    return LexiconParts(words=words, own=mine, texts=len(texts), spread=dict(spread))


def _by_first_letter(words: Iterable[str]) -> dict[str, list[str]]:
    """Hardly anybody misspells the first letter."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _SHORTEST_TO_CORRECT:
            found.setdefault(word[0], []).append(word)
    return found
