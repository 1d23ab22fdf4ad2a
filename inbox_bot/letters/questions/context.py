"""What a question needs from the sentences before it to be understood alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.letters.questions import speech
from inbox_bot.letters.questions.asking import is_polite, plain

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
        if _says_nothing(told) or (len(earlier) < 60 and is_polite(plain(earlier))):
            continue
        if told[0] not in speech.PRONOUNS and _named(told) >= 2:
            return earlier[:_LONGEST]
        if speech.PRONOUNS.isdisjoint(told):
            fallback = fallback or earlier
    return fallback[:_LONGEST]


def _needy(told: Sequence[str]) -> bool:
    """Little is named, or little and a word that points: "Is it painful?"."""
    named = _named(told)
    return named <= 1 or (named <= 3 and not speech.POINTING.isdisjoint(told))


def _named(told: Sequence[str]) -> int:
    """How many words name something, as far as four."""
    named = 0
    for word in told:
        named += word not in speech.FUNCTION
        if named == 4:
            break
    return named


def _says_nothing(told: Sequence[str]) -> bool:
    """Greetings, thanks, and words that only lean on others."""
    if not speech.THANKFUL.isdisjoint(told) or speech.FUNCTION.issuperset(told):
        return True
    return told[0] in speech.SALUTATIONS and len(told) <= 4


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence[:600].lower().replace("’", "'"))
