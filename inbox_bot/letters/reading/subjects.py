"""Prefixes of subjects, and subjects of automatic letters, from `subjects.tsv`.

The table has a line for each language and a column for each kind: marks of a reply and of a
forward; beginnings of subjects of automatic replies, answers to an invitation, receipts and
recalls; `away`: phrases in automatic replies. A new language needs a line there and nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from inbox_bot.letters.wordlists import columns

_MOST_MARKS = 10
# "Re[2]:", "Re (2):", "Re^2:"; French puts a blank before the colon.
_AFTER = r"\.?\s{0,3}(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s{0,3}[:：]\s{0,9}"
_GOES_ON = ":：-–—|]).*>/!(】」"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Phrases in lower case, each kind's longest first; the marks as one pattern each."""

    reply: re.Pattern[str]
    forward: re.Pattern[str]
    any: re.Pattern[str]
    automatic: tuple[str, ...]
    away: tuple[str, ...]
    invitation: tuple[str, ...]
    receipt: tuple[str, ...]
    recall: tuple[str, ...]


@cache
def subjects() -> Subjects:
    of = columns(__name__)
    both = set(of["reply"]) & set(of["forward"])  # "VS:" is a reply in Finnish, a forward in Danish
    return Subjects(
        reply=_marks(mark for mark in of["reply"] if mark not in both),
        forward=_marks(mark for mark in of["forward"] if mark not in both),
        any=_marks({*of["reply"], *of["forward"]}),
        automatic=of["automatic"],
        away=of["away"],
        invitation=of["invitation"],
        receipt=of["receipt"],
        recall=of["recall"],
    )


def is_answer(subject: str) -> bool:
    return subjects().reply.match(subject) is not None


def is_forward(subject: str) -> bool:
    return subjects().forward.match(subject) is not None


def without_replies(subject: str) -> str:
    """The subject without any number of "Re:", "AW:", "Rép :" and the like."""
    return _without(subject, subjects().reply, len(subject))


def without_marks(subject: str) -> str:
    """The subject without reply and forward marks, at most ten in all."""
    return _without(subject, subjects().any, _MOST_MARKS)


def opens_with(subject: str, phrases: tuple[str, ...]) -> str:
    """The phrase with which a lower-case subject begins and then ends or goes on with a mark: "Out
    of office: Re: x", never "Out of office chairs, any good?"."""
    subject = subject.removeprefix("auto:").lstrip(" [(*<【「")
    if not subject.startswith(phrases):  # true of nearly all subjects
        return ""
    for phrase in phrases:
        if subject.startswith(phrase):
            rest = subject[len(phrase) :].lstrip()
            if not rest or rest[0] in _GOES_ON:
                return phrase
    return ""


def _without(subject: str, marks: re.Pattern[str], most: int) -> str:
    if ":" not in subject and "：" not in subject:
        return subject.strip()
    start = 0
    for _ in range(most):
        found = marks.match(subject, start)
        if not found:
            break
        start = found.end()
    return subject[start:].strip()


def _marks(marks: Iterable[str]) -> re.Pattern[str]:
    listed = sorted(marks, key=lambda mark: (-len(mark), mark))
    return re.compile(rf"\s{{0,9}}\[?(?:{'|'.join(map(re.escape, listed))}){_AFTER}", re.IGNORECASE)
