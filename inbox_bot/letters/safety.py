"""Danger and distress in a letter, told before any matching.

The witness `safety` judges each sentence and each two in a row: is the writer, or somebody in her
care, in danger now; or does the letter need a person (grief, anger, harm, "should I, with my
diagnosis")? Of the second kind nothing is filled in, nor where danger is only possible: that costs
the author a glance. She may add sentences of her own; what means the same counts like them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, StringConstraints

from inbox_bot.errors import SettingsError
from inbox_bot.humanize import shortened
from inbox_bot.letters.encoder import Floats, encoder
from inbox_bot.letters.questions.context import greets
from inbox_bot.letters.questions.sentences import sentences
from inbox_bot.letters.witness import shipped
from inbox_bot.model import Danger, Heard
from inbox_bot.yaml_files import Shape, load

AFTER_ANSWER_AT = 0.5
SAME_MEANING = 0.75  # cosine of a sentence and one of the author's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Why a letter is kept from a ready-made answer, in words for the author; `at` is the least
    probability of a passage. A danger names the template of its reply."""

    reason: str
    at: float
    template: str = ""


DANGERS = {
    "body": Kind(reason="it may be an emergency", at=0.82, template="urgent"),
    "crisis": Kind(
        reason="it mentions self-harm, or not wanting to live",
        at=0.88,  # resignation is told in everyday words
        template="urgent-crisis",
    ),
    "violence": Kind(
        reason="someone may be in danger from another person",
        at=0.82,
        template="urgent-violence",
    ),
    "hazard": Kind(
        reason="someone may be hurt, or lose a lot, unless something is done now",
        at=0.82,
        template="urgent-hazard",
    ),
}
DISTRESS = {
    "grief": Kind(reason="it mentions a loss", at=0.8),
    "harm": Kind(reason="it's a complaint, or says something got worse", at=0.8),
    "own": Kind(reason="it asks for personal advice on an illness, money, or the law", at=0.8),
    "low": Kind(reason="the reader sounds afraid, lonely, or worn out", at=0.88),
}
_WEAK_DANGERS = {
    name: Kind(reason=f"perhaps {kind.reason}", at=0.8) for name, kind in DANGERS.items()
}
_UNHELPED = "it says your answer didn't help"

_LISTED = "you listed a sentence like this"

MOST_HEARD = 1_000
_PIECE = 40_000
_MOST_LISTENED_TO = 400_000
_MOST_ENCODED = 120  # passages of one letter; of a longer one, those whose words tell most
_LONGEST_QUOTE = 160
_USUAL = 10  # passages of a letter for which `at` holds
_LEAST_STRICT, _MOST_STRICT = 0.35, 2.0  # of the odds in a shorter or longer letter
_LEAST_BLANKS = 2  # a shorter sentence tells something only beside its neighbour
_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]?\n[> \t]{0,3}(?=[^\W\d_])")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class FileShape(Shape):
    """`groups`, `correct` and `rules` are those of older versions; they are not read any more."""

    sentences: list[Text] = Field(default_factory=list)
    groups: Any = None
    correct: Any = None
    rules: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One or two sentences of a letter, and their probability of each of the witness's classes."""

    text: str
    probabilities: Floats


@dataclass(frozen=True, kw_only=True)
class Safety:
    """`urgent` and `personal` are the author's own sentences. `heard` keeps the latest results."""

    urgent: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    heard: dict[str, Heard] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def load(directory: Path) -> Safety:
        """The author's sentences of `urgent.yaml` and `personal.yaml`, as far as there are such
        files; SettingsError with a line for each problem of both."""
        found: dict[str, tuple[str, ...]] = {}
        problems: list[str] = []
        for name in ("urgent", "personal"):
            path = directory / f"{name}.yaml"
            try:
                found[name] = tuple(load(path, FileShape).sentences) if path.exists() else ()
            except SettingsError as error:
                problems.append(str(error))
        if problems:
            raise SettingsError("\n".join(problems))
        return Safety(urgent=found["urgent"], personal=found["personal"])

    def hear(self, text: str) -> Heard:
        return self.hear_many([text])[0]

    def hear_many(self, texts: Sequence[str]) -> list[Heard]:
        """The same for many letters, encoded in one batch."""
        new = [text for text in dict.fromkeys(texts) if text not in self.heard]
        passages = [passages_of(text) for text in new]
        told = iter(_judged([passage for each in passages for passage in each]))
        fresh = {
            text: self._heard([next(told) for _ in each])
            for text, each in zip(new, passages, strict=True)
        }
        found = [self.heard[text] if text in self.heard else fresh[text] for text in texts]
        self.heard.update(fresh)
        while len(self.heard) > MOST_HEARD:
            self.heard.pop(next(iter(self.heard)))
        return found

    def _heard(self, passages: Sequence[Passage]) -> Heard:
        return Heard(
            danger=self._danger(passages),
            personal=self._personal(passages),
            unhelped=_unhelped(passages),
        )

    def _danger(self, passages: Sequence[Passage]) -> Danger | None:
        found = _worst(passages, DANGERS)
        if found:
            said, kind = found
            return Danger(reason=_quoting(kind.reason, said), template=kind.template)
        if said := self._near(passages, self.urgent, self._urgent_vectors):
            return Danger(reason=_quoting(_LISTED, said), template="urgent")
        return None

    def _personal(self, passages: Sequence[Passage]) -> str:
        """Signs of danger that are too weak for an alarm add to those of distress."""
        found = _worst(passages, DISTRESS | _WEAK_DANGERS)
        if found:
            said, kind = found
            return _quoting(kind.reason, said)
        said = self._near(passages, self.personal, self._personal_vectors)
        return _quoting(_LISTED, said) if said else ""

    @cached_property
    def _urgent_vectors(self) -> Floats:
        return encoder().encode(self.urgent)

    @cached_property
    def _personal_vectors(self) -> Floats:
        return encoder().encode(self.personal)

    @staticmethod
    def _near(passages: Sequence[Passage], own: Sequence[str], vectors: Floats) -> str:
        """The sentence that means the same as one of the author's own, or ""."""
        if not own or not passages:
            return ""
        near = (encoder().encode([one.text for one in passages]) @ vectors.T).max(axis=1)
        return _sentence(passages, near, int(near.argmax())) if near.max() >= SAME_MEANING else ""


