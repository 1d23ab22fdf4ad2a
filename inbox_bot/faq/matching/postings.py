"""Sparse similarities without scipy: features point to the documents that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inbox_bot.faq.matching.arrays import Floats, Ints

_MOST_AT_ONCE = 2_000_000  # products, of 40 bytes while they are summed up


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseRow:
    """The features of one text: `ids` [k] and their `values` [k]."""

    ids: Ints
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Postings:
    """`documents` and `values` of feature f stand from `starts[f]` to `starts[f + 1]`."""

    starts: Ints
    documents: Ints
    values: Floats
    size: int

    def scores(self, rows: Sequence[SparseRow]) -> Floats:
        """Scalar products of each row with each document: [rows, size]."""
        ids = np.concatenate([row.ids for row in rows])
        begins = self.starts[ids]
        lengths = self.starts[ids + 1] - begins
        if len(rows) > 1 and lengths.sum() > _MOST_AT_ONCE:
            half = len(rows) // 2
            return np.concatenate([self.scores(rows[:half]), self.scores(rows[half:])])
        values = np.concatenate([row.values for row in rows])
        lengths_of_rows = [len(row.ids) for row in rows]
        offsets = np.repeat(np.arange(len(rows), dtype=np.int64) * self.size, lengths_of_rows)
        skipped = np.cumsum(lengths) - lengths
        places = np.repeat(begins - skipped, lengths) + np.arange(lengths.sum())
        cells = self.documents[places] + np.repeat(offsets, lengths)
        products = self.values[places] * np.repeat(values, lengths)
        flat = np.bincount(cells, products, minlength=len(rows) * self.size)
        return flat.reshape(len(rows), self.size).astype(np.float32)


def postings(rows: Sequence[SparseRow], features: int) -> Postings:
    """Turn documents with their features into features with their documents."""
    empty = np.zeros(0, np.int32)
    ids = np.concatenate([empty, *(row.ids for row in rows)])
    values = np.concatenate([empty.astype(np.float32), *(row.values for row in rows)])
    documents = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.ids) for row in rows])
    order = np.argsort(ids, kind="stable")
    starts = np.zeros(features + 1, np.int64)
    np.cumsum(np.bincount(ids, minlength=features), out=starts[1:])
    return Postings(starts=starts, documents=documents[order], values=values[order], size=len(rows))
