"""Turns headings into questions and further ways to ask them, by the rules of `asking.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox_bot.letters.wordlists import WordLists, phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """`heading` matches the whole text; `{x}` and `{y}` in the others are its groups."""

    heading: re.Pattern[str]
    question: str
    also: tuple[str, ...]


def _rules(section: str) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(heading=re.compile(heading, re.IGNORECASE), question=question, also=phrases(also))
        for heading, question, also in WordLists(__name__).rows(section)
    )


_QUESTIONS = _rules("questions")
_HEADINGS = _rules("headings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    question: str
    also_asked: tuple[str, ...]
    topic: str


def ask(heading: str, names: frozenset[str] = frozenset()) -> Asked:
    """A heading as a question; one that asks already stays as it is.

    `names` are words that need their capital: headings capitalize other words, too.
    """
    bare = _lowered(heading.strip().rstrip(":").strip(), names)
    rule, found = _first(_HEADINGS, bare)
    question = _capital(_filled(rule.question, found) or f"{bare.rstrip('?')}?")
    other, asked = _first(_QUESTIONS, question)
    ways = [_filled(way, found) for way in rule.also] + [_filled(way, asked) for way in other.also]
    ways.append(bare.rstrip("?").lower() if "?" in heading else bare)
    distinct = dict.fromkeys(way for way in ways if way and way != _plain(question))
    return Asked(question=question, also_asked=tuple(distinct), topic=_topic(question, bare))


def _first(rules: tuple[_Rule, ...], text: str) -> tuple[_Rule, re.Match[str]]:
    for rule in rules:
        if found := rule.heading.fullmatch(text):
            return rule, found
    raise AssertionError(text)  # the last rule of each table matches everything


def _filled(way: str, found: re.Match[str]) -> str:
    groups = {name: value or "" for name, value in found.groupdict().items()}
    return way.format_map({"x": "", "y": "", **groups})


def _lowered(heading: str, names: frozenset[str]) -> str:
    words = heading.split()
    plain = (w.lower() if w.istitle() and w.strip("?!:,") not in names else w for w in words)
    return " ".join(plain)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(question: str) -> str:
    return question.rstrip("?").lower()


def _topic(question: str, bare: str) -> str:
    """A noun phrase that fits into "As for …"; empty if the heading is none."""
    told = "?" in bare or ":" in bare or question.startswith(("How", "What is “"))
    return "" if told or len(bare.split()) > 6 else bare
