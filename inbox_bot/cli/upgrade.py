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
    """Back everything up, then tell how to bring a newer version.

    Your store is brought up to date when the new version first opens it; a copy stays beside it.

    \b
    Example:
      inbox-bot upgrade
    """
    if (directory / settings.FILE_NAME).exists():
        with open_author_store(directory) as store:
            made = keep_before(directory, store, Occasion.UPGRADE, datetime.now(UTC))
        click.echo(f"Backed up: {made}")
    found = own_upgrade(directory)
    click.echo(f"This is inbox_bot {own_version()}, installed by {found.how}. Stop the bot, then:")
    for command in found.commands:
        click.echo(f"  {command}")
    click.echo("Then start it again: inbox-bot run")
