"""Builds an index from phrasings. Slow: done once for an FAQ and then cached on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from inbox_bot.faq.matching import calibration, ridge
from inbox_bot.faq.matching.arrays import Bools, Floats, Ints
from inbox_bot.faq.matching.calibration import Evidence
from inbox_bot.faq.matching.encoding import FORMS, Encoded, document, encode
from inbox_bot.faq.matching.index import (
    Index,
    distinct,
    evidence,
    judged,
    kernel,
    likeness_to_everyday,
    similarities,
)
from inbox_bot.faq.matching.learning import Lesson, learn, lessons, merged
from inbox_bot.faq.matching.lexicon import Lexicon, lexicon_parts
from inbox_bot.faq.matching.postings import SparseRow, postings
from inbox_bot.faq.matching.text import words
from inbox_bot.faq.matching.vectors import WordVectors
from inbox_bot.letters.encoder import encoder

MOST_TO_CLASSIFY = 4_000  # texts; inverting a larger matrix takes too long
_MOST_TO_CALIBRATE = 1_000
_PENALTY = 0.3
_SAME_BUNCH = 0.8  # of similarity
_AT_ONCE = 50
_KEPT_TEXTS = 4_000  # each stands in the index and is asked, too
_MANY_TEXTS, _MOST_AXES = 20_000, 96


Asked = Callable[[str], Encoded]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTexts:
    """`asked` are the ways to ask one entry, `answered` the sentences of its answer."""

    asked: Sequence[str]
    answered: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Texts that no entry answers: known unanswered questions, everyday letters."""

    unanswered: Sequence[str]
    everyday: Sequence[str]


def build(
    entries: Mapping[str, EntryTexts], background: Background, vectors: WordVectors | None
) -> Index:
    """Entries in alphabetical order, so that the order of the FAQ cannot matter."""
    entry_ids = tuple(sorted(entries))
    texts = [entries[entry_id] for entry_id in entry_ids]
    texts += [EntryTexts(asked=background.unanswered), EntryTexts(asked=background.everyday)]
    index, asked = _without_judgement(entry_ids, texts, vectors)
    return _with_judgement(index, asked) if entry_ids else index


def _distinct(texts: Sequence[str]) -> list[str]:
    return sorted(dict.fromkeys(" ".join(text.split()) for text in texts))


def _without_judgement(
    entry_ids: tuple[str, ...], entries: list[EntryTexts], vectors: WordVectors | None
) -> tuple[Index, Asked]:
    groups = [[*_distinct(entry.asked), *_distinct(entry.answered)] for entry in entries]
    questions = [len(_distinct(entry.asked)) for entry in entries]
    texts = tuple(text for group in groups for text in group)
    tokens = [[words(text) for text in group] for group in groups]
    lexicon = Lexicon(lexicon_parts([group for group in tokens[:-1] if group], tokens[-1]), vectors)
    lexicon.look_up(lexicon.parts.words)
    asked = lru_cache(_KEPT_TEXTS)(lambda text: encode(text, lexicon))
    encoder().encode(texts)
    documents: list[SparseRow] = []
    meanings = np.stack([asked(text).meaning for text in texts])
    for encoded in map(asked, texts):
        documents.append(document(encoded, lexicon))
    axes = _axes(meanings)
    index = Index(
        entry_ids=entry_ids,
        texts=texts,
        begins=np.cumsum([0, *map(len, groups)]).astype(np.int32),
        questions=np.array(questions, np.int32),
        lexicon=lexicon,
        features=postings(documents, FORMS + len(lexicon.parts.words)),
        meanings=distinct(meanings, axes).astype(np.float16).astype(np.float32),
        axes=axes,
        weights=np.zeros((0, len(entry_ids) + 1), np.float32),
        calibration=calibration.USUAL,
        answer_at=0.5,
    )
    return index, asked


def _axes(meanings: Floats) -> Floats:
    """[width, kept]: the directions in which the meanings differ most.

    All but the first, which separates the FAQ's topic from the rest, not its entries from each
    other. Of a large FAQ only the strongest ones are kept, for speed.
    """
    if meanings.shape[1] == 0:
        return np.zeros((0, 0), np.float32)
    kept = _MOST_AXES if len(meanings) > _MANY_TEXTS else meanings.shape[1]
    directions: Floats = np.linalg.eigh(meanings.T @ meanings)[1][:, ::-1]
    return directions[:, 1 : kept + 1].astype(np.float32)


