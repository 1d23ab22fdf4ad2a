"""fleet: many authors on one PostgreSQL database, served by any number of workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event
from urllib.parse import urlsplit

import click

from inbox_bot.cli.fleet_authors import authors
from inbox_bot.cli.fleet_place import DATABASE, URL, opened, place
from inbox_bot.cli.output import Json, iso, print_json
from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.fleet import jobs, safe, status as fleet_status, steps, tenancy
from inbox_bot.fleet.database import connected, user_of
from inbox_bot.fleet.safe import KEY, KEY_FILE, new_key, safe_from
from inbox_bot.fleet.status import Status
from inbox_bot.humanize import counted
from inbox_bot.service.log import set_up_logging

OWNER = "INBOX_BOT_FLEET_OWNER"


@click.group()
def fleet() -> None:
    """Serve many authors from one PostgreSQL database. docs/host.md explains how.

    \b
    Example:
      inbox-bot fleet init
      inbox-bot fleet authors add ann ~/ann
      inbox-bot fleet worker
    """


@fleet.command()
def init() -> None:
    """Create or upgrade the database's tables, as their owner (INBOX_BOT_FLEET_OWNER).

    This also creates the workers' user if there is none. Stop the workers before an upgrade.
    Without a key for passwords, a new one is printed.

    \b
    Example:
      INBOX_BOT_FLEET_OWNER=postgresql://owner@db/fleet inbox-bot fleet init
    """
    at, owner = place(), os.environ.get(OWNER, "")
    if not owner:
        raise SettingsError(f"set {OWNER} to the database's URL for the owner of its tables")
    worker = user_of(at.url)
    if worker == user_of(owner):
        raise WrongUse(
            f"{OWNER} and {DATABASE} name the same user, {worker}. Workers need a user of their "
            "own, so that row-level security applies to it; fleet init creates it."
        )
    tenancy.make_role(owner, at.url)
    tenancy.lay_out(owner, worker)
    jobs.lay_out(owner, worker)
    click.echo(f"The tables are ready. Workers connect as {worker}.")
    if not (os.environ.get(KEY) or os.environ.get(KEY_FILE)):
        click.echo(
            f"Put this line in a file, set {KEY_FILE} to its path, and keep a copy elsewhere:"
        )
        click.echo(new_key())


@fleet.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> int:
    """Show the fleet's status; exit code 1 if something needs the host.

    \b
    Example:
      inbox-bot fleet status --json
    """
    with connected(place().url) as connection:
        found = fleet_status.status(connection, datetime.now(UTC))
    if as_json:
        print_json(_as_json(found))
        return int(found.needs_the_host)
    click.echo(
        f"{counted(found.authors, 'author')}, {found.paused} paused; "
        f"{counted(found.workers, 'worker')}."
    )
    click.echo(
        f"{found.behind} behind, the longest by {int(found.longest_behind.total_seconds())} s; "
        f"{counted(found.waiting_jobs, 'job')} waiting, {found.stalled_jobs} stalled, "
        f"{found.failed_jobs} failed."
    )
    for one in found.failing:
        click.echo(f"{one.name}: {counted(one.failures, 'failed poll')}. {one.problem}", err=True)
    return int(found.needs_the_host)


def _as_json(found: Status) -> Mapping[str, Json]:
    return {
        "authors": found.authors,
        "paused": found.paused,
        "behind": found.behind,
        "longest_behind_seconds": found.longest_behind.total_seconds(),
        "waiting_jobs": found.waiting_jobs,
        "stalled_jobs": found.stalled_jobs,
        "failed_jobs": found.failed_jobs,
        "workers": found.workers,
        "failing": [
            {
                "name": one.name,
                "polled": iso(one.polled),
                "failures": one.failures,
                "problem": one.problem,
            }
            for one in found.failing
        ],
    }


@fleet.command()
def rekey() -> None:
    """Encrypt every author's password again, with the first key in the key file.

    Put the new key's line first, keep the old one below it, restart the workers, run this, and
    then remove the old line.

    \b
    Example:
      inbox-bot fleet rekey
    """
    with connected(place().url) as connection:
        count = safe.rekey(connection, safe_from(os.environ))
    click.echo(f"{counted(count, 'password')} encrypted with the first key.")


@fleet.command()
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 32))
def worker(threads: int) -> None:
    """Check authors' mail and send what they approved, until Ctrl-C. Run as many as you like.

    \b
    Example:
      inbox-bot fleet worker --threads 8
    """
    set_up_logging()
    with opened() as serving:
        click.echo("Working. Press Ctrl-C to stop.")
        jobs.run_worker(serving, threads)


@fleet.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8025, show_default=True, type=click.IntRange(1, 65535))
def web(host: str, port: int) -> None:
    """Serve the authors' review page at INBOX_BOT_FLEET_URL, behind a proxy with TLS.

    \b
    Example:
      INBOX_BOT_FLEET_URL=https://letters.example.com inbox-bot fleet web
    """
    from inbox_bot.web.fleet import FleetPage  # noqa: PLC0415 - workers serve no page
    from inbox_bot.web.serving import Server  # noqa: PLC0415

    set_up_logging()
    url = place().page_url
    if urlsplit(url).scheme not in ("http", "https"):
        raise SettingsError(f"set {URL} to the page's address, like https://letters.example.com")
    with (
        opened() as serving,
        Server(FleetPage(serving, url, steps.clock), host, port, proxy="*"),  # a container's, say
    ):
        click.echo(f"Serving {url} on {host}:{port}. Press Ctrl-C to stop.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            Event().wait()


fleet.add_command(authors)
