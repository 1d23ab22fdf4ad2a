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
STRENGTH = 20.0  # scikit-learn's C; 10 to 40 differ little
BAGS = 12  # models whose weights are averaged (bagging, Breiman 1996): one alone is unsteady


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
    every = hstack([sparse, csr_matrix(encoder().encode(texts))]).tocsr()
    labels = np.array([label for label, _ in rows])
    weight = "balanced" if source.stem in RARE else None
    bags = 1 if source.stem in RARE else BAGS
    models = [_fitted(every, labels, weight, seed) for seed in range(bags)]
    weights = np.mean([model.coef_.T for model in models], axis=0)
    bias = np.mean([model.intercept_ for model in models], axis=0)
    classes = models[0].classes_
    if len(classes) == 2:  # scikit-learn keeps only the second class's
        weights = np.concatenate([np.zeros_like(weights), weights], axis=1)
        bias = np.concatenate([np.zeros_like(bias), bias])
    np.savez_compressed(
        target,
        classes=np.array(classes),
        grams=weights[:BUCKETS].astype(np.float16),
        meaning=weights[BUCKETS:].astype(np.float16),
        bias=bias.astype(np.float32),
        learned_from=hashlib.sha256(content).hexdigest(),
    )
    print(f"{target.name}: {len(texts)} texts, {target.stat().st_size // 1024} kB")


def _fitted(
    every: csr_matrix, labels: np.ndarray, weight: str | None, seed: int
) -> LogisticRegression:
    """On as many examples, drawn with repetition; a rare class on all."""
    some = np.random.default_rng(seed).integers(0, len(labels), len(labels))
    if weight:
        some = np.arange(len(labels))
    model = LogisticRegression(C=STRENGTH, max_iter=1_000, tol=1e-3, class_weight=weight)
    return model.fit(every[some], labels[some])


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
