"""Finds the questions of a letter, or of a single typed line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from inbox_bot.letters.questions import speech, words
from inbox_bot.letters.questions.asking import (
    announces,
    asks,
    ends_as_question,
    is_polite,
    phrases_in,
    plain,
    starts_as_question,
    without_manners,
)
from inbox_bot.letters.questions.context import context_of, greets, names_something
from inbox_bot.letters.questions.sentences import TEXT_LOOKED_AT, Sentence, sentences
from inbox_bot.letters.questions.witnessed import Asking, asking_of
from inbox_bot.model import Question

# Nobody answers more in one letter, and the author sees the whole letter anyway.
MOST_QUESTIONS = 40
_LONGEST_QUESTION = 1_000
_LONGEST_TOPIC = 60
_MOST_AROUND_A_TOPIC = 6
_MOST_IN_A_NAME = 3
_ENDS_NO_TOPIC = tuple(".!,:。！…")

_ASKS, _RATHER_NOT, _SURELY_NOT = 0.5, 0.5, 0.97  # of the witness's probabilities

_LEAST_OF_TWO = 3  # words of each of two questions in a sentence
_LEAST_BLANKS = 2  # a word or two ask only where nothing else stands in the letter

_JOINTS = (" and ", " und ", " et ", " y ")
_AND = re.compile(r",?\s(?:and|und|et|y)\s(?:also\s|auch\s)?", re.I)
_WHETHER = ("whether ", " if ", " ob ")
# With a trailing blank, so that "what an" does not match "what antibiotics".
_TELLING = tuple(f"{phrase} " for phrase in (*speech.THANKING, *speech.TELLING))
_MARK = re.compile(r"[^\w'’]+")


def find_questions(text: str, subject: str = "") -> tuple[Question, ...]:
    """The questions of a letter, in order; () if it asks nothing.

    `subject` may say what is meant.
    """
    letter = sentences(text)
    return tuple(_asked(letter, text, subject) or _topic(letter))


def asks_anything(text: str) -> bool:
    """It asks something explicitly; a bare topic does not count."""
    phrases = phrases_in(text[:TEXT_LOOKED_AT])
    return any(asks(sentence.text, phrases) for sentence in sentences(text))


def single(line: str) -> tuple[Question, ...]:
    """The questions in a line typed alone; the whole line, unless it is plainly a statement."""
    found = find_questions(line)
    if found:
        return found
    text = line.strip()[:_LONGEST_QUESTION]
    return () if _is_statement(text) else (Question(text=text),)


def _asked(letter: Sequence[Sentence], text: str, subject: str) -> list[Question]:
    phrases = phrases_in(text[:TEXT_LOOKED_AT])
    told = [sentence.text for sentence in letter]
    *told_of, told_of_subject = asking_of([*told, subject])
    telling = [_tells(one, p) for one, p in zip(told, told_of, strict=True)]
    topic = subject if _tells(subject, told_of_subject) else ""
    plainly = [asks(one, phrases) for one in told]
    asking = [_is_asking(one, p, said) for one, p, said in zip(told, told_of, plainly, strict=True)]
    found: list[Question] = []
    announced: list[Question] = []
    before: list[Sentence] = []
    in_list = False
    for at, sentence in enumerate(letter):
        opens_list = _opens_list(sentence)
        if asking[at] or (in_list and _is_item(sentence)):
            explaining = _explaining(before, sentence, in_list)
            doubtful = told_of[at].nothing >= _SURELY_NOT
            hinted = not in_list and not plainly[at]
            aside = doubtful or opens_list or announces(sentence.text)
            around = _around(told, telling, at, topic)
            asked = _questions(sentence, explaining, around)
            (announced if aside else found).extend(
                replace(question, doubtful=doubtful, hinted=hinted) for question in asked
            )
        in_list = opens_list or (in_list and sentence.item > 0)
        if not opens_list:
            before.append(sentence)
        if len(found) >= MOST_QUESTIONS:
            break
    return _without_what_others_lean_on(found, phrases) or announced


def _without_what_others_lean_on(
    found: Sequence[Question], phrases: Sequence[str]
) -> list[Question]:
    """ "You mention trigger points. Do they hurt?": the first seems to ask, but only explains."""
    leaned_on = {one.context for one in found if ends_as_question(one.text)}
    return [
        one
        for one in found
        if one.text not in leaned_on or asks(one.text, phrases) or _opens_with_question(one.text)
    ]


def _opens_with_question(text: str) -> bool:
    return plain(text).partition(" ")[0] in words.QUESTION_WORDS


def _explaining(before: Sequence[Sentence], sentence: Sentence, in_list: bool) -> list[str]:
    """Sentences that may explain this one. In a list of questions, its neighbors do so only if they
    are whole questions: "price" does not explain "Does it hurt?"."""
    return [
        other.text
        for other in before[-12:]
        if not in_list or other.item in (0, sentence.item) or ends_as_question(other.text)
    ]


def _is_asking(sentence: str, told: Asking, plainly: bool) -> bool:
    """By its mark or its words, in any language; the witness adds what asks without either."""
    if plainly:
        return ends_as_question(sentence) or told.nothing < _SURELY_NOT
    return told.ask >= _ASKS and "?" not in sentence and sentence.count(" ") >= _LEAST_BLANKS


def _tells(sentence: str, told: Asking) -> bool:
    """It may say what a question means; "Hi Steve," and "A question" do not."""
    if ends_as_question(sentence) or greets(sentence) or announces(sentence):
        return False
    return told.nothing < _RATHER_NOT and names_something(sentence)


def _around(told: Sequence[str], telling: Sequence[bool], at: int, topic: str) -> tuple[str, ...]:
    """The sentence with one and two before it, with the next one, and below the letter's topic, as
    far as these tell something."""
    sentence = told[at][:_LONGEST_QUESTION]
    before = [told[n] for n in range(max(0, at - 2), at) if telling[n]]
    after = [told[n] for n in range(at + 1, min(at + 2, len(told))) if telling[n]]
    ways = [
        [*before[-1:], sentence],
        [*before, sentence],
        [sentence, *after],
        [f"{topic}.", sentence] if topic else [sentence],
    ]
    readings = dict.fromkeys(" ".join(way)[-_LONGEST_QUESTION:] for way in ways if len(way) > 1)
    return tuple(readings)


def _questions(sentence: Sentence, told: list[str], around: tuple[str, ...]) -> Iterator[Question]:
    text = _after_announcement(sentence.text[:_LONGEST_QUESTION])
    for part in _parts(_after_greeting(text)):
        yield Question(text=part, context=context_of(part, told), readings=around)
        told.append(part)


def _after_announcement(text: str) -> str:
    """ "Two questions: what is …" asks what stands after the colon."""
    head, _, rest = text.partition(": ")
    return rest.strip() if rest.strip() and announces(head) else text


def _after_greeting(text: str) -> str:
    """ "Hello Steve, which pot …?" and "Steve, how big …?" ask what stands after the comma."""
    head, _, rest = text.partition(", ")
    known = head.split()
    if not rest or not 0 < len(known) <= _MOST_IN_A_NAME:
        return text
    is_greeted = known[0].lower() in speech.SALUTATIONS
    is_named = len(known) == 1 and head.istitle() and starts_as_question(plain(rest))
    return rest if is_greeted or is_named else text


def _topic(letter: Sequence[Sentence]) -> Iterator[Question]:
    """A letter that only says "massage chair or therapist" asks about it."""
    if len(letter) > _MOST_AROUND_A_TOPIC or not any(map(_may_be_topic, letter)):
        return
    telling = (one for one in letter if not (_is_statement(one.text) or _is_name(one.text)))
    said = list(islice(telling, 2))
    if len(said) != 1 or not _may_be_topic(said[0]):
        return
    known = _MARK.split(said[0].text.lower())
    if len(known) > 1 and known[0] not in speech.TELLERS:
        yield Question(text=said[0].text)


def _may_be_topic(sentence: Sentence) -> bool:
    text = sentence.text
    return len(text) <= _LONGEST_TOPIC and not text.endswith(_ENDS_NO_TOPIC)


def _is_name(text: str) -> bool:
    """ "Jane Doe", or "Hi Steve,"."""
    known = [word for word in _MARK.split(text, _MOST_IN_A_NAME + 2) if word]
    greets = bool(known) and known[0].lower() in speech.SALUTATIONS
    return len(known) <= _MOST_IN_A_NAME and (greets or all(word[:1].isupper() for word in known))


def _is_item(sentence: Sentence) -> bool:
    return sentence.item > 0 and not _is_statement(sentence.text)


def _opens_list(sentence: Sentence) -> bool:
    """ "My questions:" or "Two things:": the items that follow are questions."""
    told = sentence.text
    if sentence.item or not (told.endswith(":") or "stion" in told):
        return False
    if announces(told):
        return True
    return told.endswith(":") and not speech.LIST_OF_QUESTIONS.isdisjoint(_MARK.split(plain(told)))


def _parts(sentence: str) -> Iterator[str]:
    """Splits "How much is it and how long does it take?"; each part could stand alone."""
    start = 0
    joints = _AND.finditer(sentence) if any(joint in sentence for joint in _JOINTS) else ()
    for joint in joints:
        left, right = sentence[start : joint.start()], sentence[joint.end() : joint.end() + 80]
        if _is_open(left):
            continue
        if (_opens_question(right, left) and _stands_alone(left)) or _are_two(
            left, right, sentence
        ):
            yield left.strip()
            start = joint.end()
    yield sentence[start:].strip()


def _is_open(left: str) -> bool:
    """ "Do you know when … and where to go?"."""
    return plain(left).rpartition(" ")[2] in words.QUESTION_WORDS


def _are_two(left: str, right: str, sentence: str) -> bool:
    """ "What went wrong, and what did it cost?": each begins with a question word or an auxiliary.
    Not "how do you know when it hurts and when it is over?", which asks one thing."""
    if not ends_as_question(sentence):
        return False
    asked, again = ([word for word in _MARK.split(plain(part)) if word] for part in (left, right))
    if min(len(asked), len(again)) < _LEAST_OF_TWO or again[1] in words.INFINITIVE:
        return False
    opens = words.QUESTION_WORDS | words.AUXILIARIES
    return asked[0] in opens and again[0] in opens and words.QUESTION_WORDS.isdisjoint(asked[1:])


def _stands_alone(text: str) -> bool:
    told = plain(text)
    return text.count(" ") >= 2 and (starts_as_question(told) or bool(phrases_in(told)))


def _opens_question(text: str, left: str) -> bool:
    """ "… whether it helps and if it lasts": the second "if" needs the first."""
    told = plain(text)
    if text.count(" ") < 2:
        return False
    again = told.startswith(("whether ", "if ", "ob "))
    return starts_as_question(told) or (again and any(word in left for word in _WHETHER))


def _is_statement(line: str) -> bool:
    """It is plainly a statement, a greeting, small talk or thanks."""
    told = plain(line)
    if is_polite(told):
        return True
    if ends_as_question(line):
        return False
    known = _MARK.split(told)
    if speech.GREETING.issuperset(known) or not any(known):
        return True
    if not speech.NEED.isdisjoint(_MARK.split(without_manners(told))[1:]):
        return False
    return f"{' '.join(known)} ".startswith(_TELLING)
