"""The small classifier: kernel ridge regression, chosen because leaving one out costs nothing.

With K the similarities of all texts and Y which entry each belongs to, one inverse
G = (K + λ)⁻¹ gives both the weights G·Y and, exactly, what a classifier that had never seen a
bunch b of texts would say of them: Y_b - G_bb⁻¹ (G·Y)_b (Rasmussen and Williams, Gaussian
Processes, 5.4.2, for bunches of one). Of G = L⁻ᵀ L⁻¹ (Cholesky) only those blocks are worked out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inbox_bot.matching.arrays import Floats, Ints

_SMALL = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """`weights` [texts, entries]; `left_out` [texts, entries]: each text's scores without
    its bunch."""

    weights: Floats
    left_out: Floats


def fit(similarities: Floats, targets: Floats, bunches: Ints, penalty: float) -> Fitted:
    """`similarities` [texts, texts], symmetric; `targets` [texts, entries]; `bunches` [texts]."""
    inverse = _inverse_factor(similarities, penalty)
    weights = inverse.T @ (inverse @ targets)
    left_out = targets - weights / np.square(inverse).sum(axis=0)[:, None]
    for bunch in np.flatnonzero(np.bincount(bunches) > 1):
        members = np.flatnonzero(bunches == bunch)
        among = inverse[:, members].T @ inverse[:, members]
        left_out[members] = targets[members] - np.linalg.solve(among, weights[members])
    return Fitted(weights=weights.astype(np.float32), left_out=left_out.astype(np.float32))


def _inverse_factor(similarities: Floats, penalty: float) -> Floats:
    """L⁻¹, lower triangular, where L·Lᵀ = K + λ; λ grows until there is one."""
    system = similarities.astype(np.float32)
    np.fill_diagonal(system, similarities.diagonal() + penalty)
    try:
        return _inverse_cholesky(system)
    except np.linalg.LinAlgError:
        return _inverse_factor(similarities, 2 * penalty)


def _inverse_cholesky(system: Floats) -> Floats:
    """By halves: products of matrices are what numpy is fastest at."""
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
