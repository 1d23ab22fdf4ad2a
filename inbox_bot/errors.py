"""Errors that inbox_bot raises deliberately.

One class for each way a caller can react; each docstring begins with that reaction.
Each message is one line that tells the author what happened and what to do next.

In a loop over letters, a `WorldError` ends the loop, as the next letter would fail, too; any
other error concerns one letter (`steps.isolation`).
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

OUTDATED = (
    "A newer version of inbox_bot updated your store, and this one is older. "
    "Stop it and start the newer one. Until then, it won't check mail or send."
)


class InboxBotError(Exception):
    """Show the message to the author; she can act on it."""


class WorldError(InboxBotError):
    """Stop this step and try again later: mailbox, store, disk, log-in or settings fail."""


class LetterError(InboxBotError):
    """Set this one letter aside with the reason and go on with the next."""


class SettingsError(WorldError):
    """Stop: settings, FAQ or templates cannot be used. The message holds one problem a line."""


class NotWritten(SettingsError):
    """Stop: a file cannot be written. Its old content is intact."""


class WrongUse(InboxBotError):
    """Tell the person how to call this; exit code 2."""


class Unreadable(LetterError):
    """Set this one message aside with the reason and go on with the next."""


class MailboxUnavailable(WorldError):
    """Try again later with back-off: the server is down, slow or cut the connection."""


class LoginRefused(WorldError):
    """Ask the author for another password; try at most four times an hour."""


class SendLater(WorldError):
    """Try the same reply again later: the server did not take it and said so before the data."""


class SendRefused(LetterError):
    """Show it to the author: the server will never take this reply to this recipient."""


class SendUncertain(LetterError):
    """Look for proof, never send again: the reply may or may not have left."""


class UnsafeReply(LetterError):
    """Keep the draft and show it to the author: no email can match it exactly."""


class Conflict(InboxBotError):
    """Show the current one: the draft, version or state is not as the caller saw it."""


class NotFound(InboxBotError):
    """Report that it does not exist: the id names nothing in the store."""


class FolderNotFound(NotFound, WorldError):
    """Go on with the other folders: the mailbox has none of that name (any more)."""


class StoreUnavailable(WorldError):
    """Stop before anything is lost: the store is locked, full, damaged or of a newer version."""


NEXT_STEPS: Mapping[int, str] = {
    errno.ENOSPC: "the disk is full; free up some space and try again (nothing was lost)",
    errno.EDQUOT: "your disk quota is used up; free up some space and try again (nothing was lost)",
    errno.EFBIG: "the file is too large for this disk; use another disk, or raise the limit",
    errno.EROFS: "the disk is read-only; choose a place on another one",
    errno.EACCES: "permission denied; check the permissions of the file and its folder",
    errno.EPERM: "permission denied; check the permissions of the file and its folder",
    errno.EIO: "the disk reports an error; check the disk and its cables",
    errno.EMFILE: "too many files are open; close other programs and try again",
    errno.ENFILE: "too many files are open; close other programs and try again",
}


def next_step(error: OSError) -> str:
    """Advice to the author on a disk error; the system's own message where there is none."""
    return NEXT_STEPS.get(error.errno or 0, error.strerror or type(error).__name__)
