"""forget, export, backup, restore: removing and copying the author's data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.humanize import counted
from inbox_bot.mail import login as mail_login
from inbox_bot.promises.calendar import local_day
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import only_one
from inbox_bot.service.restoring import replace_by
from inbox_bot.service.upkeep import write_feed
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings import passwords
from inbox_bot.settings.backup import VOID, back_up, restore as unpack
from inbox_bot.settings.backups import FOLDER, backups_in, make_anew
from inbox_bot.steps import forget as steps_forget
from inbox_bot.store import is_on_server

ON_SERVER = (
    "Letters, drafts, and promises in PostgreSQL are as they were. To bring back a dump of "
    "them: stop the bot, load it with pg_restore --clean, then restore this backup again."
)
"""Again, because what a dump permitted has to be void, too."""
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Don't ask first.")
@click.pass_obj
def forget(directory: Path, address: str, yes: bool) -> int:
    """Delete everything about a reader: letters, drafts, promises. Your mailbox isn't touched.

    \b
    Example:
      inbox-bot forget reader@example.com
    """
    with open_author_store(directory) as store, store.reading() as tx:
        traces = tx.privacy.of_reader(address)
    click.echo(
        f"{address}: {counted(len(traces.letters), 'letter')}, {counted(traces.drafts, 'draft')}, "
        f"{counted(traces.promises, 'promise')}, "
        f"{counted(len(traces.filed), 'copy', 'copies')} in Drafts."
    )
    if not yes and not click.confirm("Delete all of it? This can't be undone."):
        return 1
    with only_one(directory), open_bot(directory) as bot:
        now = datetime.now(UTC)
        steps_forget.forget(bot, address)
        write_feed(bot, now)
        make_anew(directory, bot.store, local_day(now, bot.calendar()))
    click.echo("Deleted. Backups and exports you made yourself still have it.")
    return 0


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def export(directory: Path, file: Path) -> None:
    """Export everything to a zip file you can read: letters as .eml files, the rest as JSON lines.

    \b
    Example:
      inbox-bot export letters.zip
    """
    with open_author_store(directory) as store:
        store.export_to(file)
    click.echo(f"Saved: {file}")


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def backup(directory: Path, file: Path) -> None:
    """Save settings, FAQ, templates, and store to one file, even while the bot is running.

    Passwords are not included. Neither is a store in PostgreSQL; you get the command for it.

    \b
    Example:
      inbox-bot backup inbox-bot.zip
    """
    with open_author_store(directory) as store:
        back_up(directory, store, file)
        command = store.dump_command
    click.echo(f"Saved: {file} (without passwords)")
    if command:
        click.echo("Letters, drafts, and promises are in PostgreSQL. To back those up, run:")
        click.echo(f"  {command}")


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--yes", is_flag=True, help="Don't ask first.")
@click.option(
    "--store", default="", metavar="URL", help="Your store in PostgreSQL, if the backup names one."
)
@click.pass_obj
def restore(directory: Path, file: Path | None, yes: bool, store: str) -> int:
    """Restore a backup: into a new directory, or over the current one, which is backed up first.

    Without FILE, list the backups that the bot made in this directory.

    \b
    Example:
      inbox-bot -C ~/letters restore inbox-bot.zip
    """
    if file is None:
        return _list_backups(directory)
    if (directory / settings.FILE_NAME).exists():
        return _restore_over(file, directory, yes, store)
    unpack(file, directory, store)
    for mailbox, login in mail_login.logins_in(directory, settings.load(directory)):
        if mail_login.client_of(mailbox):
            click.echo(f"Log in again: {mail_login.again(mailbox, login)}")
            continue
        secret = click.prompt(
            f"Password for {mailbox.address} (Enter to skip)", hide_input=True, default=""
        )
        if secret:
            passwords.keep(login, passwords.Server.IMAP, passwords.Secret(secret))
    click.echo("Restored. Run `inbox-bot doctor` to check that everything works.")
    _tell_what_follows(directory)
    return 0


def _list_backups(directory: Path) -> int:
    found = backups_in(directory)
    for one in found:
        path = directory / FOLDER / one.name
        click.echo(f"{one.made:%Y-%m-%d %H:%M}  {one.octets / 1e6:7.1f} MB  {path}")
    if not found:
        click.echo("No backups here yet. The bot makes one a day while it runs.")
    return 0


def _restore_over(file: Path, directory: Path, yes: bool, store: str) -> int:
    click.echo(f"This backs up {directory} as it is now, then replaces it with {file}.")
    if not yes and not click.confirm("Restore it?"):
        return 1
    with only_one(directory):
        made = replace_by(file, directory, store)
    click.echo(f"Restored. The previous state is in {made}")
    _tell_what_follows(directory)
    return 0


def _tell_what_follows(directory: Path) -> None:
    click.echo(VOID)
    if is_on_server(settings.load(directory).store):
        click.echo(ON_SERVER)
