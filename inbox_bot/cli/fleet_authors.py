"""fleet authors: who is in the fleet, who moves in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from inbox_bot import pipeline
from inbox_bot.cli.fleet_place import opened, place
from inbox_bot.cli.output import iso, print_json
from inbox_bot.fleet import moving, roster
from inbox_bot.fleet.authors import Fleet
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.queueing import defer_look
from inbox_bot.fleet.roster import State
from inbox_bot.fleet.safe import Slot
from inbox_bot.settings.passwords import Secret, Server

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
PASSWORD_FILE = click.option(
    "--password-file",
    type=click.File(),
    help="Read the mailbox's password from a file ('-' for standard input).",
)


@click.group()
def authors() -> None:
    """Add, list, pause, move, and remove the fleet's authors.

    \b
    Example:
      inbox-bot fleet authors list
    """


@authors.command()
@click.argument("name")
@click.argument("directory", type=FOLDER)
@click.option("--begin", is_flag=True, help="Draft replies to the first letters, too.")
@PASSWORD_FILE
def add(name: str, directory: Path, begin: bool, password_file: TextIO | None) -> None:
    """Add an author with the settings, FAQ, and templates of a directory from `inbox-bot init`.

    Without --begin, nothing is drafted until the author says so on the page.

    \b
    Example:
      inbox-bot fleet authors add ann ~/ann --begin
    """
    with opened() as fleet:
        author = moving.take_in(fleet, name, directory)
        _let_in(fleet, author, password_file)
        if begin:
            with fleet.bot(author) as bot:
                pipeline.begin(bot, datetime.now(UTC))
    click.echo(f"{name} is in the fleet.")


@authors.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per author.")
def list_(as_json: bool) -> None:
    """List the authors, when each was polled, and what failed.

    \b
    Example:
      inbox-bot fleet authors list --json
    """
    with connected(place().url) as connection:
        found = roster.members(connection)
    for one in found:
        if as_json:
            print_json(
                {
                    "name": one.name,
                    "address": one.address,
                    "state": one.state,
                    "polled": iso(one.polled),
                    "next_poll": iso(one.next_poll),
                    "problem": one.problem,
                }
            )
        else:
            polled = f"{one.polled:%Y-%m-%d %H:%M} UTC" if one.polled else "never polled"
            click.echo(f"{one.name}  {one.address}  {one.state}  {polled}  {one.problem}".rstrip())


@authors.command()
@click.argument("name")
@PASSWORD_FILE
def password(name: str, password_file: TextIO | None) -> None:
    """Enter the password of an author's mailbox again.

    \b
    Example:
      inbox-bot fleet authors password ann
    """
    with opened() as fleet:
        _let_in(fleet, _id(fleet, name), password_file)
    click.echo("Kept.")


@authors.command()
@click.argument("name")
@click.argument("directory", type=FOLDER)
def files(name: str, directory: Path) -> None:
    """Replace an author's settings, FAQ, and templates with those of a directory.

    \b
    Example:
      inbox-bot fleet authors files ann ~/ann
    """
    with opened() as fleet:
        moving.replace_files(fleet, _id(fleet, name), directory)
    click.echo("Replaced; the next poll uses them.")


@authors.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop polling and sending for an author. Nothing is lost.

    \b
    Example:
      inbox-bot fleet authors pause ann
    """
    _set_state(name, State.PAUSED)


@authors.command()
@click.argument("name")
def resume(name: str) -> None:
    """Poll and send for an author again.

    \b
    Example:
      inbox-bot fleet authors resume ann
    """
    _set_state(name, State.ACTIVE)


@authors.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask first.")
def remove(name: str, yes: bool) -> int:
    """Delete an author and all their data. Their mailbox isn't touched.

    \b
    Example:
      inbox-bot fleet authors remove ann
    """
    with opened() as fleet:
        author = _id(fleet, name)
        if not yes and not click.confirm(f"Delete all of {name}? This can't be undone."):
            return 1
        moving.remove(fleet, author)
    click.echo("Deleted. The database's own backups still have it.")
    return 0


@authors.command()
@click.argument("name")
@click.argument("file", type=FILE)
def export(name: str, file: Path) -> None:
    """Save an author's backup, for `inbox-bot restore` on the author's own computer.

    \b
    Example:
      inbox-bot fleet authors export ann ann.zip
    """
    with opened() as fleet:
        moving.hand_out(fleet, _id(fleet, name), file)
    click.echo(f"Saved to {file}. It has no passwords in it.")


@authors.command("import")
@click.argument("name")
@click.argument("file", type=FILE)
@PASSWORD_FILE
def import_(name: str, file: Path, password_file: TextIO | None) -> None:
    """Import an author's backup, made by `inbox-bot backup` or by export.

    Stop the author's own program first, or two of them will share one mailbox.

    \b
    Example:
      inbox-bot fleet authors import ann backup.zip
    """
    with opened() as fleet:
        author = moving.take_in_backup(fleet, name, file)
        _let_in(fleet, author, password_file)
    click.echo(f"{name} is in the fleet. Replies approved before need approval again.")


def _let_in(fleet: Fleet, author: int, file: TextIO | None) -> None:
    """Keep the passwords of her mailboxes, and poll her as soon as possible."""
    typed = file.read().strip() if file else ""
    for mailbox in fleet.settings_of(author).mailboxes:
        told = typed or click.prompt(f"Password of {mailbox.address}", hide_input=True)
        slot = Slot(author=author, address=mailbox.address, server=Server.IMAP)
        moving.keep_password(fleet, slot, Secret(told))
    with connected(fleet.url) as connection:
        roster.set_state(connection, author, State.ACTIVE)
        defer_look(connection, author, datetime.now(UTC))


def _set_state(name: str, state: State) -> None:
    with connected(place().url) as connection:
        author = roster.member_named(connection, name).id
        roster.set_state(connection, author, state)
        if state is State.ACTIVE:
            defer_look(connection, author, datetime.now(UTC))
    click.echo(f"{name} is {state}.")


def _id(fleet: Fleet, name: str) -> int:
    with connected(fleet.url) as connection:
        return roster.member_named(connection, name).id
