"""Every regular expression takes time linear in a letter's length, whatever its text.

Checked on the parsed pattern alone; `python -m benchmarks.patterns` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from re import _constants as c, _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.patterns import Found, all_patterns

LONG = 1_000
"""A repetition bounded by this costs at most that bound at each place."""
MOST_WAYS = 50_000
"""Most ways to split a run between bounded repetitions."""
UNIVERSE = frozenset(map(chr, range(256))) | frozenset("ЖωŞ“’–…\u200b\u2028😀")
REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
CATEGORIES = {
    c.CATEGORY_SPACE: r"\s",
    c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_DIGIT: r"\d",
    c.CATEGORY_NOT_DIGIT: r"\D",
    c.CATEGORY_WORD: r"\w",
    c.CATEGORY_NOT_WORD: r"\W",
}
WORD = frozenset(one for one in UNIVERSE if re.match(r"\w", one))
Characters = frozenset[str]


@dataclass(frozen=True, slots=True)
class Around:
    """Nodes before and after a place in a pattern."""

    flags: int
    searched: bool
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()

    def next_to(self, before: Sequence[Any], after: Sequence[Any]) -> Around:
        return replace(self, before=(*self.before, *before), after=(*after, *self.after))


def complaints(found: Found) -> Iterator[str]:
    pattern = found.pattern.pattern
    source = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = parser.parse(source, found.pattern.flags)
    yield from _inside(list(tree), Around(found.pattern.flags, found.searched))


def _inside(nodes: Sequence[Any], around: Around) -> Iterator[str]:
    for number, (op, value) in enumerate(nodes):
        here = around.next_to(nodes[:number], nodes[number + 1 :])
        if op in REPEATS and int(value[1]) > LONG:
            yield from _of_repeat(op, list(value[2]), here)
        elif op in REPEATS and op is not c.POSSESSIVE_REPEAT:
            yield from _multiplied(int(value[1]), list(value[2]), here)
        if op in REPEATS and int(value[1]) > LONG:
            here = here.next_to([], [(c.MAX_REPEAT, (0, *value[1:]))])
        if op in (*REPEATS, c.SUBPATTERN, c.ATOMIC_GROUP, c.BRANCH):
            for way in _ways(op, value):
                yield from _inside(list(way), here)


def _of_repeat(op: Any, body: Sequence[Any], around: Around) -> Iterator[str]:
    taken = _all_characters(body, around.flags)
    can_fail = not all(map(_may_be_empty, around.after))
    if not taken or not can_fail:
        pass
    elif around.searched and _can_start(around.before, taken, around.flags):
        yield f"each place in a run of {_some(taken)} may begin a match that runs to its end"
    if can_fail and op is not c.POSSESSIVE_REPEAT:
        yield from _next_to_its_like(taken, around)
    inner = [value[2] for kind, value in body if kind in REPEATS and int(value[1]) > LONG]
    for one in inner:
        shared = _all_characters(one, around.flags)
        if can_fail and all(_fits(node, shared, around.flags) for node in body):
            yield f"a repetition of repetitions of {_some(shared)}"


def _next_to_its_like(taken: Characters, around: Around) -> Iterator[str]:
    """Adjacent repetitions that can split a run in as many ways as it is long."""
    for number, (op, value) in enumerate(around.after):
        if op in REPEATS and int(value[1]) > LONG:
            shared = taken & _all_characters(value[2], around.flags)
            shares = all(_fits(one, shared, around.flags) for one in value[2])
            between = around.after[:number]
            rest = around.after[number + 1 :]
            fails = not all(map(_may_be_empty, rest))
            if (
                shared
                and shares
                and fails
                and all(_fits(one, shared, around.flags) for one in between)
            ):
                yield f"two repetitions of {_some(shared)}, one behind the other"


def _multiplied(bound: int, body: Sequence[Any], around: Around) -> Iterator[str]:
    """Consecutive bounded repetitions can split a run in as many ways as the product of their
    bounds before the pattern fails."""
    shared = _all_characters(body, around.flags)
    after = list(_without_groups(around.after))
    for number, (op, value) in enumerate(after):
        if not _fits((op, value), shared, around.flags):
            return
        can_fail = not all(map(_may_be_empty, after[number + 1 :]))
        if op in REPEATS and 1 < int(value[1]) <= LONG and can_fail:
            bound *= int(value[1])
            shared &= _all_characters(value[2], around.flags)
            if bound > MOST_WAYS and shared:
                yield f"{bound:,} ways to share out a run of {_some(shared)}"
                return


def _without_groups(nodes: Sequence[Any]) -> Iterator[Any]:
    for op, value in nodes:
        if op is c.SUBPATTERN:
            yield from _without_groups(list(value[3]))
        else:
            yield op, value


def _can_start(before: Sequence[Any], taken: Characters, flags: int) -> bool:
    return all(_fits(one, taken, flags) for one in before)


def _fits(node: Any, run: Characters, flags: int) -> bool:
    """Whether the node can match in the midst of a run of these characters."""
    op, value = node
    if op is c.AT:
        return _fits_place(value, run, flags)
    if op in (c.ASSERT, c.ASSERT_NOT):
        return _fits_beside(op, value, run, flags)
    if op is c.GROUPREF or (op in REPEATS and value[0] == 0):
        return True
    if op in (*REPEATS, c.SUBPATTERN, c.ATOMIC_GROUP, c.BRANCH):
        return any(all(_fits(one, run, flags) for one in way) for way in _ways(op, value))
    return bool(_characters(op, value, flags) & run)


def _ways(op: Any, value: Any) -> Sequence[Any]:
    """A node's children: one sequence, or several alternatives."""
    if op in REPEATS:
        return [value[2]]
    if op is c.SUBPATTERN:
        return [value[3]]
    return [value] if op is c.ATOMIC_GROUP else list(value[1])


