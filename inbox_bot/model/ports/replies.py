"""Ports of the store for drafts and promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Draft, DraftKind, DraftState, Place, Promise
from inbox_bot.model.records import EntryUse, FiledDraft, LeftToAuthor, SentReply, Told, Waiting


class Drafts(Protocol):
    def add(self, draft: Draft) -> Draft:
        """Keep a first version; the store assigns the id."""

    def add_all(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """The same for many at once, in their order."""

    def add_version(self, new: Draft) -> Draft:
        """Keep the next version and supersede the one before; Conflict if that one is not live."""

    def get(self, draft_id: int, version: int | None = None) -> Draft:
        """That version, or the latest; NotFound."""

    def get_all(self, draft_ids: Iterable[int]) -> Mapping[int, Draft]:
        """The latest version of each; unknown ids are left out."""

    def move(self, before: Draft, changed: Draft) -> Draft:
        """Replace `before` by `changed`; Conflict if its state has changed meanwhile, or if
        TRANSITIONS does not allow the new one."""

    def uses(self) -> Sequence[EntryUse]:
        """Use counts of all entries that occur in replies, in no order."""

    def sent_to(self, reader: str) -> Sequence[Draft]:
        """The replies sent to this address, oldest first."""

    def sent(self, words: str, most: int, after: int = 0) -> Sequence[SentReply]:
        """At most that many replies, the newest first, without the first `after`; only those to
        letters that `Messages.search` finds for `words`, if there are any."""

    def unchanged(self, most: int) -> Sequence[tuple[frozenset[str], str]]:
        """Entries and text of the newest replies that were sent as the bot drafted them."""

    def told(self, readers: Iterable[str]) -> Mapping[str, Told]:
        """Replies sent to and waiting for these readers, by address in lower case; readers
        without drafts are left out."""

    def mark_sent_copies(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Mark the sent replies with these Message-IDs as having a copy in Sent; returns the ids of
        those."""

    def without_sent_copy(self) -> Sequence[Draft]:
        """Sent replies without a known copy in Sent."""

    def in_state(self, *states: DraftState) -> Sequence[Draft]: ...

    def any_in(self, *states: DraftState) -> bool:
        """Whether some draft is in one of these states; reads none."""

    def next_on_the_way(self) -> datetime | None:
        """When the first reply that is approved or being sent may leave (in the past where it may
        already); None without one."""

    def urgent(self) -> Sequence[Draft]:
        """Pending drafts of the kind `urgent`."""

    def waiting(self, *states: DraftState) -> Sequence[Waiting]:
        """Drafts in these states, with the fields that a list shows."""

    def left_to_author(self, then: datetime, most: int) -> Sequence[LeftToAuthor]:
        """The newest `most` drafts since then that do not answer all questions, in any state;
        oldest first, each in its newest version."""

    def rejected_and_owed(self) -> Sequence[Waiting]:
        """Rejected drafts whose promise is still open."""

    def for_letter(self, letter_id: int) -> Sequence[Draft]: ...

    def for_thread(self, thread: str) -> Sequence[Draft]: ...

    def beside(self, letter_id: int) -> Sequence[Draft]:
        """Those of the thread that this letter is in."""

    def for_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[Draft]]:
        """The same for many at once; threads without a draft are left out."""

    def by_message_id(self, message_id: str) -> Draft | None: ...

    def file(self, filed: FiledDraft) -> None:
        """Keep this record of the version's copy in place of an earlier one."""

    def filed_at(self, draft_id: int) -> Place | None:
        """Where a copy of any version of this draft is filed."""

    def filed(self) -> Sequence[FiledDraft]: ...

    def unfiled(self, *kinds: DraftKind) -> Sequence[Draft]:
        """Pending drafts of these kinds of which no version has a copy in Drafts."""

    def unfile(self, filed: FiledDraft) -> None: ...


class Promises(Protocol):
    def open_all(self, promises: Sequence[Promise]) -> None:
        """Each of another thread; Conflict where a thread has an open one."""

    def of_thread(self, thread: str) -> Promise | None:
        """The open promise of that thread, else its latest, else None."""

    def of_letter(self, letter_id: int) -> Promise | None:
        """That of the thread that this letter is in."""

    def of_threads(self, threads: Iterable[str]) -> Mapping[str, Promise]:
        """The same for many at once; threads without a promise are left out."""

    def update(self, changed: Promise) -> None: ...

    def get(self, promise_id: int) -> Promise: ...

    def opened_since(self, day: datetime) -> Sequence[Promise]:
        """All that were opened since then, in any state; oldest first."""

    def waiting(self) -> Sequence[Promise]:
        """The open ones, by due date."""

    def waiting_among(self, readers: Iterable[str]) -> Sequence[Promise]:
        """The open ones of these addresses (lower case)."""
