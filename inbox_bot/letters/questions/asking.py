"""Decides whether a sentence asks something: by its mark, its first words, or a phrase in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from inbox_bot.letters.questions import speech, words

_CLOSING = " \t\"'”’»)]*_.…!😀🙂😊🙏"
QUESTION_MARKS = ("?", "？", "؟")
_TITLE_ENDS = tuple(f"?{quote}" for quote in "\"”'’»“")
_MARKS_TO_BLANKS = str.maketrans(dict.fromkeys('.,;:!?()"“”…-–—*[]', " "))
_LONGEST_MANNERS = 60
_MOST_POLITE_WORDS = 8
_LONGEST_ANNOUNCEMENT = 9
_ANNOUNCING = frozenset(speech.ANNOUNCING)
_OPENS_ANNOUNCEMENT = tuple(phrase[:5] for phrase in speech.ANNOUNCING)
_READ = ("article", "post", "piece", "titled", "called", "essay", "blog", "artikel", "read")

# Phrases by a word that each must contain: looking up words is faster than searching for phrases.
# The first word of a phrase may be part of another: "j'aimerais savoir".
_ASKING = {
    word: tuple(
        (phrase, frozenset(phrase.strip(",-: ").replace(",", " ").replace(":", " ").split()[1:]))
        for phrase in listed
    )
    for word, listed in words.ASKING.items()
}
_ASKING_WORDS = frozenset(_ASKING)


def phrases_in(text: str) -> list[str]:
    """The phrases of asking that stand anywhere in the letter: few, or none at all."""
    flat = " ".join(text.lower().replace("’", "'").split())
    said = set(_bare(flat).split())
    return [
        phrase
        for word in _ASKING_WORDS & said
        for phrase, others in _ASKING[word]
        if others <= said and phrase in flat
    ]


def _bare(text: str) -> str:
    return text.replace(",", " ").replace(".", " ").replace("?", " ").replace(":", " ")


def plain(sentence: str) -> str:
    """Lower case, with straight apostrophes, without leading punctuation."""
    lowered = sentence.lower().replace("’", "'")
    return lowered.lstrip("\"'“„«([*_-–—•>.,;:!¿¡ ")


def asks(sentence: str, phrases: Sequence[str]) -> bool:
    """`phrases` are the phrases of asking in the whole letter (`phrases_in`)."""
    if ends_as_question(sentence):
        text = plain(sentence)
        return not (is_polite(text) or _is_title(sentence, text))
    text = plain(sentence)
    return starts_as_question(text) or _turns_to_ask(text) or _holds(text, phrases)


def _holds(text: str, phrases: Sequence[str]) -> bool:
    held = [phrase for phrase in phrases if phrase in text]
    if not held:
        return False
    text = without_manners(text)
    return any(phrase in text for phrase in phrases)


def without_manners(text: str) -> str:
    """Removes phrases that only look like asking: "thanks for your help"."""
    for manner in words.NOT_ASKING:
        if manner in text:
            text = text.replace(manner, " ")
    return text


def ends_as_question(sentence: str) -> bool:
    if "?" not in sentence and sentence.isascii():
        return False
    return sentence.rstrip(_CLOSING).endswith(QUESTION_MARKS)


def is_polite(text: str) -> bool:
    """Small talk: "How are you, Steve?", "right?". The text is as `plain` returns it."""
    if len(text) > _LONGEST_MANNERS:
        return False
    known = text.translate(_MARKS_TO_BLANKS).split()
    while known and known[0] in words.LEADING:
        known.pop(0)
    said = " ".join(known)
    if said in speech.POLITE or not said:
        return True
    if len(known) <= _MOST_POLITE_WORDS and said.startswith(speech.POLITE_STARTS):
        return True
    return (
        known[0] == "how" and known[-1][-3:] != "ing" and said.rpartition(" ")[0] in speech.POLITE
    )


def is_courtesy(sentence: str) -> bool:
    """ "How are you?", "Can I ask you something?": it expects no answer of its own."""
    return is_polite(plain(sentence)) or announces(sentence)


def starts_as_question(text: str) -> bool:
    """Its first words ask, after small words in front; the text is as `plain` returns it."""
    if text[:30].partition(" ")[0].rstrip(",;:!.)") not in words.MAY_OPEN:
        return False
    start = [word.strip(",;:!.()") for word in text[:120].split(None, 9)[:9]]
    while start and start[0] in words.LEADING:
        start.pop(0)
    if len(start) < 2 or (text.endswith("!") and _exclaims(start)):
        return False
    if start[0] in words.AUXILIARIES and len(start) > 2 and not text.endswith("!"):
        return _inverts(start[0], start[1])
    return _asks_for(start) or " ".join(start).startswith(words.OPENERS)


def _exclaims(start: list[str]) -> bool:
    """ "How I loved it!", "How well you write!", but not "How well does it work!"."""
    if start[0] != "how" or start[1] not in words.EXCLAIMING:
        return False
    return words.AUXILIARIES.isdisjoint(start[2:4])


def _asks_for(start: list[str]) -> bool:
    """ "How long", "which one", "any news of", or "what vitamins should I" (inverted verb)."""
    first, second = start[0], start[1]
    if first == "which":
        return second not in words.NOT_AFTER_WHICH
    if first == "any":
        return len(start) > 2 and second not in words.NOT_AFTER_ANY
    if second in words.AFTER_WH.get(first, ()):
        return True
    turned = pairwise(start[2:])
    return first in ("what", "how") and any(
        verb in words.AUXILIARIES and subject in words.PERSONS for verb, subject in turned
    )


def _inverts(first: str, second: str) -> bool:
    """ "Does it", "can massage", but not "have a nice day" or "do not worry"."""
    if first in words.ONLY_BEFORE_PEOPLE:
        return second in words.PEOPLE
    if second in ("a", "an"):
        return first in words.BEFORE_ARTICLES
    if second in words.SUBJECTS:
        return True
    return first in words.PLAIN_AUXILIARIES and second not in words.NOT_AFTER_AUXILIARY


def _turns_to_ask(text: str) -> bool:
    """ "My calf aches, is this what you mean": a question after the last comma."""
    start = text.rpartition(", ")[2].split(None, 3) if ", " in text else []
    if len(start) < 3:
        return False
    first, second = start[0], start[1]
    if first in words.AFTER_WH:
        return second in words.AUXILIARIES and second in words.AFTER_WH[first]
    if first in words.ONLY_BEFORE_PEOPLE:
        return second in words.PEOPLE
    if second in ("a", "an"):
        return first in words.BEFORE_ARTICLES or first == "is"
    return first in words.AUXILIARIES and second in words.SUBJECTS


def announces(sentence: str) -> bool:
    """ "I have a question", "Can you help me?": the question itself comes before or after."""
    text = without_leading(plain(sentence))
    if not text.startswith(_OPENS_ANNOUNCEMENT):
        return False
    known = text.translate(_MARKS_TO_BLANKS).split()
    for length in range(min(len(known), _LONGEST_ANNOUNCEMENT), 0, -1):
        if " ".join(known[:length]) in _ANNOUNCING:
            return speech.AFTER_ANNOUNCING.issuperset(known[length:])
    return False


def without_leading(text: str) -> str:
    for _ in range(6):
        first, _, rest = text.partition(" ")
        if not rest or first.strip(",;:.!") not in words.LEADING:
            break
        text = rest.lstrip(" -–—")
    return text


def _is_title(sentence: str, text: str) -> bool:
    """ "I loved your article “Does Massage Help?”" names a question without asking it."""
    if not sentence.rstrip(" .!*_").endswith(_TITLE_ENDS):
        return False
    before = text.partition('"')[0].partition("“")[0]
    return any(word in before for word in _READ) and not phrases_in(before)
