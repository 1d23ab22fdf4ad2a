"""What a reply calls a passage: "About finding a therapist: …", told from its heading."""

from __future__ import annotations

import re

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)
_NAMING = _LISTS.words("naming")
_NO_NAME = _LISTS.words("no name")
_SHORT = 4  # words; a longer heading must begin like a name
_LONGEST = 9
_CAPITALS = 2  # of an acronym
_NUMBERED = re.compile(
    r"(?:(?:step|part|tip|stage|schritt|teil|tipp|étape|paso)\s)?\d{1,2}\s?[.):–—-]\s?|"
    r"(?:step|part|tip|stage|schritt|teil|tipp|étape|paso)\s\d{1,2}\s?[.):–—-]?\s?",
    re.IGNORECASE,
)


def topic_of(heading: str, language: str = "en") -> str:
    """A noun phrase in the middle of a sentence; empty where the heading is none, as far as its
    first word tells. A numbered one mostly commands: "Step 2: Loosen the nuts"."""
    plain = heading.strip().rstrip(".:")
    told = plain.split()
    if (
        _NUMBERED.match(plain)
        or not 1 <= len(told) <= _LONGEST
        or re.search(r"[?!:;,()…“”\"–—]", plain)
    ):
        return ""
    first = told[0].lower().replace("’", "'")
    names = first in _NAMING or (first.endswith("ing") and len(first) > 4)
    if first in _NO_NAME or not (names or len(told) <= _SHORT) or not first[0].isalpha():
        return ""
    return " ".join(_in_german(told) if language == "de" else _lowered(told))


def _in_german(told: list[str]) -> list[str]:
    return [told[0].lower() if told[0].lower() in _NAMING else told[0], *told[1:]]


def _lowered(told: list[str]) -> list[str]:
    """Only a heading in which each longer word has a capital lost none by it: "Tools You Need".
    Of others the first word alone is lowered, if it may be."""
    titled = all(word[:1].isupper() for word in told if len(word) > 3) and len(told) > 1
    words = [one if _is_acronym(one) else one.lower() for one in told] if titled else told
    first = words[0] if _is_acronym(words[0]) else words[0][:1].lower() + words[0][1:]
    return [first, *words[1:]]


def _is_acronym(word: str) -> bool:
    """Two capitals, or a digit: "VAT", "B12"."""
    return sum(sign.isupper() for sign in word) >= _CAPITALS or any(sign.isdigit() for sign in word)
