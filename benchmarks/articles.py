"""How well passages of strangers' articles answer questions that were written before any drawing.

    python -m benchmarks.articles ../shared/articles [--kinds] [--json]

The folder holds NAME.md, NAME.html or NAME.txt and NAME.questions.jsonl: {"text", "answer_in": a
passage of the article or several, "kind"}. Every system ranks the same passages: ours, BM25 and
RapidFuzz. `--kinds` leaves out each kind of evidence in turn. Speed: one question at a time and in
batches, over the passages of all articles together.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: all times are on one core

import argparse
import html
import json
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
from rapidfuzz import fuzz

from inbox_bot.faq.draw import draw
from inbox_bot.faq.draw.pages import article_text
from inbox_bot.faq.draw.passages import flowing
from inbox_bot.faq.matching.search import KINDS
from inbox_bot.faq.matching.searcher import ANSWER_AT, Searcher
from inbox_bot.faq.matching.vectors import shipped_vectors
from inbox_bot.model import Entry, Faq

_LONGEST_ANSWER = 150  # words
_MARKUP = re.compile(r"<[^>]*>|!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^)]*\)|[*_`\\]")

Rank = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`right` are the numbers of the passages that answer, none if the article does not."""

    text: str
    kind: str
    right: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    name: str
    passages: tuple[Entry, ...]
    asked: tuple[Asked, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kinds", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    articles = list(articles_in(arguments.folder))
    rows = {
        "passages": _shares(articles, _ours),
        "BM25": _shares(articles, _bm25),
        "RapidFuzz": _shares(articles, _fuzzy),
    }
    if arguments.kinds:
        for kind in KINDS:
            rows[f"without {kind}"] = _shares(articles, _without(kind))
    for name, (first, three) in rows.items():
        print(f"{name:50} first {first:.3f}  among three {three:.3f}")
    decided = _decided(articles)
    print("  ".join(f"{name} {share:.3f}" for name, share in decided.items()))
    speed = _speed(articles)
    print("  ".join(f"{name} {value:.1f}" for name, value in speed.items()))
    if arguments.json:
        print(json.dumps({"first, three": rows, **decided, **speed}))


def articles_in(folder: Path) -> Iterator[Article]:
    for questions in sorted(folder.glob("*.questions.jsonl")):
        name = questions.name.partition(".")[0]
        (source,) = [one for one in folder.glob(f"{name}.*") if one != questions]
        passages = tuple(_passages(source, name))
        lines = questions.read_text(encoding="utf-8").splitlines()
        yield Article(
            name=name,
            passages=passages,
            asked=tuple(_asked(json.loads(line), passages) for line in lines),
        )


def _passages(source: Path, name: str) -> Iterator[Entry]:
    drawn = draw(article_text(str(source)), name)
    for one in drawn.passages:
        named = " › ".join(filter(None, (one.above, one.heading)))
        yield Entry(
            id=one.id,
            article=name,
            question=one.heading or drawn.article.title,
            also_asked=(),
            answer=flowing(one.text),
            source=named,
            is_passage=True,
        )


def _asked(row: dict[str, object], passages: Sequence[Entry]) -> Asked:
    told = row["answer_in"]
    quotes = told if isinstance(told, list) else [told] if told else []
    bare = [_bare(one.answer) for one in passages]
    right = (
        number
        for number, text in enumerate(bare)
        if len(text.split()) <= _LONGEST_ANSWER and any(_bare(str(q)) in text for q in quotes)
    )
    return Asked(text=str(row["text"]), kind=str(row["kind"]), right=frozenset(right))


def _bare(text: str) -> str:
    text = _MARKUP.sub(r"\1", html.unescape(text)).translate(str.maketrans("’‘“”", "''\"\""))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).lower()


def _shares(articles: Sequence[Article], rank: Callable[[Article], Rank]) -> tuple[float, float]:
    first = three = known = 0
    for article in articles:
        ranked = rank(article)
        for one in article.asked:
            if one.kind == "known":
                best = list(ranked(one.text))[:3]
                known += 1
                first += best[0] in one.right
                three += not one.right.isdisjoint(best)
    return first / known, three / known


def _searcher(passages: Sequence[Entry]) -> Searcher:
    faq = Faq(articles=(), entries=(), passages=tuple(passages))
    return Searcher.of(faq, {one.id for one in passages}, shipped_vectors())


def _ours(article: Article) -> Rank:
    searcher = _searcher(article.passages)
    number = {one.id: at for at, one in enumerate(article.passages)}

    def rank(text: str) -> Sequence[int]:
        (matches,) = searcher.rank_many([text], frozenset(), ANSWER_AT)
        return [number[match.entry_id] for match in matches]

    return rank


def _without(kind: str) -> Callable[[Article], Rank]:
    def made(article: Article) -> Rank:
        searcher = _searcher(article.passages)
        return lambda text: np.argsort(-searcher.scores([text], without=kind)[0]).tolist()

    return made


def _bm25(article: Article) -> Rank:
    texts = [f"{one.source} {one.answer}" for one in article.passages]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def rank(text: str) -> Sequence[int]:
        scores = retriever.get_scores(
            bm25s.tokenize([text], return_ids=False, show_progress=False)[0]
        )
        return list(map(int, np.argsort(-scores, kind="stable")))

    return rank


def _fuzzy(article: Article) -> Rank:
    texts = [f"{one.source} {one.answer}" for one in article.passages]

    def rank(text: str) -> Sequence[int]:
        scores = [fuzz.token_set_ratio(text, one) for one in texts]
        return sorted(range(len(texts)), key=lambda number: -scores[number])

    return rank


def _decided(articles: Sequence[Article]) -> dict[str, float]:
    """Shares at the threshold, of questions by themselves."""
    answered = right = known = left = none = 0
    for article in articles:
        searcher = _searcher(article.passages)
        number = {one.id: at for at, one in enumerate(article.passages)}
        ranked = searcher.rank_many([a.text for a in article.asked], frozenset(), ANSWER_AT)
        for one, matches in zip(article.asked, ranked, strict=True):
            sure = matches[0].confidence >= ANSWER_AT
            if one.kind == "known":
                known, answered = known + 1, answered + sure
                right += sure and number[matches[0].entry_id] in one.right
            elif one.kind == "none":
                none, left = none + 1, left + (not sure)
    return {
        "answered": answered / max(known, 1),
        "right of answered": right / max(answered, 1),
        "none left": left / max(none, 1),
    }


def _speed(articles: Sequence[Article]) -> dict[str, float]:
    passages = [one for article in articles for one in article.passages]
    texts = [one.text for article in articles for one in article.asked]
    begun = time.perf_counter()
    searcher = _searcher(passages)
    built = time.perf_counter() - begun
    fresh = [f"{text} Please tell me, number {at}." for at, text in enumerate(texts)]
    times: list[float] = []
    for text in fresh:
        begun = time.perf_counter()
        searcher.rank_many([text], frozenset(), ANSWER_AT)
        times.append(1_000 * (time.perf_counter() - begun))
    again = [f"{text} I wonder, number {at}." for at, text in enumerate(texts)]
    begun = time.perf_counter()
    searcher.rank_many(again, frozenset(), ANSWER_AT)
    batch = len(again) / (time.perf_counter() - begun)
    return {
        "passages": float(len(passages)),
        "built in s": built,
        "one question, median ms": statistics.median(times),
        "p99 ms": float(np.percentile(times, 99)),
        "in batches, per s": batch,
    }


if __name__ == "__main__":
    main()
