"""Finds the question that a paragraph without a heading answers, by its words."""

from __future__ import annotations

import re

_LEAST = 12  # words: a shorter paragraph says too little to be an answer
_UNIT = r"(?:minute|hour|day|week|month|year)s?"
_CUES = {
    "How much did it cost?": r"costs?\b|paid\b|price\b|\d+ (?:dollars|euros|pounds)\b",
    "Who is it not for?": r"not for (?:everyone|everybody|you if)\b|I would not recommend\b",
    "How do I start?": r"(?:to|can|should|may) (?:start|begin)\b|start (?:small|with)\b",
    "How long does it take?": rf"(?:took|takes?) (?:me )?(?:about |only )?(?:\w+ )?{_UNIT}\b",
    "What are common mistakes?": r"mistakes?\b|went wrong\b|I wish I had\b",
}
_RULES = tuple((re.compile(rf"\b(?:{cue})", re.I), asked) for asked, cue in _CUES.items())


def question_of(paragraph: str) -> str:
    """ "It cost me 60 euros …" answers "How much did it cost?"; empty if no cue is found."""
    if len(paragraph.split()) < _LEAST:
        return ""
    return next((asked for cue, asked in _RULES if cue.search(paragraph)), "")
