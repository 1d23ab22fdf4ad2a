"""Finds the name to greet a reader with: below her letter, else in its From field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Address

_LISTS = WordLists(__name__)

_NO_PERSON = _LISTS.words("no person")
_TITLES = _LISTS.words("titles")
_NO_NAMES = _NO_PERSON - _TITLES
_SURNAME_ONLY = _LISTS.words("surname only")
_CREDENTIALS = _LISTS.words("credentials")
_PARTICLES = _LISTS.words("particles")
_LONGEST = 20
_LONGEST_ENDING = 600
_LAST_LINES = 5
_MOST_IN_A_SIGNATURE = 3
# Bounded gaps only: the text is hostile.
_CLOSING = re.compile(
    r"(?i:(?:with )?(?:(?:my |many |all )?(?:very )?(?:kind(?:est)?|best|warm(?:est)?"
    r"|thanks?(?: you)?|thx"
    r"|cheers|regards|yours|sincerely|respectfully|cordially|love|take care|bye(?: now)?"
    r"|greetings|gratefully|all the best)\b)"
    r"(?: (?:regards|wishes|truly|sincerely|faithfully|so much|a lot|again|in advance|you|the best"
    r"|and regards|and best wishes|from [A-Z]\w{1,20}|very much)){0,3})"
    r"\s{0,3}[,.!–—-]{0,3}\s{0,3}(?P<name>[A-Z][^\s,]{1,19}(?: [A-Z][^\s,]{0,19}){0,2})?[.!]?"
)


def name_of(reader: Address, text: str, author: str) -> str:
    """The name to greet with: the one that she signed with, else the first name of her address.

    "Thanks, Steve" in a letter to Steve is no signature.
    """
    signed = signed_name(text)
    if signed and signed not in author.split():
        return _double_name(signed, reader, text) or signed
    return first_name(reader)


def _double_name(signed: str, reader: Address, text: str) -> str:
    """ "Ruth Ellen" of Ruth Ellen Baker, who signs with both; else empty."""
    words = _in_order(reader.name)
    both = " ".join(words[:2])
    if len(words) <= 2 or words[0] != signed or not all(map(_is_name, words[:2])):
        return ""
    ending = (line.strip(" .,!-–—~") for line in text[-_LONGEST_ENDING:].splitlines())
    return both if both in ending else ""


def signed_name(text: str) -> str:
    """The name below (or beside) a closing such as "Best regards,"; empty if none is sure."""
    lines = [line.strip() for line in text[-_LONGEST_ENDING:].splitlines() if line.strip()]
    last = lines[-_LAST_LINES:]
    named = [
        _signed((closing["name"] or following).strip(" .,!-–—~").split())
        for line, following in zip(last, [*last[1:], ""], strict=False)
        if (closing := _CLOSING.fullmatch(line))
        and (closing["name"] or not _CLOSING.fullmatch(following))
    ]
    return next((name for name in reversed(named) if name), "")


def _signed(words: list[str]) -> str:
    """Capitals tell "Ann Miller" from "Looking forward"."""
    if not 1 <= len(words) <= _MOST_IN_A_SIGNATURE or _is_shouted_surname(words):
        return ""
    bare = [_bare(word) for word in words]
    if not (_NO_PERSON | _TITLES).isdisjoint(bare) or not all(word[0].isupper() for word in words):
        return ""
    first = words[0].strip(".,")
    return _cased(first, words) if _is_name(first) else ""


def first_name(reader: Address) -> str:
    """The name to greet with, or the empty string if none is sure.

    A wrong name ("Hi Info", "Hi Dr.", "Hi Smith") is worse than none.
    """
    words = _in_order(reader.name)
    if not words or any(_bare(word) in _NO_NAMES for word in words):
        return ""
    titles = [word for word in words if _bare(word) in _TITLES]
    words = [word for word in words if _bare(word) not in _TITLES]
    if not words or (len(words) == 1 and any(_bare(title) in _SURNAME_ONLY for title in titles)):
        return ""
    if len(words) == 1 and (titles or _is_login(words[0], reader.email)):
        return ""
    if _is_shouted_surname(words):
        return ""
    return _cased(words[0], words) if _is_name(words[0]) else ""


def _in_order(name: str) -> list[str]:
    """The words of the name, given name first: "Miller, Ann" is turned, "Ann Miller, MD" cut.

    Empty where a comma may mean anything else: "Ann Miller, London", "Smith, MD".
    """
    name = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name[:200]).strip(" \t\"'")
    if re.search(r"[@:/&+|<>{}=\\#\d_]", name):
        return []
    before, *after = ([w for w in part.split() if re.search(r"\w", w)] for part in name.split(","))
    given = [part for part in after if part and not all(map(_follows_a_name, part))]
    if not given:
        words = [word for word in before if _bare(word) not in _CREDENTIALS]
        return [] if any(after) and len(words) < 2 else words
    words = [word for word in given[0] if not _follows_a_name(word)]
    return [*words, *before] if len(given) == 1 and _is_surname(before) else []


def _follows_a_name(word: str) -> bool:
    """ "MD", "M.D."."""
    return _bare(word).replace(".", "") in _CREDENTIALS


def _is_surname(words: Sequence[str]) -> bool:
    """One word, or "van der Berg"."""
    return sum(_bare(word) not in _PARTICLES for word in words) == 1


def _bare(word: str) -> str:
    return word.strip(".,;'\"").lower()


def _is_login(word: str, email: str) -> bool:
    """A single word equal to the address's local part is no name ("sunnybiker")."""
    return word.islower() and word == email.partition("@")[0].lower()


def _is_shouted_surname(words: list[str]) -> bool:
    """ "DUPONT Marie", in the French style: the first word is probably the surname."""
    return len(words[0]) > 2 and words[0].isupper() and any(not word.isupper() for word in words)


def _is_name(word: str) -> bool:
    """Letters of one cased script, with a vowel: no initials, no ideographs, no look-alikes."""
    parts = re.split("[-'’]", word)
    if not 2 <= len(word) <= _LONGEST or not all(part.isalpha() for part in parts):
        return False
    if _bare(word) in _PARTICLES:
        return False
    letters = "".join(parts)
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    if scripts - {"LATIN"} and scripts - {"CYRILLIC"} and scripts - {"GREEK"}:
        return False
    return "LATIN" not in scripts or _has_vowel(word) or (len(word) == 2 and word.isupper())


def _has_vowel(word: str) -> bool:
    base = unicodedata.normalize("NFD", word.lower()).translate({ord("ø"): "o", ord("æ"): "a"})
    return any(letter in "aeiouyœı" for letter in base)


def _cased(word: str, words: list[str]) -> str:
    """ANN and ann become Ann; McKay and AJ (beside a surname in small letters) stay."""
    initials = len(word) == 2 and any(not other.isupper() for other in words)
    if word.islower() or (word.isupper() and not initials):
        return re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), word)
    return word
