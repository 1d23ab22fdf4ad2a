"""autostart: start the bot with the author's computer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.cli.output import echo
from inbox_bot.errors import SettingsError
from inbox_bot.mail import login as mail_login
from inbox_bot.settings import passwords
from inbox_bot.settings.autostart import Entry, System, entry_for, remove, run, write
from inbox_bot.store import is_on_server


@click.command()
@click.argument("state", type=click.Choice(["on", "off"]))
@click.pass_obj
def autostart(directory: Path, state: str) -> int:
    """Start the bot when your computer starts.

    Writes a single file and says which one. `off` removes that file and nothing else.

    \b
    Example:
      inbox-bot -C ~/letters autostart on
    """
    system = System.of(sys.platform, sys.executable, os.getuid(), os.environ)
    entry = entry_for(system, directory.resolve())
    if state == "on":
        _check(directory)
        return _on(entry)
    return _off(entry)


def _check(directory: Path) -> None:
    """Passwords must be stored: a started bot does not have this terminal's environment."""
    chosen = settings.load(directory)
    for mailbox, login in mail_login.logins_in(directory, chosen):
        mail_login.keys_of(mailbox, login, {})
    if is_on_server(chosen.store) and passwords.for_store(os.environ) != passwords.NO_SECRET:
        raise SettingsError(
            f"{passwords.STORE_VARIABLE} is set only in this terminal; keep the store's "
            "password in ~/.pgpass instead (chmod 600): HOST:PORT:NAME:USER:PASSWORD"
        )


def _on(entry: Entry) -> int:
    echo(f"{'Created' if write(entry) else 'Unchanged'}: {entry.path}")
    failed = run(entry.start)
    if failed:
        echo("Your system didn't accept it. Once you're logged in there, run:")
    else:
        echo("The bot is running, and it will start when your computer starts.")
    for line in (*failed, *entry.hints):
        echo(f"  {line}")
    return 1 if failed else 0


def _off(entry: Entry) -> int:
    there = entry.path.exists()
    failed = run(entry.stop) if there else ()
    remove(entry)
    echo(f"Removed: {entry.path}" if there else f"Nothing to remove: {entry.path}")
    for line in failed:
        echo(f"  This didn't work, so the bot may keep running until you log out: {line}")
    return 0
