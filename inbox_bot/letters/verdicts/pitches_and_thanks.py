"""Detects letters of people that need no answer: thanks, reactions, and pitches."""

from __future__ import annotations

import re

from inbox_bot.letters.language import detect
from inbox_bot.letters.questions import asks_anything, find_questions
from inbox_bot.letters.questions.sentences import sentences
from inbox_bot.letters.questions.witnessed import asking_of
from inbox_bot.letters.verdicts.evidence import Evidence
from inbox_bot.letters.verdicts.phrases import (
    GREETINGS,
    ORDINARY,
    PLEASANT,
    REACTED_TO_YOURS,
    THANKS,
    WEIGHTY,
)
from inbox_bot.letters.witness import shipped
from inbox_bot.letters.wordlists import WordLists

_LISTS = WordLists(__name__)

_SENTENCE_END = re.compile(r"[.!?…\n。！？।]+")
# Signs of vowels count as letters where scripts write them so (Hebrew to Khmer).
_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0e4e\u0eb0-\u0ecd\u17b0-\u17d3"
_LETTER = f"(?:[^\\W\\d_]|[{_SIGNS}])"
_WORD = re.compile(f"{_LETTER}+(?:['’]{_LETTER}+)?")

_WANTS = _LISTS.keyed("wants")
_SUPPORTS = _LISTS.keyed("supports")
_TROUBLE = _LISTS.phrases("trouble")

_GLAD = _LISTS.phrases("glad")
_POINTING = _LISTS.phrases("pointing")
_REACTION_PART = "text/vnd.google.email-reaction+json"
_REACTED = ("gmail", "outlook", "reacted to your", "google")
_AILING = frozenset("🆘😢😭😞😔😟🙁☹😣😖😫😩😰😨😱🤕🤒😷🚑💔🥺😿")
_KIND = THANKS | PLEASANT
_HARMLESS = _KIND | ORDINARY
_WITHOUT_BLANKS = "\u2e80"  # scripts from here to Hangul write a sentence as one word
_HANGUL = "\uac00"
_PARTS = sorted((word for word in _HARMLESS if word[0] > _WITHOUT_BLANKS), key=len, reverse=True)
_LONGEST_COURTESY = 600
_LONGEST_PRAISE = 2_500
# of the witnesses' probabilities
_NO_QUESTION, _HARDLY_ASKS, _SURE_THANKS, _SURE_NOISE, _ORDINARY = 0.3, 0.1, 0.8, 0.9, 0.5
_MERE_THANKS = "thanks that ask for nothing"

_LOOKED_AT = 20_000
_NO_ANSWER = re.compile(
    r"\b(?:no (?:need|reason|obligation) (?:for you )?to (?:reply|respond|answer|write back)"
    r"|no (?:reply|answer|response) (?:is )?(?:needed|necessary|required|expected)"
    r"|(?:you )?(?:don'?t|do not|needn't) (?:have to |need to |worry about |bother "
    r"|trouble to )?(?:reply|respond|answer|write back)(?:ing)?"
    r"|keine antwort (?:nötig|notwendig|erforderlich)|pas besoin de (?:me )?répondre"
    r"|no (?:hace falta|es necesario) (?:que )?respond\w+|non (?:serve|occorre) rispondere)\b",
    re.IGNORECASE,
)


def wants_no_answer(text: str) -> bool:
    """ "No need to reply." in a letter that asks nothing."""
    return bool(_NO_ANSWER.search(text[:_LOOKED_AT].replace("’", "'"))) and not asks_anything(text)


def courtesy(seen: Evidence) -> str:
    """Every sentence is thanks, a greeting or a name, and nothing is asked."""
    text = seen.message.text.strip()
    if len(text) > _LONGEST_COURTESY or seen.message.forwarded or _asks_in_subject(seen):
        return ""
    if _says_nothing(seen, text):
        return "it doesn't say or ask anything"
    text = text.replace("’", "'")
    names = _names(seen)
    thanked = any(glad in text.lower() for glad in _GLAD)
    for part in _SENTENCE_END.split(text):
        said = [piece for word in _WORD.findall(part) for piece in _pieces(word)]
        if said and not _courteous(said, names):
            return ""
        thanked = thanked or not THANKS.isdisjoint(map(str.lower, said))
    if not thanked or asks_anything(text):
        return ""
    return _MERE_THANKS


def thanks_in_prose(seen: Evidence) -> str:
    """A story that it helped, praise, "no need to reply": no sentence comes near to asking or tells
    of trouble, and one is courtesy. In English alone, in which the witnesses were taught."""
    text = seen.message.text.strip()
    if not text or len(text) > _LONGEST_PRAISE or seen.message.forwarded or _asks_in_subject(seen):
        return ""
    if detect(text) != "en":
        return ""
    said = [sentence.text for sentence in sentences(text)]
    safety = shipped("safety")
    if safety.probabilities(said)[:, safety.classes.index("ordinary")].min() < _ORDINARY:
        return ""
    if wants_no_answer(text):
        return _MERE_THANKS
    told = asking_of(said)
    thanked = max(one.courtesy for one in told) >= _SURE_THANKS
    asks = max(one.ask for one in told) >= _NO_QUESTION or _asks_in_earnest(text)
    return _MERE_THANKS if thanked and not asks else ""


