"""Is something asked in this sentence? Told by its mark, its first words, or a phrase in it."""

from __future__ import annotations

from inbox_bot.questions import manners, words

_CLOSING = " \t\"'”’»)]*_.…!😀🙂😊🙏"
_QUESTION_MARKS = ("?", "？", "؟")
_READ = ("article", "post", "piece", "titled", "called", "essay", "blog", "artikel", "read")


def plain(sentence: str) -> str:
    """In lower case, with straight apostrophes, without what stands before the first letter."""
    lowered = sentence.lower().replace("’", "'")
    return lowered.lstrip("\"'“„«([*_-–—•>.,;:!¿¡ ")


def asks(sentence: str, *, phrases: bool = True) -> bool:
    """`phrases` False spares the search where the whole letter holds none of their words."""
    text = plain(sentence)
    if ends_as_question(sentence):
        return not (is_polite(text) or _is_title(sentence, text))
    first = _without_leading(text)
    if first.startswith(manners.POLITE_STARTS):
        return False
    return starts_as_question(first) or (phrases and has_phrase(text))


def ends_as_question(sentence: str) -> bool:
    return sentence.rstrip(_CLOSING).endswith(_QUESTION_MARKS)


def is_polite(text: str) -> bool:
    """ "How are you?", "right?": manners. The text is as `plain` gives it."""
    bare = "".join(c if c.isalpha() or c in "' -" else " " for c in text[:80])
    known = bare.split()
    while known and known[0] in words.LEADING:
        known.pop(0)
    said = " ".join(known)
    return not said or said in manners.POLITE or said.startswith(manners.POLITE_STARTS)


def starts_as_question(text: str) -> bool:
    """By its first two words; the text is as `plain` gives it, without leading small words."""
    if text.startswith(words.OPENERS):
        return True
    start = [word.strip(",;:()") for word in text[:120].split(None, 3)]
    if len(start) < 2:
        return False
    first, second = start[0], start[1]
    if first in words.AFTER_WH:
        return second in words.AFTER_WH[first]
    if len(start) < 3 or first not in words.AUXILIARIES or text.endswith("!"):
        return False
    if second in words.SUBJECTS:
        return True
    return first in words.PLAIN_AUXILIARIES and second not in words.NOT_AFTER_AUXILIARY


def has_phrase(text: str) -> bool:
    """ "I was wondering whether …"; the text is as `plain` gives it."""
    for word, phrases in words.ASKING.items():
        if word in text and any(phrase in text for phrase in phrases):
            return not any(phrase in text for phrase in words.NOT_ASKING)
    return False


def announces(sentence: str) -> bool:
    """ "I have a question", "Can you help me?": the question itself comes before or after."""
    text = _without_leading(plain(sentence))
    return text.startswith(manners.ANNOUNCING) and len(text.split()) <= 9


def _without_leading(text: str) -> str:
    for _ in range(6):
        first, _, rest = text.partition(" ")
        if not rest or first.strip(",;:.!") not in words.LEADING:
            break
        text = rest.lstrip(" -–—")
    return text


def _is_title(sentence: str, text: str) -> bool:
    """ "I loved your article “Does Massage Help?”" names a question and asks none."""
    end = sentence.rstrip(" .!*_")
    if not end.endswith(('?"', "?”", "?'", "?’", "?»", "?“")):
        return False
    before = text.partition('"')[0].partition("“")[0]
    return bool(before) and any(word in before for word in _READ) and not has_phrase(before)
