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
from inbox_bot.settings.backup import back_up, restore as unpack
from inbox_bot.settings.backups import FOLDER, backups_in, make_anew
from inbox_bot.steps import forget as steps_forget

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(directory: Path, address: str, yes: bool) -> int:
    """Remove a reader everywhere: letters, drafts, promises. Her letters in your mailbox stay.

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
    if not yes and not click.confirm("Remove all of it? This cannot be undone."):
        return 1
    with only_one(directory), open_bot(directory) as bot:
        now = datetime.now(UTC)
        steps_forget.forget(bot, address)
        write_feed(bot, now)
        make_anew(directory, bot.store, local_day(now, bot.calendar()))
    click.echo("Forgotten. Backups and exports that you made yourself still hold it.")
    return 0


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def export(directory: Path, file: Path) -> None:
    """Write everything into a zip that people can read: letters as .eml, the rest as JSON lines.

    \b
    Example:
      inbox-bot export letters.zip
    """
    with open_author_store(directory) as store:
        store.export_to(file)
    click.echo(f"Written: {file}")


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def backup(directory: Path, file: Path) -> None:
    """Put settings, FAQ, templates and store into one file, also while the bot runs.

    Passwords are not in it.

    \b
    Example:
      inbox-bot backup inbox-bot.zip
    """
    with open_author_store(directory) as store:
        back_up(directory, store, file)
    click.echo(f"Written: {file} (no password is in it)")


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore(directory: Path, file: Path | None, yes: bool) -> int:
    """Unpack a backup: into a new directory, or over what is there, which is backed up first.

    Without FILE it lists the backups that the bot made in this directory.

    \b
    Example:
      inbox-bot -C ~/letters restore inbox-bot.zip
    """
    if file is None:
        return _list_backups(directory)
    if (directory / settings.FILE_NAME).exists():
        return _restore_over(file, directory, yes)
    unpack(file, directory)
    for mailbox, login in mail_login.logins_in(directory, settings.load(directory)):
        if mail_login.client_of(mailbox):
            click.echo(f"Log in again: {mail_login.again(mailbox, login)}")
            continue
        secret = click.prompt(
            f"Password of {mailbox.address} (empty: later)", hide_input=True, default=""
        )
        if secret:
            passwords.keep(login, passwords.Server.IMAP, passwords.Secret(secret))
    click.echo("Restored. `inbox-bot doctor` looks whether all is well.")
    return 0


def _list_backups(directory: Path) -> int:
    found = backups_in(directory)
    for one in found:
        path = directory / FOLDER / one.name
        click.echo(f"{one.made:%Y-%m-%d %H:%M}  {one.octets / 1e6:7.1f} MB  {path}")
    if not found:
        click.echo("The bot has made no backup here yet; it makes one a day while it runs.")
    return 0


def _restore_over(file: Path, directory: Path, yes: bool) -> int:
    click.echo(f"What is in {directory} now is backed up first, then replaced by {file}.")
    if not yes and not click.confirm("Restore it?"):
        return 1
    with only_one(directory):
        made = replace_by(file, directory)
    click.echo(f"Restored. What was there before: {made}")
    click.echo("What you approved needs your yes again.")
    return 0
