"""Health: what failed and since when, when the bot last polled and when it will again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from inbox_bot.bot import PollReport
from inbox_bot.humanize import counted
from inbox_bot.model import DraftState, facts
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.second_bot import STEPPED_BACK

MISSED_BEFORE_TOLD = 3
AGAIN_AFTER = timedelta(minutes=15)
"""Delay before an unsent note is retried: a refused password must not be tried often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """A run of failed polls: start, count and reason. `over` is when polls worked again.

    `told` is when the author was told of the start, `tried` when a note could not leave.
    """

    since: datetime
    missed: int
    what: str
    told: datetime | None = None
    over: datetime | None = None
    tried: datetime | None = None

    def note(self) -> str:
        """As text, one field per line."""
        times = [at.isoformat() if at else "" for at in (self.told, self.over, self.tried)]
        return "\n".join([self.since.isoformat(), str(self.missed), *times, self.what])

    @classmethod
    def noted(cls, note: str) -> Illness | None:
        if not note:
            return None
        since, missed, *times, what = note.split("\n")
        told, over, tried = (datetime.fromisoformat(at) if at else None for at in times)
        return cls(
            since=datetime.fromisoformat(since),
            missed=int(missed),
            what=what,
            told=told,
            over=over,
            tried=tried,
        )


def after_poll(before: Illness | None, trouble: str, now: datetime) -> Illness | None:
    """The illness after a poll: one long enough to report is kept until its end is told.

    A relapse before that continues it.
    """
    what = " ".join(trouble.split())
    if what and before is None:
        return Illness(since=now, missed=1, what=what)
    if before is None:
        return None
    if what:
        return replace(before, missed=before.missed + 1, what=what, over=None)
    if before.missed < MISSED_BEFORE_TOLD:
        return None
    return replace(before, over=before.over or now)


def is_to_tell(illness: Illness, now: datetime) -> bool:
    """Whether to send a note now: one at the start, and one at recovery."""
    if illness.tried and timedelta() <= now - illness.tried < AGAIN_AFTER:
        return False
    if illness.over:
        return True
    return illness.missed >= MISSED_BEFORE_TOLD and illness.told is None


def after_note(illness: Illness, now: datetime) -> Illness | None:
    """State once the note has left."""
    return None if illness.over else replace(illness, told=now, tried=None)


LOOKED = facts.moment("looked")
TROUBLE = facts.text("trouble")
ILLNESS = facts.Fact("illness", Illness.noted, lambda one: one.note() if one else "")
CAME = facts.text("came of it")
"""End time of a poll, a space, and its result in words."""
BACK_BY = facts.moment("looks again by")
"""Heartbeat deadline: once it has passed, the bot hangs or was killed."""
NEW_STORE = (
    "the store is new, although the bot was used here before, so I don't know who is waiting. Put "
    "the old one back, or restore a backup into a new directory; to start over, run "
    "`inbox-bot alone`"
)
TWO_OF_THEM = (
    "another inbox-bot is using this mailbox, so this one doesn't draft or send; stop one of them, "
    "then run `inbox-bot alone` with the other"
)
TRIES = 3
"""Failed attempts to send a reply that make the outbox count as ill."""


class Ailment(StrEnum):
    """What failed: reading mail, sending mail, the bot itself or its store; or a second bot is at
    work."""

    MAILBOX = "mailbox"
    OUTBOX = "outbox"
    SILENT = "silent"
    STORE = "store"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`what` is None when all is well. `why` is for the author alone: it may name addresses."""

    what: Ailment | None = None
    since: datetime | None = None
    why: str = ""

    @property
    def healthy(self) -> bool:
        return self.what is None

    @property
    def nobody_waits(self) -> str:
        """Text if nobody is owed; unknown if the history is lost."""
        lost = self.what is Ailment.STORE
        return "I don't know who is waiting" if lost else "Nobody is waiting"

    def as_json(self) -> Mapping[str, str | bool | None]:
        """Public JSON: nothing private in it."""
        return {
            "healthy": self.healthy,
            "what": self.what.value if self.what else None,
            "since": self.since.isoformat() if self.since else None,
        }


def _came(report: PollReport) -> str:
    if report.unreachable:
        return f"I can't reach your mailbox: {'; '.join(report.unreachable)}"
    found = [
        _if_any(report.letters, "new letter"),
        _if_any(report.drafted, "new draft"),
        _if_any(report.answered_by_hand, "reply by you", "replies by you"),
    ]
    return f"Checked your mailbox: {', '.join(filter(None, found)) or 'nothing new'}."


def _if_any(number: int, one: str, more: str = "") -> str:
    return counted(number, one, more) if number else ""


def note_poll(tx: Transaction, report: PollReport, now: datetime) -> None:
    """Store the time and result of a poll, and since when polls have failed."""
    trouble = "; ".join(report.unreachable)
    if not trouble:
        LOOKED.put(tx, now)
    if trouble != TROUBLE.of(tx):
        TROUBLE.put(tx, trouble)
    CAME.put(tx, f"{now.isoformat()} {_came(report)}")
    before = ILLNESS.of(tx)
    keep_illness(tx, before, after_poll(before, trouble, now))


def keep_illness(tx: Transaction, before: Illness | None, after: Illness | None) -> None:
    if after != before:
        ILLNESS.put(tx, after)


def note_heartbeat(tx: Transaction, back_by: datetime | None) -> None:
    """Store the deadline of the next poll; None on a deliberate stop."""
    BACK_BY.put(tx, back_by)


def health_of(tx: Transaction, now: datetime) -> Health:
    """Health check; a deliberate stop is healthy."""
    if HISTORY_LOST.of(tx):
        return Health(what=Ailment.STORE, why=NEW_STORE)
    back_by = BACK_BY.of(tx)
    if back_by and back_by < now:
        why = "the bot has stopped checking; start it again"
        return Health(what=Ailment.SILENT, since=back_by, why=why)
    if trouble := TROUBLE.of(tx):
        illness = ILLNESS.of(tx)
        since = illness.since if illness else None
        return Health(what=Ailment.MAILBOX, since=since, why=trouble)
    if back := STEPPED_BACK.of(tx):
        return Health(what=Ailment.ANOTHER, since=back, why=TWO_OF_THEM)
    for draft in tx.drafts.in_state(DraftState.APPROVED):
        if draft.attempts >= TRIES:
            return Health(what=Ailment.OUTBOX, since=draft.approved_at, why=draft.reason)
    return Health()
