"""Tells a case of today from a general question ("can sciatica cause …?") and from the past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from inbox_bot.letters.safety import grammar

Words = Sequence[str]


class Around(NamedTuple):  # made for each hit in a hostile letter: three times as quick
    """The words around a sign: its sentence is `sentences[at]`; `before` are the words of that
    sentence up to the sign, `clause` those of its clause, `rest` those of the sentence behind it,
    `after` those of the letter."""

    sentences: Sequence[Words]
    at: int
    clause: Words
    before: Words
    rest: Words
    after: Words

    @property
    def sentence(self) -> Words:
        return self.sentences[self.at]


def is_general_question(around: Around) -> bool:
    """Asks about the thing, not about a case of it; in doubt it is a case."""
    if _has(_joined(around.before), grammar.HYPOTHETICAL):
        return True
    sentence = _joined(around.sentence)
    if not _has(sentence, grammar.GENERAL) or _names_somebody(sentence):
        return False
    if _has(sentence, grammar.PRESENT):
        return False
    next_one = around.sentences[around.at + 1 : around.at + 2]
    return not any(_has(_joined(each), grammar.REFERS_BACK) for each in next_one)


def is_past(around: Around) -> bool:
    """It was long ago, or is over."""
    sentence = _joined(around.sentence)
    if not _is_over(around) and not _has(sentence, grammar.LONG_AGO):
        return False
    return not _is_of_today(sentence)


def _is_over(around: Around) -> bool:
    """ "Years ago, and fine now": either alone is not enough."""
    rest = _joined(around.rest)
    ago = _has(_joined(around.sentence), grammar.AGO) and _has(rest, grammar.FINE_NOW)
    return ago or _has(rest, grammar.RESOLVED)


def _is_of_today(sentence: str) -> bool:
    for over in (grammar.RESOLVED, grammar.FINE_NOW):
        sentence = _without(sentence, over)
    return _has(sentence, grammar.PRESENT)


def is_denied_later(around: Around) -> bool:
    return _has(_joined(around.rest), grammar.DENIALS)


def is_of_another(around: Around) -> bool:
    """Said of an animal, of a child in diapers or of a dead person.

    No word for the writer may stand between: "my dog jumped on me, and I can't pee" counts.
    """
    words = _subject(around)
    if not words:
        return False
    pairs = zip(words[1:4], [*words[2:5], ""], strict=False)
    named = any(
        word in grammar.OTHERS or (word in grammar.DEPARTED and following in grammar.PERSONS)
        for word, following in pairs
    )
    died = not grammar.DIED.isdisjoint(words[2:])
    return (named or died) and grammar.WRITER.isdisjoint(words[1:])


def is_family_history(around: Around) -> bool:
    """ "My mother had cancer, and I have back pain at night": nothing more is said of her."""
    words = _subject(around)
    if grammar.PERSONS.isdisjoint(words[1:3]) or grammar.HAD.isdisjoint(words[2:]):
        return False
    if not grammar.WRITER.isdisjoint(words[1:]) or grammar.WRITER.isdisjoint(around.after):
        return False
    if not grammar.THIRD_PERSON.isdisjoint(around.after):
        return False
    return not _has(_joined(around.sentence), grammar.PRESENT)


def _subject(around: Around) -> Words:
    """The clause from "my", "our" … on; empty if it begins with another subject."""
    clause = around.clause
    words = clause[1:] if clause and clause[0] in grammar.LEADS else clause
    return words if words and words[0] in grammar.OWNERS else ()


def _names_somebody(sentence: str) -> bool:
    return not grammar.PERSONS.isdisjoint(_without(sentence, grammar.HEARSAY).split())


def _without(sentence: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        sentence = sentence.replace(f" {phrase} ", " ")
    return sentence


def _joined(words: Words) -> str:
    return f" {' '.join(words)} "


def _has(sentence: str, phrases: tuple[str, ...]) -> bool:
    """The sentence has one of the phrases; looked up by first word, for there are hundreds."""
    by_first = _by_first(phrases)
    return any(phrase in sentence for word in sentence.split() for phrase in by_first.get(word, ()))


@cache
def _by_first(phrases: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase.split()[0], []).append(f" {phrase} ")
    return found
