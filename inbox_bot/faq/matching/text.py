"""Normalizes letters for the matcher: plain words without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MOST_CHARACTERS = 6_000  # a question is a sentence or two
_MOST_WORDS = 300
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_MOST_SENTENCES = 12
_APOSTROPHES = re.compile("['’‘`´]")
_SUFFIXES = ("ingly", "edly", "ing", "ies", "ed", "es", "ly", "s")


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, bounded: never more than 300, none over 40 characters."""
    plain = text[:_MOST_CHARACTERS].casefold()
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in folded if not unicodedata.combining(c))
    found = _WORD.findall(_APOSTROPHES.sub("", plain))
    return tuple(word[:_LONGEST_WORD] for word in found[:_MOST_WORDS])


def sentences(text: str, least: int = 2) -> tuple[str, ...]:
    """The first few sentences and lines with at least so many words."""
    parts = _SENTENCE_END.split(text[:_MOST_CHARACTERS])
    return tuple(part for part in parts if len(part.split()) >= least)[:_MOST_SENTENCES]


def parts_of(text: str, least: int = 2) -> tuple[str, ...]:
    """The whole text, and its sentences where it has several: most of a letter asks nothing."""
    found = sentences(text, least)
    return (text, *found) if len(found) > 1 else (text,)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its English ending: 'massages' and 'massaging' become 'massag'."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = _without(word, suffix)
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _without(word: str, suffix: str) -> str:
    rest = word[: -len(suffix)]
    if suffix == "ies":
        return rest + "y"
    doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz"
    return rest[:-1] if doubled and suffix in ("ing", "ed") else rest


def grams(word: str) -> tuple[str, ...]:
    """The pieces of 2 to 4 characters of a word, its ends marked."""
    marked = f"<{word}>"
    return tuple(marked[i : i + size] for size in (2, 3, 4) for i in range(len(marked) - size + 1))
