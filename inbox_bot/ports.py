"""What the pipeline asks of the outside world: one Protocol for each system at the edge.

`mailbox.py`, `outbox.py` and `store/` fulfil them with real servers and a real database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inbox_bot.model import (
    Address,
    Draft,
    DraftState,
    Event,
    Fetched,
    Judgement,
    Message,
    Place,
    Promise,
    StoredMessage,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialFolders:
    """Names as the server spells them; None where it has no such folder."""

    drafts: str | None
    sent: str | None
    trash: str | None = None
    junk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """What EXAMINE or STATUS tells. `uidnext` and `modseq` are 0 where the server does not say."""

    folder: str
    uidvalidity: int
    messages: int
    uidnext: int = 0
    modseq: int = 0


class Mailbox(Protocol):
    """One IMAP account. Nothing here marks, moves or deletes a letter of the author's.

    Every method may raise MailboxUnavailable or LoginRefused; the next call connects anew.
    """

    @property
    def address(self) -> str: ...

    def special_folders(self) -> SpecialFolders: ...

    def state(self, folder: str) -> FolderState:
        """Look at the folder without changing it; NotFound when it has vanished."""
        ...

    def uids(self, folder: str, after: int, since: datetime | None) -> Sequence[int]:
        """Ascending UIDs above `after` that arrived since then (to the day); never an old one."""
        ...

    def headers(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Header alone, in batches; a letter that vanished meanwhile is left out."""
        ...

    def letters(self, folder: str, uids: Sequence[int]) -> Iterator[Fetched]:
        """Whole letters in batches, unmarked; over the size limit headers and text parts."""
        ...

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """UIDs of the letters with that Message-ID, own APPENDs included."""
        ...

    def file_draft(self, raw: bytes, message_id: str, at: datetime) -> Place:
        """Lay a draft into Drafts, exactly once, even when an earlier answer was lost."""
        ...

    def file_sent(self, raw: bytes, message_id: str, at: datetime) -> Place:
        """The same for Sent."""
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

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Send to all recipients or raise SendLater, SendRefused or SendUncertain."""
        ...

    def check(self) -> None:
        """Log in and leave; raises what `send` would."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a folder has been read: all UIDs up to `last_uid` are accounted for."""

    mailbox: str
    folder: str
    uidvalidity: int
    last_uid: int
    modseq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDraft:
    """The copy of a draft's version in the author's Drafts folder."""

    draft_id: int
    version: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A letter on its way into the store."""

    fetched: Fetched
    message_id: str
    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A letter out of scope: nothing else is kept of it."""

    place: Place
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on a letter; `message` is None where it could not be read."""

    letter_id: int
    judgement: Judgement
    message: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A letter as a list shows it, without its bytes. `date` is what the sender's clock said."""

    letter_id: int
    message_id: str
    thread: str
    arrived: datetime
    verdict: Verdict | None
    reason: str
    sender: Address | None
    subject: str
    date: datetime | None


