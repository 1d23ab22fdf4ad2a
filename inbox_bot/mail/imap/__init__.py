"""The author's mailbox, over IMAP. `imap.py` is the whole of it; the rest are its parts."""

from inbox_bot.accounts import ImapAccount
from inbox_bot.mail.imap.imap import ImapMailbox

__all__ = ["ImapAccount", "ImapMailbox"]
