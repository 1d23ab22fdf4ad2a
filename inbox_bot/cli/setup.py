"""init: set up the author's directory and log in to her mailbox."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.cli.names import STORE_HELP
from inbox_bot.cli.output import echo
from inbox_bot.errors import (
    LoginRefused,
    MailboxUnavailable,
    NotFound,
    SendLater,
    SettingsError,
)
from inbox_bot.faq import load as faq_load
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.draw import draw
from inbox_bot.faq.draw.pages import article_text, name_of
from inbox_bot.humanize import counted
from inbox_bot.mail.login import client_of, logins_in, warning_of
from inbox_bot.model import DrawnFaq
from inbox_bot.service.accounts import account_of
from inbox_bot.settings import MailboxSettings, Settings
from inbox_bot.settings.doctor import look_at_mailbox
from inbox_bot.settings.home import Answers, is_set_up, lay_out, nobody
from inbox_bot.settings.interview import Interviewer, interview
from inbox_bot.settings.passwords import Login, Secret, Server, keep


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--address", default="", help="Your email address; servers are filled in if known.")
@click.option("--store", default="", metavar="URL", help=STORE_HELP)
def init(directory: Path, address: str, store: str) -> None:
    """Set up DIR for your own mailbox in the terminal. `inbox-bot setup` does it in the browser.

    Files already in DIR are left alone.

    \b
    Example:
      inbox-bot init ~/letters --address steve@example.com
    """
    if is_set_up(directory):
        echo(f"Keeping {directory / settings.FILE_NAME}; only the login is new.")
        if store:
            echo(f"To use another store, change `store:` in {settings.FILE_NAME}.")
    else:
        if store:
            # it loads the database's library, which most set-ups need later
            from inbox_bot.service.author_store import check_url  # noqa: PLC0415

            check_url(store, directory)
        answers = interview(Interviewer(ask=_ask, tell=echo), address)
        _write(directory, replace(answers, store=store))
    chosen = settings.load(directory)
    for mailbox, login in logins_in(directory, chosen):
        _set_up_login(chosen, mailbox, login)
    if not faq_load.load(chosen.faq).answers:
        echo(f"\nNo answers yet. Next: inbox-bot -C {directory} faq draw ARTICLE (a file or a URL)")
    echo(f"\nThen run: inbox-bot -C {directory} run")


def _write(directory: Path, answers: Answers) -> None:
    """Write the settings, and the article's passages if it can be read."""
    drawn = _drawn(answers.article) if answers.article else None
    if drawn is not None:  # it gets a file of its own
        answers = replace(answers, article="")
    written = sorted({path.parts[0] for path in lay_out(directory, answers)})
    echo(f"Created in {directory}: {', '.join(written)}")
    if drawn is not None:
        FaqFolder(settings.load(directory).faq).add_article(drawn)
        echo(f"{drawn.article.title}: {counted(len(drawn.passages), 'passage')} that can answer")


def _drawn(article: str) -> DrawnFaq | None:
    try:
        drawn = draw(article_text(article), name_of(article), article)
    except SettingsError as error:
        echo(f"{error}. Then run: inbox-bot faq draw FILE")
        return None
    return drawn if drawn.passages else None


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
def new(directory: Path) -> None:
    """Create DIR with settings, templates, and an empty FAQ, but no mailbox.

    Files already in DIR are left alone. `inbox-bot init DIR` adds the mailbox later.

    \b
    Example:
      inbox-bot new ~/letters
      inbox-bot -C ~/letters faq draw https://example.com/my-article/
    """
    if is_set_up(directory):
        raise SettingsError(f"{directory} is already set up; choose another directory")
    lay_out(directory, nobody())
    echo(f"Created {directory}. Next: inbox-bot -C {directory} faq draw ARTICLE (a file or a URL)")


def _ask(question: str, default: str) -> str:
    return str(click.prompt(question, default=default, show_default=bool(default)))


def _set_up_login(chosen: Settings, mailbox: MailboxSettings, login: Login) -> None:
    """Ask for the password, and try both servers."""
    locale = chosen.author.as_author().locale
    if warning := warning_of(mailbox, login, locale, datetime.now(UTC)):
        echo(f"\n{warning}")
        return
    if client_of(mailbox) is None and _may_ask(login, Server.IMAP):
        _ask_password(login, Server.IMAP)
    _try(mailbox, login, Server.IMAP, lambda: _look(chosen, mailbox, login))
    _try(mailbox, login, Server.SMTP, lambda: _check_sending(chosen, mailbox, login))


def _try(mailbox: MailboxSettings, login: Login, server: Server, look: Callable[[], None]) -> None:
    """Allow three tries: more could look like an attack to the server."""
    for again in (True, True, False):
        try:
            return look()
        except LoginRefused as error:
            if not again or client_of(mailbox) or not _may_ask(login, server):
                raise
            echo(str(error))
            _ask_password(login, server)
        except (MailboxUnavailable, SendLater, NotFound) as error:
            raise SettingsError(
                f"{error}. Fix it in {login.directory / 'settings.yaml'}, then run: "
                f"inbox-bot init {login.directory}"
            ) from error
    return None


def _may_ask(login: Login, server: Server) -> bool:
    """Whether the password is not set in the environment."""
    variable = login.variable(server)
    return variable not in os.environ and f"{variable}_FILE" not in os.environ


def _ask_password(login: Login, server: Server) -> None:
    purpose = ", for sending (if different)" if server is Server.SMTP else ""
    typed = click.prompt(f"Password for {login.address}{purpose} (hidden)", hide_input=True)
    echo(f"Saved in {keep(login, server, Secret(str(typed)))}.")


def _look(chosen: Settings, mailbox: MailboxSettings, login: Login) -> None:
    account = account_of(chosen, mailbox, login.directory, login.position)
    try:
        echo(look_at_mailbox(account.mailbox))
    finally:
        account.mailbox.close()


def _check_sending(chosen: Settings, mailbox: MailboxSettings, login: Login) -> None:
    account = account_of(chosen, mailbox, login.directory, login.position)
    account.mailbox.close()
    account.outbox.check()