class Messages(Protocol):
    def add_all(self, arrivals: Sequence[Arrival]) -> Sequence[StoredMessage]:
        """Keep those that are new, many at once; a known letter's new place is remembered."""
        ...

    def add(self, fetched: Fetched, message_id: str, thread: str) -> StoredMessage | None:
        """Keep a new letter; None when this Message-ID or place is known already."""
        ...

    def skip(self, place: Place, message_id: str) -> None:
        """Account for a letter out of scope: by UID and Message-ID alone. `add` overrules it."""
        ...

    def skip_all(self, letters: Sequence[Skipped]) -> None:
        """The same for many at once."""
        ...

    def known(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those that were seen before in any place: kept, skipped or forgotten."""
        ...

    def judge(self, letter_id: int, judgement: Judgement, message: Message | None) -> None:
        """Keep the verdict, and of a readable letter what lists and search show of it."""
        ...

    def judge_all(self, judged: Sequence[Judged]) -> None:
        """The same for many at once."""
        ...

    def listed(self, letter_ids: Iterable[int]) -> Sequence[Listed]: ...

    def others(self, limit: int) -> Sequence[Listed]:
        """Letters that are not readers', the newest first."""
        ...

    def count_others(self) -> int: ...

    def search(self, words: str, limit: int) -> Sequence[Listed]:
        """Letters that have each word in sender, subject or Message-ID; the newest first."""
        ...

    def accounted(
        self, mailbox: str, folder: str, uidvalidity: int, uids: Iterable[int]
    ) -> frozenset[int]:
        """Those of a folder's UIDs that the store knows: kept, skipped or forgotten."""
        ...

    def places(self, letter_id: int) -> Sequence[Place]:
        """Everywhere that the letter was ever seen."""
        ...

    def get(self, letter_id: int) -> StoredMessage: ...

    def by_message_id(self, message_id: str) -> StoredMessage | None: ...

    def new(self, limit: int) -> Sequence[StoredMessage]:
        """Letters without a verdict, oldest first."""
        ...

    def unconsidered(self, limit: int) -> Sequence[StoredMessage]:
        """Readers' letters for which no draft was decided yet, oldest first."""
        ...

    def considered(self, letter_id: int) -> None: ...

    def reconsider(self, letter_id: int) -> None:
        """Undo of `considered`: the letter is drafted for at the next poll."""
        ...

    def sender(self, letter_id: int) -> str:
        """The address that wrote it, in lower case; empty where it was unreadable."""
        ...

    def thread(self, thread: str) -> Sequence[StoredMessage]: ...

    def count(self, verdict: Verdict | None) -> int: ...

    def thread_of(self, message_ids: Sequence[str]) -> str | None:
        """The thread that any of these Message-IDs (letters, replies, Sent) belongs to."""
        ...

    def threads_of(self, message_ids: Iterable[str]) -> Mapping[str, str]:
        """The same for many at once; those of no thread are left out."""
        ...


class Drafts(Protocol):
    def add(self, draft: Draft) -> Draft:
        """Keep a first version; the store gives the id."""
        ...

    def add_version(self, draft: Draft) -> Draft:
        """Keep the next version and supersede the one before; Conflict if that one is not live."""
        ...

    def get(self, draft_id: int, version: int | None = None) -> Draft:
        """That version, or the latest; NotFound."""
        ...

    def move(self, draft: Draft, changed: Draft) -> Draft:
        """Keep `changed` in place of `draft` if that one's state is still so; Conflict otherwise.

        The table of allowed moves between states is checked here.
        """
        ...

    def sent_to(self, reader: str) -> Sequence[Draft]:
        """The replies that this address was sent, oldest first."""
        ...

    def mark_sent_copy(self, draft_id: int, version: int) -> None: ...

    def without_sent_copy(self) -> Sequence[Draft]:
        """Sent ones of which no copy is known to lie in Sent."""
        ...

    def in_state(self, *states: DraftState) -> Sequence[Draft]: ...

    def for_letter(self, letter_id: int) -> Sequence[Draft]: ...

    def for_thread(self, thread: str) -> Sequence[Draft]: ...

    def by_message_id(self, message_id: str) -> Draft | None: ...

    def file(self, filed: FiledDraft) -> None: ...

    def filed(self) -> Sequence[FiledDraft]: ...

    def unfile(self, filed: FiledDraft) -> None: ...


class Promises(Protocol):
    def open(self, promise: Promise) -> Promise: ...

    def of_thread(self, thread: str) -> Promise | None:
        """The open promise of that thread, else its latest, else None."""
        ...

    def of_threads(self, threads: Iterable[str]) -> Mapping[str, Promise]:
        """The same for many at once; threads without a promise are left out."""
        ...

    def update(self, promise: Promise) -> None: ...

    def get(self, promise_id: int) -> Promise: ...

    def opened_since(self, day: datetime) -> Sequence[Promise]:
        """All that were opened since then, whatever became of them; the oldest first."""
        ...

    def waiting(self) -> Sequence[Promise]:
        """The open ones, the one due first first."""
        ...


class CircleBook(Protocol):
    """Whom the author knows and what she answered, as Sent tells it. Addresses in lower case."""

    def learn_known(self, emails: Iterable[str]) -> None: ...

    def known_among(self, emails: Iterable[str]) -> frozenset[str]: ...

    def learn_begun(self, message_ids: Iterable[str]) -> None: ...

    def begun_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def learn_answered(self, message_ids: Iterable[str]) -> None:
        """These letters were answered by the author herself, whether the bot has them or not."""
        ...

    def answered_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def learn_thread(self, thread: str, message_ids: Iterable[str]) -> None:
        """Replies, ours and hers, that belong to a reader's thread; `thread_of` knows them."""
        ...

    def never(self) -> frozenset[str]: ...

    def add_never(self, address: str) -> None: ...

    def remove_never(self, address: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What the store has of a reader, or of old letters: ids of letters, counts of the rest.

    `filed` are copies that may lie in the author's Drafts folder; they are hers to withdraw.
    """

    letters: tuple[int, ...]
    drafts: int
    promises: int
    filed: tuple[FiledDraft, ...] = ()


class Privacy(Protocol):
    """What is removed here leaves keyed hashes, so that it is not taken in again."""

    def of_reader(self, email: str) -> Traces: ...

    def forget(self, email: str) -> Traces:
        """Remove every letter, draft and promise of that reader; `Store.scrub` ends the work."""
        ...

    def expired(self, before: datetime) -> Traces:
        """Letters that arrived before then, that nobody waits for and nothing is left to do of."""
        ...

    def expire(self, before: datetime) -> Traces: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that may see the review page. `key` is the hash of the secret that it holds.

    `until` is when it ends unless it comes back before; a `trusted` device gets more time.
    """

    key: str
    until: datetime
    trusted: bool = False


class Sessions(Protocol):
    """Who may see the review page. The store knows hashes alone, never what a browser holds."""

    def begin(self, session: Session) -> None: ...

    def get(self, key: str, now: datetime) -> Session | None:
        """None when there is no such session, or when it is over."""
        ...

    def extend(self, key: str, until: datetime) -> None: ...

    def end(self, key: str) -> None: ...

    def end_all(self) -> None:
        """Every browser has to log in again, and no link that was printed works any more."""
        ...

    def add_ticket(self, key: str, until: datetime) -> None:
        """A one-time link was printed."""
        ...

    def take_ticket(self, key: str, now: datetime) -> bool:
        """Use the link up; False when it was used before, or is too old."""
        ...


class Transaction(Protocol):
    """One unit of work: everything in it is kept or nothing is."""

    @property
    def messages(self) -> Messages: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def promises(self) -> Promises: ...

    @property
    def circle(self) -> CircleBook: ...

    @property
    def privacy(self) -> Privacy: ...

    @property
    def sessions(self) -> Sessions: ...

    def record(self, event: Event) -> None: ...

    def events(self, letter_id: int) -> Sequence[Event]:
        """What happened to a letter, its drafts and its promise, in order."""
        ...

    def cursor(self, mailbox: str, folder: str) -> Cursor | None: ...

    def set_cursor(self, cursor: Cursor) -> None: ...

    def note(self, key: str) -> str: ...

    def set_note(self, key: str, value: str) -> None: ...


class Store(Protocol):
    def transaction(self) -> AbstractContextManager[Transaction]:
        """For work that writes; such transactions of all processes go one after another."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """For looking alone: waits for nobody and sees the store as it is at the first look."""
        ...

    def copy_to(self, file: Path) -> None:
        """A whole copy while others write; WrongUse where the database is a server's."""
        ...

    def export_to(self, file: Path) -> None:
        """A zip that people can read: letters as .eml, the rest as lines of JSON."""
        ...

    def scrub(self) -> None:
        """Leave no byte of what was removed in the store's files or in copies from updates."""
        ...

    def close(self) -> None: ...
