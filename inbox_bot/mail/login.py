"""Credentials of a mailbox by its settings: passwords, or an OAuth2 bearer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inbox_bot.mail import oauth
from inbox_bot.settings import MailboxSettings, Settings, passwords
from inbox_bot.settings.accounts import Bearer, OAuthService
from inbox_bot.settings.passwords import NO_SECRET, Login, Secret, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The passwords are empty where there is a bearer."""

    imap: Secret = NO_SECRET
    smtp: Secret = NO_SECRET
    bearer: Bearer | None = None


def keys_of(mailbox: MailboxSettings, login: Login, environ: Mapping[str, str]) -> Keys:
    """SettingsError where a needed password is missing."""
    if client := client_of(mailbox):
        return Keys(bearer=oauth.OAuthBearer(client, login))
    return Keys(
        imap=passwords.find(login, Server.IMAP, environ),
        smtp=passwords.find(login, Server.SMTP, environ),
    )


def client_of(mailbox: MailboxSettings) -> oauth.Client | None:
    """None for a mailbox with a password."""
    chosen = mailbox.oauth
    if chosen.service is OAuthService.NONE:
        return None
    service = oauth.find(chosen.service, chosen.tenant)
    return oauth.Client(service=service, client_id=chosen.client_id)


def logins_in(directory: Path, chosen: Settings) -> Iterator[tuple[MailboxSettings, Login]]:
    """Each mailbox with its `Login`."""
    for position, mailbox in enumerate(chosen.mailboxes, 1):
        yield mailbox, Login(directory=directory, address=mailbox.address, position=position)


def warning_of(mailbox: MailboxSettings, login: Login, locale: str, now: datetime) -> str:
    """A sentence when the OAuth2 log-in is missing or ends soon, else "". Passwords do not end."""
    client = client_of(mailbox)
    return oauth.warning(client, login, now, locale) if client else ""


def again(mailbox: MailboxSettings, login: Login) -> str:
    """The command that the author runs when the log-in is refused."""
    if client := client_of(mailbox):
        return oauth.how_to_log_in(client, login)
    return f"run inbox-bot init {login.directory} to enter the password again"


def warnings(directory: Path, chosen: Settings, now: datetime) -> tuple[str, ...]:
    locale = chosen.author.as_author().locale
    each = logins_in(directory, chosen)
    found = (warning_of(mailbox, login, locale, now) for mailbox, login in each)
    return tuple(filter(None, found))