def _fits_beside(op: Any, value: Any, run: Characters, flags: int) -> bool:
    direction, inner = value
    seen = _all_characters(inner, flags)
    if direction > 0:
        return True
    return bool(run & seen) if op is c.ASSERT else bool(run - seen) or len(list(inner)) > 1


def _fits_place(place: Any, run: Characters, flags: int) -> bool:
    if place in (c.AT_BEGINNING_STRING, c.AT_END_STRING):
        return False
    if place in (c.AT_BEGINNING, c.AT_END):
        return bool(flags & re.MULTILINE) and "\n" in run
    if place is c.AT_BOUNDARY:
        return bool(run & WORD) and bool(run - WORD)
    return True


def _may_be_empty(node: Any) -> bool:
    op, value = node
    if op in REPEATS and value[0] == 0:
        return True
    holds = op in (*REPEATS, c.SUBPATTERN, c.ATOMIC_GROUP, c.BRANCH)
    return holds and any(all(map(_may_be_empty, way)) for way in _ways(op, value))


def _all_characters(nodes: Sequence[Any], flags: int) -> Characters:
    found: Characters = frozenset()
    for op, value in nodes:
        if op in (*REPEATS, c.SUBPATTERN, c.ATOMIC_GROUP, c.BRANCH):
            for way in _ways(op, value):
                found |= _all_characters(way, flags)
        elif op not in (c.ASSERT, c.ASSERT_NOT, c.AT, c.GROUPREF):
            found |= _characters(op, value, flags)
    return found


def _characters(op: Any, value: Any, flags: int) -> Characters:
    return _set_of(op, tuple(value) if op is c.IN else value, flags)


@cache
def _set_of(op: Any, value: Any, flags: int) -> Characters:
    if op is c.ANY:
        return UNIVERSE if flags & re.DOTALL else UNIVERSE - {"\n"}
    if op is c.NOT_LITERAL:
        return UNIVERSE - {chr(value)}
    items = value if op is c.IN else ((op, value),)
    negated = bool(items) and items[0][0] is c.NEGATE
    found = {one for kind, what in items[negated:] for one in _one_item(kind, what)}
    if flags & re.IGNORECASE:
        found |= {one.swapcase() for one in found}
    return frozenset(UNIVERSE - found if negated else found)


def _one_item(kind: Any, what: Any) -> Iterator[str]:
    if kind is c.LITERAL:
        yield chr(what)
    elif kind is c.RANGE:
        yield from (one for one in UNIVERSE if what[0] <= ord(one) <= what[1])
    elif kind is c.CATEGORY:
        yield from (one for one in UNIVERSE if re.match(CATEGORIES[what], one))


def _some(found: Characters) -> str:
    return repr("".join(sorted(found))[:12])


@pytest.mark.parametrize("found", all_patterns(), ids=lambda found: found.where)
def test_no_pattern_takes_more_than_a_texts_length(found: Found) -> None:
    assert list(complaints(found)) == [], found.pattern.pattern[:300]


@pytest.mark.parametrize(
    "slow",
    [
        r"[^\s@]+@",
        r"(?m)^[\s>]*x",
        r"<h\d[^>]*>",
        r"\s+(?=x)",
        r"\Aa*\s*a*b",
        r"\A(?:\w+ ?)+:",
        r"\A(?:a|b)*[ab]*c",
        r"\A(?:is|are) (?P<x>.{1,300}?) (?:really )?(?P<y>.{1,300})\?",
        r"a{1,50}\w{0,50}a{1,50}x",
    ],
)
def test_the_guard_sees(slow: str) -> None:
    assert list(complaints(Found("here", re.compile(slow), searched=True)))


@pytest.mark.parametrize(
    "quick",
    [
        r"(?<![^\s@])[^\s@]+@",
        r"(?m)^[ \t>]{0,40}x",
        r"<[^<>]*>",
        r"\b\w+:",
        r"[^\W_]+",
        r"\A\s*x",
        r"\A(?:[^\n]+\n)*x",
        r"\A\s*+a\s*b",
        r"\A.{1,100}? .{1,300}\?",
        r"\A[ab]{1,300}-[ab]{1,300}x",
    ],
)
def test_the_guard_lets_pass(quick: str) -> None:
    assert list(complaints(Found("here", re.compile(quick), searched=True))) == []
