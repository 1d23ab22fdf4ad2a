"""Detects a letter's language by its script, then by its most frequent small words; where these
are few, by its byte n-grams (py3langid; Lui & Baldwin 2012, "langid.py")."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from inbox_bot.letters.wordlists import WordLists

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LISTS = WordLists(__name__)

LOOKED_AT = 300
_TOLD_APART = ("en", "de", "fr", "es", "it", "nl", "pt")
_SURE = 0.97  # of the n-grams' probabilities: then no English text was called foreign
_LEAST_WORDS = 3
_PLAINLY_ENGLISH = 3  # small words from which the n-grams are not asked

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_BEYOND_LATIN = re.compile(r"[\u0370-\uffff]")
_LINK = re.compile(r"<?https?://\S*|(?<!\S)\S+@\S+")


def _by_sign(table: dict[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Inverts the table: word or letter -> languages. An English word counts for no other language:
    "Best for men" is not Danish."""
    english = table.get("en", frozenset())
    signs = frozenset[str]().union(*table.values()) - english
    foreign = {
        sign: tuple(language for language, listed in table.items() if sign in listed)
        for sign in signs
    }
    return foreign | dict.fromkeys(english, ("en",))


_SMALL_WORDS = {
    language: frozenset(" ".join(listed).split())
    for language, listed in _LISTS.keyed("small words").items()
}
_LETTERS = {
    language: frozenset("".join(listed)) for language, listed in _LISTS.keyed("letters").items()
}
_LANGUAGES_OF = _by_sign(_SMALL_WORDS)
_LANGUAGES_OF_LETTER = _by_sign(_LETTERS)
# Scripts that are mainly used by one language.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x04FF, "ru"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "ar"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
)
_NEIGHBOURS = (
    ("uk", "ru", "іїєґ"),
    ("bg", "ru", "ъ"),
    ("fa", "ar", "پچژگ"),
    ("ur", "ar", "ٹڈڑے"),
)
# Letters of Russian that Bulgarian lacks.
_EXCLUDED = {"bg": frozenset("ыэё")}
_NONE: frozenset[str] = frozenset()


def detect(text: str) -> str:
    """ISO 639-1 code of the language of the first 300 characters, or "" if unsure.

    A foreign language needs at least two of its small words and clearly more than of English, or
    the n-grams' word for it, so that a short letter with names and typos is not called foreign.
    """
    sample = text[: 4 * LOOKED_AT]
    if "://" in sample or "@" in sample:
        sample = _LINK.sub(" ", sample)
    sample = sample[:LOOKED_AT].lower().replace("’", "'")
    return _by_script(sample) or _by_words(sample)


@cache
def _identifier() -> LanguageIdentifier:
    """Reads its tables at the first text that needs them (0.7 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # it brings numpy

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(list(_TOLD_APART))
    return found


def _by_grams(sample: str) -> str:
    if len(_WORD.findall(sample)) < _LEAST_WORDS:
        return ""
    language, sure = _identifier().classify(sample)
    return str(language) if sure >= _SURE else ""


def _by_script(sample: str) -> str:
    letters = _BEYOND_LATIN.findall(sample)
    scripts = Counter(script for letter in letters if (script := _script(letter)))
    latin = sum(letter.isalpha() for letter in sample) - len(letters) if letters else 0
    if not scripts or scripts.total() < latin:
        return ""
    if "ja" in scripts:  # Japanese uses Chinese characters, Chinese no Japanese ones
        return "ja"
    language = scripts.most_common(1)[0][0]
    for neighbour, script, marks in _NEIGHBOURS:
        excluded = _EXCLUDED.get(neighbour, _NONE).intersection(sample)
        if script == language and not excluded and any(mark in sample for mark in marks):
            return neighbour
    return language


def _script(letter: str) -> str:
    code = ord(letter)
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "")


def _by_words(sample: str) -> str:
    told = (_LANGUAGES_OF[word] for word in _LANGUAGES_OF.keys() & _WORD.findall(sample))
    hits = Counter(chain.from_iterable(told))
    english = hits.pop("en", 0)
    if not sample.isascii():
        marks = (_LANGUAGES_OF_LETTER.get(letter, ()) for letter in set(sample))
        hits.update(language for language in chain.from_iterable(marks) if language in hits)
    best, score = max(hits.items(), key=itemgetter(1), default=("", 0))
    if score >= 2 and score > 1.5 * english:
        return best
    if english >= _PLAINLY_ENGLISH:
        return "en"
    return _by_grams(sample) or ("en" if english else "")
