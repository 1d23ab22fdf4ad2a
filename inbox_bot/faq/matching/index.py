"""All ways to ask all entries, as arrays: built once, then only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inbox_bot.faq.matching.arrays import Floats, Ints, unit
from inbox_bot.faq.matching.calibration import Evidence
from inbox_bot.faq.matching.encoding import FORM, MEANING, WORDS, Encoded
from inbox_bot.faq.matching.lexicon import Lexicon
from inbox_bot.faq.matching.postings import Postings

_NEAREST = 5  # an entry is as near as its nearest phrasings, on average


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Index:
    """Texts stand group by group: those of each entry, then the questions that the FAQ is known not
    to answer, then everyday letters.

    `begins` says where each group begins, an entry's with its `questions`, so many ways to ask it,
    before the sentences of its answer. `axes` [width, kept] turn meanings into what tells them
    apart. `weights` [texts, groups but the last] are the classifier's, empty
    where there is none, and `calibration` those of
    the logistic regression.
    """

    entry_ids: tuple[str, ...]
    texts: tuple[str, ...]
    begins: Ints
    questions: Ints
    lexicon: Lexicon
    features: Postings
    meanings: Floats
    axes: Floats
    weights: Floats
    calibration: Floats
    answer_at: float


def similarities(index: Index, asked: Sequence[Encoded]) -> Floats:
    """[questions, texts], 0..1: the weighted mean of form, similar words and meaning."""
    near = index.features.scores([question.features for question in asked])
    if index.meanings.shape[1] == 0:
        return near / np.float32(FORM + WORDS)
    meanings = distinct(np.stack([question.meaning for question in asked]), index.axes)
    near += (np.float32(MEANING) * meanings) @ index.meanings.T
    return np.clip(near, 0.0, 1.0, out=near)


def distinct(meanings: Floats, axes: Floats) -> Floats:
    """[texts, kept]: the meanings along the axes in which texts differ, at length one."""
    return unit(meanings @ axes)


def evidence(index: Index, near: Floats) -> Evidence:
    """Similarities to all texts become scores of all entries."""
    if len(index.weights):
        learned = kernel(near[:, : len(index.weights)]) @ index.weights
        return judged(learned, likeness_to_everyday(near[:, index.begins[-2] :]))
    nearest = _mean_of_nearest(near, index.begins)
    return judged(nearest[:, :-1], nearest[:, -1])


def kernel(near: Floats) -> Floats:
    """The classifier's kernel: similarities to the power of 1.5."""
    return near * np.sqrt(near)


def judged(scores: Floats, everyday: Floats) -> Evidence:
    """`scores` [questions, groups but the last]: the unanswered questions count as one entry."""
    exact = scores.astype(np.float64)
    return Evidence(scores=exact[:, :-1], everyday=everyday, unanswered=exact[:, -1])


def likeness_to_everyday(near: Floats) -> Floats:
    """[questions], of similarities to the everyday letters alone."""
    return _mean_of_nearest(near, np.array([0, near.shape[1]]))[:, 0]


def _mean_of_nearest(near: Floats, begins: Ints) -> Floats:
    """[questions, groups]: the mean of the best five texts of each group; 0 of an empty one."""
    sizes = np.diff(begins)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rest = near.copy()
    total = np.zeros((len(near), len(sizes)), near.dtype)
    for _ in range(_NEAREST):
        best = np.maximum.reduceat(rest, begins[:-1], axis=1)
        total += np.maximum(best, 0)
        rest[rest == best[:, owner]] = -1
    total[:, sizes == 0] = 0
    mean: Floats = total / np.clip(sizes, 1, _NEAREST)
    return mean
