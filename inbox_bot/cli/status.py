"""status, pause, resume, alone, away: show and change the bot's state."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.cli.output import echo, print_json
from inbox_bot.errors import WrongUse
from inbox_bot.humanize import counted
from inbox_bot.mail import login
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.reports.report import not_opened
from inbox_bot.reports.watch_only import score
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import be_the_original, work_with
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings.policy import policy_of
from inbox_bot.steps.absences import go_away
from inbox_bot.steps.form_offers import open_offers
from inbox_bot.steps.health import status_of
from inbox_bot.steps.second_bot import be_alone
from inbox_bot.steps.send import PAUSED


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def status(directory: Path, as_json: bool) -> int:
    """How things stand, in a line. Exit code 1 when something should not wait for you.

    With --json: healthy or not, what is ill (mailbox, outbox, or silent: a bot that should have
    looked by now), and since when. /healthz of the page tells a watchdog the same.

    \b
    Example:
      inbox-bot status
    """
    chosen = settings.load(directory)
    with open_author_store(directory) as store:
        found = status_of(store, datetime.now(UTC))
        with store.reading() as tx:
            looks_on, unopened = score(tx), tx.messages.unopened()
            offers = open_offers(tx, policy_of(chosen).forms)
    warnings = login.warnings(directory, chosen, datetime.now(UTC))
    if as_json:
        print_json(
            {
                **found.as_json(),
                "watch_only": looks_on is not None,
                "warnings": list(warnings),
                "not_opened": not_opened.as_json(unopened),
                "forms": [one.as_json() for one in offers],
            }
        )
    else:
        click.echo("\n".join([found.sentence(), *warnings]))
        if unopened:
            click.echo(f"{not_opened.sentence(unopened)}.")
        for one in offers:
            echo(f"{one.sentence()} Say so: inbox-bot forms")
        if looks_on is not None:
            click.echo(f"I only look on: {looks_on.sentence()}.")
    return 0 if found.healthy and not found.pressing and not warnings else 1


@click.command()
@click.pass_obj
def pause(directory: Path) -> None:
    """Stop all sending at once, also of what was approved. Reading and drafting go on.

    \b
    Example:
      inbox-bot pause
    """
    _set_paused(directory, datetime.now(UTC).isoformat())
    click.echo("Nothing is sent until: inbox-bot resume")


@click.command()
@click.pass_obj
def resume(directory: Path) -> None:
    """Send again what you approved.

    \b
    Example:
      inbox-bot resume
    """
    _set_paused(directory, "")
    click.echo("Approved replies are sent again.")


def _set_paused(directory: Path, since: str) -> None:
    with open_author_store(directory) as store, store.transaction() as tx:
        PAUSED.put(tx, since)


@click.command()
@click.pass_obj
def alone(directory: Path) -> None:
    """Say that no other inbox-bot works on your mailbox, now that you have stopped it.

    A second one, as on an old computer and a new one, notices the first and lays and sends
    nothing until you say this. Drafts of the other one stay in your Drafts folder: delete them.
    Say it, too, when the store is lost and you want to begin anew.

    \b
    Example:
      inbox-bot alone
    """
    with open_author_store(directory) as store, store.transaction() as tx:
        be_alone(tx, datetime.now(UTC))
        HISTORY_LOST.put(tx, "")
        work_with(directory, store.mark)
    be_the_original(directory)
    click.echo("Good: this one drafts and sends. Delete in Drafts what the other one left there.")


@click.command()
@click.argument("days", metavar="FIRST..LAST")
@click.pass_obj
def away(directory: Path, days: str) -> None:
    """Tell when you will be away: due dates move, and holding replies are prepared.

    \b
    Example:
      inbox-bot away 2026-12-20..2027-01-03
    """
    try:
        period = settings.parse_period(days)
    except ValueError as error:
        raise WrongUse(f'"{days}" {error}') from error
    with open_bot(directory) as bot:
        absence = go_away(bot, period, datetime.now(UTC))
    settings.add_absence(directory, period)
    click.echo(f"Noted in settings.yaml: away from {period[0]} to {period[1]}.")
    for promise in absence.told:
        echo(f"{promise.reader} was told {promise.told}, while you are away: write before you go.")
    moved = counted(len(absence.moved), "promise is due later now", "promises are due later now")
    click.echo(f"{moved}.")
    if absence.held:
        held = counted(absence.held, "holding reply waits", "holding replies wait")
        click.echo(f"{held} for your yes: inbox-bot drafts")
