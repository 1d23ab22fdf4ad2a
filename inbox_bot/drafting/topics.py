"""Names the topic of a question in words that are safe to repeat in a reply.

Only words that the FAQ uses, too, are said as the author's own: a letter cannot put its words into
her mouth. Others stand between quotation marks, and only plain ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from inbox_bot.letters.questions import is_courtesy
from inbox_bot.letters.wordlists import WordLists
from inbox_bot.model import Faq, Question

OTHER = {
    "en": "your other question",
    "de": "der anderen Frage",
    "fr": "l'autre question",
    "es": "la otra pregunta",
}
OTHERS = {
    "en": "your other questions",
    "de": "den anderen Fragen",
    "fr": "les autres questions",
    "es": "las otras preguntas",
}
UNNAMED = frozenset({*OTHER.values(), *OTHERS.values()})
_JOINING = {"en": "and", "de": "und", "fr": "et", "es": "y"}
_SERIAL_COMMA = {"en": ","}
_QUOTES = {"en": ("“", "”"), "de": ("„", "“"), "fr": ("« ", " »"), "es": ("«", "»")}

TOPICS = [(pattern, topic) for pattern, topic in WordLists(__name__).rows("topics")]
_ABOUT = re.compile(
    r"\b(?:what|how) about"
    r"|\b(?:tips?|advice|thoughts?|opinion|view|experience) (?:on|about|for|with)"
    r"|\b(?:know|say|tell me|said|wrote|think|heard) (?:anything |something |more )?(?:about|of)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|guten tag|bonjour|hola)\b[^,!?]{0,30}[,!]\s", re.IGNORECASE
)
_MOST_NAMED = 3
_LONGEST_QUOTED = 70
# No markup, no control signs, and no link: mail programs make one of "evil.example", too.
_PLAIN = re.compile(r"[^\W_](?:[^\W_]|[ ,'’%$€£()-]|\.(?![^\W\d_]))*")
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


def listed(asked: Sequence[str], faq: Faq, language: str = "en") -> str:
    """ "the price and insurance", "the price and “is it ok to run”"; "" if nothing is asked.

    A question without a known topic is quoted, so that its words stay the reader's. The known
    topics are English: in other languages all are quoted.
    """
    named = dict.fromkeys(_named(text, faq, language) for text in asked)
    topics = [topic for topic in named if topic != OTHER[language]][:_MOST_NAMED]
    if len(topics) < len(named):
        more = OTHER if len(named) - len(topics) == 1 else OTHERS
        topics.append(more[language])
    comma = _SERIAL_COMMA.get(language, "") if len(topics) > 2 else ""
    joining = f"{comma} {_JOINING[language]} "
    return joining.join([", ".join(topics[:-1]), topics[-1]] if topics[1:] else topics)


def rest_of(asked: Sequence[str], faq: Faq, language: str = "en") -> str:
    """What a partial answer leaves open. In English, quotes stand in parentheses, clear of the
    comma behind them: "your other question (“is it ok to run”)"."""
    told = listed(asked, faq, language)
    if language != "en" or _QUOTES["en"][0] not in told:
        return told or OTHER[language]
    named = dict.fromkeys(_named(text, faq, language) for text in asked)
    shown = ", ".join([one for one in named if one != OTHER["en"]][:_MOST_NAMED])
    return f"{OTHER['en'] if len(named) == 1 else OTHERS['en']} ({shown})"


def is_open(question: Question) -> bool:
    """It asks something: nobody promises to look into "How are you?"."""
    return not (question.doubtful or is_courtesy(question.text))


def _named(text: str, faq: Faq, language: str) -> str:
    return (topic_of(text, faq) if language == "en" else "") or quoted(text, language)


def quoted(question: str, language: str = "en") -> str:
    """The question between quotation marks; one that is long or strange is only "another"."""
    text = _GREETING.sub("", " ".join(question.split())).strip(" ?.!,;:-–—“”\"'")
    if len(text) > _LONGEST_QUOTED or not _PLAIN.fullmatch(text):
        return OTHER[language]
    begins, ends = _QUOTES[language]
    return f"{begins}{text}{ends}"


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
