"""Extract a question and the author's answer from a letter, without personal details.

Only a proposal: she reads and corrects it before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inbox_bot.model import Address, Entry, Faq, Question

MOST_TEXT = 20_000
_LINK = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]{1,500}>?", re.IGNORECASE)
_EMAIL = re.compile(r"<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}>?")
_PHONE = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()/.-]{5,20}\d(?![\w%])")
_STREET = re.compile(
    r"\b\d{1,5} (?:[A-Z][\w'-]{1,30} ){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|way|boulevard|blvd)\b\.?"
    r"|\b[A-Z][\w-]{1,30}(?:straße|strasse|str\.|weg|platz) \d{1,4}\w?\b",
    re.IGNORECASE,
)
DETAILS = (_LINK, _EMAIL, _STREET, _PHONE)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|hallo|liebe[rs]?|good (?:morning|afternoon|evening|day))\b"
    r"[^,!.?\n]{0,40}(?:[,!]|\n|$)\s*",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^(?:many |with |best |kind(?:est)? |warm(?:est)? |all the )?"
    r"(?:thanks|thank you|thx|cheers|best|regards|wishes|sincerely|yours|love|take care"
    r"|talk soon|viele grüße|liebe grüße|mit freundlichen grüßen|danke)\b[\w ,!.]{0,40}$",
    re.IGNORECASE,
)
_INTRODUCTION = r"(?:my name is|this is|i am|i'm|i’m|it's|it’s) "
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(
    "a an and any are be can could do does for from get has have how i if in is it me my of on or "
    "should that the there this to was what when which who why will with would you your".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A new entry (`is_new`), or another phrasing of the entry `entry_id`.

    For a new one the author chooses `entry_id`, `article` is the slug of its file, and
    `also_asked` are other readers' phrasings.
    """

    is_new: bool
    entry_id: str
    question: str
    answer: str = ""
    article: str = ""
    also_asked: tuple[str, ...] = ()


def without_details(text: str, people: Iterable[Address]) -> str:
    """The text without these people's names, addresses, phone numbers and links."""
    text = text[:MOST_TEXT]
    for pattern in DETAILS:
        text = pattern.sub("", text)
    for name in _names(people):
        text = re.sub(rf"(?i)\b{_INTRODUCTION}{name}\b(?: and\b)?[,.]?\s*", "", text)
        text = re.sub(rf",?\s*\b{name}\b(?:['’]s\b)?", "", text)
    return _tidy(text)


def asked_plainly(question: Question, people: Iterable[Address]) -> str:
    """The question without greeting and personal details, on one line."""
    text = _GREETING.sub("", question.text.strip())
    return " ".join(without_details(text, people).split())


def answered_plainly(text: str, people: Iterable[Address]) -> str:
    """The reply without greeting, sign-off and personal details."""
    lines = _GREETING.sub("", text.strip()[:MOST_TEXT]).strip().splitlines()
    for number, line in enumerate(lines):
        if number and len(lines) - number <= 8 and _SIGN_OFF.match(line.strip()):
            lines = lines[:number]
            break
    return without_details("\n".join(lines), people)


def without_signature(text: str, signature: str) -> str:
    """Remove the author's signature from the end."""
    end = signature.strip()
    text = text.rstrip()
    return text[: -len(end)].rstrip() if end and text.endswith(end) else text


def new_id(question: str, faq: Faq) -> str:
    """A short unused id, made of the question's keywords."""
    said = [word for word in _WORD.findall(question.lower()) if word not in _SMALL][:4]
    name = "-".join(said)[:50].strip("-") or "question"
    taken = faq.answers
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def entry_of(lesson: Lesson) -> Entry:
    return Entry(
        id=lesson.entry_id,
        article=lesson.article,
        question=lesson.question,
        also_asked=lesson.also_asked,
        answer=lesson.answer,
    )


def alike(here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether two questions share most of their keywords."""
    return bool(here and there) and len(here & there) / len(here | there) >= 0.5


def telling(text: str) -> frozenset[str]:
    words = _WORD.findall(text[:1_000].lower())
    return frozenset(word[:5] for word in words if word not in _SMALL)


def _names(people: Iterable[Address]) -> list[str]:
    """Patterns for whole names, then for their capitalized parts."""
    found: list[str] = []
    for one in people:
        name = " ".join(re.findall(r"[\w'’-]+", one.name[:100]))
        parts = [part for part in name.split() if len(part) > 1 and part[0].isupper()]
        found += [name, *parts] if name else []
    unique = sorted(set(found), key=len, reverse=True)
    return [re.escape(name).replace(r"\ ", r"\s+") for name in unique]


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r"[ \t]([,.;:?!])", r"\1", text)
    lines = [line.strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
