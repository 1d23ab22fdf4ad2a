"""Names the topic of a question in words that are safe to repeat in a reply.

Only words that the FAQ uses, too, are repeated: a letter cannot put its own words into the author's
mouth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Faq

REST = "the rest of your mail"

TOPICS = [(pattern, topic) for pattern, topic in WordLists(__name__).rows("topics")]
_ABOUT = re.compile(
    r"\b(?:what|how) about"
    r"|\b(?:tips?|advice|thoughts?|opinion|view|experience) (?:on|about|for|with)"
    r"|\b(?:know|say|tell me|said|wrote|think|heard) (?:anything |something |more )?(?:about|of)",
    re.IGNORECASE,
)
_SMALL = frozenset("a an and for in of on or the to with".split())
_STOP = frozenset("i it me my that them they this you your he she we us is are do does can".split())


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), topic) for pattern, topic in TOPICS)


def topic_of(question: str, faq: Faq) -> str:
    """A short noun phrase ("the price"), or the empty string if none is sure.

    A topic's own name counts as a question about it.
    """
    text = question[:500]
    if text in _names(faq):
        return text
    for pattern, topic in _patterns():
        if pattern.search(text):
            return topic
    asked = _ABOUT.search(text)
    return _phrase(text[asked.end() :], faq) if asked else ""


def listed(asked: Sequence[str], faq: Faq) -> str:
    """ "the price and insurance", "the price and the rest …"; empty if no topic is known."""
    topics = list(dict.fromkeys(topic_of(text, faq) for text in asked))
    known = [topic for topic in topics if topic][:3]
    if known and len(known) < len(topics):
        known.append(REST)
    return " and ".join([", ".join(known[:-1]), known[-1]] if known[1:] else known)


def _phrase(text: str, faq: Faq) -> str:
    words: list[str] = []
    for word in re.findall(r"[^\s]+", text[:80])[:4]:
        bare = word.strip(",.;:?!\"'()").lower()
        if bare in _STOP or not (bare in _SMALL or bare in _vocabulary(faq)):
            return ""
        words.append(bare)
        if word[-1] in ",.;:?!":
            break
    else:
        return ""
    return "" if words[-1] in _SMALL or words[0] in _SMALL - {"the", "a", "an"} else " ".join(words)


@lru_cache(maxsize=4)
def _names(faq: Faq) -> frozenset[str]:
    return frozenset(topic for _, topic in TOPICS) | {one.topic for one in faq.entries}


@lru_cache(maxsize=4)
def _vocabulary(faq: Faq) -> frozenset[str]:
    texts = [text for entry in faq.entries for text in (entry.question, entry.answer, entry.topic)]
    return frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(texts).lower()))
