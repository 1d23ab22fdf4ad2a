"""Words and phrases that ask, from `words.txt`."""

from __future__ import annotations

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

# --- a question by its first words -----------------------------------------------------------

LEADING = _LISTS.words("leading")
AUXILIARIES = _LISTS.words("auxiliaries")
SUBJECTS = _LISTS.words("subjects")
ONLY_BEFORE_PEOPLE = _LISTS.words("only before people")
PEOPLE = _LISTS.words("people")
PERSONS = _LISTS.words("persons")
BEFORE_ARTICLES = _LISTS.words("before articles")
PLAIN_AUXILIARIES = _LISTS.words("plain auxiliaries")
NOT_AFTER_AUXILIARY = _LISTS.words("not after auxiliary")
NOT_AFTER_ANY = _LISTS.words("not after any")
NOT_AFTER_WHICH = _LISTS.words("not after which")
AFTER_WH = {
    first: frozenset(seconds) | (AUXILIARIES if "*" in seconds else frozenset())
    for first, seconds in _LISTS.keyed("after wh").items()
}
QUESTION_WORDS = _LISTS.words("question words")
INFINITIVE = frozenset({"to", "zu"})
OPENERS = _LISTS.phrases("openers")
EXCLAIMING = frozenset({"i", "well"})
"""Behind "how" they make an exclamation, if no verb is turned round behind them."""
FIRST = AUXILIARIES | AFTER_WH.keys() | {"which", "any"} | {opener.split()[0] for opener in OPENERS}
MAY_OPEN = FIRST | LEADING

# --- a question by a phrase anywhere in the sentence -----------------------------------------

ASKING = _LISTS.keyed("asking")
NOT_ASKING = _LISTS.phrases("not asking")
