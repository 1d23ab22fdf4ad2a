"""Names the topic of a question in words that are safe to repeat in a reply.

A reply says only topics that the FAQ itself names: a letter puts no words into the author's mouth,
and none of it is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from inbox_bot.letters.questions import is_courtesy
from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Faq, Question

OTHER = {
    "en": "the other thing you asked",
    "de": "der anderen Frage",
    "fr": "l'autre question",
    "es": "la otra pregunta",
}
OTHERS = {
    "en": "the other things you asked",
    "de": "den anderen Fragen",
    "fr": "les autres questions",
    "es": "las otras preguntas",
}
TOPICS = [(pattern, topic) for pattern, topic in WordLists(__name__).rows("topics")]
_ABOUT = re.compile(
    r"\b(?:what|how) about"
    r"|\b(?:tips?|advice|thoughts?|opinion|view|experience) (?:on|about|for|with)"
    r"|\b(?:know|say|tell me|said|wrote|think|heard) (?:anything |something |more )?(?:about|of)",
    re.IGNORECASE,
)
_MOST_NAMED = 3
_NO_NOUN = re.compile(r"(?:what|how|whether|why|when|where|who|which|if)\b|me$", re.IGNORECASE)
"""How a clause begins ("what sciatica is"): no "About ..." can be put before it."""
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
    """ "massage chairs and surgery"; "" if one of them is not a noun phrase of the FAQ's own."""
    named = list(dict.fromkeys(topic_of(text, faq) for text in asked))
    if len(named) > _MOST_NAMED or not _own_nouns(faq).issuperset(named):
        return ""
    joining = ", and " if len(named) > 2 else " and "
    return joining.join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def rest_of(asked: Sequence[str], faq: Faq, language: str = "en") -> str:
    """What a partial answer leaves open. In other languages than English, a topic would have to be
    inflected, so none is named."""
    other = OTHER if len(set(asked)) < 2 else OTHERS
    return (listed(asked, faq) if language == "en" else "") or other[language]


def is_open(question: Question) -> bool:
    """It asks something: nobody promises to look into "How are you?"."""
    return not (question.doubtful or is_courtesy(question.text))


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
def _own_nouns(faq: Faq) -> frozenset[str]:
    topics = {one.topic for one in faq.entries if one.topic}
    return frozenset(topic for topic in topics if not _NO_NOUN.match(topic))


@lru_cache(maxsize=4)
def _vocabulary(faq: Faq) -> frozenset[str]:
    texts = [text for entry in faq.entries for text in (entry.question, entry.answer, entry.topic)]
    return frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(texts).lower()))
