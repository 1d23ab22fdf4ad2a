"""Cuts from a passage the run of sentences that answers a question.

A passage of 90 words holds more than was asked. What is left out must not be missed: a sentence
that takes back or limits what stands before it ("But …", "Unless …") stays with it, and what is cut
must stand alone where the whole might not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inbox_bot.faq.draw.passages import leans, stands_alone
from inbox_bot.faq.matching.arrays import Floats
from inbox_bot.letters.wordlists import WordLists

_AS_NEAR = 0.15
"""By how much less near to the question than the best one a sentence may be, to be kept."""
_LEAST = 18  # words
_LIMITING = frozenset(WordLists(__name__).words("limiting"))


def excerpt(text: str, said: Sequence[str], near: Floats, heading: str = "") -> str:
    """The shortest run that holds the sentences nearest to the question and stands alone.

    `said` are the sentences of `text`, `near` [sentences] how near each is. "" where no part of
    the text will do.
    """
    places = _places(text, said)
    if len(places) < len(said) or len(said) < 2:
        return ""
    kept = [k for k, value in enumerate(near) if value >= near.max() - _AS_NEAR]
    for first, last in _runs(said, kept[0], kept[-1]):
        part = text[places[first][0] : places[last][1]]
        if len(part) < len(text) and stands_alone(part, heading if first == 0 else ""):
            return part
    return ""


def _runs(said: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Wider and wider, towards the sentences before."""
    while last + 1 < len(said) and _belongs_before(said[last + 1]):
        last += 1
    while first >= 0:
        while last + 1 < len(said) and _words(said[first : last + 1]) < _LEAST:
            last += 1
        yield first, last
        first -= 1


def _belongs_before(sentence: str) -> bool:
    first = sentence.split(maxsplit=1)[0].strip("(\"'“„").rstrip(",:").lower() if sentence else ""
    return leans(sentence) or first in _LIMITING


def _words(said: Sequence[str]) -> int:
    return sum(len(sentence.split()) for sentence in said)


def _places(text: str, said: Sequence[str]) -> list[tuple[int, int]]:
    """Begin and end of each sentence in the text, as far as they are found."""
    found: list[tuple[int, int]] = []
    at = 0
    for sentence in said:
        begin = text.find(sentence, at)
        if begin < 0:
            break
        at = begin + len(sentence)
        found.append((begin, at))
    return found
