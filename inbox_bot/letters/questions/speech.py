"""Phrases that ask nothing, and small words that depend on others, from `speech.txt`."""

from __future__ import annotations

from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

# --- no question after all -------------------------------------------------------------------

POLITE = frozenset(_LISTS.phrases("polite"))
POLITE_STARTS = _LISTS.phrases("polite starts")
ANNOUNCING = _LISTS.phrases("announcing")
AFTER_ANNOUNCING = _LISTS.words("after announcing")
LIST_OF_QUESTIONS = _LISTS.words("list of questions")

# --- kinds of single lines -------------------------------------------------------------------

THANKFUL = _LISTS.words("thankful")
GREETING = _LISTS.words("greeting")
THANKING = _LISTS.phrases("thanking")
TELLING = _LISTS.phrases("telling")
TELLERS = _LISTS.words("tellers")
NEED = _LISTS.words("need")

# --- words that depend on others -------------------------------------------------------------

SALUTATIONS = _LISTS.words("salutations")
PRONOUNS = _LISTS.words("pronouns")
POINTING = _LISTS.words("pointing")
FUNCTION = _LISTS.words("function") | POINTING
ABBREVIATIONS = _LISTS.words("abbreviations")
