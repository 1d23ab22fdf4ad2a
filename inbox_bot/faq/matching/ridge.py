"""The small classifier: kernel ridge regression, chosen because leaving one out costs nothing.

With K the similarities of all texts and Y which entry each belongs to, one inverse
G = (K + λ)⁻¹ gives both the weights G·Y and, exactly, what a classifier that had never seen a
bunch b of texts would say of them: Y_b - G_bb⁻¹ (G·Y)_b (Rasmussen and Williams, Gaussian
Processes, 5.4.2, for bunches of one). Of G = L⁻ᵀ L⁻¹ (Cholesky) only those blocks are worked out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inbox_bot.faq.matching.arrays import Floats, Ints

_SMALL = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """`weights` [texts, entries]; `targets` [texts, entries]; `inverse` [texts, texts] is L⁻¹."""

    weights: Floats
    targets: Floats
    inverse: Floats

    def without(self, bunches: Ints) -> Floats:
        """[texts, entries]: each text's scores without its own bunch in the training."""
        scores: Floats = (
            self.targets - self.weights / np.einsum("ij,ij->j", self.inverse, self.inverse)[:, None]
        )
        for bunch in np.flatnonzero(np.bincount(bunches) > 1):
            members = np.flatnonzero(bunches == bunch)
            half = self.inverse[members[0] :, members]  # zeros above: it is lower triangular
            told = np.linalg.solve(half.T @ half, self.weights[members])
            scores[members] = self.targets[members] - told
        return scores


def fit(similarities: Floats, targets: Floats, penalty: float) -> Fitted:
    """`similarities` [texts, texts], symmetric, are used up; `targets` [texts, entries]."""
    inverse = _inverse_factor(similarities, penalty)
    return Fitted(weights=inverse.T @ (inverse @ targets), targets=targets, inverse=inverse)


def _inverse_factor(system: Floats, penalty: float) -> Floats:
    """L⁻¹, lower triangular, where L·Lᵀ = K + λ; λ grows until there is one."""
    np.fill_diagonal(system, system.diagonal() + penalty)
    try:
        return _inverse_cholesky(system)
    except np.linalg.LinAlgError:
        return _inverse_factor(system, penalty)


def _inverse_cholesky(system: Floats) -> Floats:
    """By halves: numpy is fastest at products of matrices."""
    if len(system) <= _SMALL:
        return np.linalg.inv(np.linalg.cholesky(system))
    half = len(system) // 2
    first = _inverse_cholesky(system[:half, :half])
    below = system[half:, :half] @ first.T
    last = _inverse_cholesky(system[half:, half:] - below @ below.T)
    inverse = np.zeros_like(system)
    inverse[:half, :half], inverse[half:, half:] = first, last
    inverse[half:, :half] = -(last @ below) @ first
    return inverse