def passages_of(text: str) -> list[str]:
    """Each sentence and each two in a row; the same with words that were broken at a line's end
    ("uri-", "nate") joined. Of a long letter, those that tell most by their words."""
    text = text[:_MOST_LISTENED_TO]
    found: list[str] = []
    for version in dict.fromkeys((text, _BROKEN.sub("", text))):
        said = [
            one.text
            for start in range(0, len(version), _PIECE)
            for one in sentences(version[start : start + _PIECE])
            if not greets(one.text)
        ]
        found += [one for one in said if one.count(" ") >= _LEAST_BLANKS or len(said) == 1]
        found += [f"{one} {other}" for one, other in pairwise(said)]
    found = list(dict.fromkeys(found))
    return found if len(found) <= _MOST_ENCODED else _telling_most(found)


def _telling_most(passages: Sequence[str]) -> list[str]:
    witness = shipped("safety")
    ordinary = witness.by_words(passages)[:, witness.classes.index("ordinary")]
    return [passages[at] for at in np.argsort(ordinary, kind="stable")[:_MOST_ENCODED]]


def _judged(texts: Sequence[str]) -> list[Passage]:
    rows = shipped("safety").probabilities(texts)
    return [Passage(text=text, probabilities=row) for text, row in zip(texts, rows, strict=True)]


def _worst(passages: Sequence[Passage], kinds: Mapping[str, Kind]) -> tuple[str, Kind] | None:
    """The sentence with the most of all these kinds together, if that is enough for its own kind.

    The more passages a letter has, the more of them look odd by chance, so the more each must show.
    """
    known = shipped("safety").classes
    at = [known.index(name) for name in kinds]
    strictness = min(max(len(passages) / _USUAL, _LEAST_STRICT), _MOST_STRICT)
    shares = np.array([passage.probabilities[at] for passage in passages]).reshape(-1, len(at))
    together = shares.sum(axis=1)
    found: tuple[int, Kind] | None = None
    most = 0.0
    for number, (row, share) in enumerate(zip(shares, together.tolist(), strict=True)):
        kind = list(kinds.values())[int(row.argmax())]
        odds = share / max(1 - share, 1e-6)
        if odds >= strictness * kind.at / (1 - kind.at) and odds > most:
            found, most = (number, kind), odds
    return (_sentence(passages, together, found[0]), found[1]) if found else None


def _sentence(passages: Sequence[Passage], shares: Floats, number: int) -> str:
    """The passage of that number; of two sentences in a row, the one with the greater share.

    The two may be the subject and the first line of the letter.
    """
    first = passages[number].text
    parts = [
        (float(share), passage.text)
        for passage, share in zip(passages, shares, strict=True)
        if first.startswith(f"{passage.text} ") or first.endswith(f" {passage.text}")
    ]
    return max(parts)[1] if parts else first


def _unhelped(passages: Sequence[Passage]) -> str:
    """A passage tells it, and its neighbours do not take it back: "I will try that. Can I …?"."""
    if not passages:
        return ""
    witness = shipped("unhelped")
    rows = witness.probabilities([passage.text for passage in passages])
    told = rows[:, witness.classes.index("unhelped")]
    if (told.max() + told[-1]) / 2 < AFTER_ANSWER_AT:  # the last passage is the longest
        return ""
    return _quoting(_UNHELPED, _sentence(passages, told, int(told.argmax())))


def _quoting(reason: str, said: str) -> str:
    return f"{reason}: “{shortened(said, _LONGEST_QUOTE)}”"
