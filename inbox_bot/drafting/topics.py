"""What a question is about, in words that are safe to say in a reply.

Nothing of a reader's letter is repeated but words that the FAQ uses, too: a letter cannot put its
own words into the author's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from inbox_bot.model import Faq

REST = "the rest of your mail"

# The first pattern that is found names the topic. Bounded gaps only: the text is hostile.
TOPICS: tuple[tuple[str, str], ...] = (
    (r"\binsur(?:ance|ed|er)|\b(?:medicare|medicaid|hsa|fsa|reimburse\w*)\b", "insurance"),
    (r"\bhow much\b[^.?!\n]{0,60}\b(?:cost|charge|pay|price|is|are|for)\b", "the price"),
    (r"\b(?:prices?|pricing|costs?|expensive|afford\w*|fees?|rates?|cheap\w*)\b", "the price"),
    (
        r"\bhow many (?:\w+ ){0,2}(?:sessions?|appointments?|massages?|visits?|treatments?|times)",
        "the number of sessions",
    ),
    (r"\bhow (?:often|frequently)\b|\btimes a (?:week|month|day)\b", "how often"),
    (
        r"\bhow (?:long|soon|quickly|fast) (?:do(?:es)?|will|would|until|before|can|should|is)\b",
        "how long it takes",
    ),
    (r"\bpregnan\w*|\bexpecting a baby\b|\btrimester\b", "pregnancy"),
    (r"\bbreast-? ?feed\w*|\bnursing (?:a|my|mother)\b", "breastfeeding"),
    (r"\bside[ -]effects?\b", "side effects"),
    (
        r"\b(?:blood thinners?|warfarin|aspirin|ibuprofen|gabapentin|medications?|medicines?|pills?"
        r"|drugs?|supplements?)\b",
        "medication",
    ),
    (r"\b(?:mattress(?:es)?|sleep\w*|pillows?|bed)\b", "sleeping"),
    (r"\b(?:yoga|pilates|stretch\w*)\b", "stretching"),
    (
        r"\b(?:foam roll\w*|lacrosse ball|tennis ball|massage guns?|theragun|massagers?)\b",
        "massage tools",
    ),
    (r"\b(?:heat(?:ing)? pads?|ice packs?|ice or heat|heat or ice|cold packs?)\b", "heat and ice"),
    (r"\b(?:acupuncture|dry needling|cupping)\b", "acupuncture"),
    (r"\b(?:brands?|which models?|which one (?:to|should i) buy)\b", "which one to buy"),
    (
        r"\b(?:appointments?|book(?:ing)? (?:a|an|you)|your (?:office|practice|clinic))\b",
        "an appointment",
    ),
    (r"\b(?:ship(?:s|ped|ping)?|deliver(?:y|ed|ing)?)\b", "delivery"),
    (r"\b(?:refunds?|money back|return (?:it|policy))\b", "a refund"),
    (r"\b(?:podcasts?|interviews?)\b", "an interview"),
    (r"\b(?:translat\w+|reprint\w*|republish\w*|copyright)\b", "using the article"),
)
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
    """A short noun phrase ("the price"), or the empty string where none is sure.

    A topic's own name is a question about it.
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
    """ "the price and insurance", "the price and the rest …"; empty when no topic is known."""
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
