"""status, pause, resume, alone, away: show and change the bot's state."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import humanize, settings
from inbox_bot.cli.output import echo, print_json
from inbox_bot.errors import WrongUse
from inbox_bot.humanize import counted
from inbox_bot.mail import login
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.reports.report import not_opened
from inbox_bot.reports.watch_only import score
from inbox_bot.review.status import status_of
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import be_the_original, work_with
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings.home import why_no_mailbox
from inbox_bot.settings.policy import policy_of
from inbox_bot.steps.absences import go_away, moved_due_dates
from inbox_bot.steps.form_offers import open_offers
from inbox_bot.steps.second_bot import be_alone
from inbox_bot.steps.send import PAUSED


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def status(directory: Path, as_json: bool) -> int:
    """Show how things stand, in one line. Exit code 1 if something needs you soon.

    With --json: healthy or not, what failed (mailbox, outbox, store, or silent: the bot should have
    checked by now), and since when. /healthz on the page tells a monitor the same.

    \b
    Example:
      inbox-bot status
    """
    chosen = settings.load(directory)
    with open_author_store(directory) as store:
        found = status_of(store, policy_of(chosen).calendar, datetime.now(UTC))
        with store.reading() as tx:
            looks_on, unopened = score(tx), tx.messages.unopened()
            offers = open_offers(tx, policy_of(chosen).forms)
    missing = why_no_mailbox(chosen, directory)
    warnings = (missing,) if missing else login.warnings(directory, chosen, datetime.now(UTC))
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
    elif missing:
        echo(missing)
    else:
        click.echo("\n".join([found.sentence(chosen.author.as_author()), *warnings]))
        if unopened:
            click.echo(f"{not_opened.sentence(unopened)}.")
        for one in offers:
            echo(f"{one.sentence()} Say so: inbox-bot forms")
        if looks_on is not None:
            click.echo(f"Watching only: {looks_on.sentence()}.")
    return 0 if found.healthy and not found.pressing and not warnings else 1


@click.command()
@click.pass_obj
def pause(directory: Path) -> None:
    """Stop all sending right away, even of approved replies. Reading and drafting go on.

    \b
    Example:
      inbox-bot pause
    """
    _set_paused(directory, datetime.now(UTC).isoformat())
    click.echo("Sending is paused. To start again: inbox-bot resume")


@click.command()
@click.pass_obj
def resume(directory: Path) -> None:
    """Start sending approved replies again.

    \b
    Example:
      inbox-bot resume
    """
    _set_paused(directory, "")
    click.echo("Sending is on again.")


def _set_paused(directory: Path, since: str) -> None:
    with open_author_store(directory) as store, store.transaction() as tx:
        PAUSED.put(tx, since)


@click.command()
@click.pass_obj
def alone(directory: Path) -> None:
    """Confirm that no other inbox-bot uses your mailbox, once you have stopped it.

    If two of them use one mailbox (say, on an old computer and a new one), the second notices the
    first and neither drafts nor sends until you run this. The other one's drafts stay in your
    Drafts folder: delete them. Run it, too, if the store is lost and you want to start over.

    \b
    Example:
      inbox-bot alone
    """
    with open_author_store(directory) as store, store.transaction() as tx:
        be_alone(tx, datetime.now(UTC))
        HISTORY_LOST.put(tx, "")
        work_with(directory, store.mark)
    be_the_original(directory)
    click.echo(
        "Done. This bot now drafts and sends. Delete the other one's drafts in your Drafts folder."
    )


@click.command()
@click.argument("days", metavar="FIRST..LAST")
@click.pass_obj
def away(directory: Path, days: str) -> None:
    """Say when you'll be away. Due dates move, and holding replies are prepared.

    \b
    Example:
      inbox-bot away 2026-12-20..2027-01-03
    """
    try:
        period = settings.parse_period(days)
    except ValueError as error:
        raise WrongUse(f'"{days}" {error}') from error
    with open_bot(directory) as bot:
        absence, author = go_away(bot, period, datetime.now(UTC)), bot.author
    settings.add_absence(directory, period)
    first, last = (humanize.full(day, author.locale) for day in period)
    click.echo(f"Added to settings.yaml: away from {first} to {last}.")
    for promise in absence.told:
        day = humanize.short(promise.told or period[0], author.locale)
        echo(
            f"You told {promise.reader} you'd write by {day}, while you're away. "
            "Write before you go."
        )
    click.echo(f"{moved_due_dates(len(absence.moved))}.")
    if absence.held:
        held = counted(absence.held, "holding reply is", "holding replies are")
        click.echo(f"{held} waiting for your approval: inbox-bot drafts")
