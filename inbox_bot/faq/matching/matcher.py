"""The matcher: ranks entries for questions, each with a calibrated confidence and a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache as kept, cached_property
from pathlib import Path

import numpy as np

from inbox_bot.faq.matching import cache, calibration
from inbox_bot.faq.matching.arrays import Floats
from inbox_bot.faq.matching.building import Background, EntryTexts, build
from inbox_bot.faq.matching.encoding import Encoded, encode
from inbox_bot.faq.matching.index import Index, evidence, similarities
from inbox_bot.faq.matching.reasons import reason
from inbox_bot.faq.matching.searcher import ANSWER_AT, Searcher
from inbox_bot.faq.matching.text import parts_of, sentences, words
from inbox_bot.faq.matching.vectors import WordVectors, shipped_vectors
from inbox_bot.letters.encoder import encoder
from inbox_bot.letters.wordlists import lines
from inbox_bot.model import Entry, Faq, Match

NO_FAQ = Faq(articles=(), entries=())
_MOST_SHOWN = 5
_LEAST_SHOWN = 0.02
_OF_A_SENTENCE = 0.9  # weight of a single sentence against the whole question
_MOST_CELLS = 4_000_000  # similarities held at once: 16 MB each of a few arrays
_WELL_KNOWN = 12  # ways to ask each entry, on average, from which they tell more than a search
_LEAST_KNOWN = 4  # ways to ask an entry; one with fewer is searched for, too
_WORD_FOR_WORD = 0.98  # the confidence of an entry that is asked exactly so
_OF_ANOTHER_ARTICLE = 0.4  # subtracted from an entry's score if the letter names another article


@kept
def everyday_letters() -> tuple[str, ...]:
    """Sentences of everyday letters that no FAQ answers, written for this package."""
    return tuple(lines("inbox_bot.faq.matching.everyday.txt"))


class Matcher:
    """Ranks the entries and passages of one FAQ. `answer_at` is the threshold: the one that the
    FAQ's own texts set, if its entries have many ways to be asked; else that of the search."""

    def __init__(
        self,
        index: Index,
        faq: Faq = NO_FAQ,
        searcher: Searcher | None = None,
    ) -> None:
        articles = {entry.id: entry.article for entry in faq.entries}
        self._index = index
        self._lexicon = index.lexicon
        self._articles = tuple(articles.get(entry_id, "") for entry_id in index.entry_ids)
        self._searcher = searcher
        self._wordings = _wordings(faq)
        self._faq = faq
        self.answer_at = index.answer_at if index.entry_ids or not searcher else ANSWER_AT

    @classmethod
    def from_phrasings(
        cls, phrasings: Mapping[str, Sequence[str]], unanswered: Sequence[str] = ()
    ) -> Matcher:
        """Entry ids with the ways to ask each; `unanswered` are questions that none answers."""
        vectors = shipped_vectors()
        entries = {key: EntryTexts(asked=ways) for key, ways in phrasings.items()}
        return cls(build(entries, _background(unanswered), vectors))

    @classmethod
    def from_entries(cls, faq: Faq, cache_dir: Path | None = None) -> Matcher:
        """Built, or loaded from the cache if exactly these texts were built before.

        Entries that wait for the author's review are no candidates.
        """
        vectors = shipped_vectors()
        entries = {entry.id: _texts(entry) for entry in faq.entries if entry.usable}
        new = {key for key, texts in entries.items() if len(texts.asked) < _LEAST_KNOWN}
        if faq.passages and _is_thin(entries):
            new, entries = set(entries), {}
        index = _cached(entries, _background(faq.unanswered), vectors, cache_dir)
        offered = new.union(passage.id for passage in faq.passages)
        searcher = Searcher.of(faq, offered, vectors) if offered else None
        return cls(index, faq, searcher)

    def rank(self, text: str, named_articles: frozenset[str] = frozenset()) -> tuple[Match, ...]:
        """The entries worth showing, best first: at least one, unless the FAQ is empty.

        `named_articles` are the slugs of the articles that the letter names.
        """
        return self.rank_many([text], named_articles)[0]

    def rank_many(
        self, texts: Sequence[str], named_articles: frozenset[str] = frozenset()
    ) -> list[tuple[Match, ...]]:
        """The same for many questions at once, several times faster."""
        ranked = self._learned(texts, named_articles)
        if self._searcher:
            found = self._searcher.rank_many(texts, named_articles, self.answer_at)
            ranked = [_together(*both) for both in zip(ranked, found, strict=True)]
        known = [self._wordings.get(words(text), "") for text in texts]
        return [_led(*each) for each in zip(known, ranked, strict=True)]

    def rank_foreign(self, texts: Sequence[str]) -> list[tuple[Match, ...]]:
        """For questions in another language than the entries': by what answers say, as few words
        are shared."""
        if not self._by_meaning:
            return [() for _ in texts]
        return self._by_meaning.rank_many(texts, frozenset(), self.answer_at)

    @cached_property
    def _by_meaning(self) -> Searcher | None:
        """Built at the first letter that needs it; None without an answer that may be used."""
        usable = {key for key, entry in self._faq.answers.items() if entry.usable}
        return Searcher.of(self._faq, usable, shipped_vectors()) if usable else None

    def _learned(self, texts: Sequence[str], named: frozenset[str]) -> list[tuple[Match, ...]]:
        """By the ways to ask that are known of the entries."""
        if not self._index.entry_ids:
            return [() for _ in texts]
        at_once = max(1, _MOST_CELLS // len(self._index.texts))
        return [
            matches
            for begin in range(0, len(texts), at_once)
            for matches in self._ranked(texts[begin : begin + at_once], named)
        ]

    def _ranked(self, texts: Sequence[str], named: frozenset[str]) -> Iterator[tuple[Match, ...]]:
        parts = [parts_of(text) for text in texts]
        encoder().encode([part for each in parts for part in each])  # in one batch, then cached
        asked = [[encode(part, self._lexicon) for part in each] for each in parts]
        near = self._near(asked)
        confidences = self._confidences(near, named)
        for (question, *_), row, confidence in zip(asked, near, confidences, strict=True):
            yield tuple(
                Match(
                    entry_id=self._index.entry_ids[entry],
                    confidence=float(confidence[entry]),
                    why=self._why(question, row, entry),
                )
                for entry in _worth_showing(confidence)
            )

    def _near(self, asked: Sequence[Sequence[Encoded]]) -> Floats:
        """[questions, texts]: as near as the whole or, a little less, as one of its sentences."""
        near = similarities(self._index, [part for parts in asked for part in parts])
        sizes = np.array([len(parts) for parts in asked])
        begins = np.cumsum(sizes) - sizes
        if len(near) == len(asked):
            return near
        near[np.delete(np.arange(len(near)), begins)] *= _OF_A_SENTENCE
        nearest: Floats = np.maximum.reduceat(near, begins, axis=0)
        return nearest

    def _confidences(self, near: Floats, named: frozenset[str]) -> Floats:
        """[questions, entries]"""
        seen = evidence(self._index, near)
        if named:
            other = np.array([bool(a) and a not in named for a in self._articles])
            seen = replace(seen, scores=seen.scores - _OF_ANOTHER_ARTICLE * other)
        return calibration.probability(self._index.calibration, calibration.features(seen))

    def _why(self, question: Encoded, near: Floats, entry: int) -> str:
        begin, number = int(self._index.begins[entry]), int(self._index.questions[entry])
        closest = self._index.texts[begin + int(near[begin : begin + number].argmax())]
        return reason(question.known, closest, self._lexicon)


def _is_thin(entries: Mapping[str, EntryTexts]) -> bool:
    asked = sum(len(entry.asked) for entry in entries.values())
    return asked < _WELL_KNOWN * max(len(entries), 1)


def best_of(matches: Iterable[Match]) -> list[Match]:
    """Each id once, with the better of its confidences; best first."""
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match.entry_id)
        if known is None or match.confidence > known.confidence:
            best[match.entry_id] = match
    return sorted(best.values(), key=lambda match: -match.confidence)


