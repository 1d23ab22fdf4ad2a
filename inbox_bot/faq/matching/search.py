"""Evidence of several kinds for each document of an index as the answer to a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inbox_bot.faq.matching.arrays import Array, Floats, unit
from inbox_bot.faq.matching.postings import SparseRow
from inbox_bot.faq.matching.search_index import (
    SearchIndex,
    Terms,
    Vocabulary,
    general_rarity,
    grams_of,
)
from inbox_bot.faq.matching.text import parts_of, stem, words
from inbox_bot.letters.encoder import encoder

OF_A_SENTENCE = 0.95  # weight of a single sentence against the whole question
_LEAST_WORDS = 3  # of a sentence that is asked by itself
_USUAL_BM25 = 10.0

KINDS = (
    "nearest sentence",
    "nearest sentence under its heading",
    "whole",
    "heading",
    "answers such a question",
    "shared words",
    "shared pieces of words",
    "words alike",
    "meaning of the words",
)


def evidence(index: SearchIndex, asked: Sequence[str], answering: tuple[Floats, Floats]) -> Floats:
    """[questions, documents, kinds]; the product of `answering` [width, rank], [rank, width] maps
    a question's vector to that of its answer."""
    parts = [parts_of(text, _LEAST_WORDS) for text in asked]
    vectors = encoder().encode([part for each in parts for part in each])
    begins = np.cumsum([0, *map(len, parts)])[:-1]
    toward = unit(vectors + vectors @ answering[0] @ answering[1])
    near = np.stack(
        [
            _by_document(vectors @ index.sentences.T, index),
            _by_document(vectors @ index.under.T, index),
            vectors @ index.wholes.T,
            vectors @ index.headings.T,
            _by_document(toward @ index.sentences.T, index),
        ],
        axis=-1,
    )
    others = np.ones(len(vectors), bool)
    others[begins] = False
    near[others] *= OF_A_SENTENCE
    nearest = np.maximum.reduceat(near, begins, axis=0)
    told = np.stack([_shared(index, words(text)) for text in asked])
    return np.concatenate([nearest, told], axis=-1)


def signs(scores: Array) -> Array:
    """[questions, 3]: the best score, its lead over the next, its share (softmax)."""
    best = scores.max(axis=1)
    second = np.partition(scores, -2, axis=1)[:, -2] if scores.shape[1] > 1 else best - 1
    shares = 1 / np.exp(scores - best[:, None]).sum(axis=1)
    return np.column_stack([best, best - second, shares])


def _by_document(near: Floats, index: SearchIndex) -> Floats:
    nearest: Floats = np.maximum.reduceat(near, index.begins, axis=1)
    return nearest


def _shared(index: SearchIndex, told: Sequence[str]) -> Floats:
    """[documents, kinds of words]"""
    stems = list(dict.fromkeys(map(stem, told)))
    pieces = sorted(grams_of(told))
    alike = (
        _alike(index.vocabulary, told) if index.vocabulary else np.zeros((len(index.documents), 2))
    )
    return np.column_stack(
        [
            _weighed(index.stems, stems) / _USUAL_BM25,
            _weighed(index.grams, pieces) / max(_all(index.grams, pieces), 1e-9),
            alike,
        ]
    ).astype(np.float32)


def _weighed(terms: Terms, asked: Sequence[str]) -> Floats:
    """[documents]: the weights of the terms that a document has, times their rarity."""
    ids = np.array([terms.number[term] for term in asked if term in terms.number], np.int32)
    (scores,) = terms.weights.scores([SparseRow(ids=ids, values=terms.rarity[ids])])
    found: Floats = scores
    return found


def _all(terms: Terms, asked: Sequence[str]) -> float:
    """The rarities of all terms together."""
    known = (terms.number.get(term) for term in asked)
    return sum(terms.unknown if at is None else float(terms.rarity[at]) for at in known)


def _alike(known: Vocabulary, told: Sequence[str]) -> Floats:
    """[documents, 2]: how well each word of the question is met by the document's most similar one,
    and the cosine of all words together; rare words count most."""
    asked = list(dict.fromkeys(told))
    documents = len(known.begins)
    if not asked:
        return np.zeros((documents, 2), np.float32)
    rare = np.array([_rarity(word, known) for word in asked], np.float32)
    vectors = unit(np.stack([known.source.of(word) for word in asked]))
    near = np.clip(vectors @ known.vectors.T, 0, 1)[:, known.held]
    best = np.maximum.reduceat(near, known.begins, axis=1)
    met = rare @ best / max(float(rare.sum()), 1e-9)
    return np.column_stack([met, known.wholes @ unit(rare @ vectors)])


def _rarity(word: str, known: Vocabulary) -> float:
    return known.rarity.get(word, known.unknown) * general_rarity(word, known.source)