def _asks_in_earnest(text: str) -> bool:
    """Not only "Who would have thought it?", or "I was wondering, and now I know"."""
    asked = [question.text for question in find_questions(text)]
    return any(
        one.noise < _SURE_NOISE if "?" in text else one.ask >= _HARDLY_ASKS
        for text, one in zip(asked, asking_of(asked), strict=True)
    )


def reaction(seen: Evidence) -> str:
    """An emoji and no words, in any program's format; a sad face may want an answer."""
    message = seen.message
    if _REACTION_PART in seen.parts or message.header("content-disposition").startswith("reaction"):
        return "a reaction with an emoji"
    text = message.text.strip()[:_LONGEST_COURTESY]
    first, _, rest = text.partition("\n")
    if not seen.replies or message.forwarded or message.attachments or "?" in text:
        return ""
    in_words = _reacted_in_words(first, _names(seen)) and not _says_in_words(rest)
    in_emoji = not _says_in_words(first) and any(sign > "\u2000" for sign in first)
    if not (in_words or in_emoji) or not _AILING.isdisjoint(text):
        return ""
    if in_words or not rest.strip() or any(sign in rest.lower() for sign in _REACTED):
        return "a reaction with an emoji"
    told = _WORD.findall(rest)
    return "an emoji and a name" if len(told) <= 2 and all(map(str.istitle, told)) else ""


def _reacted_in_words(line: str, names: frozenset[str]) -> bool:
    """The sender's name, followed by a program's phrase for a reaction."""
    said = line.lower().strip(" .:!\t")
    phrase = next((each for each in REACTED_TO_YOURS if said.endswith(each)), "")
    return bool(phrase) and names.issuperset(_WORD.findall(said.removesuffix(phrase)))


def _says_in_words(line: str) -> bool:
    return any(sign.isalnum() for sign in line)


def _says_nothing(seen: Evidence, text: str) -> bool:
    """Empty, or a bare greeting, without a picture, a quoted letter or a topic as subject."""
    if seen.message.attachments or seen.message.cut.strip():
        return False
    if "?" in text or not _AILING.isdisjoint(text):
        return False
    first, *others = _WORD.findall(text) or ["hello"]
    strange = [word for word in others if word.lower() not in GREETINGS]
    greets = first.lower() in GREETINGS and (not strange or _is_name(strange))
    topic = [] if seen.replies else _WORD.findall(seen.subject)
    return greets and _HARMLESS.union(GREETINGS).issuperset(topic)


def _is_name(strange: list[str]) -> bool:
    """ "Hello Steve", but not "hello suicidal"."""
    return len(strange) == 1 and strange[0].istitle()


def _asks_in_subject(seen: Evidence) -> bool:
    """ "Does massage help?" above "Thanks!". The subject of a reply is an old one."""
    if any(phrase in seen.message.text[:_LONGEST_COURTESY].lower() for phrase in _POINTING):
        return True
    return not seen.replies and asks_anything(seen.subject)


def pitch(seen: Evidence) -> str:
    """Four independent signs, or three with two of a pitch's aims; and no trouble mentioned."""
    text = f"{seen.subject}\n{seen.message.text[:6_000].lower()}"
    wants = _signs(_WANTS, text)
    if not wants:
        return ""
    signs = wants + _signs(_SUPPORTS, text)
    strong = len(signs) >= 4 or (len(wants) >= 2 and len(signs) >= 3)
    if not strong or any(phrase in text for phrase in _TROUBLE):
        return ""
    return "looks like an offer, not a question: " + ", ".join(f"“{sign}”" for sign in signs[:4])


def _courteous(said: list[str], names: frozenset[str]) -> bool:
    """Known words, with a name or two: "Thanks to your tips it is twice as bad" is no thanks.
    Without a pleasant word ("J'ai toujours mal") only names may be unknown."""
    lowered = [word.lower() for word in said]
    if not WEIGHTY.isdisjoint(lowered):
        return False
    strange = [word for word in said if word.lower() not in _HARMLESS]
    may_be_names = not _KIND.isdisjoint(lowered) or all(map(str.istitle, strange))
    foreign = any(_WITHOUT_BLANKS < word[0] < _HANGUL for word in strange)
    unsure = [word for word in strange if word.lower() not in names]
    return not unsure or (len(strange) <= 2 and may_be_names and not foreign)


def _names(seen: Evidence) -> frozenset[str]:
    """The words with which the sender may sign."""
    sender = seen.message.sender
    written = f"{sender.name} {sender.email.partition('@')[0]}" if sender else ""
    return frozenset(word.lower() for word in _WORD.findall(written.replace("_", " ")))


def _pieces(word: str) -> list[str]:
    """Splits a word of a script without blanks into known words and the rest."""
    if not _WITHOUT_BLANKS < word[0] < _HANGUL:
        return [word]
    found = [part for part in _PARTS if part in word]
    for part in found:
        word = word.replace(part, " ")
    return found + word.split()


def _signs(table: dict[str, tuple[str, ...]], text: str) -> list[str]:
    found = (next((phrase for phrase in group if phrase in text), "") for group in table.values())
    return [phrase for phrase in found if phrase]
