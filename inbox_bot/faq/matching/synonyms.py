"""A table of words that ask the same thing: static vectors know topics better than intentions."""

from __future__ import annotations

from functools import cache

from inbox_bot.faq.matching.text import stem, words
from inbox_bot.letters.wordlists import lines


@cache
def groups_of() -> dict[str, tuple[int, ...]]:
    """The numbers of the groups of each stem."""
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines(f"{__name__}.txt")):
        for one in dict.fromkeys(stem(word) for word in words(line)):
            found[one] = (*found.get(one, ()), number)
    return found
