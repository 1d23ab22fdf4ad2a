"""An index of documents (passages, and entries) that nobody has worded questions for.

Where the classifier learns from many ways to ask an entry, a passage has only its own text. So the
evidence is that of a search engine: words that both share (BM25, Robertson & Zaragoza 2009), pieces
of words, words alike in meaning, and sentence vectors.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inbox_bot.faq.matching.arrays import Floats, Ints, unit
from inbox_bot.faq.matching.postings import Postings, SparseRow, postings
from inbox_bot.faq.matching.text import grams, stem, words
from inbox_bot.faq.matching.vectors import WordVectors
from inbox_bot.letters.encoder import encoder

_BM25_K, _BM25_B = 1.2, 0.75
_HEADING_COUNTS = 2  # as often as a word of the text
_LEAST_GRAM = 4  # characters
_RARE = 20_000  # words are more frequent


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What can be found: an id, the `heading` that names it, and at least one sentence. Ways to
    ask an entry count as its sentences. `text` is a passage's, of which a part may answer."""

    id: str
    heading: str
    sentences: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """A vocabulary over the documents: `number` of a term, `rarity` [terms] (its IDF), and
    `weights` of each term in the documents that have it; `unknown` is the rarity of any other."""

    number: Mapping[str, int]
    rarity: Floats
    weights: Postings
    unknown: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """The words of the documents: their `vectors` [words, width] of length one, their `rarity`, and
    those of document i in `held`, from `begins[i]` on; `wholes` [documents, width] are the sums of
    each document's. `source` makes vectors of further words."""

    vectors: Floats
    wholes: Floats
    held: Ints
    begins: Ints
    rarity: Mapping[str, float]
    unknown: float
    source: WordVectors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchIndex:
    """`sentences` [said, width] and `under` [said, width], each with its heading: those of document
    i from `begins[i]` on; `wholes` and `headings` [documents, width]."""

    documents: tuple[Document, ...]
    begins: Ints
    sentences: Floats
    under: Floats
    wholes: Floats
    headings: Floats
    stems: Terms
    grams: Terms
    vocabulary: Vocabulary | None


def indexed(documents: Sequence[Document], vectors: WordVectors | None) -> SearchIndex:
    said = [sentence for document in documents for sentence in document.sentences]
    sizes = [len(document.sentences) for document in documents]
    begins = np.cumsum([0, *sizes])[:-1]
    meanings = encoder().encode(said)
    headings = encoder().encode(
        [document.heading or document.sentences[0] for document in documents]
    )
    told = [_told(document) for document in documents]
    return SearchIndex(
        documents=tuple(documents),
        begins=begins,
        sentences=meanings,
        under=unit(meanings + np.repeat(headings, sizes, axis=0)),
        wholes=unit(np.add.reduceat(meanings, begins)),
        headings=headings,
        stems=_terms([Counter(map(stem, one)) for one in told], _usual_length(told)),
        grams=_terms([Counter(grams_of(one)) for one in told], None),
        vocabulary=_vocabulary(told, vectors) if vectors else None,
    )


def grams_of(told: Iterable[str]) -> set[str]:
    """The pieces of its words' stems."""
    return {gram for word in set(told) for gram in grams(stem(word)) if len(gram) >= _LEAST_GRAM}


def general_rarity(word: str, vectors: WordVectors) -> float:
    """0 for the most frequent words of the vectors' language, 1 for rare ones."""
    rank = vectors.rank(word)
    return min(1.0, math.log1p(rank) / math.log(_RARE)) ** 2


def _told(document: Document) -> list[str]:
    heading = words(document.heading)
    return [*(heading * _HEADING_COUNTS), *(w for one in document.sentences for w in words(one))]


def _usual_length(told: Sequence[Sequence[str]]) -> float:
    return max(sum(map(len, told)) / len(told), 1.0)


def _terms(documents: Sequence[Mapping[str, int]], usual_length: float | None) -> Terms:
    number = {
        term: at
        for at, term in enumerate(dict.fromkeys(t for document in documents for t in document))
    }
    rows = [
        SparseRow(
            ids=np.array([number[term] for term in document], np.int32),
            values=_saturated(np.array([*document.values()], np.float32), usual_length),
        )
        for document in documents
    ]
    found = np.bincount(np.concatenate([row.ids for row in rows]), minlength=len(number))
    return Terms(
        number=number,
        rarity=_rarity(found, len(documents)),
        weights=postings(rows, len(number)),
        unknown=float(_rarity(np.zeros(1), len(documents))[0]),
    )


def _rarity(found: Floats | Ints, documents: int) -> Floats:
    rarity: Floats = np.log(1 + (documents - found + 0.5) / (found + 0.5)).astype(np.float32)
    return rarity


def _saturated(counts: Floats, usual_length: float | None) -> Floats:
    """BM25's weight of a term by how often a document has it; mere presence without a length."""
    if usual_length is None:
        return np.ones_like(counts)
    slowed = counts + _BM25_K * (1 - _BM25_B + _BM25_B * counts.sum() / usual_length)
    weights: Floats = counts * np.float32(_BM25_K + 1) / slowed
    return weights


def _vocabulary(told: Sequence[Sequence[str]], vectors: WordVectors) -> Vocabulary:
    number = {word: at for at, word in enumerate(dict.fromkeys(w for one in told for w in one))}
    held = [sorted({number[word] for word in one}) for one in told]
    each = unit(np.stack([vectors.of(word) for word in number]))
    general = np.array([[general_rarity(word, vectors)] for word in number], np.float32)
    found = np.bincount(np.concatenate(held), minlength=len(number))
    return Vocabulary(
        vectors=each,
        wholes=unit(np.stack([(each * general)[ids].sum(axis=0) for ids in held])),
        held=np.concatenate(held),
        begins=np.cumsum([0, *map(len, held)])[:-1],
        rarity=dict(zip(number, _rarity(found, len(told)).tolist(), strict=True)),
        unknown=float(_rarity(np.zeros(1), len(told))[0]),
        source=vectors,
    )
