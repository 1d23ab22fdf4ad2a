"""Lets a follow-up question borrow its topic from the sentence before it, but not its answer.

"Is a massage chair any good? And how much does it cost?" names one topic and asks two things. The
second is answered only if its own words say so, too.
"""

from __future__ import annotations

from dataclasses import replace

from inbox_bot.faq.matching.text import stem, words
from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Entry, Faq, Match, Question

SUPPORTED = 0.12
"""How much a question's own words must say for an entry that its context suggests."""

_SHORTEST = 4  # letters that two related words must share: pain, painful
_SMALL_WORDS = WordLists(__name__).words("small words")
_POINTING = frozenset("it that these they this those".split())


def supported(
    question: Question, matches: tuple[Match, ...], own: tuple[Match, ...], faq: Faq
) -> tuple[Match, ...]:
    """The matches found with the context; `own` are those of the question alone.

    A match that the question's own words do not support keeps only its own confidence.
    """
    if not question.context:
        return matches
    telling = {stem(word) for word in words(question.text) if word not in _SMALL_WORDS}
    if not telling:
        return _pointed_at(question, matches)
    alone = {match.entry_id: match.confidence for match in own}
    entries = {entry.id: entry for entry in faq.entries}
    weighed = [
        match
        if alone.get(match.entry_id, 0.0) >= SUPPORTED
        or _mentions(entries.get(match.entry_id), telling)
        else replace(match, confidence=min(match.confidence, alone.get(match.entry_id, 0.0)))
        for match in matches
    ]
    return tuple(sorted(weighed, key=lambda match: -match.confidence))


def _pointed_at(question: Question, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """ "What exactly is that?" asks about the sentence before; "And why?" needs a person."""
    return () if _POINTING.isdisjoint(words(question.text)) else matches


def _mentions(entry: Entry | None, telling: set[str]) -> bool:
    """Each content word of the question, or a related one, is in the entry's question or answer."""
    if entry is None:
        return False
    said = {stem(word) for word in words(f"{entry.question} {entry.answer}")}
    return all(any(_related(word, other) for other in said) for word in telling)


def _related(word: str, other: str) -> bool:
    if word == other:
        return True
    shared = min(len(word), len(other))
    return shared >= _SHORTEST and word[:shared] == other[:shared]
