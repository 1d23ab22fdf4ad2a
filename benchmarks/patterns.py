"""Each regular expression of the package against its own worst characters.

`python -m benchmarks.patterns`: texts are drawn from each pattern's own classes and literals (one
character over and over, pairs, almost-matches repeated, newlines between), 25 kB and 100 kB of
each. Four times the text may cost a little more than four times the processor's time, and not
sixteen times. `--only NAME` looks at one module.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from re import _constants as c, _parser as parser  # type: ignore[attr-defined]
from time import process_time
from types import FrameType
from typing import Any

from tests.patterns import Found, all_patterns

SMALL, LARGE = 25_000, 100_000
FLOOR = 0.15
"""Seconds for 100 kB that need no second look."""
RATIO = 8.0
LONGEST = 1.0
CATEGORIES = {
    c.CATEGORY_SPACE: " \n\t\xa0",
    c.CATEGORY_NOT_SPACE: "a<.@",
    c.CATEGORY_DIGIT: "17",
    c.CATEGORY_NOT_DIGIT: "a \n",
    c.CATEGORY_WORD: "a7_é",
    c.CATEGORY_NOT_WORD: " -\n.",
}
REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
ANYTHING = "a 7\n\t<>@.,:;\"'()[]=-_/éЖ\x00"


@dataclass(frozen=True, slots=True)
class Slow:
    text: str
    seconds: float
    ratio: float


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="")
    only = arguments.parse_args().only
    looked_at = [one for one in all_patterns() if only in one.where]
    slow = 0
    for found in looked_at:
        if worst := worst_of(found):
            slow += 1
            print(f"{found.where}: {worst.seconds:.2f} s, x{worst.ratio:.1f}, {worst.text[:60]!r}")
            print(f"    {str(found.pattern.pattern)[:160]!r}", flush=True)
    print(f"{len(looked_at)} patterns, {slow} of them slow on {LARGE // 1000} kB of their worst")
    return bool(slow)


def worst_of(found: Found) -> Slow | None:
    """The text that costs most, where that is more than its length explains."""
    worst: Slow | None = None
    for seed in texts_for(found.pattern):
        large = _seconds(found, seed, LARGE)
        if large < FLOOR or (worst and large <= worst.seconds):
            continue
        small = _seconds(found, seed, SMALL)
        ratio = large / max(small, 0.001)
        if ratio > RATIO or large >= LONGEST / 2:
            worst = Slow(seed, large, ratio)
            if large >= LONGEST / 2:
                break
    return worst


def _seconds(found: Found, seed: str, size: int) -> float:
    text: Any = (seed * (size // len(seed) + 1))[:size] + "\x01"
    if seed.startswith("\x02"):  # a beginning, then one thing over and over
        _, head, again = seed.split("\x02")
        text = head + again * (size // max(1, len(again))) + "\x01"
    if isinstance(found.pattern.pattern, bytes):
        text = text.encode("latin-1", "replace")
    begun = process_time()
    try:
        with _Alarm(LONGEST):
            if found.searched:
                for _ in found.pattern.finditer(text):
                    pass
            else:
                found.pattern.match(text)
                found.pattern.fullmatch(text)
    except TimeoutError:
        return LONGEST
    return process_time() - begun


class _Alarm:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def texts_for(pattern: re.Pattern[Any]) -> Iterator[str]:
    text = pattern.pattern
    source = text.decode("latin-1") if isinstance(text, bytes) else text
    tree = parser.parse(source, pattern.flags & ~re.DEBUG)
    dice = random.Random(repr(source))
    characters = sorted(set(_characters(tree)))[:24] or ["a"]
    yield from characters
    some = [one for one in characters if not one.isalnum()][:6] + characters[:4]
    for one in some:
        for other in some:
            yield one + other
    drawn = {_drawn(tree, dice) for _ in range(30)} - {""}
    for one in sorted(drawn, key=len)[:20]:
        yield one
        yield one[:-1] or one
        yield f"{one[:-1]}\n"
        cut = one[: max(1, len(one) // 2)]
        for again in dice.sample(characters, min(4, len(characters))):
            yield f"\x02{cut}\x02{again}"
            yield f"\x02{one[:-1]}\x02{again}"


def _characters(tree: Any) -> Iterator[str]:
    for op, value in tree:
        if op is c.LITERAL:
            yield chr(value)
        elif op is c.IN:
            yield from _members(value)
        elif op in (c.ANY, c.NOT_LITERAL):
            yield from "a \n"
        else:
            for way in _ways(op, value):
                yield from _characters(way)


def _ways(op: Any, value: Any) -> list[Any]:
    """What a node holds: one sequence, or several of which one is taken."""
    if op in REPEATS:
        return [value[2]]
    if op is c.SUBPATTERN:
        return [value[3]]
    if op is c.BRANCH:
        return list(value[1])
    return [value] if op is c.ATOMIC_GROUP else []


def _members(items: Any) -> list[str]:
    negated = items and items[0][0] is c.NEGATE
    members: list[str] = []
    for op, value in items:
        if op is c.LITERAL:
            members.append(chr(value))
        elif op is c.RANGE:
            members += [chr(value[0]), chr(value[1])]
        elif op is c.CATEGORY:
            members += CATEGORIES.get(value, "")
    if not negated:
        return members
    banned = _accepts(items)
    return [one for one in ANYTHING if banned(one)]


def _accepts(items: Any) -> Callable[[str], bool]:
    def accepts(one: str) -> bool:
        return not any(_is_in(one, op, value) for op, value in items[1:])

    return accepts


_IS: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    c.CATEGORY_DIGIT: str.isdigit,
    c.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    c.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    c.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
}


def _is_in(one: str, op: Any, value: Any) -> bool:
    if op is c.LITERAL:
        return bool(ord(one) == value)
    if op is c.RANGE:
        return bool(value[0] <= ord(one) <= value[1])
    return bool(_IS[value](one))


def _drawn(tree: Any, dice: random.Random) -> str:
    """A text that the pattern, or some part of it, would like."""
    return "".join(_drawn_for(op, value, dice) for op, value in tree)


def _drawn_for(op: Any, value: Any, dice: random.Random) -> str:
    if op is c.LITERAL:
        return chr(value)
    if op is c.IN:
        return dice.choice(_members(value) or ["a"])
    if op in (c.ANY, c.NOT_LITERAL):
        return dice.choice("a ")
    times = dice.randint(value[0], min(int(value[1]), value[0] + 3)) if op in REPEATS else 1
    ways = _ways(op, value)
    return "".join(_drawn(dice.choice(ways), dice) for _ in range(times)) if ways else ""


if __name__ == "__main__":
    sys.exit(main())
