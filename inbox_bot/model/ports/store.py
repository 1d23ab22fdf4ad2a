"""The store as a whole: transactions over everything in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inbox_bot.model import Event
from inbox_bot.model.ports.letters import Messages, PeopleBook, Privacy
from inbox_bot.model.ports.records import Cursor, Session
from inbox_bot.model.ports.replies import Drafts, Promises


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
    def people(self) -> PeopleBook: ...

    @property
    def privacy(self) -> Privacy: ...

    @property
    def sessions(self) -> Sessions: ...

    def record(self, *events: Event) -> None: ...

    def events(self, letter_id: int) -> Sequence[Event]:
        """What happened to a letter, its drafts and its promise, in order."""
        ...

    def cursor(self, mailbox: str, folder: str) -> Cursor | None: ...

    def set_cursor(self, new: Cursor) -> None: ...

    def note(self, key: str) -> str: ...

    def set_note(self, key: str, value: str) -> None: ...


class Store(Protocol):
    @property
    def mark(self) -> str:
        """Tells this store, and its copies, from any other."""
        ...

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
