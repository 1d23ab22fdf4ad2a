"""upgrade: back up, and tell how to bring a newer version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.service.author_store import open_author_store
from inbox_bot.settings.backups import Occasion, keep_before
from inbox_bot.settings.installed import own_upgrade, own_version


@click.command()
@click.pass_obj
def upgrade(directory: Path) -> None:
    """Back up everything, then show how to get a newer version.

    The new version updates your store when it first opens it, and keeps a copy of the old one.

    \b
    Example:
      inbox-bot upgrade
    """
    if (directory / settings.FILE_NAME).exists():
        with open_author_store(directory) as store:
            made = keep_before(directory, store, Occasion.UPGRADE, datetime.now(UTC))
        click.echo(f"Backed up: {made}")
    found = own_upgrade(directory)
    click.echo(f"You have inbox_bot {own_version()}, installed with {found.how}.")
    click.echo("Stop the bot, then run:")
    for command in found.commands:
        click.echo(f"  {command}")
    click.echo("Then start the bot again: inbox-bot run")
