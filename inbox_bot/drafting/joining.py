"""Joins several answers into one letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox_bot.drafting import markdown
from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Entry

LOOKED_AT = 10_000
_NAMED = re.compile(r"doc|dr|physician|gp|surgeon|neurologist|orthopedist|specialist", re.I)

_DOCTOR = r"(?:doctors?|doc|dr|physicians?|gp|surgeon|neurologist|orthopedist|specialist)"
_WHOSE = r"(?:my|our|the|a|his|her)"
# Bounded gaps only: the text is hostile.
_ASKED = re.compile(
    rf"(?<!not )(?<!never )(?<!yet )\b(?:asked|consulted|saw|seen|visited|checked with|been to"
    rf"|cleared with|talked (?:to|with)|spoke[n]? (?:to|with)) {_WHOSE} (?:\w+ )?{_DOCTOR}\b"
    rf"|\b{_WHOSE} {_DOCTOR},? (?:\w+ )?(?:said|says|told|recommend\w*|suggest\w*|advised|agree\w*"
    r"|approve\w*|okayed|cleared|is fine|is ok|is okay|has no objection|ruled out|thinks|gave me)\b"
    r"|\b(?:ok|okay|go-ahead|all-clear|all clear|blessing|permission|cleared) (?:from|by|of)"
    rf" {_WHOSE} {_DOCTOR}\b",
    re.IGNORECASE,
)


def doctor_asked(text: str) -> bool:
    text = text[:LOOKED_AT]
    return bool(_NAMED.search(text) and _ASKED.search(re.sub(r"\s+", " ", text)))


_LOWERED = WordLists(__name__).words("lowered")
_LEADS = {"en": "About", "de": "Zum Thema", "es": "Sobre"}  # French would have to agree with it
_ARTICLES = frozenset({"a", "an", "the"})
_SENDS_TO_DOCTOR = re.compile(
    r"\b(?:ask|check|consult|see|speak|talk)(?:ing|s)?\b(?: \w+)?(?: (?:with|to|in with))?"
    r" (?:your|a|the) (?:own )?(?:doctor|physician|GP)\b",
    re.IGNORECASE,
)


def joined(entries: Sequence[Entry], language: str = "en") -> tuple[str, ...]:
    """The answers as plain text; from the second on, each names its topic."""
    texts = [markdown.plain(entry.answer) for entry in entries]
    led = [_led(text, entry, language) for text, entry in zip(texts[1:], entries[1:], strict=True)]
    return (*texts[:1], *led)


def _led(text: str, entry: Entry, language: str) -> str:
    """A passage begins as the article does, so its topic stands before it; below a single answer
    the reader's own question is its topic."""
    if not entry.is_passage:
        return _introduced(text, entry.topic) if language == "en" else text
    lead = _LEADS.get(language, "")
    if not (lead and entry.topic) or _names(entry.topic, text):
        return text
    return f"{lead} {entry.topic}: {_continued(text) if language == 'en' else text}"


def _continued(text: str) -> str:
    """After a colon: small, unless it begins with "I" or a name."""
    word = re.match(r"[\w'’]*", text).group()  # type: ignore[union-attr]
    return text[0].lower() + text[1:] if word.replace("’", "'").lower() in _LOWERED else text


def needs_doctor(entries: Sequence[Entry], answers: Sequence[str]) -> bool:
    """The letter must still say "check with your doctor", which no answer says."""
    said = any(_SENDS_TO_DOCTOR.search(answer) for answer in answers)
    return not said and any(entry.doctor for entry in entries)


def _introduced(text: str, topic: str) -> str:
    if not topic or _names(topic, text):
        return text
    word = re.match(r"[\w'’]*", text).group()  # type: ignore[union-attr]
    plain = word.replace("’", "'").lower()
    if plain == "i" or plain.startswith("i'"):
        start = text
    elif plain in _LOWERED:
        start = text[0].lower() + text[1:]
    else:
        return f"You also asked about {topic}. {text}"
    return f"As for {topic}, {start}"


def _names(topic: str, text: str) -> bool:
    """The answer's first words name the topic already."""
    head = {_stem(word) for word in text[:60].split()[:5]}
    return {_stem(word) for word in topic.split() if word not in _ARTICLES} <= head


def _stem(word: str) -> str:
    return word.strip(".,:;").lower().rstrip("s")
