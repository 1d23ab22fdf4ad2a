"""Summarizes a letter without questions in one sentence, for lists."""

from __future__ import annotations

import re

from inbox_bot.letters.questions.asking import QUESTION_MARKS
from inbox_bot.model import Question

LOOKED_AT = 20_000
LONGEST = 200
_GREETED = 6  # most words of a line like "Sehr geehrter Herr Benson,"
_ENDED = re.compile(r"(?<=[.!?…])\s+")


def gist(text: str) -> Question:
    """The first sentence that ends in a question mark, else the first after the greeting.

    Works by punctuation alone, so that it fits every language.
    """
    sentences = [said for part in _paragraphs(text[:LOOKED_AT]) for said in _ENDED.split(part)]
    asking = next((said for said in sentences if said.endswith(QUESTION_MARKS)), None)
    telling = next((said for said in sentences if len(said.split()) > 3), None)
    return Question(text=(asking or telling or " ".join(sentences))[:LONGEST])


def _paragraphs(text: str) -> list[str]:
    """Each paragraph on one line, without the greeting."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not _greets(stripped):
            parts[-1].append(stripped)
        else:
            parts.append([])
    return [" ".join(part) for part in parts if part]


def _greets(line: str) -> bool:
    return line.endswith((",", "!")) and "?" not in line and len(line.split()) <= _GREETED
