"""Runs what follows from a change of the FAQ beside the page's threads, one after the other.

The bot learns a change in seconds and then redrafts; the author need not wait for that.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import count
from threading import Lock, Thread

from inbox_bot.review.keep import Kept

MOST_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """`entry_id` is the changed entry, empty where a template was changed."""

    entry_id: str
    outcome: Future[Kept]


class FollowUps:
    """The latest follow-ups by number; the drafts of an older one stand in the queue."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._turn = Lock()
        self._known: dict[int, FollowUp] = {}

    def begin(self, entry_id: str, work: Callable[[], Kept]) -> int:
        """Run `work` as soon as the ones before it are done."""
        number, outcome = next(self._numbers), Future[Kept]()
        self._known[number] = FollowUp(entry_id=entry_id, outcome=outcome)
        self._known.pop(number - MOST_KEPT, None)
        Thread(target=self._run, args=(outcome, work), name="follow-up", daemon=True).start()
        return number

    def find(self, number: int) -> FollowUp | None:
        return self._known.get(number)

    def _run(self, outcome: Future[Kept], work: Callable[[], Kept]) -> None:
        with self._turn:
            try:
                outcome.set_result(work())
            except Exception as error:  # shown on the page; the next poll redrafts
                outcome.set_exception(error)
