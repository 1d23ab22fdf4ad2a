"""How the fleet stands: who is behind, which jobs are stalled, which mailboxes fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.fleet import roster
from inbox_bot.fleet.database import Connection
from inbox_bot.fleet.roster import Member, State

LATE = timedelta(minutes=2)
"""An author who is due for longer is behind: the workers do not keep up."""
FAILING = 3
"""Failed polls in a row."""
ALIVE = timedelta(seconds=30)
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    authors: int
    paused: int
    behind: int
    longest_behind: timedelta
    waiting_jobs: int
    stalled_jobs: int
    failed_jobs: int
    workers: int
    failing: tuple[Member, ...]

    @property
    def needs_the_host(self) -> bool:
        """Failing mailboxes are their authors' business, who get a note about them."""
        return bool(self.behind or self.stalled_jobs) or (self.authors > 0 and not self.workers)


def status(connection: Connection, now: datetime) -> Status:
    members = roster.members(connection)
    active = [one for one in members if one.state is State.ACTIVE]
    late = [now - one.next_poll for one in active if one.next_poll and now - one.next_poll > LATE]
    since = now - ALIVE
    return Status(
        authors=len(members),
        paused=len(members) - len(active),
        behind=len(late),
        longest_behind=max(late, default=timedelta()),
        waiting_jobs=_count(connection, "status = 'todo' AND scheduled_at <= now()"),
        stalled_jobs=_count(
            connection,
            "status = 'doing' AND (worker_id IS NULL OR worker_id IN"
            " (SELECT id FROM procrastinate_workers WHERE last_heartbeat < %s))",
            since,
        ),
        failed_jobs=_count(connection, "status = 'failed'"),
        workers=_rows(
            connection,
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= %s",
            since,
        ),
        failing=tuple(one for one in active if one.failures >= FAILING),
    )


def _count(connection: Connection, condition: str, *values: datetime) -> int:
    query = f"SELECT count(*) FROM procrastinate_jobs WHERE {condition}"  # noqa: S608 - constants
    return _rows(connection, query, *values)


def _rows(connection: Connection, query: str, *values: datetime) -> int:
    row = connection.execute(query, values).fetchone()
    return int(row[0]) if row else 0
