"""The author's mailbox, over IMAP. `imap.py` is the whole of it; the rest are its parts."""

from inbox_bot.mail.imap.imap import ImapMailbox
from inbox_bot.settings.accounts import ImapAccount

__all__ = ["ImapAccount", "ImapMailbox"]
