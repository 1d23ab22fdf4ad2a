"""The store's side of letters: kept, judged, listed, and forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from inbox_bot.model import Judgement, Message, Place, StoredMessage, Verdict
from inbox_bot.model.ports.records import (
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
        ...

    def let_in_again(self, rule: str) -> None:
        """The author took this rule back: what was judged by it is judged anew, and what was
        skipped by it, or before that was kept, is `held_back` no more once it is looked at."""
        ...

    def held_back(self) -> Sequence[Place]:
        """Where letters lie that a rule kept out which the author has taken back since."""
        ...

    def looked_at(self, places: Iterable[Place]) -> None:
        """These are not `held_back` any more; whichever still is skipped was so by no rule."""
        ...

    def kept_out(self) -> Mapping[str, int]:
        """How many letters each rule of the author's keeps out."""
        ...

    def unopened(self) -> Sequence[Unopened]:
        """How many letters each rule kept out, and from where; a letter in several places once."""
        ...

    def skip_all(self, letters: Sequence[Skipped]) -> None:
        """Account for letters out of scope, by UID and Message-ID alone; `add_all` overrules it."""
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
        """Letters that have each word, or a longer one, in them or in a reply; newest first."""
        ...

    def accounted(
        self, mailbox: str, folder: str, uidvalidity: int, uids: Iterable[int]
    ) -> frozenset[int]:
        """Those of a folder's UIDs that the store knows: kept, skipped or forgotten."""
        ...

    def forget_places(self, mailbox: str, folder: str) -> None:
        """The folder's UIDs name other letters from now on. The letters themselves stay."""
        ...

    def places(self, letter_ids: Iterable[int]) -> Mapping[int, Sequence[Place]]:
        """Everywhere that the letter was ever seen."""
        ...

    def get(self, letter_id: int) -> StoredMessage: ...

    def by_message_id(self, message_id: str) -> StoredMessage | None: ...

    def shared_ids(self, message_ids: Iterable[str]) -> frozenset[str]:
        """Those that name several letters, or a thread besides."""
        ...

    def near(self, letter: StoredMessage, other_id: str) -> Sequence[StoredMessage]:
        """A few others of its thread: first those under its Message-ID or this one."""
        ...

    def new(self, limit: int) -> Sequence[StoredMessage]:
        """Letters without a verdict, oldest first."""
        ...

    def unconsidered(self, limit: int) -> Sequence[StoredMessage]:
        """Readers' letters for which no draft was decided yet, oldest first."""
        ...

    def considered(self, *letter_ids: int) -> None: ...

    def reconsider(self, letter_id: int) -> None:
        """Undo of `considered`: the letter is drafted for at the next poll."""
        ...

    def sender(self, letter_id: int) -> str:
        """The address that wrote it, in lower case; empty where it was unreadable."""
        ...

    def thread(self, thread: str) -> Sequence[StoredMessage]: ...

    def ids_in_threads(self, threads: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """The Message-IDs of each one's letters, oldest first; automatic mail, copies are none."""
        ...

    def waiting_in_thread(
        self, thread: str, since: int, before: int, most: int
    ) -> Sequence[StoredMessage]:
        """Readers' letters of the thread with ids from `since` on and below `before`; the newest,
        in their order."""
        ...

    def count(self, verdict: Verdict | None) -> int: ...

    def thread_of(self, message_ids: Sequence[str]) -> str | None:
        """The thread that any of these Message-IDs (letters, replies, Sent) belongs to."""
        ...

    def conversations_of(self, message_ids: Iterable[str]) -> Mapping[str, str]:
        """The conversations that they belong to; those of none are left out."""
        ...

    def shares_of(self, conversations: Iterable[str]) -> Sequence[Share]:
        """Who wrote in them, and under which thread; the oldest first."""
        ...


class PeopleBook(Protocol):
    """Whom the author knows and what she answered, as Sent tells it. Addresses in lower case."""

    def learn_known(self, emails: Iterable[str], by: Acquaintance) -> None:
        """She wrote to them; of several mails the earliest counts."""
        ...

    def known_among(self, emails: Iterable[str]) -> Mapping[str, Acquaintance]:
        """Those whom she knows, and since when."""
        ...

    def unlearn_known(self, emails: Iterable[str]) -> None:
        """They wrote to her first, and her mail to them began no thread: readers."""
        ...

    def learn_begun(self, message_ids: Iterable[str]) -> None: ...

    def begun_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def learn_answered(self, message_ids: Iterable[str], to: Collection[str] = ()) -> None:
        """These letters were answered by the author herself, whether the bot has them or not:
        those written by one of `to`, or all where nobody is named."""
        ...

    def answered_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def went_to(self, message_id: str, people: Collection[str]) -> bool:
        """Whether the answer to this letter went to one of them, as far as it is known."""
        ...

    def learn_put_off(self, message_ids: Iterable[str]) -> None:
        """To these she wrote that an answer would come: they do not count as answered."""
        ...

    def put_off_among(self, message_ids: Iterable[str]) -> frozenset[str]: ...

    def settle_put_off(self, message_ids: Iterable[str]) -> None:
        """The answer came."""
        ...

    def learn_thread(self, thread: str, message_ids: Iterable[str]) -> None:
        """Replies, ours and hers, that belong to a reader's thread; `thread_of` knows them."""
        ...

    def never(self) -> frozenset[str]: ...

    def add_never(self, address: str) -> None: ...

    def remove_never(self, address: str) -> None: ...


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

    def is_forgotten(self, message_id: str) -> bool:
        """Whether a letter, or a reply to one, bore this Message-ID before it was removed."""
        ...
