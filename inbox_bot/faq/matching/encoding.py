"""Encodes a text as numbers: its features (form, and words with similar ones) and its meaning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inbox_bot.faq.matching.arrays import Floats
from inbox_bot.faq.matching.lexicon import A_TOPIC, KnownWord, Lexicon
from inbox_bot.faq.matching.postings import SparseRow
from inbox_bot.letters.encoder import encoder

FORMS = 1 << 16  # a form's number is its hash: collisions are rare
_BEGIN, _END = A_TOPIC - 2, A_TOPIC - 3  # -1 and -2 have the same hash

OF_WORDS = 0.5  # of the meaning: its words alone; the rest is the sentence as a whole
FORM, WORDS, MEANING = 0.2, 0.35, 0.45  # shares in the similarity of two texts
_NOTHING = SparseRow(ids=np.zeros(0, np.int32), values=np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """`forms` and `meaning` [width] have length one, or are nothing. `features` are what a
    question asks the documents for: forms and all words alike, weighed."""

    known: tuple[KnownWord, ...]
    forms: SparseRow
    features: SparseRow
    meaning: Floats


def encode(text: str, lexicon: Lexicon) -> Encoded:
    known = lexicon.known(text)
    forms, alike = _forms(known), _alike(known)
    return Encoded(
        known=known,
        forms=forms,
        features=_joined(_scaled(forms, FORM), _scaled(alike, WORDS)),
        meaning=_meaning(text, known, lexicon.width),
    )


def document(text: Encoded, lexicon: Lexicon) -> SparseRow:
    """The features of a text of the index: its forms, and its words, each standing for itself."""
    return _joined(text.forms, _own_words(text, lexicon))


def _joined(forms: SparseRow, words: SparseRow) -> SparseRow:
    """Words are numbered after the forms."""
    return SparseRow(
        ids=np.concatenate([forms.ids, words.ids + np.int32(FORMS)]),
        values=np.concatenate([forms.values, words.values]),
    )


def _scaled(row: SparseRow, share: float) -> SparseRow:
    return SparseRow(ids=row.ids, values=row.values * np.float32(share))


def _own_words(text: Encoded, lexicon: Lexicon) -> SparseRow:
    weights: dict[int, float] = {}
    for word in text.known:
        number = lexicon.word_id(word.text)
        weights[number] = weights.get(number, 0.0) + word.weight
    values = np.array([*weights.values()], np.float32) / np.float32(_length(text.known))
    return SparseRow(ids=np.array([*weights], np.int32), values=values)


def _forms(known: Sequence[KnownWord]) -> SparseRow:
    """The words that are no topic, in runs of one to three with their neighbors.

    'how much _', 'can i _' show what is asked, whatever the topic.
    """
    line = (_BEGIN, *(word.form for word in known), _END)
    runs = (*zip(line), *pairwise(line), *zip(line, line[1:], line[2:], strict=False))
    counts = Counter(hash(run) % FORMS for run in runs if max(run) > A_TOPIC)
    weights = 1 + np.log(np.array([*counts.values()], np.float32))
    length = np.float32(max(float(np.linalg.norm(weights)), 1.0))
    return SparseRow(ids=np.array([*counts], np.int32), values=weights / length)


def _alike(known: Sequence[KnownWord]) -> SparseRow:
    if not known:
        return _NOTHING
    ids = np.concatenate([word.alike.ids for word in known])
    values = np.concatenate([word.alike.values for word in known]) / np.float32(_length(known))
    return SparseRow(ids=ids, values=values)


def _length(known: Sequence[KnownWord]) -> float:
    weights: dict[str, float] = {}
    for word in known:
        weights[word.stem] = weights.get(word.stem, 0.0) + word.weight
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0


def _meaning(text: str, known: Sequence[KnownWord], width: int) -> Floats:
    """[width + WIDTH]: the sum of its words' vectors beside its sentence vector."""
    total = np.zeros(width, np.float32)
    for word in known:
        total += word.meaning
    length = np.float32(np.linalg.norm(total))
    of_words = total / length if length > 0 else total
    both = np.concatenate(
        [
            of_words * np.float32(OF_WORDS**0.5),
            encoder().encode([text])[0] * np.float32((1 - OF_WORDS) ** 0.5),
        ]
    )
    return both / np.float32(max(float(np.linalg.norm(both)), 1e-9))
