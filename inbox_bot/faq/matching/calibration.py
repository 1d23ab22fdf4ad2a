"""Turns evidence into a probability: how often a candidate with such evidence is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inbox_bot.faq.matching.arrays import Bools, Floats, Ints

# Initial weights of the logistic regression, for: 1, score, lead over the best other entry,
# likeness to everyday letters, score of "the FAQ does not answer this".
USUAL = np.array([-3.0, 8.0, 4.0, -2.0, -2.0])
# Strength of the prior towards the usual weights.
_TRUST = np.array([2.0, 0.5, 0.5, 0.5, 0.5])
_STEPS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """For some questions: `scores` [questions, entries], and the evidence against any entry:
    likeness to `everyday` letters and the score of the `unanswered` questions, [questions] each."""

    scores: Floats
    everyday: Floats
    unanswered: Floats

    def of(self, which: Bools | Ints) -> Evidence:
        """The evidence for some of the questions."""
        return Evidence(
            scores=self.scores[which],
            everyday=self.everyday[which],
            unanswered=self.unanswered[which],
        )


def leads(scores: Floats) -> Floats:
    """The lead of each entry over the best other one: [questions, entries]."""
    if scores.shape[1] < 2:
        return np.zeros_like(scores) + scores
    top = np.partition(scores, -2, axis=1)[:, -2:]
    others = np.where(scores == top[:, 1:], top[:, :1], top[:, 1:])
    return scores - others


def features(seen: Evidence) -> Floats:
    """[questions, entries, features]"""
    score = seen.scores
    against = [np.broadcast_to(x[:, None], score.shape) for x in (seen.everyday, seen.unanswered)]
    return np.stack([np.ones_like(score), score, leads(score), *against], axis=-1)


def probability(weights: Floats, rows: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))


def fit(rows: Floats, right: Floats, importance: Floats) -> Floats:
    """Logistic regression by Newton's method, drawn towards the usual weights."""
    weights = USUAL.copy()
    for _ in range(_STEPS):
        p = probability(weights, rows)
        slope = rows.T @ (importance * (p - right)) + _TRUST * (weights - USUAL)
        bend = (rows * (importance * p * (1 - p))[:, None]).T @ rows + np.diag(_TRUST)
        weights = weights - np.linalg.solve(bend, slope)
    weights[1:3] = np.maximum(weights[1:3], 0.1)  # more evidence never means less confidence
    return weights
