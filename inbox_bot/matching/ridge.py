"""The small classifier: kernel ridge regression, chosen because leaving one out costs nothing.

With K the similarities of all texts and Y which entry each belongs to, one inverse
G = (K + λ)⁻¹ gives both the weights G·Y and, exactly, what a classifier that had never seen text
i would say of it: Y_i - (G·Y)_i / G_ii (Rasmussen and Williams, Gaussian Processes, 5.4.2); of a
bunch b of texts left out together Y_b - G_bb⁻¹ (G·Y)_b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inbox_bot.matching.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """`weights` [texts, entries]; `left_out` [texts, entries]: each text's scores without
    its bunch."""

    weights: Floats
    left_out: Floats


def fit(similarities: Floats, targets: Floats, bunches: Ints, penalty: float) -> Fitted:
    """`similarities` [texts, texts], symmetric; `targets` [texts, entries]; `bunches` [texts]."""
    system = similarities.astype(np.float64) + penalty * np.eye(len(similarities))
    inverse: Floats = np.linalg.inv(system)
    weights = inverse @ targets
    left_out = targets - weights / np.diag(inverse)[:, None]
    for bunch in np.flatnonzero(np.bincount(bunches) > 1):
        members = np.flatnonzero(bunches == bunch)
        among = inverse[np.ix_(members, members)]
        left_out[members] = targets[members] - np.linalg.solve(among, weights[members])
    return Fitted(weights=weights.astype(np.float32), left_out=left_out.astype(np.float32))
