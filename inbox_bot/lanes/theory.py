"""Does a sentence tell of a case, or ask in theory ("can sciatica cause …?") or of long ago?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inbox_bot.lanes import language

Words = Sequence[str]


def is_theory(sentences: Sequence[Words], at: int) -> bool:
    """Asked about the thing, not about a case of it; in doubt it is a case."""
    sentence = _joined(sentences[at])
    if _has(sentence, language.HYPOTHETICAL):
        return True
    if not _has(sentence, language.GENERAL) or _names_somebody(sentence):
        return False
    if _has(sentence, language.PRESENT):
        return False
    following = _joined(sentences[at + 1]) if at + 1 < len(sentences) else ""
    return not _has(following, language.REFERS_BACK)


def is_past(sentence: Words) -> bool:
    joined = _joined(sentence)
    return _has(joined, language.PAST) and not _has(joined, language.PRESENT)


def is_denied_later(sentence: Words) -> bool:
    return _has(_joined(sentence), language.DENIALS)


def is_of_another(before: Words) -> bool:
    """Said of an animal or of the dead; `before` are the words of the clause up to the sign.

    Nothing of the writer's own may stand between: "my dog jumped on me, and I can't pee" counts.
    """
    words = before[1:] if before and before[0] in language.LEADS else before
    if not words or words[0] not in language.OWNERS:
        return False
    pairs = zip(words[1:4], [*words[2:5], ""], strict=False)
    named = any(
        word in language.ANIMALS or (word in language.DEPARTED and following in language.PERSONS)
        for word, following in pairs
    )
    return named and language.WRITER.isdisjoint(words[1:])


def _names_somebody(sentence: str) -> bool:
    for phrase in language.HEARSAY:
        sentence = sentence.replace(f" {phrase} ", " ")
    return not language.PERSONS.isdisjoint(sentence.split())


def _joined(words: Words) -> str:
    return f" {' '.join(words)} "


def _has(sentence: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in sentence for phrase in phrases)
