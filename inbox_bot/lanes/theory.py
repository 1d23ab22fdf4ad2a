"""Does a sentence tell of a case, or ask in theory ("can sciatica cause …?") or of long ago?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from inbox_bot.lanes import language

Words = Sequence[str]


class Around(NamedTuple):  # made for each hit in a hostile letter: three times as quick
    """A sign's surroundings: its sentence is `sentences[at]`; `before` are the words of that
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


def is_theory(around: Around) -> bool:
    """Asked about the thing, not about a case of it; in doubt it is a case."""
    if _has(_joined(around.before), language.HYPOTHETICAL):
        return True
    sentence = _joined(around.sentence)
    if not _has(sentence, language.GENERAL) or _names_somebody(sentence):
        return False
    if _has(sentence, language.PRESENT):
        return False
    next_one = around.sentences[around.at + 1 : around.at + 2]
    return not any(_has(_joined(each), language.REFERS_BACK) for each in next_one)


def is_past(around: Around) -> bool:
    """Long ago, or over."""
    sentence = _joined(around.sentence)
    if not _is_over(around) and not _has(sentence, language.LONG_AGO):
        return False
    return not _is_of_today(sentence)


def _is_over(around: Around) -> bool:
    """ "Years ago, and fine now": either alone would not do."""
    rest = _joined(around.rest)
    ago = _has(_joined(around.sentence), language.AGO) and _has(rest, language.FINE_NOW)
    return ago or _has(rest, language.RESOLVED)


def _is_of_today(sentence: str) -> bool:
    for over in (language.RESOLVED, language.FINE_NOW):
        sentence = _without(sentence, over)
    return _has(sentence, language.PRESENT)


def is_denied_later(around: Around) -> bool:
    return _has(_joined(around.rest), language.DENIALS)


def is_of_another(around: Around) -> bool:
    """Said of an animal, of a child in nappies or of the dead.

    Nothing of the writer's own may stand between: "my dog jumped on me, and I can't pee" counts.
    """
    words = _subject(around)
    if not words:
        return False
    pairs = zip(words[1:4], [*words[2:5], ""], strict=False)
    named = any(
        word in language.OTHERS or (word in language.DEPARTED and following in language.PERSONS)
        for word, following in pairs
    )
    died = not language.DIED.isdisjoint(words[2:])
    return (named or died) and language.WRITER.isdisjoint(words[1:])


def is_family_history(around: Around) -> bool:
    """ "My mother had cancer, and I have back pain at night": of her nothing more is told."""
    words = _subject(around)
    if language.PERSONS.isdisjoint(words[1:3]) or language.HAD.isdisjoint(words[2:]):
        return False
    if not language.WRITER.isdisjoint(words[1:]) or language.WRITER.isdisjoint(around.after):
        return False
    if not language.THIRD_PERSON.isdisjoint(around.after):
        return False
    return not _has(_joined(around.sentence), language.PRESENT)


def _subject(around: Around) -> Words:
    """The clause from "my", "our" … on; empty when it begins with somebody or something else."""
    clause = around.clause
    words = clause[1:] if clause and clause[0] in language.LEADS else clause
    return words if words and words[0] in language.OWNERS else ()


def _names_somebody(sentence: str) -> bool:
    return not language.PERSONS.isdisjoint(_without(sentence, language.HEARSAY).split())


def _without(sentence: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        sentence = sentence.replace(f" {phrase} ", " ")
    return sentence


def _joined(words: Words) -> str:
    return f" {' '.join(words)} "


def _has(sentence: str, phrases: tuple[str, ...]) -> bool:
    """Only phrases whose first word is there are looked for: there are hundreds."""
    by_first = _by_first(phrases)
    return any(phrase in sentence for word in sentence.split() for phrase in by_first.get(word, ()))


@cache
def _by_first(phrases: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase.split()[0], []).append(f" {phrase} ")
    return found
