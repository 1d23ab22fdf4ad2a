"""`faq/urgent.yaml`, `faq/personal.yaml` -> rules: words, how far apart, and the reason to tell.

A pattern is words and `<groups>` of words, tied by how near they must be:

    lost control          one right after the other; small words ("lost all my control") may stand
                          between, and count only where the pattern names them
    wet|soiled myself     either word; <gave way|buckled> either phrase
    <cannot> .. pee       in this order, with up to four words between them
    numb & <saddle>       in one sentence, in any order
    fever && <back pain>  anywhere in the letter

A group's phrases, and those under `unless`, may name groups in turn: `<without> <feeling>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from inbox_bot.errors import SettingsError
from inbox_bot.letters.safety.words import Phrases, Readings, fold
from inbox_bot.yaml_files import Location, Shape, load, problem

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_PART = re.compile(r"<[^<>]+>|[^\s<>|]+")
_GROUP = re.compile(r"<([^<>]+)>")
_PIECE = re.compile(rf"(?:{_PART.pattern})(?:\|(?:{_PART.pattern}))*")


class RuleShape(Shape):
    """`past`: the rule also holds for the distant past; `general`: for general questions, too;
    `after_answer`: only for letters that answer a reply.

    `template` names the reply for a danger that needs words of its own.
    """

    reason: Text
    template: Annotated[str, StringConstraints(pattern=r"^urgent(-[a-z]+)*$")] = "urgent"
    patterns: list[Text] = Field(min_length=1)
    unless: list[Text] = Field(default_factory=list)
    past: bool = False
    general: bool = False
    after_answer: bool = False


class FileShape(Shape):
    """`correct`: real words that look like a typo of a listed one, such as "ladder"."""

    groups: dict[Text, list[Text]] = Field(default_factory=dict)
    correct: list[Text] = Field(default_factory=list)
    rules: list[RuleShape]


Run = tuple[Phrases, ...]  # one right after the other
Ordered = tuple[Run, ...]  # `..`
Together = tuple[Ordered, ...]  # `&`


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """All of `anywhere` must be in the letter (`&&`); `needs` are all its phrases."""

    anywhere: tuple[Together, ...]
    needs: frozenset[Phrases]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    reason: str
    template: str
    patterns: tuple[Pattern, ...]
    unless: Phrases
    past: bool
    general: bool
    after_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`by_words`: the groups of phrases by their first two words; the second is "" for a phrase of
    one word."""

    rules: tuple[Rule, ...]
    readings: Readings
    by_words: Mapping[str, Mapping[str, frozenset[Phrases]]]

    def present(self, words: Set[str]) -> set[Phrases]:
        """The groups of which a phrase may stand among these words."""
        found: set[Phrases] = set()
        following = {"", *words}
        for word in words & self.by_words.keys():
            begun = self.by_words[word]
            for second in begun.keys() & following:
                found |= begun[second]
        return found

    def of(self, *, after_answer: bool) -> Rules:
        return replace(
            self, rules=tuple(each for each in self.rules if each.after_answer is after_answer)
        )


class _Unclear(Exception):
    """A pattern cannot be read; the message says what to write."""


def load_rules(path: Path) -> Rules:
    """SettingsError with a line for each pattern that cannot be read."""
    shape = load(path, FileShape)
    groups = _Groups(shape.groups)
    problems = [problem(path, loc, advice) for loc, advice in _problems(shape, groups)]
    if problems:
        raise SettingsError("\n".join(problems))
    rules = tuple(_rule(each, groups) for each in shape.rules)
    phrases = _all_phrases(rules)
    known = {word for each in phrases for word in each.words}
    readings = Readings(known, map(fold, shape.correct))
    return Rules(rules=rules, readings=readings, by_words=_by_words(phrases))


