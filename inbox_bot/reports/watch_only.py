"""Watch-only: judges and matches letters without drafting, and keeps a score of its answers.

It is the time before the author agrees to the first drafts (`pipeline.begin`), for as long as she
likes. Nothing is drafted, promised, sent or put into her mailbox, and the only notes are those on
the bot's health. She compares the bot's answers with hers, as different words may say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import BEGUN, Bot
from inbox_bot.errors import Conflict, NotFound
from inbox_bot.humanize import counted
from inbox_bot.model import DraftKind, Verdict, facts
from inbox_bot.model.names import letter_name
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.reports.replay.read import ANSWERING, Replayed, look_back
from inbox_bot.steps.receive import first_day

SINCE = facts.moment("looks on since")
SAID = facts.text("said of what I would have answered")
"""Her comparisons, as "12+ 15-": letter 12 right, letter 15 not."""
PAIRS = facts.ids("letters to compare")
STATE = facts.text("looked on at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of `compared` answers so many were `right`; `left` are still to compare."""

    right: int = 0
    compared: int = 0
    left: int = 0

    def sentence(self) -> str:
        """ "My replies would have been right 11 of 12 times"."""
        parts = []
        if self.compared:
            times = counted(self.compared, "time")
            parts.append(f"My replies would have been right {self.right} of {times}")
        if self.left:
            left = counted(self.left, "reply", "replies")
            parts.append(f"{left} to compare with yours: inbox-bot compare")
        return "; ".join(parts) or "nothing to compare yet"


def begin(store: Store, now: datetime) -> None:
    """Begin watch-only. Conflict where drafting has begun: `pause` is for that."""
    with store.transaction() as tx:
        if BEGUN.of(tx):
            raise Conflict(
                "I'm already drafting, so it's too late for watch-only mode. "
                "To stop all sending: inbox-bot pause"
            )
        SINCE.put(tx, SINCE.of(tx) or now)


def choose(store: Store, now: datetime, *, drafts: bool) -> None:
    """Her first word, before the bot has ever run: drafts, or watch-only. The last one counts."""
    with store.transaction() as tx:
        BEGUN.put(tx, now if drafts else None)
        SINCE.put(tx, None if drafts else now)


def start_drafting(store: Store, now: datetime) -> None:
    """End watch-only: the next poll drafts for letters that she has not answered."""
    with store.transaction() as tx:
        if BEGUN.of(tx):
            raise Conflict("I'm already drafting.")
        BEGUN.put(tx, now)


def score(tx: Transaction) -> Score | None:
    """None outside watch-only."""
    if BEGUN.of(tx) or not SINCE.of(tx):
        return None
    said = _said(tx)
    left = PAIRS.of(tx) - said.keys()
    return Score(right=sum(said.values()), compared=len(said), left=len(left))


def look_on(bot: Bot, now: datetime) -> Iterator[str]:
    """Update the pairs after a poll, if anything changed; returns lines on the changes."""
    with bot.store.reading() as tx:
        if score(tx) is None or STATE.of(tx) == (state := _state(bot, tx)):
            return
    letters = look_back(bot, first_day(bot, now))
    pairs = [one.letter_id for one in letters if _is_pair(one)]
    with bot.store.transaction() as tx:
        before = score(tx)
        PAIRS.put(tx, frozenset(pairs))
        STATE.put(tx, state)
        after = score(tx)
    for one in letters:
        if one.kind is DraftKind.URGENT and one.answered is None:
            yield f"{one.reader} wrote something that sounds like an emergency. Look at it now."
    if after is not None and after != before:
        yield f"Watching only: {after.sentence()}"


def to_compare(bot: Bot, now: datetime) -> tuple[Replayed, ...]:
    """Pairs of the bot's answer and hers that she has not compared yet."""
    with bot.store.reading() as tx:
        said = _said(tx)
    letters = look_back(bot, first_day(bot, now))
    return tuple(one for one in letters if _is_pair(one) and one.letter_id not in said)


def record_comparison(store: Store, letter_id: int, *, right: bool) -> Score:
    """Record her comparison of one pair, in place of an earlier one."""
    with store.transaction() as tx:
        if letter_id not in PAIRS.of(tx):
            raise NotFound(f"There's nothing to compare for letter {letter_name(letter_id)}.")
        said = {**_said(tx), letter_id: right}
        SAID.put(tx, " ".join(f"{key}{'+' if yes else '-'}" for key, yes in said.items()))
        return score(tx) or Score()


def _is_pair(one: Replayed) -> bool:
    return one.kind in ANSWERING and one.answered is not None


def _said(tx: Transaction) -> dict[int, bool]:
    return {int(word[:-1]): word.endswith("+") for word in SAID.of(tx).split()}


def _state(bot: Bot, tx: Transaction) -> str:
    """A text that changes with each reader's letter and each letter in Sent."""
    parts = [str(tx.messages.count(Verdict.READER))]
    for account in bot.accounts:
        for sent in account.mailbox.special_folders().all_sent:
            cursor = tx.cursor(account.mailbox.address, sent)
            parts.append(str(cursor.last_uid if cursor else 0))
    return " ".join(parts)
