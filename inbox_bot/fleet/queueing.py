"""Puts jobs into Procrastinate's queue, in the transaction that makes them due.

Of the same job only one waits, at the earlier of its times. A trigger does it for an approval,
wherever it is written, so that the store need not know of a queue.
"""

from __future__ import annotations

import json
from datetime import datetime

from inbox_bot.fleet import roster
from inbox_bot.fleet.database import Connection

QUEUE = "fleet"

TRIGGERS = (
    """
    CREATE OR REPLACE FUNCTION inbox_bot_defer(
        task text, args jsonb, only_one text, at timestamptz, urgency integer
    ) RETURNS void LANGUAGE sql AS $$
        INSERT INTO procrastinate_jobs
            (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
        VALUES ('fleet', task, urgency, only_one, args, at)
        ON CONFLICT (queueing_lock) WHERE status = 'todo'
        DO UPDATE SET scheduled_at = least(procrastinate_jobs.scheduled_at, excluded.scheduled_at)
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION inbox_bot_approved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM inbox_bot_defer(
            'send', jsonb_build_object('author', NEW.author_id), 'send ' || NEW.author_id,
            coalesce(NEW.send_after AT TIME ZONE 'UTC', now()), 10
        );
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE TRIGGER inbox_bot_approved AFTER INSERT OR UPDATE ON draft
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION inbox_bot_approved()
    """,
)


def defer_look(connection: Connection, author: int, at: datetime) -> None:
    _defer(connection, "look", {"author": author}, at, urgency=5)


def defer_send(connection: Connection, author: int, at: datetime) -> None:
    _defer(connection, "send", {"author": author}, at, urgency=10)


def defer_due(connection: Connection, now: datetime) -> None:
    """A job for each shard in which somebody is due."""
    for shard in roster.due(connection, now):
        _defer(connection, "poll_shard", {"shard": shard}, now, urgency=0)


def _defer(
    connection: Connection, task: str, args: dict[str, int], at: datetime, urgency: int
) -> None:
    (number,) = args.values()
    connection.execute(
        "SELECT inbox_bot_defer(%s, %s::jsonb, %s, %s, %s)",
        [task, json.dumps(args), f"{task} {number}", at, urgency],
    )
