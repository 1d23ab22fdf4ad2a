"""init, doctor: from nothing to the author's own mailbox, and what is wrong when it is not well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inbox_bot.commands.output import echo, print_json
from inbox_bot.errors import InboxBotError, LoginRefused

if TYPE_CHECKING:
    from inbox_bot.bot import Account
    from inbox_bot.doctor import Check
    from inbox_bot.passwords import Login
    from inbox_bot.settings import MailboxSettings, Settings


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--address", default="", help="Your address; fills in what is known of its hosts.")
def init(directory: Path, address: str) -> None:
    """Set up DIR for your own mailbox: a few questions, then it logs in at once.

    What is in DIR already stays as it is.

    \b
    Example:
      inbox-bot init ~/letters --address steve@example.com
    """
    from inbox_bot import faq, settings
    from inbox_bot.home import lay_out
    from inbox_bot.interview import Interviewer, interview

    if (directory / settings.FILE_NAME).exists():
        echo(f"{directory / settings.FILE_NAME} is there already and stays; only the login is new.")
    else:
        answers = interview(Interviewer(ask=_ask, tell=echo), address)
        for path in lay_out(directory, answers):
            echo(f"  wrote {directory / path}")
    chosen = settings.load(directory)
    _keep_passwords(directory, chosen)
    _log_in(directory, chosen)
    if not faq.load(chosen.faq).entries:
        echo(f"\nNo answers yet. Next: inbox-bot -C {directory} faq draw ARTICLE (a file or a URL)")
    echo(f"\nThen: inbox-bot -C {directory} poll")


def _ask(question: str, default: str) -> str:
    return str(click.prompt(question, default=default, show_default=bool(default)))


def _keep_passwords(directory: Path, chosen: Settings) -> None:
    """Ask for each password that is not given by the environment; typed hidden, kept safe."""
    from inbox_bot.logins import client_of, logins_in
    from inbox_bot.passwords import Secret, Server, keep

    for mailbox, login in logins_in(directory, chosen):
        if client_of(mailbox):
            continue
        variable = login.variable(Server.IMAP)
        if variable in os.environ or f"{variable}_FILE" in os.environ:
            continue
        typed = click.prompt(f"Password for {mailbox.address} (hidden)", hide_input=True)
        echo(f"Kept in {keep(login, Server.IMAP, Secret(str(typed)))}.")


def _log_in(directory: Path, chosen: Settings) -> None:
    from inbox_bot.doctor import look_at_mailbox
    from inbox_bot.logins import logins_in, warning_of
    from inbox_bot.wiring import account_of

    for mailbox, login in logins_in(directory, chosen):
        if warning := warning_of(mailbox, login, datetime.now(UTC)):
            echo(f"\n{warning}")
            continue
        account = account_of(chosen, mailbox, directory, login.position)
        try:
            echo(look_at_mailbox(account.mailbox))
            account.outbox.check()
        finally:
            account.mailbox.close()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
@click.pass_obj
def doctor(directory: Path, as_json: bool) -> int:
    """Check everything that must work: a line each, with the next step where one fails.

    \b
    Example:
      inbox-bot -C ~/letters doctor
    """
    from inbox_bot.doctor import examine

    ill = 0
    for finding in examine(_checks(directory)):
        ill += not finding.ok
        if as_json:
            print_json(
                {
                    "check": finding.name,
                    "ok": finding.ok,
                    "text": finding.text,
                    "next_step": finding.next_step,
                }
            )
        else:
            echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.text}")
            if finding.next_step:
                echo(f"      next: {finding.next_step}")
    return 1 if ill else 0


def _checks(directory: Path) -> Iterator[Check]:
    """Settings first: without them there is nothing to look at."""
    from inbox_bot import settings
    from inbox_bot.doctor import Check
    from inbox_bot.logins import logins_in

    yield Check(
        name="settings",
        look=lambda: f"{settings.load(directory).author.name}'s",
        next_step="mend the lines named above, or inbox-bot init DIR",
    )
    try:
        chosen = settings.load(directory)
    except InboxBotError:
        return
    yield from _file_checks(directory, chosen)
    for mailbox, login in logins_in(directory, chosen):
        yield from _login_check(mailbox, login)
        yield from _mail_checks(chosen, mailbox, login)


def _file_checks(directory: Path, chosen: Settings) -> Iterator[Check]:
    from inbox_bot import faq
    from inbox_bot.doctor import Check
    from inbox_bot.drafting import Drafter
    from inbox_bot.lanes import Lanes
    from inbox_bot.store import open_store

    def templates() -> str:
        Drafter.load(chosen.templates / "replies")
        return str(chosen.templates)

    def entries() -> str:
        Lanes.load(chosen.faq)
        loaded = faq.load(chosen.faq)
        return f"{len(loaded.entries)} entries in {len(loaded.articles)} articles"

    def store() -> str:
        open_store(chosen.store, directory).close()
        return chosen.store.rpartition("/")[2]

    yield Check(name="FAQ", look=entries, next_step="mend the file and line named")
    yield Check(name="templates", look=templates, next_step="mend the file and line named")
    yield Check(name="store", look=store, next_step="restore a copy, or make room on the disk")


def _login_check(mailbox: MailboxSettings, login: Login) -> Iterator[Check]:
    """Only where tokens are shown: they end, passwords do not."""
    from inbox_bot import logins
    from inbox_bot.doctor import Check

    def look() -> str:
        if warning := logins.warning_of(mailbox, login, datetime.now(UTC)):
            raise LoginRefused(warning)
        return f"at {mailbox.oauth.service}, renewed by itself"

    if logins.client_of(mailbox):
        yield Check(
            name=f"log-in {mailbox.address}", look=look, next_step=logins.again(mailbox, login)
        )


def _mail_checks(chosen: Settings, mailbox: MailboxSettings, login: Login) -> Iterator[Check]:
    from inbox_bot import logins
    from inbox_bot.doctor import Check, look_at_clock, look_at_folders, look_at_mailbox
    from inbox_bot.wiring import account_of

    @cache
    def account() -> Account:
        return account_of(chosen, mailbox, login.directory, login.position)

    def sending() -> str:
        account().outbox.check()
        return "login accepted"

    address, again = mailbox.address, logins.again(mailbox, login)
    yield Check(
        name=f"IMAP {address}", look=lambda: look_at_mailbox(account().mailbox), next_step=again
    )
    yield Check(
        name="folders",
        look=lambda: look_at_folders(account().mailbox.special_folders()),
        next_step="name drafts.folder and sent.folder in settings.yaml",
    )
    yield Check(name=f"SMTP {address}", look=sending, next_step=again)
    yield Check(
        name="clock",
        look=lambda: look_at_clock(account().mailbox, datetime.now(UTC)),
        next_step="set this computer's clock",
    )