class _Groups:
    """Resolves pieces of patterns to phrases; equal pieces share one value."""

    def __init__(self, groups: Mapping[str, list[str]]) -> None:
        self._groups = groups
        self._made: dict[str, Phrases] = {}

    def piece(self, text: str) -> Phrases:
        if text not in self._made:
            each = (phrase for part in _PART.findall(text) for phrase in self.phrases(part))
            self._made[text] = _phrases(each)
        return self._made[text]

    def phrases(self, text: str, within: tuple[str, ...] = ()) -> Iterator[str]:
        """Expands a phrase's groups, recursively, to every way of filling them in."""
        found = _GROUP.search(text)
        if not found:
            yield text
            return
        name = found[1]
        if name in within:
            raise _Unclear(f"the group <{name}> names itself")
        for listed in self._listed(name):
            for inner in self.phrases(listed, (*within, name)):
                yield from self.phrases(
                    f"{text[: found.start()]}{inner}{text[found.end() :]}", within
                )

    def _listed(self, name: str) -> list[str]:
        if "|" in name:
            return name.split("|")
        if name not in self._groups:
            known = ", ".join(f"<{each}>" for each in sorted(self._groups))
            raise _Unclear(f"there is no group <{name}>; define it under `groups:` ({known})")
        return self._groups[name]


def _problems(shape: FileShape, groups: _Groups) -> Iterator[tuple[Location, str]]:
    for at, rule in enumerate(shape.rules):
        for index, text in enumerate(rule.patterns):
            try:
                _pattern(text, groups)
            except _Unclear as unclear:
                yield ("rules", at, "patterns", index), f"`{text}`: {unclear}"
        for index, text in enumerate(rule.unless):
            try:
                list(groups.phrases(text))
            except _Unclear as unclear:
                yield ("rules", at, "unless", index), f"`{text}`: {unclear}"


def _rule(shape: RuleShape, groups: _Groups) -> Rule:
    return Rule(
        reason=shape.reason,
        template=shape.template,
        patterns=tuple(_pattern(text, groups) for text in shape.patterns),
        unless=_phrases(each for text in shape.unless for each in groups.phrases(text)),
        past=shape.past,
        general=shape.general,
        after_answer=shape.after_answer,
    )


def _pattern(text: str, groups: _Groups) -> Pattern:
    anywhere = tuple(
        tuple(
            tuple(_run(part, groups) for part in re.split(r"\s\.\.(?=\s)", side))
            for side in re.split(r"\s&(?=\s)", place)
        )
        for place in re.split(r"\s&&(?=\s)", f" {text} ")
    )
    runs = (run for together in anywhere for ordered in together for run in ordered)
    return Pattern(anywhere=anywhere, needs=frozenset(each for run in runs for each in run))


def _run(text: str, groups: _Groups) -> Run:
    pieces = _PIECE.findall(text)
    if not pieces:
        raise _Unclear("a side is empty; write words on both sides of `..`, `&` and `&&`")
    if " ".join(pieces) != " ".join(text.split()):
        raise _Unclear("write `<group>`, `word|word` or `<a phrase|another>`, no space at `|`")
    return tuple(groups.piece(piece) for piece in pieces)


def _phrases(texts: Iterable[str]) -> Phrases:
    return Phrases(_folded(text) for text in texts)


def _folded(text: str) -> str:
    """Folded like a letter; a `*` at a word's end is kept."""
    words = ((fold(word.rstrip("*")), "*" if word.endswith("*") else "") for word in text.split())
    return " ".join(f"{word}{star}" for word, star in words if word)


def _all_phrases(rules: tuple[Rule, ...]) -> frozenset[Phrases]:
    needed = {each for rule in rules for pattern in rule.patterns for each in pattern.needs}
    return frozenset(needed | {rule.unless for rule in rules})


def _by_words(phrases: frozenset[Phrases]) -> dict[str, dict[str, frozenset[Phrases]]]:
    found: dict[str, dict[str, frozenset[Phrases]]] = {}
    for group in phrases:
        for first, second in group.beginnings:
            held = found.setdefault(first, {})
            held[second] = held.get(second, frozenset()) | {group}
    return found
