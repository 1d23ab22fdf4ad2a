"""Ranks passages, and entries that few ways to ask are known of, by learned weights of evidence.

The weights and the threshold come from articles of strangers (`scripts/learn_search.py`), so that
an author's first article is judged as strictly as her tenth.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypedDict

import numpy as np

from inbox_bot.faq.draw.article_text import sentences
from inbox_bot.faq.matching.arrays import Array, Floats
from inbox_bot.faq.matching.excerpts import excerpt
from inbox_bot.faq.matching.search import KINDS, evidence, signs
from inbox_bot.faq.matching.search_index import Document, SearchIndex, indexed
from inbox_bot.faq.matching.vectors import WordVectors
from inbox_bot.letters.encoder import encoder
from inbox_bot.model import Entry, Faq, Match

SURE_AT = 0.49
"""The learned sureness from which nine of ten answers are right, on articles of strangers."""
ANSWER_AT = 0.68
"""The same as a confidence, where no ways to ask are known that would set another threshold."""
_OF_ANOTHER_ARTICLE = 3.0  # subtracted from a score if the letter names another article
_AT_ONCE = 64
_MOST_SHOWN = 5
_MOST_WORDINGS = 20  # of an entry: each is encoded at the first search
_LONGEST_SHOWN = 90


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Learned:
    """`answering` maps a question's vector to its answer's; `weights` [kinds], `sureness` [4]."""

    answering: tuple[Floats, Floats]
    weights: Array
    sureness: Array
    learned_from: str


@cache
def learned(with_vectors: bool) -> Learned:
    """The weights shipped beside this module, with the evidence of word vectors or without."""
    row = 0 if with_vectors else 1
    with files(__package__).joinpath("search.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        return Learned(
            answering=(
                arrays["answering_in"].astype(np.float32),
                arrays["answering_out"].astype(np.float32),
            ),
            weights=arrays["weights"][row],
            sureness=arrays["sureness"][row],
            learned_from=str(arrays["learned_from"]),
        )


class _Told(TypedDict):
    """What a match tells of its document."""

    why: str
    excerpt: str


class Searcher:
    """Ranks documents for questions, each with a calibrated confidence and a reason."""

    def __init__(
        self, index: SearchIndex, articles: Sequence[str], offered: frozenset[str]
    ) -> None:
        """`articles` names the article of each document; of those not `offered` it is only known
        that another answer would fit better."""
        self._index = index
        self._offered = offered
        self._articles = tuple(articles)
        self._learned = learned(index.vocabulary is not None)

    @classmethod
    def of(cls, faq: Faq, offered: Collection[str], vectors: WordVectors | None) -> Searcher:
        entries = [one for one in (*faq.passages, *faq.entries) if one.usable]
        titles = {article.title for article in faq.articles}
        documents = [_document(entry, entry.id in offered, titles) for entry in entries]
        articles = [entry.article for entry in entries]
        return cls(indexed(documents, vectors), articles, frozenset(offered))

    def rank_many(
        self, texts: Sequence[str], named: frozenset[str], answer_at: float
    ) -> list[tuple[Match, ...]]:
        """The best few of each question, best first. `named` are the articles that the letter
        names; confidences are scaled so that `answer_at` is the threshold."""
        lifts = np.zeros(len(self._articles))
        if named:
            lifts -= [_OF_ANOTHER_ARTICLE * (article not in named) for article in self._articles]
        shift = _logit(answer_at) - _logit(SURE_AT)
        found: list[tuple[Match, ...]] = []
        for begin in range(0, len(texts), _AT_ONCE):
            some = texts[begin : begin + _AT_ONCE]
            scores = self.scores(some) + lifts
            found += [self._matches(*each, shift) for each in zip(some, scores, strict=True)]
        return found

    def scores(self, texts: Sequence[str], without: str = "") -> Array:
        """[questions, documents], not bounded; `without` leaves out one of `KINDS`."""
        counting = np.array([kind != without for kind in KINDS])
        seen = evidence(self._index, texts, self._learned.answering)
        found: Array = seen @ (self._learned.weights * counting)
        return found

    def _matches(self, text: str, scores: Array, shift: float) -> tuple[Match, ...]:
        best = np.argsort(-scores, kind="stable")[:_MOST_SHOWN]
        (told,) = signs(scores[None])
        sure = self._learned.sureness
        certain = float(1 / (1 + np.exp(-(sure[0] + sure[1:] @ told + shift))))
        # the others: as much less sure as their share is smaller
        shares = np.exp(scores[best] - scores[best[0]])
        asked = encoder().encode([text])[0]
        return tuple(
            Match(
                entry_id=self._index.documents[number].id,
                confidence=certain * float(share),
                **self._told(asked, number),
            )
            for number, share in zip(best.tolist(), shares, strict=True)
            if self._index.documents[number].id in self._offered
        )

    def _told(self, asked: Floats, number: int) -> _Told:
        """The document's sentence that is nearest to the question in meaning, and the part of a
        passage around it."""
        document, begin = self._index.documents[number], int(self._index.begins[number])
        said = document.sentences
        near = self._index.sentences[begin : begin + len(said)] @ asked
        nearest = said[int(near.argmax())]
        shown = nearest if len(nearest) <= _LONGEST_SHOWN else f"{nearest[:_LONGEST_SHOWN]}…"
        part = excerpt(document.text, said, near, document.heading) if document.text else ""
        return {"why": f"closest: '{shown}'", "excerpt": part}


def _document(entry: Entry, offered: bool, titles: Collection[str]) -> Document:
    """A passage is named by its headings, but not by a title: every letter is about that. The ways
    to ask an entry count as sentences of it."""
    told = [part for line in entry.answer.splitlines() for part in sentences(line)]
    if entry.is_passage:
        heading = entry.source or entry.question
        heading = "" if heading in titles else heading
        return Document(id=entry.id, heading=heading, sentences=(*told,), text=entry.answer)
    asked = (entry.question, *entry.also_asked[:_MOST_WORDINGS]) if offered else (entry.question,)
    return Document(id=entry.id, heading=entry.question, sentences=(*asked, *told))


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))
