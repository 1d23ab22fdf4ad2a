"""doctor: checks everything that must work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from inbox_bot import settings
from inbox_bot.bot import Account
from inbox_bot.cli.output import echo, print_json
from inbox_bot.drafting import Drafter
from inbox_bot.errors import (
    InboxBotError,
    LetterError,
    LoginRefused,
    NotFound,
    StoreUnavailable,
)
from inbox_bot.faq import load as faq_load
from inbox_bot.humanize import counted
from inbox_bot.letters.safety import Safety
from inbox_bot.mail import login as mail_login
from inbox_bot.mail.login import logins_in
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.service.accounts import account_of
from inbox_bot.service.author_store import open_author_store
from inbox_bot.settings import MailboxSettings, Settings
from inbox_bot.settings.doctor import Check, count_letters, examine, look_at_clock, look_at_folders
from inbox_bot.settings.home import why_no_mailbox
from inbox_bot.settings.passwords import Login
from inbox_bot.steps.health import NEW_STORE
from inbox_bot.steps.isolation import all_set_aside
from inbox_bot.store import name_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per check.")
@click.pass_obj
def doctor(directory: Path, as_json: bool) -> int:
    """Check everything that has to work, one line each, with a next step for anything that fails.

    \b
    Example:
      inbox-bot -C ~/letters doctor
    """
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
    """The settings first: all other checks need them."""
    yield Check(
        name="settings",
        look=lambda: f"{settings.load(directory).author.name}'s",
        next_step="fix the lines above, or run inbox-bot init DIR",
    )
    try:
        chosen = settings.load(directory)
    except InboxBotError:
        return
    yield from _file_checks(directory, chosen)
    if why := why_no_mailbox(chosen, directory):
        yield _no_mailbox_check(why)
        return
    for mailbox, login in logins_in(directory, chosen):
        yield from _login_check(mailbox, login, chosen.author.as_author().locale)
        yield from _mail_checks(chosen, mailbox, login)


def _no_mailbox_check(why: str) -> Check:
    what, _, next_step = why.partition(". Next: ")

    def look() -> str:
        raise NotFound(what)

    return Check(name="mailbox", look=look, next_step=next_step)


def _file_checks(directory: Path, chosen: Settings) -> Iterator[Check]:
    def templates() -> str:
        Drafter.load(chosen.templates / "replies")
        return str(chosen.templates)

    def entries() -> str:
        Safety.load(chosen.faq)
        loaded = faq_load.load(chosen.faq)
        entries = counted(len(loaded.entries), "entry", "entries")
        return f"{entries} in {counted(len(loaded.articles), 'article')}"

    yield Check(name="FAQ", look=entries, next_step="fix that line in that file")
    yield Check(name="templates", look=templates, next_step="fix that line in that file")
    yield from _store_checks(directory, chosen)


def _store_checks(directory: Path, chosen: Settings) -> Iterator[Check]:
    def store() -> str:
        with open_author_store(directory) as store, store.reading() as tx:
            if HISTORY_LOST.of(tx):
                raise StoreUnavailable(NEW_STORE)
        return name_of(chosen.store)

    def letters() -> str:
        with open_author_store(directory) as opened, opened.reading() as tx:
            found = all_set_aside(tx, datetime.now(UTC))
        if found:
            raise LetterError("; ".join(one.sentence() for one in found))
        return "none set aside"

    yield Check(name="store", look=store, next_step="restore a backup, or free up disk space")
    yield Check(
        name="letters",
        look=letters,
        next_step="answer each one by hand, or release it: inbox-bot release LETTER REASON",
        after="store",
    )


def _login_check(mailbox: MailboxSettings, login: Login, locale: str) -> Iterator[Check]:
    """Only for OAuth2: passwords do not expire."""

    def look() -> str:
        if warning := mail_login.warning_of(mailbox, login, locale, datetime.now(UTC)):
            raise LoginRefused(warning)
        return f"at {mailbox.oauth.service}, renewed automatically"

    if mail_login.client_of(mailbox):
        yield Check(
            name=f"login {mailbox.address}", look=look, next_step=mail_login.again(mailbox, login)
        )


def _mail_checks(chosen: Settings, mailbox: MailboxSettings, login: Login) -> Iterator[Check]:

    @cache
    def account() -> Account:
        return account_of(chosen, mailbox, login.directory, login.position)

    def sending() -> str:
        account().outbox.check()
        return "login accepted"

    address, again = mailbox.address, mail_login.again(mailbox, login)
    reading = f"IMAP {address}"
    yield Check(name=reading, look=lambda: count_letters(account().mailbox), next_step=again)
    yield Check(
        name="folders",
        look=lambda: look_at_folders(account().mailbox),
        next_step="then run inbox-bot doctor again",
        after=reading,
    )
    yield Check(name=f"SMTP {address}", look=sending, next_step=again)
    yield Check(
        name="clock",
        look=lambda: look_at_clock(account().mailbox, datetime.now(UTC)),
        next_step="set this computer's clock",
        after=reading,
    )
