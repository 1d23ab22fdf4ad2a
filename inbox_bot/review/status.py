"""Status: who waits for what, in the numbers of the queue, and whether the bot is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox_bot import humanize
from inbox_bot.model import ON_THE_WAY, Author, DraftState
from inbox_bot.model.ports import Store
from inbox_bot.promises.calendar import Calendar, local_day
from inbox_bot.review.queue import Tally, queue, tally
from inbox_bot.steps.health import LOOKED, Health, health_of
from inbox_bot.steps.isolation import all_set_aside
from inbox_bot.steps.send import PAUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`waiting` counts open promises: more than the drafts where some are snoozed.

    `pressing` counts what should not wait: urgent letters, uncertain and refused replies.
    `set_aside` lists letters on which a step failed (law 11): the bot itself is healthy.
    """

    tally: Tally
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
        parts = list(self.tally.parts()) or [self._nobody_now()]
        if self.approved:
            parts.append(f"{self.approved} approved, not sent yet")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} set aside ({self.set_aside[-1]})")
        if self.paused:
            parts.append("sending is paused")
        looked = f"last checked {_at(self.looked, author)}" if self.looked else "not checked yet"
        return " · ".join([*parts, looked, self._how(author)])

    def _nobody_now(self) -> str:
        if self.waiting:
            return f"{self.waiting} waiting, nothing for you to do now"
        return self.health.nobody_waits

    def _how(self, author: Author) -> str:
        since = f" (since {_at(self.health.since, author)})" if self.health.since else ""
        return f"{self.health.why}{since}" if self.health.why else "mail OK"

    def as_json(self) -> Mapping[str, str | int | bool | list[str] | None]:
        return {
            **self.health.as_json(),
            "urgent": self.tally.urgent,
            "ready": self.tally.ready,
            "need_you": self.tally.need_you,
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


def status_of(store: Store, calendar: Calendar, now: datetime) -> Status:
    with store.reading() as tx:
        found = queue(tx, local_day(now, calendar))
        counts = tally([one for one in found if one.state not in ON_THE_WAY])
        refused = tx.drafts.in_state(DraftState.REFUSED)
        uncertain = tx.drafts.in_state(DraftState.UNCERTAIN)
        return Status(
            tally=counts,
            waiting=len(tx.promises.waiting()),
            approved=len(tx.drafts.in_state(*ON_THE_WAY)),
            uncertain=len(uncertain),
            pressing=counts.urgent + len(uncertain) + len(refused),
            paused=bool(PAUSED.of(tx)),
            looked=LOOKED.of(tx),
            health=health_of(tx, now),
            set_aside=tuple(one.sentence() for one in all_set_aside(tx, now)),
        )
