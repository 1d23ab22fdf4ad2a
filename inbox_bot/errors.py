"""Every error that inbox_bot raises on purpose.

One class per reaction that a caller can have; the first sentence of each docstring says which.
The message of each is one line that tells the author what happened and what to do next.
"""

from __future__ import annotations


class InboxBotError(Exception):
    """Show the message to the author; she can act on it."""


class SettingsError(InboxBotError):
    """Stop: settings, FAQ or templates cannot be used. The message holds one problem a line."""


class WrongUse(InboxBotError):
    """Tell the person how to call this; exit code 2."""


class Unreadable(InboxBotError):
    """Set this one message aside with the reason and go on with the next."""


class MailboxUnavailable(InboxBotError):
    """Try again later with back-off: the server is down, slow or cut the connection."""


class LoginRefused(InboxBotError):
    """Ask the author for another password; try at most four times an hour."""


class SendLater(InboxBotError):
    """Try the same reply again later: the server did not take it and said so before the data."""


class SendRefused(InboxBotError):
    """Show it to the author: the server will never take this reply to this recipient."""


class SendUncertain(InboxBotError):
    """Look for proof, never send again: the reply may or may not have left."""


class UnsafeReply(InboxBotError):
    """Keep the draft and show it to the author: it cannot become exactly the reply it shows."""


class Conflict(InboxBotError):
    """Show what is there now: the draft, version or state is not what the caller saw."""


class NotFound(InboxBotError):
    """Say that there is no such thing: the id names nothing in the store."""


class StoreUnavailable(InboxBotError):
    """Stop before anything is lost: the store is locked, full, damaged or of a newer version."""
