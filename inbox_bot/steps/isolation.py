"""Isolation: an error of one letter stays with that letter (law 11).

Every step that loops over letters, drafts or promises uses `isolate`: all at once, and if that
fails, one by one. An item that fails alone is set aside with its reason: a short list in the store,
shown by `status`, `doctor` and the notes until the author has settled the letter.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from inbox_bot.bot import Bot
from inbox_bot.errors import InboxBotError, WorldError
from inbox_bot.model import PromiseState, Verdict, facts
from inbox_bot.model.ports import Transaction

T = TypeVar("T")
R = TypeVar("R")

WORLD = (WorldError, OSError)
"""Errors of mailbox, store, disk, login or settings: the next letter would fail, too."""

MOST = 100
AGAIN = timedelta(hours=1)
SHOWN_FOR = timedelta(days=2)
SHOWN_ONCE = timedelta(days=14)


class Step(StrEnum):
    """At which step a letter was set aside, in words for the author."""

    FETCH = "taking it in"
    JUDGE = "judging it"
    ARRIVAL = "noting that it came in"
    DRAFT = "drafting a reply"
    SENT = "reading what you sent"
    DRAFTS = "keeping its copy in Drafts"
    FILE = "filing the reply in Sent"
    FOLLOW_UP = "drafting the rest of the answer"
    REMAKE = "rewriting its draft"
    SEND = "sending the reply"
    NOTE = "writing you a note about it"
    REPLAY = "looking back at it"
    RECONCILE = "checking that it's still in your mailbox"
    FEED = "adding it to your calendar"
    OFTEN = "checking what readers ask often"
    EXPIRE = "deleting its copy from Drafts"
    JUNK = "checking it in Junk"


ONCE = (Step.FETCH, Step.JUDGE, Step.ARRIVAL, Step.DRAFT, Step.SENT, Step.FOLLOW_UP, Step.SEND)
"""Steps that are not retried: letters that they set aside are shown longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A letter (the author's, too) or draft on which a step failed.

    `what` names it to the author; `letter_id` is 0 where the letter is not in the store. `since`
    and `last` are its first and latest failure.
    """

    what: str
    step: Step
    why: str
    since: datetime
    last: datetime
    letter_id: int = 0

    def sentence(self) -> str:
        return f"{self.what} was set aside while {self.step}: {self.why}"


def isolate(
    items: Sequence[T], work: Callable[[Sequence[T]], R], aside: Callable[[T, Exception], R]
) -> list[R]:
    """Run `work` on all items; if it fails, on each alone; `aside` handles one that fails alone.

    `work` must be one transaction or change nothing, as it is repeated after a failure. WORLD
    errors are not caught.
    """
    try:
        return [work(items)] if items else []
    except WORLD:
        raise
    except Exception as error:  # a hostile letter can cause any error
        if len(items) == 1:
            return [aside(items[0], error)]
    return [result for item in items for result in isolate([item], work, aside)]


@contextmanager
def isolated(aside: Callable[[Exception], None]) -> Iterator[None]:
    """The same as a context manager, for one letter and no result."""
    try:
        yield
    except WORLD:
        raise
    except Exception as error:  # as above
        aside(error)


def describe(error: Exception) -> str:
    """Error text for the author. For a bug only its place: the message may quote a letter."""
    if isinstance(error, InboxBotError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return f"a bug in inbox_bot ({type(error).__name__} in {where}); please report it"


def set_aside(
    bot: Bot, step: Step, what: str, error: Exception, now: datetime, letter_id: int = 0
) -> None:
    """Remember that this step failed with this letter, in a transaction of its own."""
    with bot.store.transaction() as tx:
        remember(tx, failure(step, what, error, now, letter_id))


def failure(step: Step, what: str, error: Exception, now: datetime, letter_id: int = 0) -> SetAside:
    return SetAside(
        what=what, step=step, why=describe(error), since=now, last=now, letter_id=letter_id
    )


def remember(tx: Transaction, found: SetAside) -> None:
    """Keep the newest MOST. A repeated failure is written once an hour."""
    entries = list(_SET_ASIDE.of(tx))
    same = next((one for one in entries if (one.what, one.step) == (found.what, found.step)), None)
    if same is not None and found.last - same.last < AGAIN:
        return
    if same is not None:
        entries.remove(same)
        found = replace(found, since=same.since)
    kept = [one for one in entries if _is_shown(tx, one, found.last)]
    _SET_ASIDE.put(tx, (*kept, found)[-MOST:])


def all_set_aside(tx: Transaction, now: datetime) -> tuple[SetAside, ...]:
    """Entries to show, oldest first, without letters that the author has settled."""
    return tuple(one for one in _SET_ASIDE.of(tx) if _is_shown(tx, one, now))


def _is_shown(tx: Transaction, one: SetAside, now: datetime) -> bool:
    settled = _is_settled(tx, one.letter_id) if one.letter_id else None
    if settled is not None and (settled or one.step in ONCE):
        return not settled
    return now - one.last < (SHOWN_ONCE if one.step in ONCE else SHOWN_FOR)


def _is_settled(tx: Transaction, letter_id: int) -> bool | None:
    """True if nothing is owed, it is no reader's, or it is gone; None without a promise."""
    listed = next(iter(tx.messages.listed([letter_id])), None)
    if listed is None or listed.verdict is Verdict.PERSONAL:
        return True
    promise = tx.promises.of_thread(listed.thread)
    return promise.state is not PromiseState.OPEN if promise else None


def _noted(told: str) -> tuple[SetAside, ...]:
    return tuple(
        SetAside(
            what=one["what"],
            step=Step(one["step"]),
            why=one["why"],
            since=datetime.fromisoformat(one["since"]),
            last=datetime.fromisoformat(one["last"]),
            letter_id=one["letter_id"],
        )
        for one in json.loads(told or "[]")
    )


def _note(entries: Sequence[SetAside]) -> str:
    return json.dumps([asdict(one) for one in entries], default=datetime.isoformat)


_SET_ASIDE = facts.Fact("set aside", _noted, _note)
