"""Names for the kinds of numbers; shapes stand in brackets in the docstrings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]
Array = NDArray[np.floating | np.integer]


def unit(rows: Floats) -> Floats:
    """The rows at length one."""
    lengths: Floats = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.maximum(lengths, 1e-9)
