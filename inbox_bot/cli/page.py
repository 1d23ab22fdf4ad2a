"""open, page, password: access to the review page."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import click

from inbox_bot import settings
from inbox_bot.errors import SettingsError
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import only_one
from inbox_bot.service.restoring import restore_planned
from inbox_bot.service.wiring import open_bot, open_without_mailbox, with_own_sandbox
from inbox_bot.settings.home import why_no_mailbox
from inbox_bot.web.password import keep_password
from inbox_bot.web.qr import as_text
from inbox_bot.web.serving import review_page
from inbox_bot.web.setup.starting import link_in


@click.command("open")
@click.pass_obj
def open_page(directory: Path) -> None:
    """Print a link to the review page. It works once, in one browser, within an hour.

    The page itself is served by `inbox-bot run`, which must be running.

    \b
    Example:
      inbox-bot open
    """
    click.echo(f"review page: {link_in(directory, datetime.now(UTC))}")


@click.command()
@click.option("--qr", is_flag=True, help="Only print the page's address as a QR code, for a phone.")
@click.pass_obj
def page(directory: Path, qr: bool) -> None:
    """Serve the page by itself, without checking mail, to go through answers and settings.

    This also works in a directory made by `inbox-bot new`. Press Ctrl-C to stop. With --qr, it only
    prints page.url as a code for your phone's camera; you still log in there.

    \b
    Example:
      inbox-bot -C ~/try page
      inbox-bot page --qr
    """
    if qr:
        click.echo(_code_of(settings.load(directory).page.url))
        return
    with only_one(directory):
        if restored := restore_planned(directory):
            click.echo(restored)
        chosen = settings.load(directory)
        opened = open_without_mailbox if why_no_mailbox(chosen, directory) else open_bot
        with (
            opened(directory) as bot,
            with_own_sandbox(bot) as page_bot,
            review_page(page_bot, chosen, click.echo, lambda: None),
            suppress(KeyboardInterrupt),
        ):
            Event().wait()


def _code_of(url: str) -> str:
    if not url:
        raise SettingsError(
            "page.url is empty, so no phone can open the page. Set it in settings.yaml; "
            "“The page on your phone” in docs/author.md says how. Your Drafts folder needs no "
            "setup."
        )
    return f"{as_text(url)}\n{url}"


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
