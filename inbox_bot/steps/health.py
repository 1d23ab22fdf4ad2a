"""Health and status: who waits, what failed and since when, when it last polled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from inbox_bot import humanize
from inbox_bot.bot import PollReport
from inbox_bot.humanize import counted
from inbox_bot.model import ON_THE_WAY, Author, DraftKind, DraftState, facts
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.steps.isolation import all_set_aside
from inbox_bot.steps.open_drafts import is_ready
from inbox_bot.steps.second_bot import STEPPED_BACK
from inbox_bot.steps.send import PAUSED

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`ready` drafts need only a yes, `need_you` more than that.

    `pressing` counts what should not wait: urgent letters, uncertain and refused replies.
    `set_aside` lists letters on which a step failed (law 11): the bot itself is healthy.
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

    def sentence(self, author: Author) -> str:
        """One line for the author, in her time zone."""
        needs = "needs" if self.need_you == 1 else "need"
        parts = [f"{self.ready} ready", f"{self.need_you} {needs} you"] if self.waiting else []
        parts = parts or [self.health.nobody_waits]
        if self.approved:
            parts.append(f"{self.approved} approved, not sent yet")
        if self.uncertain:
            parts.append(f"{self.uncertain} uncertain")
        if self.pressing:
            parts.append(f"{self.pressing} urgent")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} set aside ({self.set_aside[-1]})")
        if self.paused:
            parts.append("sending is paused")
        looked = f"last checked {_at(self.looked, author)}" if self.looked else "not checked yet"
        return " · ".join([*parts, looked, self._how(author)])

    def _how(self, author: Author) -> str:
        since = f" (since {_at(self.health.since, author)})" if self.health.since else ""
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


def _at(moment: datetime, author: Author) -> str:
    return humanize.lately(moment.astimezone(ZoneInfo(author.timezone)), author.locale)


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
            approved=len(tx.drafts.in_state(*ON_THE_WAY)),
            uncertain=len(uncertain),
            pressing=len(urgent) + len(uncertain) + len(refused),
            paused=bool(PAUSED.of(tx)),
            looked=LOOKED.of(tx),
            health=health_of(tx, now),
            set_aside=tuple(one.sentence() for one in all_set_aside(tx, now)),
        )
