"""Logs in to reading and sending with what she typed, and keeps what worked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from inbox_bot.bot import Account
from inbox_bot.errors import (
    LoginRefused,
    MailboxUnavailable,
    SendLater,
    SendRefused,
    SettingsError,
    WorldError,
)
from inbox_bot.mail.login import Keys, client_of
from inbox_bot.mail.oauth import OAuthBearer
from inbox_bot.service.trial import Trial, account_for, mailbox_of, tls_at, try_reading
from inbox_bot.settings import OAuthService, Tls
from inbox_bot.settings.home import Answers, write_answers
from inbox_bot.settings.interview import name_in
from inbox_bot.settings.passwords import NO_SECRET, Login, Secret, Server, find, keep
from inbox_bot.web.setup import trouble
from inbox_bot.web.setup.mailbox import Typed
from inbox_bot.web.setup.said import Said, Screen, answers_of, imap_of, servers_of, smtp_of

IMAP_PORTS, SMTP_PORTS = "993 and 143", "465 and 587"
NO_FOLDER = {
    "drafts": "Which folder is for drafts?",
    "sent": "Which folder is for sent mail?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`problems` is empty where all worked; `choices` are folders to choose from."""

    said: Said
    problems: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()


def known_password(directory: Path, said: Said) -> Secret:
    """The one that was kept before, or is set in the environment.

    None for other servers than those it was typed for: they would only collect it.
    """
    if not is_for_these_servers(said):
        return NO_SECRET
    try:
        return find(Login(directory=directory, address=said.address), Server.IMAP, os.environ)
    except SettingsError:
        return NO_SECRET


def is_for_these_servers(said: Said) -> bool:
    try:
        return servers_of(said) == said.password_for
    except ValueError:  # no servers
        return False


def log_in(directory: Path, said: Said, typed: Typed, now: datetime) -> Tried:
    """Try both servers at once. What worked is kept, so that it need not be typed again."""
    login = Login(directory=directory, address=said.address)
    said = _with_tls(said)
    answers = answers_of(said)
    keys = _keys(login, said, answers, typed)
    if keys.bearer is None and not keys.imap.reveal():
        return Tried(said=said, problems={"password": "Enter your password here."})
    account = account_for(answers, login, keys)
    try:
        trial = try_reading(account, now)
    except (WorldError, SendRefused) as error:
        return Tried(said=said, problems=_reading_problem(error, said, answers))
    finally:
        account.mailbox.close()
    if typed.password.reveal():
        keep(login, Server.IMAP, typed.password)
        said = replace(said, password_for=servers_of(said))
    if missing := {name: NO_FOLDER[name] for name in trial.missing}:
        return Tried(said=said, problems=missing, choices=trial.folders)
    if problems := _sending_problem(account, answers):
        return Tried(said=said, problems=problems)
    if typed.sending.reveal():
        keep(login, Server.SMTP, typed.sending)
    return Tried(said=_settled(directory, said, trial))


def _keys(login: Login, said: Said, answers: Answers, typed: Typed) -> Keys:
    if client := client_of(mailbox_of(answers)):
        return Keys(bearer=OAuthBearer(client, login))
    known = known_password(login.directory, said)
    password = typed.password if typed.password.reveal() else known
    return Keys(imap=password, smtp=_for_sending(login, typed, password))


def _for_sending(login: Login, typed: Typed, password: Secret) -> Secret:
    """The one typed for it, else the new one for reading, else what is known."""
    if typed.sending.reveal() or typed.password.reveal():
        variable = login.variable(Server.SMTP)
        if not typed.sending.reveal() and os.environ.get(variable):
            return Secret(os.environ[variable])
        return Secret(typed.sending.reveal() or typed.password.reveal())
    try:
        return find(login, Server.SMTP, os.environ)
    except SettingsError:
        return password


def _with_tls(said: Said) -> Said:
    """What odd ports want; an encryption found before stays."""
    imap, smtp = imap_of(said), smtp_of(said)
    return replace(
        said,
        imap_tls=said.imap_tls or _odd(imap.host, imap.port, imap.tls),
        smtp_tls=said.smtp_tls or _odd(smtp.host, smtp.port, smtp.tls),
    )


def _odd(host: str, port: int, usual: Tls) -> Tls | None:
    found = tls_at(host, port, usual)
    return found if found is not usual else None


def _reading_problem(error: Exception, said: Said, answers: Answers) -> Mapping[str, str]:
    host, port = answers.imap.host, answers.imap.port
    if isinstance(error, LoginRefused) and answers.oauth is not OAuthService.NONE:
        return {"client_id": f"{host} didn't let me in ({error}). Ask for a new code."}
    if isinstance(error, LoginRefused):
        return {"password": trouble.login_refused(host, said.provider)}
    if isinstance(error, MailboxUnavailable):
        return {"imap": trouble.unreachable(error, host, port, IMAP_PORTS)}
    return {"imap": str(error)}


def _sending_problem(account: Account, answers: Answers) -> Mapping[str, str]:
    host, port = answers.smtp.host, answers.smtp.port
    try:
        account.outbox.check()
    except LoginRefused:
        return {
            "password_sending": f"Reading works, but {host} didn't accept this password for "
            "sending. If sending has its own password, enter it here."
        }
    except SendLater as error:
        return {"smtp": trouble.unreachable(error, host, port, SMTP_PORTS)}
    except (WorldError, SendRefused) as error:
        return {"smtp": f"{host} won't let me send: {error}"}
    finally:
        account.outbox.leave()
    return {}


def _settled(directory: Path, said: Said, trial: Trial) -> Said:
    """Write the settings. What she named herself is not guessed again."""
    name = said.name or trial.name or name_in(said.address)
    settled = replace(
        said,
        name=name,
        is_name_known=said.is_name_known or bool(trial.name),
        signature=said.signature or name.split()[0],
        authserv_id=trial.authserv_id,
        password_for=servers_of(said),
    ).up_to(Screen.ARTICLE)
    write_answers(directory, answers_of(settled))
    return settled
