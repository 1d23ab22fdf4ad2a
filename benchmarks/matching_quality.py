"""The right entry for real questions, and silence where there is none."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import files as files_of
from pathlib import Path
from unittest.mock import patch

import numpy as np
from ruamel.yaml import YAML

from inbox_bot.faq.decide import Terms, decide
from inbox_bot.faq.load import load
from inbox_bot.faq.matching import Matcher
from inbox_bot.model import Answer, Question

NOTHING = "NO_NODES_DETECTED"
_LEAST = {"sofmattress": 0.68, "curekart": 0.69}  # of MCC, for the sets that have a bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`least` or `most` is what the value must reach or keep under."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        enough = self.least is None or self.value >= self.least
        return enough and (self.most is None or self.value <= self.most)

    @property
    def wanted(self) -> str:
        return f">= {self.least}" if self.least is not None else f"<= {self.most}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    text: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """Of each question the right label, the best candidate and its score."""

    labels: Sequence[str]
    best: Sequence[str]
    scores: np.ndarray

    def at(self, threshold: float) -> list[str]:
        pairs = zip(self.best, self.scores, strict=True)
        return [label if score >= threshold else NOTHING for label, score in pairs]

    def mcc(self, threshold: float) -> float:
        return mcc(self.labels, self.at(threshold))

    def best_threshold(self) -> float:
        grid = np.unique(np.quantile(self.scores, np.linspace(0, 1, 101)))
        return float(max(grid, key=lambda threshold: self.mcc(float(threshold))))


def mcc(labels: Sequence[str], predicted: Sequence[str]) -> float:
    """Matthews correlation of many classes (Gorodkin 2004); no answer is one class more."""
    numbers = {label: i for i, label in enumerate({*labels, *predicted})}
    a = np.array([numbers[label] for label in labels])
    b = np.array([numbers[label] for label in predicted])
    t = np.bincount(a, minlength=len(numbers)).astype(float)
    p = np.bincount(b, minlength=len(numbers)).astype(float)
    n = float(len(a))
    below = (n * n - p @ p) * (n * n - t @ t)
    return float((n * (a == b).sum() - t @ p) / np.sqrt(below)) if below else 0.0


def read_csv(path: Path) -> list[Asked]:
    with path.open(encoding="utf-8") as file:
        return [Asked(text=r["sentence"], label=r["label"]) for r in csv.DictReader(file)]


def phrasings(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in read_csv(path):
        found.setdefault(row.label, []).append(row.text)
    return found


def predictions(matcher: Matcher, asked: Sequence[Asked]) -> Predictions:
    first = [matches[0] for matches in matcher.rank_many([row.text for row in asked])]
    return Predictions(
        labels=[row.label for row in asked],
        best=[match.entry_id for match in first],
        scores=np.array([match.confidence for match in first]),
    )


def data_sets(folder: Path) -> list[Path]:
    """The folders in it that hold phrasings to learn and questions to be judged by."""
    return sorted(
        path.parent for path in folder.glob("*/train.csv") if (path.parent / "test.csv").is_file()
    )


def intents(folders: Sequence[Path]) -> list[Bar]:
    """Each data set, with other systems' predictions re-scored where they lie beside it."""
    bars: list[Bar] = []
    pooled: list[tuple[float, bool]] = []
    for folder in folders:
        name = folder.name
        print(f"\n== {name}: MCC, in-scope accuracy, out-of-scope recall at the best threshold")
        asked = read_csv(folder / "test.csv")
        for path in sorted(folder.glob("preds_*.csv")):
            _print_row(path.stem.removeprefix("preds_"), _of_peer(path))
        for title, rank in peers(phrasings(folder / "train.csv")).items():
            _print_row(title, _of_ranker(rank, asked))
        matcher = Matcher.from_phrasings(phrasings(folder / "train.csv"))
        mine = predictions(matcher, asked)
        _print_row("inbox_bot", mine)
        _print_row(f"inbox_bot at auto ({matcher.answer_at:.2f})", mine, matcher.answer_at)
        best, auto = mine.mcc(mine.best_threshold()), mine.mcc(matcher.answer_at)
        bars.append(
            Bar(name=f"{name}: MCC at the best threshold", value=best, least=_LEAST.get(name, 0))
        )
        bars.append(Bar(name=f"{name}: best MCC less MCC at auto", value=best - auto, most=0.04))
        right = [a == b for a, b in zip(mine.labels, mine.best, strict=True)]
        pooled += zip(mine.scores.tolist(), right, strict=True)
    _print_reliability(pooled)
    return bars


def _of_peer(path: Path) -> Predictions:
    with path.open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    return Predictions(
        labels=[row["label"] for row in rows],
        best=[row["predicted_node"] for row in rows],
        scores=np.array([float(row["predicted_node_score"] or 0) for row in rows]),
    )


Ranker = Callable[[str], tuple[str, float]]


def _of_ranker(rank: Ranker, asked: Sequence[Asked]) -> Predictions:
    found = [rank(row.text) for row in asked]
    return Predictions(
        labels=[row.label for row in asked],
        best=[label for label, _ in found],
        scores=np.array([score for _, score in found]),
    )