def _together(learned: tuple[Match, ...], found: tuple[Match, ...]) -> tuple[Match, ...]:
    """Entries come first where both are equal."""
    ranked = best_of((*learned, *found))
    return tuple(m for k, m in enumerate(ranked[:_MOST_SHOWN]) if k == 0 or _is_worth(m))


def _wordings(faq: Faq) -> dict[tuple[str, ...], str]:
    """Only those that one entry alone has."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for entry in faq.entries:
        for asked in (entry.question, *entry.also_asked) if entry.usable else ():
            owners.setdefault(words(asked), set()).add(entry.id)
    return {asked: ids.pop() for asked, ids in owners.items() if asked and len(ids) == 1}


def _led(known: str, ranked: tuple[Match, ...]) -> tuple[Match, ...]:
    """The entry that is asked word for word stands first."""
    if not known:
        return ranked
    sure = Match(entry_id=known, confidence=_WORD_FOR_WORD, why="asked word for word")
    best = next((match for match in ranked if match.entry_id == known), sure)
    first = best if best.confidence >= _WORD_FOR_WORD else replace(best, confidence=_WORD_FOR_WORD)
    rest = (match for match in ranked if match.entry_id != known)
    return (first, *rest)[:_MOST_SHOWN]


def _is_worth(match: Match) -> bool:
    return match.confidence >= _LEAST_SHOWN


def _worth_showing(confidence: Floats) -> list[int]:
    most = min(_MOST_SHOWN, len(confidence))
    best = np.argpartition(-confidence, most - 1)[:most]
    ranked = sorted(best.tolist(), key=lambda entry: (-confidence[entry], entry))
    return [e for k, e in enumerate(ranked) if k == 0 or confidence[e] >= _LEAST_SHOWN]


def _texts(entry: Entry) -> EntryTexts:
    return EntryTexts(
        asked=(entry.question, *entry.also_asked),
        answered=sentences(entry.answer, least=4),
    )


def _background(unanswered: Sequence[str]) -> Background:
    return Background(unanswered=unanswered, everyday=everyday_letters())


def _cached(
    entries: Mapping[str, EntryTexts],
    background: Background,
    vectors: WordVectors | None,
    cache_dir: Path | None,
) -> Index:
    if cache_dir is None:
        return build(entries, background, vectors)
    parts: list[Sequence[str]] = [["with vectors" if vectors else "without vectors"]]
    parts += [background.everyday, sorted(background.unanswered)]
    for key in sorted(entries):
        parts += [[key], sorted(entries[key].asked), entries[key].answered]
    path = cache_dir / f"matcher-{cache.fingerprint(parts)}.npz"
    index = cache.load(path, vectors)
    if index is None:
        index = build(entries, background, vectors)
        cache.save(index, path)
    return index
