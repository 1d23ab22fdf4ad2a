"""The author's mailbox over IMAP (the port `Mailbox`); `imap.py` has the class."""

from inbox_bot.mail.imap.imap import ImapMailbox
from inbox_bot.settings.accounts import ImapAccount

__all__ = ["ImapAccount", "ImapMailbox"]
