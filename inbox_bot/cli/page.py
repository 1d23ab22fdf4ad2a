"""open, password: access to the review page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.service.author_store import open_author_store
from inbox_bot.web.password import keep_password
from inbox_bot.web.serving import link_to
from inbox_bot.web.sessions import new_link


@click.command("open")
@click.pass_obj
def open_page(directory: Path) -> None:
    """Print a link to the review page. It works once, in one browser, within an hour.

    The page itself is served by `inbox-bot run`.

    \b
    Example:
      inbox-bot open
    """
    chosen = settings.load(directory).page
    with open_author_store(directory) as store:
        ticket = new_link(store, datetime.now(UTC))
    click.echo(f"review page: {link_to(chosen, chosen.port, ticket)}")


@click.command()
@click.pass_obj
def password(directory: Path) -> None:
    """Set the review page's password, for devices where a link isn't practical.

    Every browser will have to log in again.

    \b
    Example:
      inbox-bot password
    """
    with open_author_store(directory) as store:
        typed = click.prompt("New password (hidden)", hide_input=True, confirmation_prompt=True)
        keep_password(store, str(typed))
    click.echo("Saved. Log in with it, or with a link from `inbox-bot open`.")


open = open_page  # noqa: A001  LazyGroup finds a command by its name
