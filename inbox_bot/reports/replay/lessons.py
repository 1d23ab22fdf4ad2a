"""Proposes FAQ entries from what the author has answered already: her words, readers' questions.

Like questions are grouped by their meaning; nothing is used before her look. What was taken out
(names, addresses, telephone numbers) is gone; what may still be meant for one reader is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox_bot.faq.draw.article_text import sentences
from inbox_bot.letters.encoder import encoder
from inbox_bot.model import Address, Author, Faq, Question, Urgent
from inbox_bot.reports.replay.read import Replay, Replayed
from inbox_bot.review import lesson
from inbox_bot.review.lesson import Lesson

ALIKE = 0.7  # cosine of two questions that ask the same
MOST_PHRASINGS = 20
_LEAST_ANSWER, _LONGEST_ANSWER = 4, 150  # words
_LONGEST_QUESTION = 60  # words
_PERSONAL = re.compile(
    r"\b(?:your|deine?[mnrs]?|ihre?[mnrs]?|ton|ta|votre|tus?|su) (?:\w+ )?"
    r"(?:wife|husband|daughter|son|mother|father|mum|mom|dad|sister|brother|surgery|operation|doctor"
    r"|frau|mann|tochter|sohn|mutter|vater|ärztin|arzt|femme|mari|fille|fils|mère|père|médecin"
    r"|mujer|marido|hij[ao]|madre|padre|médic[ao])\b"
    r"|\b(?:as|like) you (?:said|wrote|mentioned|describe\w*)\b|\byou (?:wrote|told me|mentioned)\b"
    r"|\bsorry (?:to hear|for your)\b|\bcongratulations\b|\bnice to hear\b"
    r"|\b(?:today|tomorrow|yesterday|last (?:week|night|month)|next (?:week|month))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry to look at; `asked` readers asked it. `personal` are sentences of its answer that
    may be meant for one reader alone."""

    lesson: Lesson
    asked: int
    personal: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    question: str
    answer: str
    reader: str


def proposals(found: Replay, faq: Faq, author: Author, article: str) -> tuple[Proposal, ...]:
    """The most asked first; `article` is the slug of the file that they would go into."""
    pairs = [pair for one in found.letters if (pair := _pair(one, author))]
    groups = _grouped(pairs)
    groups.sort(key=lambda group: -len({pair.reader for pair in group}))
    taken = faq
    made: list[Proposal] = []
    for group in groups:
        proposal = _proposal(group, taken, article)
        made.append(proposal)
        entry = lesson.entry_of(proposal.lesson)
        taken = Faq(articles=faq.articles, entries=(*taken.entries, entry))
    return tuple(made)


def _pair(one: Replayed, author: Author) -> _Pair | None:
    """A letter with one question and her answer to it: which words answer which of several
    questions, nobody can tell."""
    if one.answered is None or len(one.decisions) != 1 or isinstance(one.decisions[0], Urgent):
        return None
    people = (Address(email=one.address, name=one.reader), Address(email="", name=author.name))
    asked = Question(text=" ".join(one.decisions[0].question.text.split()[:_LONGEST_QUESTION]))
    question = lesson.asked_plainly(asked, people)
    words = lesson.without_signature(one.answered.text, author.signature)
    answer = lesson.answered_plainly(words, people)
    if not question or not _LEAST_ANSWER <= len(answer.split()) <= _LONGEST_ANSWER:
        return None
    return _Pair(question=question, answer=answer, reader=one.address)


def _grouped(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    """Each pair joins the first group whose first question is like its own."""
    vectors = encoder().encode([pair.question for pair in pairs])
    groups: list[list[int]] = []
    for at, vector in enumerate(vectors):
        near = (group for group in groups if float(vectors[group[0]] @ vector) >= ALIKE)
        group = next(near, None)
        if group is None:
            groups.append([at])
        else:
            group.append(at)
    return [[pairs[at] for at in group] for group in groups]


def _proposal(group: Sequence[_Pair], faq: Faq, article: str) -> Proposal:
    """The shortest question names it; her latest answer counts, as she would say it now."""
    asked = sorted(dict.fromkeys(pair.question for pair in group), key=len)
    answer = group[0].answer
    return Proposal(
        lesson=Lesson(
            is_new=True,
            entry_id=lesson.new_id(asked[0], faq),
            question=asked[0],
            answer=answer,
            article=article,
            also_asked=tuple(asked[1:MOST_PHRASINGS]),
        ),
        asked=len({pair.reader for pair in group}),
        personal=tuple(_personal(answer)),
    )


def _personal(answer: str) -> Iterator[str]:
    for line in answer.splitlines():
        yield from (said for said in sentences(line) if _PERSONAL.search(said))
