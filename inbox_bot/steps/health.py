"""How the bot is: who waits, what went wrong and since when, when it last looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from inbox_bot.bot import PollReport
from inbox_bot.humanize import counted
from inbox_bot.model import DraftKind, DraftState, facts
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.steps.isolation import all_set_aside
from inbox_bot.steps.open_drafts import is_ready
from inbox_bot.steps.second_bot import STEPPED_BACK
from inbox_bot.steps.send import PAUSED

MISSED_BEFORE_TOLD = 3
AGAIN_AFTER = timedelta(minutes=15)
"""Until a note that could not leave is tried again: a refused password must not be tried often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illness:
    """Since when polls are missed, how many, and why. `over` is when the bot was well again.

    `told` is when the author got the note that it began, `tried` when one could not leave.
    """

    since: datetime
    missed: int
    what: str
    told: datetime | None = None
    over: datetime | None = None
    tried: datetime | None = None

    def note(self) -> str:
        """For the store, a field a line."""
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
    """What a poll makes of it. An illness that nobody was told of yet is kept until it was told.

    Who falls ill again before that has one illness, not two.
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
    """Whether a note goes now: one when it is ill, and one when it is well again."""
    if illness.tried and timedelta() <= now - illness.tried < AGAIN_AFTER:
        return False
    if illness.over:
        return True
    return illness.missed >= MISSED_BEFORE_TOLD and illness.told is None


def after_note(illness: Illness, now: datetime) -> Illness | None:
    """Once the author has been told."""
    return None if illness.over else replace(illness, told=now, tried=None)


LOOKED = facts.moment("looked")
TROUBLE = facts.text("trouble")
ILLNESS = facts.Fact("illness", Illness.noted, lambda one: one.note() if one else "")
CAME = facts.text("came of it")
"""When any look ended, a space, and what came of it in words."""
BACK_BY = facts.moment("looks again by")
"""The heartbeat of a bot that runs: when this has passed, it hangs or was killed."""
HISTORY_LOST = facts.text("history is lost")
NEW_STORE = (
    "the store is new, though the bot worked here before: who waits is not known. Put the old one "
    "back, or restore a backup into a new directory; to begin anew, say `inbox-bot alone`"
)
TWO_OF_THEM = (
    "another inbox-bot works on this mailbox, so this one lays and sends nothing: stop one of "
    "them, then say `inbox-bot alone` to the other"
)
TRIES = 3
"""An approved reply that could not leave so often tells that the way out is closed."""


class Ailment(StrEnum):
    """What is ill: reading mail, sending mail, the bot itself, what it remembers, or that there
    is another one."""

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
        """What an empty ledger means: nothing, where its history is lost."""
        lost = self.what is Ailment.STORE
        return "Who waits is not known" if lost else "Nobody is waiting"

    def as_json(self) -> Mapping[str, str | bool | None]:
        """For a machine, and for anybody to see."""
        return {
            "healthy": self.healthy,
            "what": self.what.value if self.what else None,
            "since": self.since.isoformat() if self.since else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`ready` drafts need only a yes, `need_you` more than that.

    `pressing` counts what should not wait: urgent letters, uncertain and refused replies.
    `set_aside` tells of letters with which a step failed (law 11): the bot itself is well.
    """

    ready: int
    need_you: int
    waiting: int
    approved: int
    uncertain: int
    paused: bool
    looked: datetime | None
    health: Health = field(default_factory=Health)
    pressing: int = 0
    set_aside: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        return self.health.healthy

    def sentence(self) -> str:
        """One line for the author."""
        parts = [f"{self.ready} ready", f"{self.need_you} need you"] if self.waiting else []
        parts = parts or [self.health.nobody_waits]
        if self.approved:
            parts.append(f"{self.approved} approved, not sent yet")
        if self.uncertain:
            parts.append(f"{self.uncertain} uncertain")
        if self.pressing:
            parts.append(f"{self.pressing} should not wait")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} set aside ({self.set_aside[-1]})")
        if self.paused:
            parts.append("sending is paused")
        looked = f"last looked {self.looked:%d %b %H:%M} UTC" if self.looked else "never looked yet"
        return " · ".join([*parts, looked, self._how()])

    def _how(self) -> str:
        since = f" (since {self.health.since:%d %b %H:%M} UTC)" if self.health.since else ""
        return f"{self.health.why}{since}" if self.health.why else "mail OK"

    def as_json(self) -> Mapping[str, str | int | bool | list[str] | None]:
        return {
            **self.health.as_json(),
            "ready": self.ready,
            "need_you": self.need_you,
            "waiting": self.waiting,
            "approved": self.approved,
            "uncertain": self.uncertain,
            "pressing": self.pressing,
            "paused": self.paused,
            "looked": self.looked.isoformat() if self.looked else None,
            "trouble": self.health.why,
            "set_aside": list(self.set_aside),
        }


def _came(report: PollReport) -> str:
    if report.unreachable:
        return f"Your mailbox cannot be reached: {'; '.join(report.unreachable)}"
    found = [
        _if_any(report.letters, "new letter"),
        _if_any(report.drafted, "new draft"),
        _if_any(report.answered_by_hand, "answer of your own", "answers of your own"),
    ]
    return f"Looked: {', '.join(filter(None, found)) or 'nothing new'}."


def _if_any(number: int, one: str, more: str = "") -> str:
    return counted(number, one, more) if number else ""


def note_poll(tx: Transaction, report: PollReport, now: datetime) -> None:
    """Remember when the mailboxes were looked at, and since when something is wrong with them."""
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
    """By when the bot has looked again; None when it stops as it was asked to."""
    BACK_BY.put(tx, back_by)


def health_of(tx: Transaction, now: datetime) -> Health:
    """How the bot is. One that was stopped is not ill."""
    if HISTORY_LOST.of(tx):
        return Health(what=Ailment.STORE, why=NEW_STORE)
    back_by = BACK_BY.of(tx)
    if back_by and back_by < now:
        why = "the bot has stopped looking: start it again"
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


def status_of(store: Store, now: datetime) -> Status:
    with store.reading() as tx:
        pending = tx.drafts.in_state(DraftState.PENDING)
        ready = sum(map(is_ready, pending))
        refused = tx.drafts.in_state(DraftState.REFUSED)
        uncertain = tx.drafts.in_state(DraftState.UNCERTAIN)
        urgent = [one for one in pending if one.kind is DraftKind.URGENT]
        return Status(
            ready=ready,
            need_you=len(pending) - ready + len(refused),
            waiting=len(tx.promises.waiting()),
            approved=len(tx.drafts.in_state(DraftState.APPROVED, DraftState.SENDING)),
            uncertain=len(uncertain),
            pressing=len(urgent) + len(uncertain) + len(refused),
            paused=bool(PAUSED.of(tx)),
            looked=LOOKED.of(tx),
            health=health_of(tx, now),
            set_aside=tuple(one.sentence() for one in all_set_aside(tx, now)),
        )
