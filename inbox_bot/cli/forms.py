"""forms: which forms and comment services write to the author, and whether they bring readers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.cli.output import echo, print_json
from inbox_bot.errors import NotFound, WrongUse
from inbox_bot.humanize import counted
from inbox_bot.review.forms import take_in_notices
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings.policy import policy_of
from inbox_bot.steps.form_offers import decline, open_offers


@click.command()
@click.option(
    "--add", metavar="SENDER", help="Its letters are from readers, earlier ones included."
)
@click.option(
    "--not", "declined", metavar="SENDER", help="Its letters aren't from readers; don't ask again."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per sender.")
@click.pass_obj
def forms(directory: Path, add: str | None, declined: str | None, as_json: bool) -> None:
    """List the forms and comment services that write to you, and say which bring readers.

    \b
    Example:
      inbox-bot forms
      inbox-bot forms --add wordpress@my-site.example
    """
    if add and declined:
        raise WrongUse("Use --add or --not, one sender at a time.")
    if add:
        _add(directory, add)
    elif declined:
        with open_author_store(directory) as store, store.transaction() as tx:
            if not decline(tx, declined):
                raise NotFound(f"{declined[:80]} is not in the list of `inbox-bot forms`.")
        echo(f"Ignoring {declined}. To change your mind: inbox-bot forms --add {declined}")
    else:
        _list(directory, as_json)


def _add(directory: Path, sender: str) -> None:
    """The settings first: what is judged anew below is judged by them."""
    settings.add_form(directory, sender)
    with open_bot(directory) as bot:
        found = take_in_notices(bot, sender, datetime.now(UTC))
    letters = counted(found, "earlier letter")
    echo(
        f"Added {sender} to settings.yaml. Found {letters} from readers to draft at the next check."
    )
    echo("A running bot uses it from its next check.")


def _list(directory: Path, as_json: bool) -> None:
    named = policy_of(settings.load(directory)).forms
    with open_author_store(directory) as store, store.reading() as tx:
        offers = open_offers(tx, named)
    for form in named:
        if as_json:
            print_json({"sender": form.sender, "named": True})
        else:
            echo(f"{form.sender}: its letters are from readers")
    for one in offers:
        if as_json:
            print_json({"named": False, **one.as_json()})
        else:
            echo(f"{one.sentence()}\n  inbox-bot forms --add {one.sighting.sender}")
            echo(f"  inbox-bot forms --not {one.sighting.sender}")
    if not (named or offers or as_json):
        echo("No form or comment service has written to you yet.")
