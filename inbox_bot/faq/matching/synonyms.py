"""Words that ask the same thing, as a table: static vectors know topics better than intentions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from inbox_bot.faq.matching.text import stem, words


@cache
def groups_of() -> dict[str, tuple[int, ...]]:
    """Of each stem the numbers of the groups that it stands in."""
    text = files("inbox_bot.faq.matching").joinpath("synonyms.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, tuple[int, ...]] = {}
    for number, line in enumerate(lines):
        for one in dict.fromkeys(stem(word) for word in words(line)):
            found[one] = (*found.get(one, ()), number)
    return found
