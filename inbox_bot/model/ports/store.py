"""Ports of the store as a whole: sessions, transactions, files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inbox_bot.model import Event
from inbox_bot.model.ports.letters import Messages, PeopleBook, Privacy
from inbox_bot.model.ports.replies import Drafts, Promises
from inbox_bot.model.records import Cursor, Session


class Sessions(Protocol):
    """Sessions of the review page. The store has only hashes of the browsers' secrets."""

    def begin(self, new: Session) -> None: ...

    def get(self, key: str, now: datetime) -> Session | None:
        """None when there is no such session, or it has expired."""

    def extend(self, key: str, until: datetime) -> None: ...

    def end(self, key: str) -> None: ...

    def end_all(self) -> None:
        """End every session and invalidate every one-time link."""

    def add_ticket(self, key: str, until: datetime) -> None:
        """Keep the hash of a one-time link."""

    def take_ticket(self, key: str, now: datetime) -> bool:
        """Consume the link; False when it was used before, or has expired."""


class Transaction(Protocol):
    """One unit of work, committed as a whole or not at all."""

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
        """Events of a letter, its drafts and its promise, in order."""

    def cursor(self, mailbox: str, folder: str) -> Cursor | None: ...

    def set_cursor(self, new: Cursor) -> None: ...

    def fact(self, key: str) -> str: ...

    def set_fact(self, key: str, value: str) -> None: ...


class Store(Protocol):
    @property
    def mark(self) -> str:
        """Identifies this store and its copies."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """For writing; writers of all processes take turns."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """For reading: does not wait, and sees a snapshot from the first query on."""

    def is_newer(self) -> bool:
        """Whether a newer inbox_bot has changed the schema since the store was opened."""

    def last_change(self) -> str:
        """Another mark after each write, of any process; nearly free where nobody wrote."""

    @property
    def dump_command(self) -> str:
        """How the administrator saves a store on a server; empty for a file (`copy_to`)."""

    def copy_to(self, file: Path) -> None:
        """A consistent copy, also while others write; WrongUse for a database server."""

    def export_to(self, file: Path) -> None:
        """A readable zip: letters as .eml, the rest as lines of JSON."""

    def scrub(self) -> None:
        """Erase removed data from the store's files and from copies made by updates."""

    def close(self) -> None: ...
