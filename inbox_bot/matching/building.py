"""Phrasings -> Index. The slow part: done once for an FAQ and then kept on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from inbox_bot.matching import calibration, ridge
from inbox_bot.matching.arrays import Floats, Ints
from inbox_bot.matching.calibration import Evidence
from inbox_bot.matching.encoding import Encoder
from inbox_bot.matching.index import SHARE_OF_NEAREST, Index, distinct, evidence, similarities
from inbox_bot.matching.learning import Lesson, learn, lessons, merged
from inbox_bot.matching.lexicon import Lexicon, lexicon_parts
from inbox_bot.matching.postings import postings
from inbox_bot.matching.text import words
from inbox_bot.matching.vectors import WordVectors

MOST_TO_CLASSIFY = 3_000  # texts; inverting a larger matrix takes too long
_MOST_TO_CALIBRATE = 1_000
_PENALTY = 0.3
_AT_ONCE = 50
_MANY_TEXTS, _MOST_AXES = 20_000, 96


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTexts:
    """`asked` are the ways to ask one entry, `answered` the sentences of its answer."""

    asked: Sequence[str]
    answered: Sequence[str] = ()


def build(
    entries: Mapping[str, EntryTexts], everyday: Sequence[str], vectors: WordVectors | None
) -> Index:
    """Entries in alphabetical order, so that the order of the FAQ cannot matter."""
    entry_ids = tuple(sorted(entries))
    texts = [entries[entry_id] for entry_id in entry_ids] + [EntryTexts(asked=everyday)]
    index, encoder = _without_judgement(entry_ids, texts, vectors)
    return _with_judgement(index, encoder) if entry_ids else index


def _distinct(texts: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(" ".join(text.split()) for text in texts))


def _without_judgement(
    entry_ids: tuple[str, ...], entries: list[EntryTexts], vectors: WordVectors | None
) -> tuple[Index, Encoder]:
    groups = [[*_distinct(entry.asked), *_distinct(entry.answered)] for entry in entries]
    questions = [len(_distinct(entry.asked)) for entry in entries]
    texts = tuple(text for group in groups for text in group)
    begins = np.cumsum([0, *map(len, groups)]).astype(np.int32)
    tokens = [[words(text) for text in group] for group in groups]
    parts = lexicon_parts(tokens[:-1], tokens[-1])
    encoder = Encoder(Lexicon(parts, vectors), vectors)
    documents = [encoder.document(text) for text in texts]
    meanings = np.array([document.meaning for document in documents], np.float32)
    axes = _axes(meanings)
    index = Index(
        entry_ids=entry_ids,
        texts=texts,
        begins=begins,
        questions=np.array(questions, np.int32),
        lexicon=parts,
        terms=postings([document.terms for document in documents], len(parts.terms)),
        alike=postings([document.words for document in documents], len(parts.words)),
        meanings=distinct(meanings, axes).astype(np.float16).astype(np.float32),
        axes=axes,
        weights=np.zeros((0, len(entry_ids)), np.float32),
        calibration=calibration.USUAL,
        answer_at=0.5,
    )
    return index, encoder


def _axes(meanings: Floats) -> Floats:
    """[width, kept]: the directions in which the meanings differ most.

    All but the first: that one tells all of the FAQ's topic from nothing, not its entries from
    each other. Of a large FAQ only the most telling ones are kept, for speed.
    """
    if meanings.shape[1] == 0:
        return np.zeros((0, 0), np.float32)
    kept = _MOST_AXES if len(meanings) > _MANY_TEXTS else meanings.shape[1]
    directions: Floats = np.linalg.eigh(meanings.T @ meanings)[1][:, ::-1]
    return directions[:, 1 : kept + 1].astype(np.float32)


def _with_judgement(index: Index, encoder: Encoder) -> Index:
    """Learn the classifier, and what scores mean, from the index's own texts: each left out."""
    owners = np.repeat(np.arange(len(index.begins) - 1), np.diff(index.begins))
    twins = _twins(index, owners)
    if len(index.texts) <= MOST_TO_CLASSIFY:
        return _judged_with_classifier(index, encoder, owners, twins)
    taught: list[Lesson] = []
    asked = _questions(index)
    for few in np.array_split(asked, -(-len(asked) // _AT_ONCE)):
        seen = _left_out(index, _similarities(index, encoder, few), few)
        taught += lessons(*merged(seen, owners[few], twins))
    learned = learn(taught)
    return replace(index, calibration=learned.weights, answer_at=learned.answer_at)


def _judged_with_classifier(index: Index, encoder: Encoder, owners: Ints, twins: Ints) -> Index:
    everything = np.arange(len(index.texts))
    near = _similarities(index, encoder, everything)
    seen = _left_out(index, near, everything)
    fitted = _classifier(index, near, owners, twins)
    seen = replace(seen, scores=SHARE_OF_NEAREST * seen.scores + fitted.left_out)
    asked = _questions(index)
    learned = learn([*lessons(*merged(seen.of(asked), owners[asked], twins))])
    return replace(
        index,
        weights=fitted.weights,
        calibration=learned.weights,
        answer_at=learned.answer_at,
    )


def _questions(index: Index) -> Ints:
    """Of at most 1,000 ways to ask entries, and of all everyday letters, the numbers."""
    begins = index.begins[:-1]
    each = [np.arange(b, b + n) for b, n in zip(begins, index.questions, strict=True)]
    own = np.concatenate(each[:-1])
    few = np.unique(np.linspace(0, len(own) - 1, _MOST_TO_CALIBRATE).astype(np.int64))
    return np.concatenate([own[few] if len(own) > _MOST_TO_CALIBRATE else own, each[-1]])


def _classifier(index: Index, near: Floats, owners: Ints, twins: Ints) -> ridge.Fitted:
    """Learned from the FAQ's own phrasings; everyday letters, asked of it, belong to no entry."""
    own = int(index.begins[-2])
    targets = (twins[owners[:own]][:, None] == twins).astype(np.float64)
    alike = (near[:own, :own] + near[:own, :own].T) / 2
    fitted = ridge.fit(alike**2, targets, _PENALTY)
    strangers = near[own:, :own] ** 2 @ fitted.weights
    return replace(fitted, left_out=np.concatenate([fitted.left_out, strangers]))


def _similarities(index: Index, encoder: Encoder, asked: Ints) -> Floats:
    """[asked, texts], of texts of the index asked as if they were questions."""
    return np.concatenate(
        [
            similarities(index, [encoder.encode(index.texts[i]) for i in few])
            for few in np.array_split(asked, -(-len(asked) // _AT_ONCE))
        ]
    )


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
