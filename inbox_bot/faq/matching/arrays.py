"""Names for the kinds of numbers; shapes stand in brackets in the docstrings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]
Array = NDArray[np.floating | np.integer]
