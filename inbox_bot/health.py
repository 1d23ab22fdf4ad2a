"""How the bot is: who waits, what went wrong, when it last looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import PollReport
from inbox_bot.model import DraftKind, DraftState
from inbox_bot.ports import Store, Transaction
from inbox_bot.sending import PAUSED

LOOKED = "looked"
TROUBLE = "trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`ready` drafts need only a yes, `need_you` more than that. `trouble` is empty when well.

    `pressing` counts what should not wait: urgent letters, uncertain and refused replies.
    """

    ready: int
    need_you: int
    waiting: int
    approved: int
    uncertain: int
    paused: bool
    looked: datetime | None
    trouble: str
    pressing: int = 0

    @property
    def healthy(self) -> bool:
        return not self.trouble

    def sentence(self) -> str:
        """One line for the author."""
        parts = [f"{self.ready} ready", f"{self.need_you} need you"] if self.waiting else []
        parts = parts or ["Nobody is waiting"]
        if self.approved:
            parts.append(f"{self.approved} approved, not sent yet")
        if self.uncertain:
            parts.append(f"{self.uncertain} uncertain")
        if self.pressing:
            parts.append(f"{self.pressing} should not wait")
        if self.paused:
            parts.append("sending is paused")
        looked = f"last looked {self.looked:%d %b %H:%M} UTC" if self.looked else "never looked yet"
        return " · ".join([*parts, looked, self.trouble or "mail OK"])

    def as_json(self) -> Mapping[str, str | int | bool | None]:
        return {
            "healthy": self.healthy,
            "ready": self.ready,
            "need_you": self.need_you,
            "waiting": self.waiting,
            "approved": self.approved,
            "uncertain": self.uncertain,
            "pressing": self.pressing,
            "paused": self.paused,
            "looked": self.looked.isoformat() if self.looked else None,
            "trouble": self.trouble,
        }


def note_poll(tx: Transaction, report: PollReport, now: datetime) -> None:
    """Remember when the mailboxes were looked at, and what was wrong with them."""
    if not report.unreachable:
        tx.set_note(LOOKED, now.isoformat())
    tx.set_note(TROUBLE, "; ".join(report.unreachable))


def status_of(store: Store) -> Status:
    with store.reading() as tx:
        pending = tx.drafts.in_state(DraftState.PENDING)
        need_you = [one for one in pending if one.kind in (DraftKind.BLANK, DraftKind.PARTIAL)]
        refused = tx.drafts.in_state(DraftState.REFUSED)
        uncertain = tx.drafts.in_state(DraftState.UNCERTAIN)
        urgent = [one for one in pending if one.kind is DraftKind.URGENT]
        looked = tx.note(LOOKED)
        return Status(
            ready=len(pending) - len(need_you),
            need_you=len(need_you) + len(refused),
            waiting=len(tx.promises.waiting()),
            approved=len(tx.drafts.in_state(DraftState.APPROVED, DraftState.SENDING)),
            uncertain=len(uncertain),
            pressing=len(urgent) + len(uncertain) + len(refused),
            paused=bool(tx.note(PAUSED)),
            looked=datetime.fromisoformat(looked) if looked else None,
            trouble=tx.note(TROUBLE),
        )