def _with_judgement(index: Index, encode: Asked) -> Index:
    """Trains the classifier and the calibration on the index's own texts, each left out."""
    owners = np.repeat(np.arange(len(index.begins) - 1), np.diff(index.begins))
    twins = _twins(index, owners)
    if index.begins[-2] <= MOST_TO_CLASSIFY:
        return _judged_with_classifier(index, encode, owners, twins)
    taught: list[Lesson] = []
    asked = _questions(index)
    for few in np.array_split(asked, -(-len(asked) // _AT_ONCE)):
        near = _similarities(index, encode, few)
        seen = evidence(index, _blinded(near, few[:, None] == np.arange(near.shape[1])))
        seen, owner = merged(seen, owners[few], twins)
        taught += lessons(seen, seen, owner)
    learned = learn(taught)
    return replace(index, calibration=learned.weights, answer_at=learned.answer_at)


def _judged_with_classifier(index: Index, encode: Asked, owners: Ints, twins: Ints) -> Index:
    near = _similarities(index, encode, np.arange(len(index.texts)))
    bunches = _bunches(near, index.begins)
    fitted = _classifier(index, near, owners, twins)
    asked = _questions(index)
    asked = asked[~_answered_in_so_many_words(index, near)[asked]]
    own = int(index.begins[-2])
    strangers = kernel(near[own:, :own]) @ fitted.weights
    everyday = likeness_to_everyday(
        _blinded(near[asked, own:], bunches[asked][:, None] == bunches[own:])
    )

    def without(bunches: Ints) -> tuple[Evidence, Ints]:
        scores = np.concatenate([fitted.without(bunches[:own]), strangers])
        return merged(judged(scores[asked], everyday), owners[asked], twins)

    seen, owner = without(bunches)
    stranger, _ = without(_whole(owners, twins, bunches))
    learned = learn([*lessons(seen, stranger, owner)])
    return replace(
        index,
        weights=fitted.weights,
        calibration=learned.weights,
        answer_at=learned.answer_at,
    )


def _questions(index: Index) -> Ints:
    """The numbers of at most 1,000 ways to ask entries, and of all of the background."""
    begins = index.begins[:-1]
    each = [np.arange(b, b + n) for b, n in zip(begins, index.questions, strict=True)]
    own = np.concatenate(each[:-2])
    few = np.unique(np.linspace(0, len(own) - 1, _MOST_TO_CALIBRATE).astype(np.int64))
    return np.concatenate([own[few] if len(own) > _MOST_TO_CALIBRATE else own, *each[-2:]])


def _classifier(index: Index, near: Floats, owners: Ints, twins: Ints) -> ridge.Fitted:
    """Trained on the FAQ's own texts, with twins as one entry."""
    own = int(index.begins[-2])
    groups = np.append(twins, len(twins))
    targets = (groups[owners[:own]][:, None] == groups).astype(np.float32)
    among = near[:own, :own]
    return ridge.fit(kernel((among + among.T) / 2), targets, _PENALTY)


def _bunches(near: Floats, begins: Ints) -> Ints:
    """[texts]: texts of a group with nearly the same words bear one number.

    They are left out together: readers do not write phrasings with one word changed.
    """
    first: Ints = np.arange(len(near))
    for begin, end in pairwise(np.unique(begins).tolist()):
        among = near[begin:end, begin:end]
        same = among + among.T > 2 * _SAME_BUNCH
        np.fill_diagonal(same, val=True)
        first[begin:end] = begin + same.argmax(axis=1)
    while (first != first[first]).any():
        first = first[first]
    return first


def _whole(owners: Ints, twins: Ints, bunches: Ints) -> Ints:
    """[texts]: those of an entry and its twins bear one number; others keep their bunch's."""
    groups = np.append(twins, [0, 0])[owners]
    return np.where(owners < len(twins), groups, len(twins) + bunches)


def _answered_in_so_many_words(index: Index, near: Floats) -> Bools:
    """[texts]: everyday letters that nearly equal a phrasing: such an FAQ does answer them."""
    strangers, own = int(index.begins[-2]), int(index.begins[-3])
    answered = np.zeros(len(near), np.bool_)
    answered[strangers:] = near[strangers:, :own].max(axis=1) > _SAME_BUNCH
    return answered


def _similarities(index: Index, encode: Asked, asked: Ints) -> Floats:
    """[asked, texts]: similarities of texts of the index, asked as if they were questions."""
    return np.concatenate(
        [
            similarities(index, [encode(index.texts[i]) for i in few])
            for few in np.array_split(asked, -(-len(asked) // _AT_ONCE))
        ]
    )


def _blinded(near: Floats, hidden: Bools) -> Floats:
    """The similarities without the `hidden` [questions, texts]."""
    return np.where(hidden, np.float32(-1), near)


def _twins(index: Index, owners: Ints) -> Ints:
    """[entries]: entries that share a phrasing are named by the first of them."""
    first: dict[tuple[str, ...], int] = {}
    twins = np.arange(len(index.entry_ids))
    for owner, text in zip(owners.tolist(), index.texts, strict=True):
        if owner < len(twins):
            twins[owner] = min(twins[owner], first.setdefault(words(text), owner))
    return twins
