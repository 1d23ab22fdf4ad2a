"""Estimates the matcher's accuracy on this FAQ from its own texts (`inbox-bot faq eval`).

Each phrasing is asked while the matcher does not know it, which shows how often it is right. Each
is asked once more while its whole entry is hidden: then every answer would be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from inbox_bot.model import Faq, Match

FOLDS = 4
ENOUGH = 40  # known texts; a share of fewer is chance
THRESHOLDS = tuple(step / 20 for step in range(6, 20))


class Ranker(Protocol):
    """The part of a matcher that is evaluated."""

    answer_at: float

    def rank_many(self, texts: Sequence[str]) -> Sequence[tuple[Match, ...]]: ...


Phrasings = Mapping[str, Sequence[str]]
Build = Callable[[Phrasings], Ranker]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`expected` is the entry that answers the text; None if it was hidden."""

    text: str
    expected: str | None
    best: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtThreshold:
    """Shares, 0..1: `answered` of the answerable texts, `wrong` of the answers, `answered_in_vain`
    of the unanswerable texts."""

    at: float
    answered: float
    wrong: float
    answered_in_vain: float

    def sentence(self) -> str:
        """ "at 0.80: 74% answered, 1 in 60 wrong" """
        wrong = f"1 in {round(1 / self.wrong)} wrong" if self.wrong else "none wrong"
        vain = f"{self.answered_in_vain:.0%} of unanswerable ones answered"
        return f"at {self.at:.2f}: {self.answered:.0%} answered, {wrong}, {vain}"


def evaluate(faq: Faq, build: Build) -> tuple[Trial, ...]:
    """Builds the matcher eight times: some seconds for an FAQ of some hundred phrasings."""
    phrasings = {entry.id: (entry.question, *entry.also_asked) for entry in faq.entries}
    return (*_known_entries(phrasings, build), *_hidden_entries(phrasings, build))


def at_thresholds(
    trials: Sequence[Trial], thresholds: Sequence[float] = THRESHOLDS
) -> tuple[AtThreshold, ...]:
    return tuple(_at(trials, threshold) for threshold in thresholds)


def too_few(trials: Sequence[Trial]) -> int | None:
    """The number of texts whose answer is known, where no share of them can be trusted."""
    known = sum(trial.expected is not None for trial in trials)
    return known if known < ENOUGH else None


def _known_entries(phrasings: Phrasings, build: Build) -> list[Trial]:
    trials: list[Trial] = []
    for fold in range(FOLDS):
        asked = [
            (text, entry_id)
            for entry_id, texts in phrasings.items()
            for at, text in enumerate(texts)
            if at % FOLDS == fold and len(texts) > 1
        ]
        left = {text for text, _ in asked}
        known = {e: [t for t in ts if t not in left] or list(ts) for e, ts in phrasings.items()}
        trials += _ask(build(known), asked)
    return trials


def _hidden_entries(phrasings: Phrasings, build: Build) -> list[Trial]:
    trials: list[Trial] = []
    ids = sorted(phrasings)
    for fold in range(min(FOLDS, len(ids))):
        hidden = set(ids[fold::FOLDS])
        known = {e: texts for e, texts in phrasings.items() if e not in hidden}
        asked = [(text, None) for entry_id in sorted(hidden) for text in phrasings[entry_id]]
        trials += _ask(build(known), asked) if known else []
    return trials


def _ask(ranker: Ranker, asked: Sequence[tuple[str, str | None]]) -> list[Trial]:
    ranked = ranker.rank_many([text for text, _ in asked])
    return [
        Trial(
            text=text,
            expected=expected,
            best=matches[0].entry_id,
            confidence=matches[0].confidence,
        )
        for (text, expected), matches in zip(asked, ranked, strict=True)
    ]


def _at(trials: Sequence[Trial], threshold: float) -> AtThreshold:
    answerable = [trial for trial in trials if trial.expected is not None]
    others = [trial for trial in trials if trial.expected is None]
    answers = [trial for trial in answerable if trial.confidence >= threshold]
    wrong = [trial for trial in answers if trial.best != trial.expected]
    in_vain = [trial for trial in others if trial.confidence >= threshold]
    return AtThreshold(
        at=threshold,
        answered=_share(len(answers), len(answerable)),
        wrong=_share(len(wrong), len(answers)),
        answered_in_vain=_share(len(in_vain), len(others)),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
