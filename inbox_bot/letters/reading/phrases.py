"""Phrases by which mail programs mark text that the writer did not write, from `phrases.tsv`.

The table has a line for each language and a column for each kind; "…" in a phrase stands for a few
words. A new language needs a line there and nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from inbox_bot.letters.wordlists import columns

_SCRIPTS_WITHOUT_SPACES = "\u2e80"
QUICK = 3  # no phrase is shorter
_FEW_WORDS = r"[^\n]{1,60}?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginnings:
    """Phrases that a line begins with. Most lines fail the quick test by `first` and `last`."""

    first: frozenset[str]
    last: tuple[str, ...]
    whole: re.Pattern[str]

    def begin(self, text: str) -> bool:
        if text[:QUICK] in self.first or text.endswith(self.last):
            return self.whole.match(text) is not None
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Phrases of a mark without "…" in them; `first` holds their first characters."""

    first: frozenset[str]
    whole: frozenset[str]
    all: tuple[str, ...]

    def begin(self, text: str) -> bool:
        return text[:QUICK] in self.first and text.startswith(self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One compiled pattern for each kind; `labels` maps a header's label to its field.

    `endings` and `tails` are beginnings and ends of lines that may close the writer's text. All are
    matched against lower-case text, because re.IGNORECASE is slow.
    """

    labels: dict[str, str]
    wrote: tuple[str, ...]
    opener: re.Pattern[str]
    forwarded: Marks
    original: Marks
    mobile: Beginnings
    closing: frozenset[str]
    disclaimer: Beginnings
    endings: frozenset[str]
    tails: tuple[str, ...]


@cache
def phrases() -> Phrases:
    table = columns(__name__)
    kinds = ("from", "date", "to", "cc", "subject")
    mobile, disclaimer = _beginnings(table["mobile"]), _beginnings(table["disclaimer"])
    return Phrases(
        labels={label: kind for kind in reversed(kinds) for label in table[kind]},
        wrote=table["wrote"],
        opener=re.compile(_any(table["opener"], after=r"(?=[\s\d])")),
        forwarded=_marks(table["forwarded"]),
        original=_marks(table["original"]),
        mobile=mobile,
        closing=frozenset(table["closing"]),
        disclaimer=disclaimer,
        endings=mobile.first | disclaimer.first,
        tails=mobile.last + disclaimer.last,
    )


def end_of_wrote(text: str) -> int:
    """Where "wrote", in any language, ends in a text; 0 if there is none.

    One substring search for each phrase is many times faster than one pattern of all of them.
    """
    for phrase in phrases().wrote:
        start = text.find(phrase)
        if start >= 0:
            end = start + len(phrase)
            whole_word = (
                not (start and text[start - 1].isalpha()) and not text[end : end + 1].isalpha()
            )
            if whole_word or phrase[0] > _SCRIPTS_WITHOUT_SPACES:
                return end
    return 0


def _marks(alternatives: tuple[str, ...]) -> Marks:
    return Marks(
        first=frozenset(phrase[:QUICK] for phrase in alternatives),
        whole=frozenset(alternatives),
        all=alternatives,
    )


def _beginnings(alternatives: tuple[str, ...]) -> Beginnings:
    parts = [phrase.partition("…") for phrase in alternatives]
    return Beginnings(
        first=frozenset(first[:QUICK] for first, _, _ in parts if first),
        last=tuple(last.strip() for first, _, last in parts if not first),
        whole=re.compile(_any(alternatives)),
    )


def _any(alternatives: tuple[str, ...], *, after: str = "") -> str:
    shown = (re.escape(phrase).replace("…", _FEW_WORDS) for phrase in alternatives)
    return f"(?:{'|'.join(shown)}){after}"
