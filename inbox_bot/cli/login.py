"""login: gets and stores the author's OAuth2 consent."""

from __future__ import annotations

import time
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

import click

from inbox_bot import humanize, settings
from inbox_bot.cli.output import echo
from inbox_bot.errors import LoginRefused, WrongUse
from inbox_bot.mail import login as mail_login, oauth
from inbox_bot.mail.oauth import Client, device, loopback
from inbox_bot.mail.oauth.exchange import Token
from inbox_bot.mail.oauth.services import Flow
from inbox_bot.service.accounts import account_of
from inbox_bot.settings import MailboxSettings, OAuthService
from inbox_bot.settings.doctor import look_at_mailbox
from inbox_bot.settings.passwords import NO_SECRET, Login, Secret


@click.command()
@click.argument("service", type=click.Choice(["google", "microsoft"]))
@click.option("--address", default="", help="Which mailbox, if you have more than one.")
@click.option("--client-id", default="", help="The ID of your own project there.")
@click.pass_obj
def login(directory: Path, service: str, address: str, client_id: str) -> None:
    """Log in with OAuth2, if your provider doesn't accept passwords.

    You need your own project at the provider; docs/author.md explains how. For Gmail, an app
    password is easier.

    \b
    Example:
      inbox-bot -C ~/letters login microsoft
    """
    mailbox, whose = _chosen(directory, address)
    wanted = OAuthService(service)
    known = mailbox.oauth.client_id if mailbox.oauth.service is wanted else ""
    client_id = client_id or known or _ask_for_client_id(wanted)
    settings.set_oauth(directory, whose.position, wanted, client_id)
    mailbox, whose = _chosen(directory, address)
    client = mail_login.client_of(mailbox)
    assert client is not None
    place = _log_in(client, whose, settings.load(directory).author.as_author().locale)
    echo(f"Saved in {place}. It renews itself.")
    _look(directory, whose.position)


def _chosen(directory: Path, address: str) -> tuple[MailboxSettings, Login]:
    known = list(mail_login.logins_in(directory, settings.load(directory)))
    fitting = [each for each in known if address.lower() in ("", each[0].address.lower())]
    if len(fitting) != 1:
        names = ", ".join(mailbox.address for mailbox, _ in known)
        raise WrongUse(f"Choose a mailbox with --address: {names}")
    return fitting[0]


def _ask_for_client_id(service: str) -> str:
    found = oauth.find(OAuthService(service), "common")
    echo(f'You need your own project at {found.title}; see "OAuth2" in docs/author.md.')
    echo(f"Create it at {found.console}.")
    return str(click.prompt("Client ID")).strip()


def _log_in(client: Client, whose: Login, locale: str) -> str:
    """Get the author's consent and store it; returns where."""
    title = client.service.title
    secret = _client_secret(client, whose)
    now = datetime.now(UTC)
    token = _consent(client, secret, whose.address)
    if not token.refresh_token:
        raise LoginRefused(
            f"{title} granted a login for only one hour; remove the program's access "
            "in your account there, then log in again"
        )
    empty = oauth.Grant(refresh_token=NO_SECRET, client_secret=secret)
    grant = empty.after(token, now)
    if grant.ends is not None:
        day = humanize.full(grant.ends.date(), locale)
        echo(f"{title} will end this login on {day}; docs/author.md explains how to avoid that.")
    return oauth.keep(whose, client.service.name, grant)


def _client_secret(client: Client, whose: Login) -> Secret:
    """Ask for it once, where the service has one (Google)."""
    if not client.service.has_secret:
        return NO_SECRET
    known = oauth.load(whose, client.service.name)
    if known is not None and known.client_secret.reveal():
        return known.client_secret
    return Secret(str(click.prompt("Client secret (hidden)", hide_input=True)).strip())


def _consent(client: Client, secret: Secret, address: str) -> Token:
    if client.service.flow is Flow.DEVICE:
        return device.log_in(client, echo, time.sleep)
    return loopback.log_in(client, secret, loopback.Visitor(hint=address, show=_show))


def _show(page: str) -> None:
    echo(f"Allow access in the browser on this computer. If none opens, go to this page:\n{page}")
    webbrowser.open(page)


def _look(directory: Path, position: int) -> None:
    """Try both servers, so that she sees whether it works."""
    chosen = settings.load(directory)
    account = account_of(chosen, chosen.mailboxes[position - 1], directory, position)
    try:
        echo(look_at_mailbox(account.mailbox))
        account.outbox.check()
    finally:
        account.mailbox.close()
