"""Checks of `doctor`: one finding for each, with the next step where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.errors import InboxBotError, MailboxUnavailable, NotFound, SendLater
from inbox_bot.humanize import counted
from inbox_bot.model.ports import Mailbox

MEND = "if it's wrong in settings.yaml, fix it there and try again"
_TOLERANCE = timedelta(minutes=5)
_NOT_BEFORE = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`text` is the result, `next_step` what to do, empty where the check passed."""

    name: str
    ok: bool
    text: str
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`look` returns a few words on success, or raises an InboxBotError.

    `after` names the check that must pass before this one makes sense.
    """

    name: str
    look: Callable[[], str]
    next_step: str
    after: str = ""


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Run each check in turn; after a failure, skip only those that depend on it."""
    failed: set[str] = set()
    for check in checks:
        if check.after in failed:
            continue
        found = _found(check)
        if not found.ok:
            failed.add(check.name)
        yield found


def _found(check: Check) -> Finding:
    try:
        return Finding(name=check.name, ok=True, text=check.look())
    except (MailboxUnavailable, SendLater) as error:
        return Finding(name=check.name, ok=False, text=str(error), next_step=MEND)
    except InboxBotError as error:
        text = "; ".join(str(error).splitlines())
        return Finding(name=check.name, ok=False, text=text, next_step=check.next_step)


def look_at_mailbox(mailbox: Mailbox) -> str:
    """Log in and count: "4,312 letters; Drafts is [Gmail]/Drafts; Sent is [Gmail]/Sent Mail"."""
    return f"{count_letters(mailbox)}; {look_at_folders(mailbox)}"


def count_letters(mailbox: Mailbox) -> str:
    """Log in and count."""
    return counted(mailbox.state("INBOX").messages, "letter")


def look_at_folders(mailbox: Mailbox) -> str:
    """NotFound when there is no place for drafts or for sent letters."""
    folders = mailbox.special_folders()
    for name, usual, found in (
        ("drafts", "Drafts", folders.drafts),
        ("sent", "Sent", folders.sent),
    ):
        if found is None:
            others = ", ".join(mailbox.folders())
            raise NotFound(
                f"I can't find your {usual} folder (I see {others}); create one, or set yours in "
                f'settings.yaml: {name}: {{folder: "…"}}'
            )
    named = (folders.drafts, *folders.all_sent)
    odd = f" ({', '.join(filter(None, named))})" if named != ("Drafts", "Sent") else ""
    return f"found your Drafts and Sent folders{odd}"


def look_at_clock(mailbox: Mailbox, now: datetime) -> str:
    """Compare with the newest letter: one that arrived in the future shows a slow clock.

    IMAP has no other way to ask a server for its time without writing to it.
    """
    if now.year < _NOT_BEFORE:
        raise NotFound(f"this computer's clock says it is {now:%Y}")
    newest = _newest_arrival(mailbox, now)
    if newest is None:
        return "no new letter to compare it with"
    if newest > now + _TOLERANCE:
        late = int((newest - now).total_seconds() // 60)
        raise NotFound(f"the newest letter arrived {late} minutes in the future")
    return "looks right"


def _newest_arrival(mailbox: Mailbox, now: datetime) -> datetime | None:
    uids = mailbox.uids("INBOX", 0, now - timedelta(days=30))
    return max((one.arrived for one in mailbox.headers("INBOX", uids[-1:])), default=None)
