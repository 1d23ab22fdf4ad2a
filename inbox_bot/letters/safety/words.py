"""Tokenizes a letter into comparable words, each with its place, clause and sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from inbox_bot.letters.safety.grammar import FILLERS

# Characters of a letter's beginning and end that are searched: nobody describes a danger in the
# middle of a megabyte.
HEAD, TAIL = 40_000, 10_000
MOST_MET = 20_000
WRAPPED = 50  # a longer line was broken by a mail program, not by its writer

_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’`´ʼ][^\W\d_]+)*|\n|[.!?;,:()\[\]/…–—*•]|-{2}| -"
)
Span = tuple[int, int]  # the first word and the one after the last

_POSSESSIVE = frozenset({"'s", "’s", "'S", "’S"})  # "my leg's weak": leg, not legs
_CONTRACTED = frozenset(
    {"what", "it", "that", "he", "she", "there", "here", "who", "how", "let", "where"}
)
_SENTENCE_END = frozenset(".!?;…•")


class Word(NamedTuple):  # made for each word of a letter: three times as quick as a dataclass
    """`text` is folded; `start` and `end` are offsets into the letter."""

    text: str
    start: int
    end: int
    clause: int
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`words` in order, and the same by sentence."""

    text: str
    words: tuple[Word, ...]
    sentences: tuple[tuple[str, ...], ...]

    def quote(self, first: int, last: int) -> str:
        """The letter's own words from one word to another, on one line."""
        found = " ".join(self.text[self.words[first].start : self.words[last].end].split())
        return found if len(found) <= 90 else f"{found[:89]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """The possible readings of each word, and the places of each reading.

    `counted`: how many words before each one count, for distances; `next_counting`: the place of
    the next counting word; `sentences`: the sentence of each word.
    """

    readings: list[frozenset[str]]
    places: dict[str, list[int]]
    counted: list[int]
    next_counting: list[int]
    sentences: list[int]


def fold(text: str) -> str:
    """Small letters, no accents, no apostrophes."""
    if text.isascii() and text.isalnum():
        return text.lower()
    if text[0].isdigit():
        return text.replace(",", ".")
    if text[-2:] in _POSSESSIVE and text[:-2].lower() not in _CONTRACTED:
        text = text[:-2]
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())


@lru_cache(maxsize=1)
def read(text: str) -> Letter:
    """The words of a letter; of a very long one, of its beginning and its end.

    The last result is cached: all rules read the same letter, one after the other.
    """
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]}\n\n{text[-TAIL:]}"
    every = tuple(_words(text))
    sentences: list[list[str]] = [[]]
    for word in every:
        while len(sentences) <= word.sentence:
            sentences.append([])
        sentences[word.sentence].append(word.text)
    return Letter(
        text=text,
        words=every,
        sentences=tuple(map(tuple, sentences)),
    )


def _words(text: str) -> Iterator[Word]:
    clause = sentence = 0
    line_start = blank_since = 0
    for found in _TOKEN.finditer(text):
        piece = found.group()
        if piece[0].isalnum():
            folded = fold(piece)
            if folded:
                yield Word(folded, *found.span(), clause, sentence)
        elif piece == "\n":
            blank = not text[blank_since : found.start()].strip()
            sentence += blank
            clause += blank or found.start() - line_start < WRAPPED
            line_start = blank_since = found.end()
        elif piece[0] in _SENTENCE_END:
            sentence, clause = sentence + 1, clause + 1
        else:
            clause += 1


class Phrases:
    """A set of phrases of folded words that finds itself in letters; `numb*` is a prefix."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._begun: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        words: set[str] = set()
        for phrase in filter(str.strip, phrases):
            first, *others = phrase.split()
            begun = self._begun.setdefault(first, {})
            begun.setdefault(others[0] if others else "", []).append(tuple(others))
            words.update((first, *others))
        self.words = frozenset(words)
        self.firsts = frozenset(self._begun)
        self.beginnings = frozenset(
            (first, second) for first, begun in self._begun.items() for second in begun
        )

    def spans(self, letter: Readable) -> list[Span]:
        """The places of its phrases in the letter, in order."""
        present = self.firsts & letter.places.keys()
        return sorted({span for first in present for span in self._spans(letter, first)})

    def _spans(self, letter: Readable, first: str) -> Iterator[Span]:
        begun = self._begun[first]
        for second in ("", *(begun.keys() & letter.places.keys())):
            for rest in begun.get(second, ()):
                for start in letter.places[first]:
                    end = _end(letter, start + 1, rest)
                    if end and letter.sentences[start] == letter.sentences[end - 1]:
                        yield start, end


def _end(letter: Readable, at: int, parts: tuple[str, ...]) -> int:
    """The end of a phrase whose rest continues at `at`; 0 if it does not continue there."""
    for part in parts:
        while at < len(letter.readings) and part not in letter.readings[at]:
            if letter.next_counting[at] == at:
                return 0
            at += 1
        if at == len(letter.readings):
            return 0
        at += 1
    return at


class Readings:
    """Maps a letter's word to its readings: itself, `prefix*`, or a known word with one typo."""

    def __init__(self, vocabulary: Iterable[str], correct: Iterable[str]) -> None:
        known = frozenset(vocabulary)
        self._exact = frozenset(word for word in known if not word.endswith("*"))
        self._beginnings = tuple(word[:-1] for word in known if word.endswith("*"))
        self._correct = frozenset(correct)
        self._met: dict[str, frozenset[str]] = {}
        self._long: dict[tuple[str, int], list[str]] = {}
        for reading in known:
            word = reading.removesuffix("*")
            if len(word) >= 6:
                self._long.setdefault((word[0], len(word)), []).append(reading)

    def of_letter(self, letter: Letter) -> Readable:
        known = {text: self._of(text) for text in {word.text for word in letter.words}}
        readings = [known[word.text] for word in letter.words]
        places: dict[str, list[int]] = {}
        for at, each in enumerate(readings):
            for reading in each:
                places.setdefault(reading, []).append(at)
        counts = [word.text not in FILLERS for word in letter.words]
        counted = list(accumulate(counts, initial=0))
        next_counting = list(range(len(counts) + 1))
        for at in range(len(counts) - 1, -1, -1):
            next_counting[at] = at if counts[at] else next_counting[at + 1]
        return Readable(
            readings=readings,
            places=places,
            counted=counted,
            next_counting=next_counting,
            sentences=[word.sentence for word in letter.words],
        )

    def _of(self, word: str) -> frozenset[str]:
        """Cached up to a limit: letters share most words, a hostile one has many."""
        found = self._met.get(word)
        if found is None:
            found = self.of(word)
            if len(self._met) < MOST_MET:
                self._met[word] = found
        return found

    def of(self, word: str) -> frozenset[str]:
        readings = {word}
        if word.startswith(self._beginnings):
            readings |= {f"{part}*" for part in self._beginnings if word.startswith(part)}
        if len(word) >= 5 and word not in self._exact and word not in self._correct:
            readings |= set(self._near(word))
        return frozenset(readings)

    def _near(self, word: str) -> Iterator[str]:
        for length in range(max(6, len(word) - 1), len(word) + 2):
            for known in self._long.get((word[0], length), ()):
                if one_slip(word, known.removesuffix("*")):
                    yield known


def one_slip(word: str, other: str) -> bool:
    """One letter left out, added or changed, or two neighbors swapped; not the first letter."""
    if word == other or abs(len(word) - len(other)) > 1:
        return word == other
    at = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), -1)
    if at < 0:
        return True
    rest, other_rest = word[at:], other[at:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )
