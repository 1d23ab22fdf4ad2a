"""Linear classifiers of single sentences and short passages, over their words and their meaning.

A text's features are its word n-grams (1 to 3) and character n-grams (3 to 5), hashed into
`BUCKETS` ("hashing trick", Weinberger et al. 2009), beside its sentence vector. The weights of each
class are learned from labelled sentences by multinomial logistic regression
(`scripts/learn_witnesses.py`) and shipped as numbers.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from inbox_bot.letters.encoder import LONGEST, Floats, encoder

BUCKETS = 1 << 16
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[?!]")
_WORDS_IN_A_ROW = (1, 2, 3)
_SIGNS_IN_A_ROW = (3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grams:
    """The n-grams of some texts as sparse rows: text i has `buckets` and `values` [from
    `begins[i]` on]; the values of a text have length one."""

    begins: np.ndarray[tuple[int], np.dtype[np.int64]]
    buckets: np.ndarray[tuple[int], np.dtype[np.int64]]
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Witness:
    """`grams` [BUCKETS, classes], `meaning` [width, classes] and `bias` [classes] are the weights.

    `learned_from` is the digest of the labelled sentences.
    """

    classes: tuple[str, ...]
    grams: Floats
    meaning: Floats
    bias: Floats
    learned_from: str

    def by_words(self, texts: Sequence[str]) -> Floats:
        """[texts, classes]: the part of the scores that needs no encoder."""
        rows = grams_of(texts)
        if not len(rows.buckets):
            return np.zeros((len(texts), len(self.classes)), np.float32) + self.bias
        products = self.grams[rows.buckets] * rows.values[:, None]
        padded = np.concatenate([products, np.zeros_like(products[:1])])
        sums = np.add.reduceat(padded, rows.begins[:-1], axis=0)
        sums[np.diff(rows.begins) == 0] = 0
        scores: Floats = sums + self.bias
        return scores

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """[texts, classes]; each row's sum is one."""
        if not texts:
            return np.zeros((0, len(self.classes)), np.float32)
        scores = self.by_words(texts) + encoder().encode(texts) @ self.meaning
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        found: Floats = raised / raised.sum(axis=1, keepdims=True)
        return found


def grams_of(texts: Sequence[str]) -> Grams:
    counted = [_counted(text[:LONGEST]) for text in texts]
    values = [_weighed(counts) for counts in counted]
    return Grams(
        begins=np.cumsum([0, *map(len, counted)]),
        buckets=np.fromiter((bucket for counts in counted for bucket in counts), np.int64),
        values=np.concatenate(values) if values else np.zeros(0, np.float32),
    )


def _counted(text: str) -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for gram in _grams(text):
        bucket = zlib.crc32(gram.encode()) % BUCKETS
        counts[bucket] = counts.get(bucket, 0) + 1
    return counts


def _weighed(counts: Mapping[int, int]) -> Floats:
    values: Floats = np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    values += 1
    return values / np.float32(max(float(np.linalg.norm(values)), 1.0))


def _grams(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    for length in _WORDS_IN_A_ROW:
        for at in range(len(words) - length + 1):
            yield " ".join(words[at : at + length])
    for word in words:
        framed = f"_{word}_"
        for length in _SIGNS_IN_A_ROW:
            for at in range(max(len(framed) - length + 1, 1)):
                yield f"#{framed[at : at + length]}"


@cache
def shipped(name: str) -> Witness:
    """The witness of that name in this package: `safety`, `asking` or `unhelped`."""
    with files(__package__).joinpath(f"{name}.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return Witness(
            classes=tuple(arrays["classes"].tolist()),
            grams=arrays["grams"].astype(np.float32),
            meaning=arrays["meaning"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
            learned_from=str(arrays["learned_from"]),
        )
