"""How often Python looks for garbage that its reference counts do not see."""

from __future__ import annotations

import gc

_OBJECTS_BETWEEN = 50_000


def collect_rarely() -> None:
    """A batch of letters is some hundred thousand values and hardly a cycle: to look through them
    after each 700 new ones, as Python does by itself, took a sixth of a poll's time."""
    gc.set_threshold(_OBJECTS_BETWEEN)