def peers(ways: Mapping[str, Sequence[str]]) -> dict[str, Ranker]:
    """What a few lines with a library do: the nearest phrasing's entry."""
    import bm25s
    from rapidfuzz import fuzz, process, utils
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [text for group in ways.values() for text in group]
    owners = [label for label, group in ways.items() for _ in group]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)

    def by_wratio(text: str) -> tuple[str, float]:
        found = process.extractOne(text, texts, scorer=fuzz.WRatio, processor=utils.default_process)
        return owners[found[2]], found[1]

    def by_bm25(text: str) -> tuple[str, float]:
        tokens = bm25s.tokenize(text, show_progress=False)
        ids, scores = index.retrieve(tokens, k=1, show_progress=False)
        return owners[ids[0, 0]], float(scores[0, 0])

    def by_tfidf(text: str) -> tuple[str, float]:
        scores = (matrix @ vectorizer.transform([text]).T).toarray()[:, 0]
        return owners[int(scores.argmax())], float(scores.max())

    return {
        "rapidfuzz extractOne(WRatio)": by_wratio,
        "bm25s": by_bm25,
        "scikit-learn tf-idf": by_tfidf,
    }


def _print_row(title: str, found: Predictions, threshold: float | None = None) -> None:
    at = found.best_threshold() if threshold is None else threshold
    pairs = [*zip(found.labels, found.at(at), strict=True)]
    inside = np.mean([a == b for a, b in pairs if a != NOTHING])
    outside = np.mean([a == b for a, b in pairs if a == NOTHING])
    print(f"{title:<34} {found.mcc(at):.3f}   {inside:.3f}   {outside:.3f}")


def _print_reliability(pooled: Sequence[tuple[float, bool]]) -> None:
    print("\n== of the matches with this confidence, so many were right (all data sets)")
    confidence, right = (np.array(column) for column in zip(*pooled, strict=True))
    for low in range(10):
        at = (confidence * 10).astype(int).clip(0, 9) == low
        if at.any():
            print(
                f"{low / 10:.1f} to {low / 10 + 0.1:.1f}   n {at.sum():>4}"
                f"   said {confidence[at].mean():.2f}   right {right[at].mean():.2f}"
            )


# --- what each part buys -----------------------------------------------------------------------


def parts(folders: Sequence[Path]) -> None:
    """The matcher with one part taken out, in a table with what the part costs."""
    print("\n== what each part buys: MCC at the best threshold (and at auto) of each set")
    for title, out in {
        "all parts": (),
        "without wordllama": ("inbox_bot.faq.matching.matcher.shipped_vectors",),
        "without the classifier": ("inbox_bot.faq.matching.building.MOST_TO_CLASSIFY",),
        "without typo correction": ("inbox_bot.faq.matching.lexicon.Lexicon._may_be_misspelt",),
    }.items():
        with _without(out):
            figures = [*_figures(folders)]
        print(f"{title:<26}" + "   ".join(f"{best:.3f} ({auto:.3f})" for best, auto in figures))
    for package, module in (("wordllama", ""), ("rapidfuzz", "rapidfuzz.process"), ("numpy",) * 2):
        print(f"{package:<12}{_megabytes(package):6.0f} MB installed{_import_time(module)}")


@contextmanager
def _without(names: Sequence[str]) -> Iterator[None]:
    stand_ins: dict[str, object] = {
        "shipped_vectors": lambda: None,
        "MOST_TO_CLASSIFY": 0,
        "_may_be_misspelt": lambda *_: False,
    }
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(patch(name, stand_ins[name.rsplit(".", 1)[1]]))
        yield


def _figures(folders: Sequence[Path]) -> Iterator[tuple[float, float]]:
    for folder in folders:
        matcher = Matcher.from_phrasings(phrasings(folder / "train.csv"))
        found = predictions(matcher, read_csv(folder / "test.csv"))
        yield found.mcc(found.best_threshold()), found.mcc(matcher.answer_at)


def _megabytes(package: str) -> float:
    paths = [Path(str(file.locate())) for file in files_of(package) or ()]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def _import_time(module: str) -> str:
    if not module:
        return ", never imported: its files are read"
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return f", {float(run.stdout) * 1000:.0f} ms to import"


# --- this FAQ ----------------------------------------------------------------------------------


def own_faq(faq_folder: Path, questions: Path) -> list[Bar]:
    """The labelled questions on this project's own FAQ, through matcher and decisions."""
    if not questions.exists():
        return []
    faq = load(faq_folder)
    ids = {entry.id for entry in faq.entries}
    rows = [
        Asked(text=row["text"], label=row["expect"])
        for row in YAML(typ="safe").load(questions.read_text("utf-8"))
        if row["expect"] in ids or row["expect"] == "none"
    ]
    matcher = Matcher.from_entries(faq)
    terms = Terms(answer_at=matcher.answer_at, faq=faq)
    ranked = matcher.rank_many([row.text for row in rows])
    decided = [decide(Question(text=r.text), m, terms) for r, m in zip(rows, ranked, strict=True)]
    told = [d.matches[0].entry_id if isinstance(d, Answer) else "" for d in decided]
    first = [matches[0].entry_id == row.label for matches, row in zip(ranked, rows, strict=True)]
    return _own_bars([row.label for row in rows], told, first)


def _own_bars(labels: Sequence[str], told: Sequence[str], first: Sequence[bool]) -> list[Bar]:
    answerable = [i for i, label in enumerate(labels) if label != "none"]
    other = [i for i, label in enumerate(labels) if label == "none"]
    answered = [i for i in range(len(labels)) if told[i]]
    shares = {
        "right entry first": (np.mean([first[i] for i in answerable]), 0.93),
        "answered, of those that the FAQ answers": (
            np.mean([bool(told[i]) for i in answerable]),
            0.75,
        ),
        "right, of the answers to answerable ones": (
            np.mean([told[i] == labels[i] for i in answerable if told[i]]),
            0.97,
        ),
        "not answered, of those that it does not": (np.mean([not told[i] for i in other]), 0.92),
        "right, of all answers": (np.mean([told[i] == labels[i] for i in answered]), 0.0),
    }
    return [
        Bar(name=f"this FAQ ({len(labels)} questions): {name}", value=float(value), least=least)
        for name, (value, least) in shares.items()
    ]
