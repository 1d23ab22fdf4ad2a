"""Learns the calibration from the FAQ's own texts, each asked as if it were not in the FAQ.

Four kinds of lessons: a phrasing left out (its entry should win), a phrasing whose whole entry is
left out (close to the topic, but unanswered), a question that the FAQ is known not to answer, and
an everyday letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from inbox_bot.faq.matching import calibration
from inbox_bot.faq.matching.arrays import Floats, Ints
from inbox_bot.faq.matching.calibration import Evidence

# Lessons are harder than letters: more have no answer, and the closest texts are left out.
_LEAST_RIGHT = 9 / 10
_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.35, 0.6  # a small FAQ teaches too little to go beyond


class Kind(StrEnum):
    PHRASING = "a phrasing"
    NEAR_THE_TOPIC = "near the topic"
    UNANSWERED = "a question known not to be answered"
    EVERYDAY = "an everyday letter"


_ANSWERABLE = 0.6  # of what arrives; of the rest, an equal share is supposed to be of each kind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """`weights` of the calibration, and the confidence from which an answer is worth it."""

    weights: Floats
    answer_at: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Questions of one kind: `rows` [questions, features] of the best candidate of each, and
    whether it is `right`."""

    kind: Kind
    rows: Floats
    right: Floats


def merged(seen: Evidence, owners: Ints, twins: Ints) -> tuple[Evidence, Ints]:
    """The evidence with twins as one entry: `twins` [entries] names the group of each."""
    groups, group = np.unique(twins, return_inverse=True)
    if len(groups) == len(twins):
        return seen, owners
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(len(groups)))
    scores = np.maximum.reduceat(seen.scores[:, order], begins, axis=1)
    renamed = np.append(group, [len(groups), len(groups) + 1])[owners]
    return replace(seen, scores=scores), renamed


def lessons(seen: Evidence, stranger: Evidence, owners: Ints) -> Iterator[Lesson]:
    """`owners` [questions] are the numbers of the right entries; the number after the last entry
    marks an unanswered question, the next one an everyday letter.

    `seen` is the evidence with the question left out, `stranger` that with its whole entry.
    """
    entries = seen.scores.shape[1]
    own = owners < entries
    yield _lesson(seen.of(own), owners[own], Kind.PHRASING)
    without = stranger.scores[own]
    without[np.arange(len(without)), owners[own]] = -1.0
    yield _without_answer(replace(stranger.of(own), scores=without), Kind.NEAR_THE_TOPIC)
    yield _without_answer(seen.of(owners == entries), Kind.UNANSWERED)
    yield _without_answer(seen.of(owners > entries), Kind.EVERYDAY)


def _without_answer(seen: Evidence, kind: Kind) -> Lesson:
    return _lesson(seen, np.full(len(seen.scores), -1), kind)


def _lesson(seen: Evidence, owners: Ints, kind: Kind) -> Lesson:
    at = np.arange(len(owners)), seen.scores.argmax(axis=1)
    rows = calibration.features(seen)[at]
    return Lesson(kind=kind, rows=rows, right=(at[1] == owners).astype(np.float64))


def learn(taught: Sequence[Lesson]) -> Learned:
    """Each phrasing counts once, whatever the shares: a small FAQ has few."""
    rows = np.concatenate([lesson.rows for lesson in taught])
    right = np.concatenate([lesson.right for lesson in taught])
    importance = np.concatenate([_importance(lesson, taught) for lesson in taught])
    weights = calibration.fit(rows, right, importance)
    return Learned(weights=weights, answer_at=_threshold(weights, taught))


def _importance(lesson: Lesson, taught: Sequence[Lesson]) -> Floats:
    """[questions]: one for a phrasing; the other kinds get their shares beside the phrasings."""
    sizes = {kind: sum(len(each.rows) for each in taught if each.kind is kind) for kind in Kind}
    kinds = sum(size > 0 for kind, size in sizes.items() if kind is not Kind.PHRASING)
    share = 1.0 if lesson.kind is Kind.PHRASING else (1 - _ANSWERABLE) / _ANSWERABLE / max(kinds, 1)
    return np.full(len(lesson.rows), share * sizes[Kind.PHRASING] / max(sizes[lesson.kind], 1))


def _threshold(weights: Floats, taught: Sequence[Lesson]) -> float:
    """The lowest from which nine of ten answers to the lessons are right.

    Those near the topic do not count here: with a whole entry hidden, they are far nearer to the
    rest than what readers ask.
    """
    real = [lesson for lesson in taught if lesson.kind is not Kind.NEAR_THE_TOPIC]
    right = np.concatenate([lesson.right for lesson in real])
    importance = np.concatenate([_importance(lesson, real) for lesson in real])
    confidence = calibration.probability(weights, np.concatenate([each.rows for each in real]))
    order = np.argsort(-confidence)
    answers = np.cumsum(importance[order])
    enough = np.cumsum((importance * right)[order]) >= _LEAST_RIGHT * answers
    lowest = float(confidence[order][enough][-1]) if enough.any() else 1.0
    return min(max(lowest, _LEAST_THRESHOLD), _MOST_THRESHOLD)
