"""What a question needs from the sentences before it to be understood alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.questions import manners

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LOOK_BACK = 6
_LONGEST = 300


def context_of(sentence: str, before: Sequence[str]) -> str:
    """The nearest earlier sentence that says what "it" is; empty where nothing is missing."""
    if not _needy(_words(sentence)):
        return ""
    fallback = ""
    for earlier in reversed(before[-_LOOK_BACK:]):
        told = _words(earlier)
        if manners.FUNCTION.issuperset(told) or _only_greets(told):
            continue
        if not manners.THANKFUL.isdisjoint(told):
            continue
        if not _needy(told):
            return earlier[:_LONGEST]
        fallback = fallback or earlier
    return fallback[:_LONGEST]


def _needy(told: Sequence[str]) -> bool:
    """Little is named, or little and a word that points: "Is it painful?"."""
    content = 0
    for word in told:
        content += word not in manners.FUNCTION
        if content > 3:
            return False
    return content <= 1 or not manners.POINTING.isdisjoint(told)


def _only_greets(told: Sequence[str]) -> bool:
    return bool(told) and told[0] in manners.GREETING and len(told) <= 3


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence[:600].lower().replace("’", "'"))
