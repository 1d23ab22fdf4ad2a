"""What the FAQ's own texts teach about scores, each text asked as if it were not in the FAQ.

Three kinds of lessons: a phrasing left out (its entry should win), a phrasing whose whole entry
is left out (near to the topic, yet no entry answers it), and an everyday letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from inbox_bot.matching import calibration
from inbox_bot.matching.arrays import Floats, Ints
from inbox_bot.matching.calibration import Evidence

_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.35, 0.75  # a small FAQ teaches too little to go beyond


class Kind(StrEnum):
    PHRASING = "a phrasing"
    NEAR_THE_TOPIC = "near the topic"
    EVERYDAY = "an everyday letter"


# How much of what arrives is supposed to be of each kind: most letters ask what the FAQ answers.
_SHARES = {Kind.PHRASING: 0.6, Kind.NEAR_THE_TOPIC: 0.2, Kind.EVERYDAY: 0.2}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """`weights` of the calibration, and the confidence from which an answer is worth it."""

    weights: Floats
    answer_at: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Some questions of a kind: `rows` [questions, features] of the best candidate of each, and
    whether it is `right`."""

    kind: Kind
    rows: Floats
    right: Floats


def merged(seen: Evidence, owners: Ints, twins: Ints) -> tuple[Evidence, Ints]:
    """The same with twins taken as one entry: `twins` [entries] names the group of each."""
    groups, group = np.unique(twins, return_inverse=True)
    if len(groups) == len(twins):
        return seen, owners
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(len(groups)))
    scores = np.maximum.reduceat(seen.scores[:, order], begins, axis=1)
    renamed = np.append(group, len(groups))[owners]
    return Evidence(scores=scores, everyday=seen.everyday), renamed


def lessons(seen: Evidence, owners: Ints) -> Iterator[Lesson]:
    """`owners` [questions] are the numbers of the right entries; a number past the last entry
    marks an everyday letter."""
    everyday = owners >= seen.scores.shape[1]
    own = seen.of(~everyday)
    yield _lesson(own, owners[~everyday], Kind.PHRASING)
    without = own.scores.copy()
    without[np.arange(len(without)), owners[~everyday]] = -1.0
    near = Evidence(scores=without, everyday=own.everyday)
    yield _lesson(near, np.full(len(without), -1), Kind.NEAR_THE_TOPIC)
    other = seen.of(everyday)
    yield _lesson(other, np.full(len(other.scores), -1), Kind.EVERYDAY)


def _lesson(seen: Evidence, owners: Ints, kind: Kind) -> Lesson:
    at = np.arange(len(owners)), seen.scores.argmax(axis=1)
    rows = calibration.features(seen.scores[at], calibration.leads(seen.scores)[at], seen.everyday)
    return Lesson(kind=kind, rows=rows, right=(at[1] == owners).astype(np.float64))


def learn(taught: Sequence[Lesson]) -> Learned:
    """A phrasing counts once, whatever the shares: a small FAQ teaches little."""
    rows = np.concatenate([lesson.rows for lesson in taught])
    right = np.concatenate([lesson.right for lesson in taught])
    importance = np.concatenate([_importance(lesson, taught) for lesson in taught])
    weights = calibration.fit(rows, right, importance)
    confidence = calibration.probability(weights, rows)
    return Learned(weights=weights, answer_at=_best_threshold(confidence, right, importance))


def _importance(lesson: Lesson, taught: Sequence[Lesson]) -> Floats:
    """[questions]: one for a phrasing; the other kinds get their shares beside the phrasings."""
    of_kind, phrasings = (
        sum(len(other.rows) for other in taught if other.kind is kind)
        for kind in (lesson.kind, Kind.PHRASING)
    )
    share = _SHARES[lesson.kind] / _SHARES[Kind.PHRASING]
    return np.full(len(lesson.rows), share * phrasings / max(of_kind, 1))


def _best_threshold(confidence: Floats, right: Floats, importance: Floats) -> float:
    """Where the answers that are right outweigh those that are wrong by most."""
    order = np.argsort(-confidence)
    gain = np.cumsum((importance * (2 * right - 1))[order])
    best = float(confidence[order][int(np.argmax(gain))])
    return min(max(best, _LEAST_THRESHOLD), _MOST_THRESHOLD)
