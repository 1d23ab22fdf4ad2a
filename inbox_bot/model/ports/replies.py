"""The store's side of drafts and promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Draft, DraftState, Promise
from inbox_bot.model.ports.records import EntryUse, FiledDraft, LeftToAuthor, Told, Waiting


class Drafts(Protocol):
    def add(self, draft: Draft) -> Draft:
        """Keep a first version; the store gives the id."""
        ...

    def add_all(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """The same for many at once, in their order."""
        ...

    def add_version(self, new: Draft) -> Draft:
        """Keep the next version and supersede the one before; Conflict if that one is not live."""
        ...

    def get(self, draft_id: int, version: int | None = None) -> Draft:
        """That version, or the latest; NotFound."""
        ...

    def move(self, before: Draft, changed: Draft) -> Draft:
        """Keep `changed` in place of `before` if that one's state is still so; Conflict otherwise.

        The table of allowed moves between states is checked here.
        """
        ...

    def uses(self) -> Sequence[EntryUse]:
        """How the entries fared that any reply was made of, in no order."""
        ...

    def sent_to(self, reader: str) -> Sequence[Draft]:
        """The replies that this address was sent, oldest first."""
        ...

    def told(self, readers: Iterable[str]) -> Mapping[str, Told]:
        """What these were sent, and what waits for them, by address in lower case, however many
        replies that are; those without are left out."""
        ...

    def mark_sent_copies(self, message_ids: Iterable[str]) -> frozenset[str]:
        """From now on copies of the replies sent under these are known to lie in Sent; returns
        those under which one was sent."""
        ...

    def without_sent_copy(self) -> Sequence[Draft]:
        """Sent ones of which no copy is known to lie in Sent."""
        ...

    def in_state(self, *states: DraftState) -> Sequence[Draft]: ...

    def urgent(self) -> Sequence[Draft]:
        """Pending ones that cannot wait."""
        ...

    def waiting(self, *states: DraftState) -> Sequence[Waiting]:
        """The same, as much of them as a list shows."""
        ...

    def left_to_author(self, then: datetime, most: int) -> Sequence[LeftToAuthor]:
        """The newest that were made since and do not answer all, whatever became of them; the
        oldest first, each in its newest version."""
        ...

    def rejected_and_owed(self) -> Sequence[Waiting]:
        """Rejected ones to whose readers an answer is owed all the same."""
        ...

    def for_letter(self, letter_id: int) -> Sequence[Draft]: ...

    def for_thread(self, thread: str) -> Sequence[Draft]: ...

    def for_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[Draft]]:
        """The same for many at once; threads without a draft are left out."""
        ...

    def by_message_id(self, message_id: str) -> Draft | None: ...

    def file(self, filed: FiledDraft) -> None:
        """Keep what is known of that version's copy, in place of what was known before."""
        ...

    def filed(self) -> Sequence[FiledDraft]: ...

    def unfile(self, filed: FiledDraft) -> None: ...


class Promises(Protocol):
    def open_all(self, promises: Sequence[Promise]) -> None:
        """Each of another thread; Conflict where a thread has an open one."""
        ...

    def of_thread(self, thread: str) -> Promise | None:
        """The open promise of that thread, else its latest, else None."""
        ...

    def of_threads(self, threads: Iterable[str]) -> Mapping[str, Promise]:
        """The same for many at once; threads without a promise are left out."""
        ...

    def update(self, changed: Promise) -> None: ...

    def get(self, promise_id: int) -> Promise: ...

    def opened_since(self, day: datetime) -> Sequence[Promise]:
        """All that were opened since then, whatever became of them; the oldest first."""
        ...

    def waiting(self) -> Sequence[Promise]:
        """The open ones, the one due first first."""
        ...

    def waiting_among(self, readers: Iterable[str]) -> Sequence[Promise]:
        """The open ones of these addresses (lower case)."""
        ...
