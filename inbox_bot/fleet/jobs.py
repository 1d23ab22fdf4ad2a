"""Jobs on PostgreSQL with Procrastinate: few and large, and each safe to repeat.

`poll_shard` polls the authors of a shard that are due, `look` and `send` serve one author. A job
is put into the queue in the transaction that makes it due (`queueing.py`). Procrastinate's own
locks are not used: a worker that stood still would run on beside the next one.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import procrastinate
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg_pool import PoolTimeout

from inbox_bot.fleet import roster, steps
from inbox_bot.fleet.authors import Fleet
from inbox_bot.fleet.database import connected, lasting, plain
from inbox_bot.fleet.queueing import QUEUE, TRIGGERS, defer_due, defer_look, defer_send

EVERY = "* * * * * */10"
"""Each ten seconds: croniter takes the seconds last."""
STALLED = 20.0
HEARTBEAT = 5.0
"""Seconds: a killed worker's jobs are taken up by another one within STALLED + 10."""
BUSY = timedelta(seconds=3)
PAUSE = 5
LOG = logging.getLogger(__name__)


def lay_out(owner: str, worker: str) -> None:
    """Procrastinate's tables, and the trigger of approvals. It can be repeated."""
    with connected(owner) as connection:
        row = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if not (row and row[0]):
        connector = procrastinate.SyncPsycopgConnector(conninfo=plain(owner))
        with procrastinate.App(connector=connector).open() as app:
            app.schema_manager.apply_schema()
    with connected(owner) as connection:
        for statement in TRIGGERS:
            connection.execute(statement)
        tables = "procrastinate_jobs, procrastinate_events, procrastinate_workers"
        for table in (*tables.split(", "), "procrastinate_periodic_defers"):
            connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {worker}")
        connection.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {worker}")


def app_of(fleet: Fleet, clock: Callable[[], datetime] = steps.clock) -> procrastinate.App:
    """The tasks of a worker. Its own connections do not go through a pooler: it listens."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=plain(fleet.direct)))

    @app.task(name="poll_shard", queue=QUEUE, pass_context=True)
    def poll_shard(context: procrastinate.JobContext, shard: int) -> None:
        poll_authors(fleet, shard, clock, context.should_abort)

    @app.task(name="look", queue=QUEUE)
    def look(author: int) -> None:
        look_at(fleet, author, clock())

    @app.task(name="send", queue=QUEUE)
    def send(author: int) -> None:
        send_for(fleet, author, clock())

    @app.periodic(cron=EVERY, periodic_id="due")
    @app.task(name="find_due", queue=QUEUE, priority=20, queueing_lock="find_due")
    def find_due(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate's
        with connected(fleet.url) as connection:
            defer_due(connection, clock())

    @app.periodic(cron=EVERY, periodic_id="stalled")
    @app.task(name="retry_stalled", queue=QUEUE, priority=20, queueing_lock="retry_stalled")
    async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate's
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await _retry(app.job_manager, job)

    return app


def poll_authors(
    fleet: Fleet, shard: int, clock: Callable[[], datetime], is_over: Callable[[], bool]
) -> int:
    """Poll those who are due, one after the other; leaves out those whom another worker has."""
    with connected(fleet.url) as connection:
        authors = roster.due(connection, clock()).get(shard, [])
    done = 0
    with lasting(fleet.direct) as connection:
        for author in authors:
            if is_over():
                break
            with steps.only_worker(connection, author) as mine:
                if mine and steps.is_due(fleet, author, clock()):
                    done += steps.look(fleet, author, clock()) is not None
    return done


def look_at(fleet: Fleet, author: int, now: datetime) -> bool:
    with lasting(fleet.direct) as connection, steps.only_worker(connection, author) as mine:
        if mine:
            steps.look(fleet, author, now)
    if not mine:
        with connected(fleet.url) as connection:
            defer_look(connection, author, now + BUSY)
    return mine


def send_for(fleet: Fleet, author: int, now: datetime) -> bool:
    """Where another worker has her, again in a moment: nothing waits under a lock."""
    again: datetime | None = now + BUSY
    with lasting(fleet.direct) as connection, steps.only_worker(connection, author) as mine:
        if mine:
            again = steps.send(fleet, author, now)
    if again:
        with connected(fleet.url) as connection:
            defer_send(connection, author, again)
    return mine


async def _retry(manager: JobManager, job: Job) -> None:
    """If the same job waits already, that one is enough."""
    try:
        await manager.retry_job(job)
    except UniqueViolation:
        if job.id is not None:
            await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)


def run_worker(fleet: Fleet, threads: int) -> None:
    """Until a signal: the step at work is finished first. A database that goes away comes back."""
    is_over = False
    while not is_over:
        try:
            is_over = asyncio.run(_until_signal(app_of(fleet), threads))
        except (ConnectorException, PoolTimeout) as error:
            LOG.warning("Lost the database: %s", error)
        if not is_over:
            time.sleep(PAUSE)


async def _until_signal(app: procrastinate.App, threads: int) -> bool:
    """False if the worker ended by itself, as it does when it loses its listening connection."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=threads,
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        waiting = asyncio.create_task(asked.wait())
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
    return asked.is_set()
