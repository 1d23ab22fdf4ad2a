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
    inverse = _inverse_of_lower(_factor(similarities, penalty))
    weights = inverse.T @ (inverse @ targets)
    left_out = targets - weights / np.square(inverse).sum(axis=0)[:, None]
    for bunch in np.flatnonzero(np.bincount(bunches) > 1):
        members = np.flatnonzero(bunches == bunch)
        among = inverse[:, members].T @ inverse[:, members]
        left_out[members] = targets[members] - np.linalg.solve(among, weights[members])
    return Fitted(weights=weights.astype(np.float32), left_out=left_out.astype(np.float32))


def _factor(similarities: Floats, penalty: float) -> Floats:
    """L, lower triangular, with L·Lᵀ = K + λ; λ grows until there is one."""
    system = similarities.astype(np.float32)
    np.fill_diagonal(system, similarities.diagonal() + penalty)
    try:
        return np.linalg.cholesky(system)
    except np.linalg.LinAlgError:
        return _factor(similarities, 2 * penalty)


def _inverse_of_lower(lower: Floats) -> Floats:
    """By halves: products of matrices, which numpy is fastest at."""
    if len(lower) <= _SMALL:
        return np.linalg.inv(lower)
    half = len(lower) // 2
    first, last = _inverse_of_lower(lower[:half, :half]), _inverse_of_lower(lower[half:, half:])
    inverse = np.zeros_like(lower)
    inverse[:half, :half], inverse[half:, half:] = first, last
    inverse[half:, :half] = -last @ lower[half:, :half] @ first
    return inverse
