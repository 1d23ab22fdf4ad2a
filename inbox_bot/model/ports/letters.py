"""Ports of the store for letters: keep, judge, list, forget."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Judgement, Message, Place, StoredMessage, Verdict
from inbox_bot.model.records import (
    Acquaintance,
    Arrival,
    Judged,
    Listed,
    Share,
    Skipped,
    Traces,
    Unopened,
)


class Messages(Protocol):
    def add_all(self, arrivals: Sequence[Arrival]) -> Sequence[StoredMessage]:
        """Keep the new ones and return them; a known letter's new place is remembered."""

    def let_in_again(self, rule: str) -> None:
        """The author took this rule back: letters judged by it are judged again, and places
        skipped by it (or before rules were kept) become `held_back` until `looked_at`."""

    def held_back(self) -> Sequence[Place]:
        """Places of letters whose rule the author has taken back since."""

    def looked_at(self, places: Iterable[Place]) -> None:
        """Remove these from `held_back`; those still skipped have no rule."""

    def kept_out(self) -> Mapping[str, int]:
        """The number of letters that each rule of the author's keeps out."""

    def unopened(self) -> Sequence[Unopened]:
        """The number of letters kept out by rule and domain; one in several places counts once."""

    def skip_all(self, letters: Sequence[Skipped]) -> None:
        """Account for letters out of scope, by UID and Message-ID alone; `add_all` overrules it."""

    def known(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those seen before in any place: kept, skipped or forgotten."""

    def judge(self, letter_id: int, judgement: Judgement, message: Message | None) -> None:
        """Keep the verdict and, of a readable letter, the fields for lists and search."""

    def judge_all(self, judged: Sequence[Judged]) -> None:
        """The same for many at once."""

    def listed(self, letter_ids: Iterable[int]) -> Sequence[Listed]: ...

    def others(self, limit: int) -> Sequence[Listed]:
        """Letters that are not readers', the newest first."""

    def being_read(self, limit: int) -> Sequence[Listed]:
        """Readers' letters for which no draft was decided yet, the newest first."""

    def count_others(self) -> int: ...

    def search(self, words: str, limit: int) -> Sequence[Listed]:
        """Letters with each word (or one that begins so) in them or in a reply; newest first."""

    def accounted(
        self, mailbox: str, folder: str, uidvalidity: int, uids: Iterable[int]
    ) -> frozenset[int]:
        """Those of a folder's UIDs that the store knows: kept, skipped or forgotten."""

    def forget_places(self, mailbox: str, folder: str) -> None:
        """Forget the folder's UIDs, as UIDVALIDITY has changed. The letters stay."""

    def places(self, letter_ids: Iterable[int]) -> Mapping[int, Sequence[Place]]:
        """All places in which each letter was ever seen."""

    def get(self, letter_id: int) -> StoredMessage: ...

    def get_all(self, letter_ids: Iterable[int]) -> Mapping[int, StoredMessage]:
        """The same for many at once; unknown ids are left out."""

    def by_message_id(self, message_id: str) -> StoredMessage | None: ...

    def shared_ids(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Message-IDs of several letters, or of a letter and a member of a thread."""

    def near(self, letter: StoredMessage, other_id: str) -> Sequence[StoredMessage]:
        """A few others of its thread: first those with its Message-ID or `other_id`."""

    def new(self, limit: int) -> Sequence[StoredMessage]:
        """Letters without a verdict, oldest first."""

    def any_unconsidered(self) -> bool:
        """Whether `new` or `unconsidered` has any; reads none."""

    def new_among(self, letter_ids: Iterable[int]) -> frozenset[int]:
        """Those that still have no verdict: another process may have given one meanwhile."""

    def unconsidered(self, limit: int) -> Sequence[StoredMessage]:
        """Readers' letters for which no draft was decided yet, oldest first."""

    def considered(self, *letter_ids: int) -> frozenset[int]:
        """Mark them; returns those that no other process had marked before, or ruled out."""

    def reconsider(self, letter_id: int) -> None:
        """Undo `considered`: the next poll drafts for the letter."""

    def sender(self, letter_id: int) -> str:
        """The sender's address in lower case; empty for an unreadable letter."""

    def thread(self, thread: str) -> Sequence[StoredMessage]: ...

    def ids_in_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Message-IDs of each thread's letters, oldest first, without automatic mail."""

    def waiting_in_thread(
        self, thread: str, since: int, before: int, most: int
    ) -> Sequence[StoredMessage]:
        """The newest readers' letters of the thread with ids in [since, before), oldest first."""

    def count(self, verdict: Verdict | None) -> int: ...

    def thread_of(self, message_ids: Sequence[str]) -> str | None:
        """The thread of the first of these Message-IDs (letters, replies, Sent) that has one."""

    def conversations_of(self, message_ids: Iterable[str]) -> Mapping[str, str]:
        """Conversation by Message-ID; those without one are left out."""

    def shares_of(self, conversations: Iterable[str]) -> Sequence[Share]:
        """Writers and threads of these conversations, oldest first."""


class PeopleBook(Protocol):
    """People the author knows and letters she answered, from Sent. Addresses in lower case."""

    def learn_known(self, emails: Iterable[str], by: Acquaintance) -> None:
        """Add people she wrote to; of several mails the earliest counts."""

    def known_among(self, emails: Iterable[str]) -> Mapping[str, Acquaintance]:
        """Those she knows, and since when."""

    def unlearn_known(self, emails: Iterable[str]) -> None:
        """Remove people who wrote to her first: they are readers, and her mail began no thread."""

    def learn_begun(self, message_ids: Iterable[str]) -> None: ...

    def begun_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def learn_answered(self, message_ids: Iterable[str], to: Collection[str] = ()) -> None:
        """The author answered these letters herself, whether the store has them or not.

        Only those written by one of `to` count; all of them where `to` is empty.
        """

    def answered_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def went_to(self, message_id: str, people: Collection[str]) -> bool:
        """Whether the answer to this letter went to one of them; True where that is not known."""

    def learn_put_off(self, message_ids: Iterable[str]) -> None:
        """She announced an answer to these: they do not count as answered."""

    def put_off_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def settle_put_off(self, message_ids: Iterable[str]) -> None:
        """She has answered these now."""

    def learn_thread(self, thread: str, message_ids: Iterable[str]) -> None:
        """Assign replies, ours and hers, to a reader's thread, for `thread_of`."""

    def never(self) -> frozenset[str]: ...

    def add_never(self, address: str) -> None: ...

    def remove_never(self, address: str) -> None: ...


class Privacy(Protocol):
    """Removal of letters; keyed hashes stay, so that they are not taken in again."""

    def of_reader(self, email: str) -> Traces: ...

    def forget(self, email: str) -> Traces:
        """Remove every letter, draft and promise of that reader; call `Store.scrub` afterwards."""

    def expired(self, before: datetime) -> Traces:
        """Letters from before then with no open promise, no live draft and nothing left to do."""

    def expire(self, before: datetime) -> Traces: ...

    def is_forgotten(self, message_id: str) -> bool:
        """Whether a removed letter, or a reply to one, had this Message-ID."""
