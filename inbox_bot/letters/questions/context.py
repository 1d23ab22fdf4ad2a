"""Finds the earlier sentence without which a question cannot be understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.letters.questions import speech
from inbox_bot.letters.questions.asking import is_polite, plain

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LOOK_BACK = 6
_LONGEST = 300
_LONGEST_GREETING = 4  # words


def context_of(sentence: str, before: Sequence[str]) -> str:
    """The nearest earlier sentence that says what "it" is; empty if nothing is missing."""
    if not _needs_context(_words(sentence)):
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


def names_something(sentence: str) -> bool:
    """ "A question" and "Thanks," do not."""
    empty = speech.FUNCTION | speech.LIST_OF_QUESTIONS | speech.THANKFUL
    return not empty.issuperset(_words(sentence))


def greets(sentence: str) -> bool:
    """ "Hi Steve,": a salutation and a name or two."""
    told = _words(sentence)
    return bool(told) and _is_greeting(told)


def _is_greeting(told: Sequence[str]) -> bool:
    return told[0] in speech.SALUTATIONS and len(told) <= _LONGEST_GREETING


def _needs_context(told: Sequence[str]) -> bool:
    """It names little, or little besides a pronoun: "Is it painful?"."""
    named = _named(told)
    return named <= 1 or (named <= 3 and not speech.POINTING.isdisjoint(told))


def _named(told: Sequence[str]) -> int:
    """How many words name something, up to four."""
    named = 0
    for word in told:
        named += word not in speech.FUNCTION
        if named == 4:
            break
    return named


def _says_nothing(told: Sequence[str]) -> bool:
    """It has only greetings, thanks, and words that depend on others."""
    if not speech.THANKFUL.isdisjoint(told) or speech.FUNCTION.issuperset(told):
        return True
    return _is_greeting(told)


def _words(sentence: str) -> list[str]:
    return _WORD.findall(sentence[:600].lower().replace("’", "'"))
