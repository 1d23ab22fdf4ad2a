#!/usr/bin/env python3
"""Learns the weights of the witnesses from the labelled sentences beside this script.

    python scripts/learn_witnesses.py

`witnesses/NAME.tsv` has a class, a tab and a text on each line; the weights go to
`inbox_bot/letters/NAME.npz`. Needs scikit-learn (the `dev` extra).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from inbox_bot.letters.encoder import encoder
from inbox_bot.letters.questions.sentences import sentences
from inbox_bot.letters.witness import BUCKETS, grams_of

DATA = Path(__file__).parent / "witnesses"
PACKAGE = Path(__file__).parents[1] / "inbox_bot" / "letters"
_MOST_IN_A_PASSAGE = 3
RARE = frozenset({"unhelped"})  # few examples of a class that is as likely as the rest
STRENGTH = 10.0  # scikit-learn's C; 3 to 30 differ little


def main() -> None:
    for path in sorted(DATA.glob("*.tsv")):
        if path.stem in sys.argv[1:] or not sys.argv[1:]:
            learn(path, PACKAGE / f"{path.stem}.npz")


def learn(source: Path, target: Path) -> None:
    content = source.read_bytes()
    rows = list(_examples(content.decode()))
    texts = [text for _, text in rows]
    grams = grams_of(texts)
    sparse = csr_matrix((grams.values, grams.buckets, grams.begins), (len(texts), BUCKETS))
    weight = "balanced" if source.stem in RARE else None
    model = LogisticRegression(C=STRENGTH, max_iter=1_000, tol=1e-3, class_weight=weight)
    model.fit(hstack([sparse, csr_matrix(encoder().encode(texts))]), [label for label, _ in rows])
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if len(model.classes_) == 2:  # scikit-learn keeps only the second class's
        weights = np.concatenate([np.zeros_like(weights), weights], axis=1)
        bias = np.concatenate([np.zeros_like(bias), bias])
    np.savez_compressed(
        target,
        classes=np.array(model.classes_),
        grams=weights[:BUCKETS].astype(np.float16),
        meaning=weights[BUCKETS:].astype(np.float16),
        bias=bias,
        learned_from=hashlib.sha256(content).hexdigest(),
    )
    print(f"{target.name}: {len(texts)} texts, {target.stat().st_size // 1024} kB")


def _examples(content: str) -> Iterator[tuple[str, str]]:
    """Label and text; a paragraph gives each of its sentences, and each two in a row."""
    for line in content.splitlines():
        label, text = line.split("\t", 1)
        said = [one.text for one in sentences(text)]
        if len(said) <= _MOST_IN_A_PASSAGE:
            yield label, text
            continue
        yield from ((label, one) for one in said)
        yield from ((label, f"{one} {other}") for one, other in pairwise(said))


if __name__ == "__main__":
    main()
