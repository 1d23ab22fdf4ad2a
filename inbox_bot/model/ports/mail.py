"""Ports of the author's mail: one IMAP account and one SMTP account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Fetched, Place
from inbox_bot.model.records import Copy, Cursor, FolderState, SpecialFolders


class Mailbox(Protocol):
    """One IMAP account. Nothing here marks, moves or deletes a letter of the author's.

    Every method may raise MailboxUnavailable or LoginRefused; the next call reconnects.
    """

    @property
    def address(self) -> str: ...

    def special_folders(self) -> SpecialFolders: ...

    def folders(self) -> Sequence[str]:
        """All that may hold incoming letters: not Drafts, Sent, Trash, Junk, nor a view of all
        mail, which would show each letter twice."""

    def state(self, folder: str) -> FolderState:
        """The folder's state, read-only; NotFound when it has vanished."""

    def uids(self, folder: str, after: int, since: datetime | None) -> Sequence[int]:
        """Ascending UIDs above `after` that arrived since then (to the day); never an old one."""

    def vanished(self, folder: str, since: int, below: int) -> Sequence[int]:
        """UIDs under `below` expunged after the mod-sequence `since`, and maybe some from before;
        empty where the server does not keep them."""

    def lying(self, folder: str, uids: Sequence[int]) -> frozenset[Place]:
        """The places of those that are still there; fetches nothing."""

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Headers only, in batches; letters that vanished meanwhile are left out."""

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Whole letters in batches, left unseen; large ones as headers and text parts only."""

    def whole(self, headers: Sequence[Fetched]) -> Iterator[Fetched]:
        """The letters of these headers, all of one folder, as from `letters`."""

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """UIDs of the letters with that Message-ID, own APPENDs included."""

    def file_draft(self, raw: bytes, message_id: str, at: datetime) -> Place:
        """Append to Drafts exactly once, even when the answer to an earlier APPEND was lost."""

    def file_sent(self, copies: Sequence[Copy], known: Cursor | None = None) -> Sequence[Place]:
        """As `file_draft`, for several letters in Sent; none is there up to the cursor `known`."""

    def withdraw_draft(self, place: Place, raw: bytes) -> bool:
        """Remove an own draft if it is there unchanged; False otherwise."""

    def wait(self, seconds: float) -> bool:
        """Wait with IDLE for new letters in INBOX; True when there may be some."""

    def wake(self) -> None:
        """Make `wait` in another thread return at once."""

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

        `handing_over` is called when the server is ready for the data: nothing has left before,
        and nothing leaves where it raises.
        """

    def leave(self) -> None:
        """Close the connection that is kept for the next reply."""

    def check(self) -> None:
        """Log in and out; raises the same errors as `send`."""
