"""The author's mail: one IMAP account and one SMTP account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Fetched, Place
from inbox_bot.model.ports.records import Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialFolders:
    """Names as the server spells them; None where it has no such folder.

    `sent` is where copies are filed, `all_sent` every folder into which a program of the author's
    may file what she sends, `sent` first: a phone often makes one of its own.
    """

    drafts: str | None
    sent: str | None
    trash: str | None = None
    junk: str | None = None
    all_sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """What EXAMINE or STATUS tells. `uidnext` and `modseq` are 0 where the server does not say."""

    folder: str
    uidvalidity: int
    messages: int
    uidnext: int = 0
    modseq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A letter of the author's own to be laid into a folder, as of then."""

    raw: bytes
    message_id: str
    at: datetime


class Mailbox(Protocol):
    """One IMAP account. Nothing here marks, moves or deletes a letter of the author's.

    Every method may raise MailboxUnavailable or LoginRefused; the next call connects anew.
    """

    @property
    def address(self) -> str: ...

    def special_folders(self) -> SpecialFolders: ...

    def folders(self) -> Sequence[str]:
        """All in which letters may lie that came in: not Drafts, Sent, Trash, Junk, nor a view
        of all mail, where each letter lies a second time."""
        ...

    def state(self, folder: str) -> FolderState:
        """Look at the folder without changing it; NotFound when it has vanished."""
        ...

    def uids(self, folder: str, after: int, since: datetime | None) -> Sequence[int]:
        """Ascending UIDs above `after` that arrived since then (to the day); never an old one."""
        ...

    def vanished(self, folder: str, since: int, below: int) -> Sequence[int]:
        """UIDs under `below` of letters that left the folder after the mod-sequence `since`, and
        maybe of some that left before; empty where the server does not tell."""
        ...

    def lying(self, folder: str, uids: Sequence[int]) -> frozenset[Place]:
        """The places of those that lie there still; nothing of them is fetched."""
        ...

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Header alone, in batches; a letter that vanished meanwhile is left out."""
        ...

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Whole letters in batches, unmarked; over the size limit headers and text parts."""
        ...

    def whole(self, headers: Sequence[Fetched]) -> Iterator[Fetched]:
        """The letters of these headers, all of one folder, as `letters` gives them."""
        ...

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """UIDs of the letters with that Message-ID, own APPENDs included."""
        ...

    def file_draft(self, raw: bytes, message_id: str, at: datetime) -> Place:
        """Lay a draft into Drafts, exactly once, even when an earlier answer was lost."""
        ...

    def file_sent(self, copies: Sequence[Copy], known: Cursor | None = None) -> Sequence[Place]:
        """The same for Sent and many letters, in their order; none of them is `known` there."""
        ...

    def withdraw_draft(self, place: Place, raw: bytes) -> bool:
        """Remove an own draft if it lies there unchanged; False if it does not."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait with IDLE for news in INBOX; True when there may be some."""
        ...

    def wake(self) -> None:
        """End a `wait` of another thread at once."""
        ...

    def close(self) -> None: ...


class Outbox(Protocol):
    """One SMTP account."""

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        handing_over: Callable[[], None] = ...,
    ) -> None:
        """Send to all recipients or raise SendLater, SendRefused or SendUncertain.

        `handing_over` is called once the server is ready for the data: before it, nothing has
        left; where it raises, nothing leaves.
        """
        ...

    def leave(self) -> None:
        """No reply follows at once: end the connection that is kept for it."""
        ...

    def check(self) -> None:
        """Log in and leave; raises what `send` would."""
        ...
