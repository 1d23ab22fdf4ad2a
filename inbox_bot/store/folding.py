"""Words as SQLite's FTS5 tokenizes them (unicode61, remove_diacritics 2), for other databases.

A test compares the two for every character: a search finds the same letters in both.
"""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Characters of a word that count; PostgreSQL takes at most 2,046 bytes."""

MARKS = frozenset(
    "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u030f\u0311\u031b"
    "\u0323\u0324\u0325\u0326\u0327\u0328\u032d\u032e\u0330\u0331"
)
"""Accents that are left out; any other combining mark ends a word."""


class _Folded(dict[int, str]):
    """Characters by their code point, each folded when it first occurs."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


_FOLDED = _Folded()


def words_in(text: str) -> list[str]:
    """In lower case, without accents on Latin letters; ß stays ß."""
    return [each[:LONGEST] for each in text.translate(_FOLDED).split()]


def _fold(character: str) -> str:
    if character in MARKS:
        return ""
    if unicodedata.category(character)[0] not in "LN" and unicodedata.category(character) != "Co":
        return " "
    lower = next((one for one in (character.casefold(), character.lower()) if len(one) == 1), "")
    base = unicodedata.normalize("NFD", lower or character)[0]
    return base.lower() if base.isascii() else lower or character
