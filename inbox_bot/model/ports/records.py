"""What the store is handed and hands back, where it is neither letter, draft nor promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from inbox_bot.model import (
    Address,
    Decision,
    DraftKind,
    DraftState,
    Fetched,
    FiledState,
    Judgement,
    Message,
    OutOfScope,
    Place,
    Verdict,
)

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """The first mail that the author wrote to somebody, not answering a letter: when, and its
    Message-ID. Nothing more is known of it in stores from before it was kept."""

    since: datetime = EVER
    message_id: str = ""


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
    """The copy of a draft's version in the author's Drafts folder.

    `raw` is what was laid there, empty in stores from before it was kept. `place` of an edited
    one is where the author's own copy lies.
    """

    draft_id: int
    version: int
    place: Place
    raw: bytes = b""
    state: FiledState = FiledState.LYING


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote a letter: the `address` that an answer goes to, in lower case, or nothing.

    `known_as` is the name that tells her at another address, too; empty where others than the
    author got the letter: any of them could call himself so. `sender` is who stands in From, or
    nothing where that is not known: anybody can name her address for the answers.
    """

    address: str = ""
    sender: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One writer's part in a conversation is a thread."""

    conversation: str
    thread: str
    writer: Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A letter on its way into the store. `settled` is the verdict that its `header` alone gives,
    where it does; then nobody reads it. `through_list` when a list handed it on.

    The conversation is named like the thread where nothing is said.
    """

    fetched: Fetched
    message_id: str
    thread: str
    conversation: str = ""
    writer: Writer = Writer()
    through_list: bool = False
    header: Message | None = None
    settled: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A letter out of scope: nothing else is kept of it, but which `rule` kept it out (one of the
    author's own, or an `OutOfScope`) and the domain that it came from."""

    place: Place
    message_id: str
    rule: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """How many letters from one domain a rule kept out."""

    rule: OutOfScope
    domain: str
    letters: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What the store has of a reader, or of old letters: ids of letters, counts of the rest.

    `filed` are copies that may lie in the author's Drafts folder; they are hers to withdraw.
    """

    letters: tuple[int, ...]
    drafts: int
    promises: int
    filed: tuple[FiledDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that may see the review page. `key` is the hash of the secret that it holds.

    `until` is when it ends unless it comes back before; a `trusted` device gets more time.
    """

    key: str
    until: datetime
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryUse:
    """How often an entry's answer was sent as it stood, sent in other words, and rejected."""

    entry_id: str
    sent: int = 0
    edited: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToAuthor:
    """Of a draft that leaves questions to the author only these."""

    draft_id: int
    reader: Address
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one reader was told: how many `replies`, the entries in them, and how often each entry
    stands in drafts that wait for her."""

    replies: int = 0
    sent: frozenset[str] = frozenset()
    waiting: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """As much of a draft as the queue needs: reading hundreds of whole ones takes too long.

    `since` is when the reader began to wait, `told` the day that she was told. `matter` is what is
    the matter with the promise, mostly empty.
    """

    draft_id: int
    version: int
    letter_id: int
    thread: str
    state: DraftState
    kind: DraftKind
    reader: Address
    subject: str
    decisions: tuple[Decision, ...]
    since: datetime
    told: date | None = None
    send_after: datetime | None = None
    snoozed_until: date | None = None
    matter: str = ""
