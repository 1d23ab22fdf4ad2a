"""`doctor`: one line for each thing that must work, and the next step where one does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.errors import InboxBotError, MailboxUnavailable, NotFound
from inbox_bot.ports import Mailbox, SpecialFolders

UNREACHABLE = "is the network up, and are host and port in settings.yaml right? Then try again"
_TOLERANCE = timedelta(minutes=5)
_NOT_BEFORE = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`text` says what was found; `next_step` what to do, empty where all is well."""

    name: str
    ok: bool
    text: str
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`look` says in a few words what it found, or raises an InboxBotError."""

    name: str
    look: Callable[[], str]
    next_step: str


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Each check in turn; one that fails does not keep the others from being made."""
    for check in checks:
        try:
            yield Finding(name=check.name, ok=True, text=check.look())
        except MailboxUnavailable as error:
            yield Finding(name=check.name, ok=False, text=str(error), next_step=UNREACHABLE)
        except InboxBotError as error:
            text = "; ".join(str(error).splitlines())
            yield Finding(name=check.name, ok=False, text=text, next_step=check.next_step)


def look_at_mailbox(mailbox: Mailbox) -> str:
    """Log in and count: "4,312 letters; Drafts is [Gmail]/Drafts; Sent is [Gmail]/Sent Mail"."""
    letters = mailbox.state("INBOX").messages
    folders = mailbox.special_folders()
    return f"{letters:,} letters; {look_at_folders(folders)}"


def look_at_folders(folders: SpecialFolders) -> str:
    """NotFound when there is no place for drafts or for sent letters."""
    for name, found in (("drafts", folders.drafts), ("sent", folders.sent)):
        if found is None:
            raise NotFound(
                f"the server names no folder for {name}; settings.yaml can: {name}.folder"
            )
    return f"Drafts is {folders.drafts}; Sent is {folders.sent}"


def look_at_clock(mailbox: Mailbox, now: datetime) -> str:
    """Compare with the newest letter: what arrives in the future shows a clock that is slow.

    A mail server tells its time in no other way without being written to.
    """
    if now.year < _NOT_BEFORE:
        raise NotFound(f"this computer believes that it is {now:%Y}")
    newest = _newest_arrival(mailbox, now)
    if newest is None:
        return f"{now:%H:%M} UTC; no new letter to compare with"
    if newest > now + _TOLERANCE:
        late = int((newest - now).total_seconds() // 60)
        raise NotFound(f"the newest letter arrived {late} minutes after now")
    return f"{now:%H:%M} UTC; no letter comes from the future"


def _newest_arrival(mailbox: Mailbox, now: datetime) -> datetime | None:
    uids = mailbox.uids("INBOX", 0, now - timedelta(days=30))
    return max((one.arrived for one in mailbox.headers("INBOX", uids[-1:])), default=None)
