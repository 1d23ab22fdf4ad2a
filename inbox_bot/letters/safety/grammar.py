"""Small words that carry grammar, from `grammar.txt`: English first, German for the basics.

All are folded as `words.fold` does: small letters, no accents, no apostrophes ("don't" is "dont",
"für" is "fur"). Words of danger and of grief stand in the author's files.
"""

from __future__ import annotations

from itertools import product

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)


def _each(*sections: str) -> tuple[str, ...]:
    """Every combination of a phrase of the first section with one of the next."""
    return tuple(map(" ".join, product(*map(_LISTS.phrases, sections))))


FILLERS = _LISTS.words("fillers")
NEGATORS = _LISTS.phrases("negators")
NOT_NEGATORS = _LISTS.phrases("not negators")
BREAKS = _LISTS.words("breaks")
STATES = _LISTS.words("states")
DENIALS = _each("doctors", "doctors say", "all is well") + _LISTS.phrases("denials")
LIST_WORDS = _LISTS.words("list words")
AFTERTHOUGHTS = _LISTS.words("afterthoughts")
PERSONS = _LISTS.words("persons")
HEARSAY = _LISTS.phrases("hearsay")
GENERAL = _LISTS.phrases("general") + _each("asks", "causes")
HYPOTHETICAL = _LISTS.phrases("hypothetical")
AGO = _LISTS.phrases("ago")
FINE_NOW = _LISTS.phrases("fine now")
LONG_AGO = _LISTS.phrases("long ago")
RESOLVED = _LISTS.phrases("resolved")
PRESENT = _LISTS.phrases("present")
REFERS_BACK = _LISTS.phrases("refers back")
OWNERS = _LISTS.words("owners")
OTHERS = _LISTS.words("others")
DEPARTED = _LISTS.words("departed")
DIED = _LISTS.words("died")
HAD = _LISTS.words("had")
THIRD_PERSON = _LISTS.words("third person")
LEADS = _LISTS.words("leads")
WRITER = _LISTS.words("writer")
