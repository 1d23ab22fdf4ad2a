"""Tries a mailbox before anything is written, and learns from it what need not be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.bot import Account
from inbox_bot.errors import InboxBotError
from inbox_bot.letters.authentication import first_authserv_id
from inbox_bot.letters.reading import Sandbox
from inbox_bot.mail.greeting import begins_with_tls
from inbox_bot.mail.login import Keys
from inbox_bot.model import Message
from inbox_bot.model.ports import Mailbox
from inbox_bot.service.accounts import account_with
from inbox_bot.settings import MailboxSettings, OAuthSettings, Settings
from inbox_bot.settings.accounts import Tls, is_loopback
from inbox_bot.settings.home import Answers
from inbox_bot.settings.model import AuthorSettings, DraftsSettings, SentSettings
from inbox_bot.settings.passwords import Login

USUAL_PORTS = frozenset({143, 993, 465, 587})
TIMEOUT = 10.0
"""Seconds: she is waiting."""
_LOOKED_AT = 30
_LEAST, _LEAST_DOMAINS, _AGREEING = 5, 3, 0.9
_SINCE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the mailbox shows. `missing` are "drafts" and "sent" where no folder is one for sure,
    `folders` those that could be. `name` and `authserv_id` are guesses, or empty."""

    missing: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    name: str = ""
    authserv_id: str = ""


def mailbox_of(answers: Answers) -> MailboxSettings:
    return MailboxSettings(
        addresses=(answers.address,),
        imap=answers.imap,
        smtp=answers.smtp,
        oauth=OAuthSettings(service=answers.oauth, client_id=answers.client_id),
    )


def account_for(answers: Answers, login: Login, keys: Keys) -> Account:
    """The account of these answers; no file is read or written."""
    mailbox = mailbox_of(answers)
    chosen = Settings(
        author=AuthorSettings(name=answers.name),
        mailboxes=(mailbox,),
        drafts=DraftsSettings(folder=answers.drafts),
        sent=SentSettings(folder=answers.sent),
    )
    return account_with(chosen, mailbox, login, keys, timeout=TIMEOUT)


def try_reading(account: Account, now: datetime) -> Trial:
    """Log in and look at folders and headers; raises the errors of a mailbox."""
    mailbox = account.mailbox
    mailbox.state("INBOX")
    found = mailbox.special_folders()
    missing = tuple(
        name for name, known in (("drafts", found.drafts), ("sent", found.sent)) if known is None
    )
    with Sandbox() as sandbox:
        sent = _newest(mailbox, sandbox, found.sent, 1, now) if found.sent else ()
        inbox = _newest(mailbox, sandbox, "INBOX", _LOOKED_AT, now)
    return Trial(
        missing=missing,
        folders=tuple(one for one in mailbox.folders() if one != "INBOX") if missing else (),
        name=own_name(sent, account.main.email),
        authserv_id=common_authserv_id(inbox),
    )


def _newest(
    mailbox: Mailbox, sandbox: Sandbox, folder: str, most: int, now: datetime
) -> Sequence[Message]:
    """The headers of the newest letters; none where they cannot be had, as these only help."""
    try:
        uids = mailbox.uids(folder, 0, now - _SINCE)[-most:]
        raws = [one.raw for one in mailbox.headers(folder, uids)]
    except InboxBotError:
        return ()
    return [one for one in sandbox.read(raws) if isinstance(one, Message)]


def own_name(sent: Sequence[Message], address: str) -> str:
    """The name under which she wrote her last letter."""
    names = (one.sender.name for one in sent if one.sender and one.sender.email == address)
    return next((name for name in names if name and "@" not in name), "")


def common_authserv_id(inbox: Sequence[Message]) -> str:
    """The name that nearly all letters carry on top, from whatever domain (RFC 8601, 2.5).

    Only the author's own server can write there: what a few senders put in is no majority.
    """
    signed = [(first_authserv_id(one), one) for one in inbox]
    (name, count), *_ = Counter(name for name, _ in signed).most_common(1) or [("", 0)]
    senders = (one.sender for found, one in signed if found == name)
    domains = {sender.email.rpartition("@")[2] for sender in senders if sender}
    agreed = count >= max(_LEAST, _AGREEING * len(signed)) and len(domains) >= _LEAST_DOMAINS
    return name if agreed else ""


# --- any port ------------------------------------------------------------------------------------


def tls_at(host: str, port: int, usual: Tls) -> Tls:
    """The encryption that an odd port wants, by whether the server begins with TLS.

    On this machine itself nobody can listen in between, so nothing is encrypted there. `usual`
    where nobody answers: trying it tells why.
    """
    try:
        if port in USUAL_PORTS or begins_with_tls(host, port):
            return usual
    except OSError:
        return usual
    return Tls.NONE if is_loopback(host) else Tls.STARTTLS
