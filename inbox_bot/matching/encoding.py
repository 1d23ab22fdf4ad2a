"""A text as numbers of three kinds: its terms, its words with those alike, and its meaning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inbox_bot.matching.arrays import Floats
from inbox_bot.matching.lexicon import KnownWord, Lexicon
from inbox_bot.matching.postings import SparseRow
from inbox_bot.matching.text import terms
from inbox_bot.matching.vectors import WordVectors

_NOTHING = SparseRow(ids=np.zeros(0, np.int32), values=np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """`terms`, `alike` and `meaning` [width] have length one, or are nothing."""

    known: tuple[KnownWord, ...]
    terms: SparseRow
    alike: SparseRow
    meaning: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Document:
    """A text of the index, for questions to be compared with: its `words` stand for themselves."""

    terms: SparseRow
    words: SparseRow
    meaning: Floats


class Encoder:
    """Turns texts into numbers, by the words of one index."""

    def __init__(self, lexicon: Lexicon, vectors: WordVectors | None) -> None:
        self._lexicon = lexicon
        self._vectors = vectors

    def encode(self, text: str) -> Encoded:
        known = self._lexicon.known(text)
        return Encoded(
            known=known,
            terms=self._terms(known),
            alike=_alike(known),
            meaning=self._meaning(known),
        )

    def document(self, text: Encoded) -> Document:
        weights: dict[int, float] = {}
        for word in text.known:
            number = self._lexicon.word_id(word.text)
            weights[number] = weights.get(number, 0.0) + word.weight
        values = np.array([*weights.values()], np.float32) / np.float32(_length(text.known))
        return Document(
            terms=text.terms,
            words=SparseRow(ids=np.array([*weights], np.int32), values=values),
            meaning=text.meaning,
        )

    def _terms(self, known: Sequence[KnownWord]) -> SparseRow:
        counts = Counter(terms(tuple(word.text for word in known)))
        weights = [(1 + math.log(n)) * self._lexicon.rarity(term) for term, n in counts.items()]
        length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
        numbered = zip(map(self._lexicon.term_id, counts), weights, strict=True)
        pairs = [(number, weight / length) for number, weight in numbered if number is not None]
        numbers = np.array([number for number, _ in pairs], np.int32)
        return SparseRow(ids=numbers, values=np.array([w for _, w in pairs], np.float32))

    def _meaning(self, known: Sequence[KnownWord]) -> Floats:
        if self._vectors is None:
            return np.zeros(0, np.float32)
        rarities = np.array([self._lexicon.rarity(word.stem) for word in known], np.float32)
        total: Floats = rarities @ self._vectors.of_all([word.text for word in known])
        length = float(np.linalg.norm(total))
        return total / length if length > 0 else total


def _alike(known: Sequence[KnownWord]) -> SparseRow:
    if not known:
        return _NOTHING
    ids = np.concatenate([word.alike.ids for word in known])
    values = np.concatenate([word.alike.values for word in known]) / _length(known)
    return SparseRow(ids=ids, values=values.astype(np.float32))


def _length(known: Sequence[KnownWord]) -> float:
    weights: dict[str, float] = {}
    for word in known:
        weights[word.stem] = weights.get(word.stem, 0.0) + word.weight
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
