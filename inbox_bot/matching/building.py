"""Phrasings -> Index. The slow part: done once for an FAQ and then kept on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from inbox_bot.matching import calibration, learning, ridge
from inbox_bot.matching.arrays import Floats, Ints
from inbox_bot.matching.calibration import Evidence
from inbox_bot.matching.encoding import Encoded, Encoder
from inbox_bot.matching.index import Index, evidence, similarities
from inbox_bot.matching.lexicon import Lexicon, lexicon_parts
from inbox_bot.matching.postings import postings
from inbox_bot.matching.text import stem, terms, words
from inbox_bot.matching.vectors import WordVectors

MOST_TO_CLASSIFY = 3_000  # texts; inverting a larger matrix takes too long
_MOST_TO_CALIBRATE = 1_000
_PENALTY = 0.3


def build(
    phrasings: Mapping[str, Sequence[str]],
    everyday: Sequence[str],
    vectors: WordVectors | None,
) -> Index:
    """Entries in alphabetical order, so that the order of the FAQ cannot matter."""
    entry_ids = tuple(sorted(phrasings))
    groups = [_distinct(phrasings[entry_id]) for entry_id in entry_ids] + [_distinct(everyday)]
    texts = tuple(text for group in groups for text in group)
    index, encoded = _without_judgement(entry_ids, groups, texts, vectors)
    return _with_judgement(index, encoded) if entry_ids else index


def _distinct(texts: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(" ".join(text.split()) for text in texts))


def _without_judgement(
    entry_ids: tuple[str, ...],
    groups: list[list[str]],
    texts: tuple[str, ...],
    vectors: WordVectors | None,
) -> tuple[Index, list[Encoded]]:
    begins = np.cumsum([0, *map(len, groups)]).astype(np.int32)
    tokens = [words(text) for text in texts]
    spread = Counter(t for ws in tokens for t in set(terms(tuple(map(stem, ws)))))
    parts = lexicon_parts(tokens, spread, int(begins[-2]))
    encoder = Encoder(Lexicon(parts, vectors), vectors)
    encoded = [encoder.encode(text) for text in texts]
    meanings = np.stack([text.meaning for text in encoded]).astype(np.float16).astype(np.float32)
    index = Index(
        entry_ids=entry_ids,
        texts=texts,
        begins=begins,
        lexicon=parts,
        terms=postings([text.terms for text in encoded], len(parts.spread)),
        alike=postings([encoder.document(text) for text in encoded], len(parts.words)),
        meanings=meanings,
        weights=np.zeros((0, len(entry_ids)), np.float32),
        calibration=calibration.USUAL,
        answer_at=0.5,
    )
    return index, encoded


def _with_judgement(index: Index, encoded: list[Encoded]) -> Index:
    """Learn the classifier, and what scores mean, from the index's own texts: each left out."""
    owners = np.repeat(np.arange(len(index.begins) - 1), np.diff(index.begins))
    twins = _twins(index, owners)
    asked = np.arange(len(encoded))
    if len(encoded) > MOST_TO_CLASSIFY:
        asked = np.linspace(0, len(encoded) - 1, _MOST_TO_CALIBRATE).astype(np.int64)
    near = _similarities(index, [encoded[i] for i in asked])
    seen = _left_out(index, near, asked)
    if len(encoded) <= MOST_TO_CLASSIFY:
        targets = (np.append(twins, -1)[owners][:, None] == twins).astype(np.float64)
        fitted = ridge.fit(((near + near.T) / 2) ** 2, targets, _PENALTY)
        seen = replace(seen, scores=seen.scores / 2 + fitted.left_out)
        index = replace(index, weights=fitted.weights)
    learned = learning.learn(*learning.merged(seen, owners[asked], twins))
    return replace(index, calibration=learned.weights, answer_at=learned.answer_at)


def _similarities(index: Index, asked: Sequence[Encoded]) -> Floats:
    parts = [asked[begin : begin + 50] for begin in range(0, len(asked), 50)]
    return np.concatenate([similarities(index, part) for part in parts])


def _left_out(index: Index, near: Floats, asked: Ints) -> Evidence:
    """What the nearest texts say of texts of the index when they are not in the index."""
    blind = near.copy()
    blind[np.arange(len(asked)), asked] = -1.0
    return evidence(index, blind)


def _twins(index: Index, owners: Ints) -> Ints:
    """[entries]: of the entries that hold the same phrasing, each is named by the first."""
    first: dict[tuple[str, ...], int] = {}
    twins = np.arange(len(index.entry_ids))
    for owner, text in zip(owners.tolist(), index.texts, strict=True):
        if owner < len(twins):
            twins[owner] = min(twins[owner], first.setdefault(words(text), owner))
    return twins
