"""The words of the FAQ and of everyday letters: their rarity and their similar words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from inbox_bot.faq.matching.arrays import Floats, Ints
from inbox_bot.faq.matching.postings import SparseRow, postings
from inbox_bot.faq.matching.synonyms import groups_of
from inbox_bot.faq.matching.text import grams, stem, words
from inbox_bot.faq.matching.vectors import WordVectors

_LEAST_ALIKE = 0.5  # below this, shared pieces of words are chance
_SYNONYMS = 0.9
_MOST_NEIGHBOURS = 12
_TELLING = 4.0  # of rarity: what fewer than one in 20 texts and entries hold is a topic
A_TOPIC = 0  # a form does not distinguish topics
_KEPT_WORDS = 20_000
_AT_ONCE = 64
_SHORTEST_TO_CORRECT = 4
_LETTERS_A_SECTION = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownWord:
    """A word of a text, looked up in the lexicon.

    `text` is its spelling after correction, `form` the number of its stem, or `A_TOPIC`, `weight`
    its rarity, `alike` the similar known words with the degree, times `weight`, and `meaning`
    [width] its vector, times its rarity.
    """

    text: str
    stem: str
    form: int
    weight: float
    alike: SparseRow
    meaning: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LexiconParts:
    """What a lexicon is made of: the words of the FAQ (`own`) and of everyday letters.

    `in_texts` [stems] counts the texts that hold each stem, `in_sections` [stems] the sections,
    the last number of each is how many there are. An entry with all its phrasings is a section: a
    word that most entries share does not tell them apart, however rare it is elsewhere.
    """

    words: tuple[str, ...]
    own: frozenset[str]
    stems: tuple[str, ...]
    in_texts: Ints
    in_sections: Ints


class Lexicon:
    """Looks words up and caches the results: letters repeat words."""

    def __init__(self, parts: LexiconParts, vectors: WordVectors | None) -> None:
        self.parts = parts
        self._vectors = vectors
        self._ids = {word: number for number, word in enumerate(parts.words)}
        rarities: list[float] = _rarities(parts).tolist()
        self._rarities = dict(zip(parts.stems, rarities, strict=True))
        self._rarest = _rarest(parts)
        common = (root for root in parts.stems if self._rarities[root] < _TELLING)
        self._common = {root: number for number, root in enumerate(common, A_TOPIC + 1)}
        self._by_first_letter = _by_first_letter(parts.own)
        self._groups = groups_of()
        self._members = _members(parts.words, self._groups)
        self._grams = _index_grams(parts.words)
        self._rows = [_gram_row(word, self._grams) for word in parts.words]
        self._postings = postings(self._rows, len(self._grams.ids))
        self._kept: dict[str, KnownWord] = {}

    def word_id(self, word: str) -> int:
        """KeyError for a word that is in no text of the index."""
        return self._ids[word]

    @property
    def width(self) -> int:
        """The length of meanings; 0 without vectors."""
        return self._vectors.width if self._vectors else 0

    def rarity(self, stem: str) -> float:
        """1 for a stem that is everywhere; more, the fewer texts and entries have it."""
        return self._rarities.get(stem, self._rarest)

    def known(self, text: str) -> tuple[KnownWord, ...]:
        """The words of a text in order, corrected and weighted."""
        spoken = words(text)
        self.look_up(spoken)
        return tuple(self._kept[word] for word in spoken)

    def look_up(self, spoken: Iterable[str]) -> None:
        """Looks up many words at once, far faster than one by one."""
        if len(self._kept) >= _KEPT_WORDS:
            self._kept.clear()
        new = {word: self._meant(word) for word in spoken if word not in self._kept}
        meant = [word for word in dict.fromkeys(new.values()) if word not in self._kept]
        for begin in range(0, len(meant), _AT_ONCE):
            few = meant[begin : begin + _AT_ONCE]
            scores = self._postings.scores([self._row(word) for word in few])
            for word, degrees in zip(few, scores, strict=True):
                self._kept[word] = self._weighed(word, degrees)
        self._kept.update({word: self._kept[right] for word, right in new.items()})

    def _weighed(self, word: str, degrees: Floats) -> KnownWord:
        root = stem(word)
        rarity = self.rarity(root)
        weight = rarity * len(word) ** 0.25
        ids, resembling = self._alike(word, degrees)
        return KnownWord(
            text=word,
            stem=root,
            form=self._common.get(root, A_TOPIC),
            weight=weight,
            alike=SparseRow(ids=ids, values=(resembling * weight).astype(np.float32)),
            meaning=self._meaning(word) * np.float32(rarity),
        )

    def _meaning(self, word: str) -> Floats:
        return self._vectors.of(word) if self._vectors else np.zeros(0, np.float32)

    def _row(self, word: str) -> SparseRow:
        number = self._ids.get(word)
        return _gram_row(word, self._grams) if number is None else self._rows[number]

    def _alike(self, word: str, degrees: Floats) -> tuple[Ints, Floats]:
        """`degrees` [words] say how many pieces each known word shares with this one."""
        for group in self._groups.get(stem(word), ()):
            same = self._members.get(group, [])
            degrees[same] = np.maximum(degrees[same], _SYNONYMS)
        if word in self._ids:
            degrees[self._ids[word]] = 1.0
        ids = np.flatnonzero(degrees >= _LEAST_ALIKE)
        best = ids[np.argsort(-degrees[ids], kind="stable")][:_MOST_NEIGHBOURS]
        return best.astype(np.int32), degrees[best]

    def _meant(self, word: str) -> str:
        return self._corrected(word) if self._may_be_misspelt(word) else word

    def _may_be_misspelt(self, word: str) -> bool:
        """A word that is known anywhere is never "corrected", however rare it is."""
        root = stem(word)
        known = root in self._rarities or root in self._groups
        forms = (word, root, root + "e")
        common = self._vectors is not None and any(map(self._vectors.is_common, forms))
        return len(word) >= _SHORTEST_TO_CORRECT and word.isalpha() and not known and not common

    def _corrected(self, word: str) -> str:
        """The closest word of the FAQ: one typo in a short word, two in a long one."""
        slips = 1 if len(word) < 8 else 2
        alike = self._by_first_letter.get(word[0], ())
        found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Grams:
    ids: dict[str, int]
    rarity: Floats


def _index_grams(words: Sequence[str]) -> _Grams:
    spread = Counter(gram for word in words for gram in sorted(set(grams(word))))
    rarity = np.log1p(len(words) / np.array([*spread.values()], np.float32))
    return _Grams(ids={g: i for i, g in enumerate(spread)}, rarity=rarity)


def _gram_row(word: str, pieces: _Grams) -> SparseRow:
    counts = Counter(grams(word))
    known = [gram for gram in counts if gram in pieces.ids]
    ids = np.array([pieces.ids[gram] for gram in known], np.int32)
    values = pieces.rarity[ids] * np.array([counts[gram] for gram in known], np.float32)
    unknown = (len(counts) - len(known)) * math.log1p(len(pieces.ids)) ** 2
    length = math.sqrt(float(values @ values) + unknown)
    return SparseRow(ids=ids, values=(values / max(length, 1e-9)).astype(np.float32))


def lexicon_parts(
    entries: Sequence[Sequence[tuple[str, ...]]], everyday: Sequence[tuple[str, ...]]
) -> LexiconParts:
    """`entries` hold the words of the phrasings of each entry."""
    begins = range(0, len(everyday), _LETTERS_A_SECTION)
    sections = [*entries, *(everyday[i : i + _LETTERS_A_SECTION] for i in begins)]
    held = [[{stem(word) for word in text} for text in section] for section in sections]
    in_texts = Counter(root for section in held for text in section for root in text)
    in_sections = Counter(root for section in held for root in set().union(*section))
    stems = sorted(in_texts)
    own = frozenset(word for entry in entries for text in entry for word in text)
    return LexiconParts(
        words=tuple(sorted(own.union(*everyday))),
        own=own,
        stems=tuple(stems),
        in_texts=np.array([*(in_texts[s] for s in stems), sum(map(len, sections))], np.int32),
        in_sections=np.array([*(in_sections[s] for s in stems), len(sections)], np.int32),
    )


def _rarities(parts: LexiconParts) -> Floats:
    """[stems]"""
    of_texts: Floats = np.log((1 + parts.in_texts[-1]) / (1 + parts.in_texts[:-1]))
    of_sections: Floats = np.log((1 + parts.in_sections[-1]) / (1 + parts.in_sections[:-1]))
    return 1 + (of_texts + of_sections) / 2


def _rarest(parts: LexiconParts) -> float:
    return 1 + (math.log(1 + parts.in_texts[-1]) + math.log(1 + parts.in_sections[-1])) / 2


def _members(words: Sequence[str], groups: Mapping[str, Sequence[int]]) -> dict[int, list[int]]:
    """The numbers of the known words in each group of synonyms."""
    members: dict[int, list[int]] = {}
    for number, word in enumerate(words):
        for group in groups.get(stem(word), ()):
            members.setdefault(group, []).append(number)
    return members


def _by_first_letter(words: Iterable[str]) -> dict[str, list[str]]:
    """Hardly anybody misspells the first letter."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _SHORTEST_TO_CORRECT:
            found.setdefault(word[0], []).append(word)
    return found
