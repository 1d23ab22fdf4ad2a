"""Detects letters of family, friends and business by their words (law 9).

Silencing a reader is as bad as answering a sister: it takes one sure sign, or two of different
kinds without a word of readers' topics; with such a word, four.
"""

from __future__ import annotations

import re
from itertools import pairwise

from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT = 3_000
_MANY = 4  # signs that outweigh a word of readers' topics: a sister has a back, too
_ENDING = 6  # words of a closing

_KIN = _LISTS.words("kin")
_KIN_WITH_YOUR = _LISTS.words("kin with your")
_FOND = _LISTS.words("fond")

_SIGNS = _LISTS.keyed("signs")
_READERS = _LISTS.phrases("readers")


def private(seen: Evidence) -> str:
    said = _WORD.findall(f"{seen.subject} . {seen.message.text[:_LOOKED_AT]}".lower())
    said = [word.replace("’", "'") for word in said]
    closing = _closing(seen.message.text[-200:])
    if closing:
        return f"it looks like a letter from your family: it ends “{closing}”"
    joined = f" {' '.join(said)} "
    signs = [sign for group in _SIGNS.values() if (sign := _first(group, joined))]
    if len(signs) < (_MANY if speaks_as_reader(joined) else 2):
        return ""
    return "it looks private: " + ", ".join(f"“{sign}”" for sign in signs[:4])


def speaks_as_reader(text: str) -> bool:
    """A lower-case text has a word of readers' topics."""
    padded = f" {text}"
    return any(f" {phrase}" in padded for phrase in _READERS)


def _closing(ending: str) -> str:
    """ "Love, Mom" or "Your sister", followed by nothing but a name."""
    tail = _WORD.findall(ending.lower())[-_ENDING:]
    for at, (word, following) in enumerate(pairwise(tail)):
        fond = word in _FOND and following in _KIN
        named = word == "your" and following in _KIN_WITH_YOUR and _stands_alone(ending, following)
        if (fond or named) and len(tail) - at <= 3:
            return f"{word} {following}"
    return ""


def _stands_alone(ending: str, kin: str) -> bool:
    """ "Your sister" on a line of its own, not "greet your sister"."""
    lines = [line.strip(" ,.!").lower() for line in ending.splitlines()]
    return any(line.startswith("your ") and kin in line.split()[1:3] for line in lines)


def _first(group: tuple[str, ...], joined: str) -> str:
    return next((phrase for phrase in group if f" {phrase} " in joined), "")
