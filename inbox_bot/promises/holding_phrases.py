"""Detect letters in which the author only announces an answer."""

from __future__ import annotations

import re

_LINES = (
    r"(?:get|come|circle) back (?:to|with) you",
    r"(?:write|reply|respond|answer) (?:to )?(?:you )?(?:again|properly|in full|soon|later)",
    r"(?:write|reply|respond|answer)\b[^.!?\n]{0,40}\bas soon as I can",
    r"(?:write|reply|respond|answer)\b[^.!?\n]{0,40}\bwhen I (?:can|have|am|get)",
    r"(?:write|reply|respond|answer)\b[^.!?\n]{0,40}\b(?:on|next|this|by) \w*(?:day|week|weekend)",
    r"(?:be|keep) in touch",
    r"in touch (?:soon|shortly|again)",
    r"(?:let me|I['’]?ll|I will|have to|need to) (?:look into|think about|check|find out)",
    r"(?:more|a (?:proper|longer|full) (?:answer|reply)) (?:soon|later|to follow|will follow)",
    r"(?:give me|I need) (?:a (?:few|couple of)|some|two|three) (?:days|weeks|time|more time)",
    r"bear with me",
)
"""Phrases that announce an answer; any case."""

_HOLDS = re.compile(rf"\b(?:{'|'.join(_LINES)})\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_MOST_OTHER_WORDS = 25
"""Limit of words beside the phrase: greeting, thanks, name."""
_LONGEST = 5_000
"""In characters; a longer letter counts as an answer."""


def is_holding_line(text: str) -> bool:
    """Whether a letter says "I will get back to you" and hardly anything else.

    At the end of a long letter these words are a courtesy, and the letter is an answer.
    """
    if len(text) > _LONGEST:
        return False
    sentences = _SENTENCE.findall(text)
    others = [one for one in sentences if not _HOLDS.search(one)]
    if len(others) == len(sentences):
        return False
    return sum(len(one.split()) for one in others) <= _MOST_OTHER_WORDS
