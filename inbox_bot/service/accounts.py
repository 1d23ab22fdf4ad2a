"""Builds the author's accounts from the settings: the only module that picks mail classes."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from inbox_bot.bot import Account
from inbox_bot.mail import login as mail_login
from inbox_bot.mail.imap import ImapMailbox
from inbox_bot.mail.smtp import SmtpOutbox
from inbox_bot.model import Address
from inbox_bot.settings import MailboxSettings, Settings, passwords
from inbox_bot.settings.accounts import ImapAccount, SmtpAccount


def account_of(
    chosen: Settings, mailbox: MailboxSettings, directory: Path, position: int
) -> Account:
    """IMAP and SMTP of one mailbox; neither connects before it is used."""
    login = passwords.Login(directory=directory, address=mailbox.address, position=position)
    keys = mail_login.keys_of(mailbox, login, os.environ)
    return Account(
        addresses=tuple(
            Address(email=address, name=chosen.author.name) for address in mailbox.addresses
        ),
        mailbox=ImapMailbox(
            ImapAccount(
                address=mailbox.address,
                host=mailbox.imap.host,
                port=mailbox.imap.port,
                tls=mailbox.imap.tls,
                username=mailbox.imap_username,
                password=keys.imap.reveal(),
                bearer=keys.bearer,
                drafts=chosen.drafts.folder,
                sent=chosen.sent.folder,
            )
        ),
        outbox=SmtpOutbox(
            SmtpAccount(
                address=mailbox.address,
                host=mailbox.smtp.host,
                port=mailbox.smtp.port,
                tls=mailbox.smtp.tls,
                username=mailbox.smtp_username,
                password=keys.smtp.reveal(),
                bearer=keys.bearer,
            )
        ),
        folders=chosen.readers.folders,
        sent_copy=mailbox.sent_copy,
        warning=partial(mail_login.warning_of, mailbox, login, chosen.author.as_author().locale),
    )
