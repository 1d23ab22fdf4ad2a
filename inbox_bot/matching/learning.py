"""What the FAQ's own texts teach about scores, each text asked as if it were not in the FAQ.

Three kinds of lessons: a phrasing left out (its entry should win), a phrasing whose whole entry
is left out (near to the topic, yet no entry answers it), and an everyday letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inbox_bot.matching import calibration
from inbox_bot.matching.arrays import Floats, Ints
from inbox_bot.matching.calibration import Evidence

# How much of what arrives is of each kind: the FAQ is asked more often than not.
_PHRASINGS, _NEAR_THE_TOPIC, _EVERYDAY = 0.6, 0.2, 0.2
_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.35, 0.75  # a small FAQ teaches too little to go beyond


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """`weights` of the calibration, and the confidence from which an answer is worth it."""

    weights: Floats
    answer_at: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lesson:
    """`rows` [questions, features] of the best candidates, whether each is `right`, and the
    `importance` of each."""

    rows: Floats
    right: Floats
    importance: Floats


def merged(seen: Evidence, owners: Ints, twins: Ints) -> tuple[Evidence, Ints]:
    """The same with twins taken as one entry: `twins` [entries] names the group of each."""
    groups, group = np.unique(twins, return_inverse=True)
    scores = np.full((len(seen.scores), len(groups)), -1.0)
    for entry, column in enumerate(group):
        scores[:, column] = np.maximum(scores[:, column], seen.scores[:, entry])
    renamed = np.append(group, len(groups))[owners]
    return Evidence(scores=scores, everyday=seen.everyday), renamed


def learn(seen: Evidence, owners: Ints) -> Learned:
    """`owners` [questions] are the numbers of the right entries; a number past the last entry
    marks an everyday letter."""
    lessons = [*_lessons(seen, owners)]
    rows = np.concatenate([lesson.rows for lesson in lessons])
    right = np.concatenate([lesson.right for lesson in lessons])
    importance = np.concatenate([lesson.importance for lesson in lessons])
    weights = calibration.fit(rows, right, importance)
    confidence = calibration.probability(weights, rows)
    return Learned(weights=weights, answer_at=_best_threshold(confidence, right, importance))


def _lessons(seen: Evidence, owners: Ints) -> Iterator[_Lesson]:
    everyday = owners >= seen.scores.shape[1]
    own = seen.of(~everyday)
    number = len(own.everyday) / _PHRASINGS
    yield _lesson(own, owners[~everyday], _PHRASINGS * number)
    without = own.scores.copy()
    without[np.arange(len(without)), owners[~everyday]] = -1.0
    near = Evidence(scores=without, everyday=own.everyday)
    yield _lesson(near, np.full(len(without), -1), _NEAR_THE_TOPIC * number)
    other = seen.of(everyday)
    yield _lesson(other, np.full(len(other.scores), -1), _EVERYDAY * number)


def _lesson(seen: Evidence, owners: Ints, total: float) -> _Lesson:
    at = np.arange(len(owners)), seen.scores.argmax(axis=1)
    rows = calibration.features(seen.scores[at], calibration.leads(seen.scores)[at], seen.everyday)
    return _Lesson(
        rows=rows,
        right=(at[1] == owners).astype(np.float64),
        importance=np.full(len(owners), total / max(len(owners), 1)),
    )


def _best_threshold(confidence: Floats, right: Floats, importance: Floats) -> float:
    """Where the answers that are right outweigh those that are wrong by most."""
    order = np.argsort(-confidence)
    gain = np.cumsum((importance * (2 * right - 1))[order])
    best = float(confidence[order][int(np.argmax(gain))])
    return min(max(best, _LEAST_THRESHOLD), _MOST_THRESHOLD)
