"""The author's pace of answering, and the deadline she can promise by it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

DAY = timedelta(days=1)
TERMS = (
    ("1 day", 1),
    ("2 days", 2),
    ("3 days", 3),
    ("5 days", 5),
    ("1 week", 7),
    ("2 weeks", 14),
    ("3 weeks", 21),
)
LONGEST_TERM = "4 weeks"
ENOUGH = 5
"""Fewer answers than this give no deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`median` and `most` (9 of 10) in days, rounded up; `within` is the deadline to promise."""

    answers: int
    median: int
    most: int
    within: str

    def sentence(self) -> str:
        if not self.answers:
            return "I found no replies from you to readers."
        usual, most = _days(self.median), _days(self.most)
        often = f"usually answer within {usual}, and nine times out of ten within {most}"
        habit = f"You {often if usual != most else f'nearly always answer within {most}'}."
        return (
            habit
            if self.within
            else f"{habit} There aren't enough replies yet to suggest a deadline."
        )


def pace_of(taken: Sequence[timedelta]) -> Pace:
    ordered = sorted(taken)
    if not ordered:
        return Pace(answers=0, median=0, most=0, within="")
    median = _whole_days(ordered[(len(ordered) - 1) // 2])
    most = _whole_days(ordered[math.ceil(0.9 * len(ordered)) - 1])
    within = next((name for name, days in TERMS if most <= days), LONGEST_TERM)
    return Pace(
        answers=len(ordered),
        median=median,
        most=most,
        within=within if len(ordered) >= ENOUGH else "",
    )


def _whole_days(taken: timedelta) -> int:
    return max(math.ceil(taken / DAY), 1)


def _days(count: int) -> str:
    return "a day" if count == 1 else f"{count} days"
