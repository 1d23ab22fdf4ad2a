"""Values that the ports take and return, besides letters, drafts and promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from inbox_bot.model import (
    Address,
    Cause,
    Decision,
    Doubt,
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
    """The first mail that the author wrote to somebody without answering a letter.

    Both fields keep their defaults for people from old stores.
    """

    since: datetime = EVER
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Progress in a folder: all UIDs up to `last_uid` are accounted for."""

    mailbox: str
    folder: str
    uidvalidity: int
    last_uid: int
    modseq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialFolders:
    """Names as the server spells them; None where it has no such folder.

    Copies are filed into `sent`. `all_sent` are all folders into which her mail programs may file
    what she sends (a phone often makes its own), `sent` first.
    """

    drafts: str | None
    sent: str | None
    trash: str | None = None
    junk: str | None = None
    all_sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """Result of EXAMINE or STATUS; `uidnext` and `modseq` are 0 where the server omits them."""

    folder: str
    uidvalidity: int
    messages: int
    uidnext: int = 0
    modseq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A letter of the author's own to append to a folder, with its date."""

    raw: bytes
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDraft:
    """The copy of a draft's version in the author's Drafts folder.

    `raw` are its bytes, empty in rows of old stores. For an edited one `place` is that of the
    author's own copy.
    """

    draft_id: int
    version: int
    place: Place
    raw: bytes = b""
    state: FiledState = FiledState.LYING


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The writer of a letter: `address` gets the answer, in lower case, or is empty.

    `known_as` is the name by which she is recognized at another address; empty where the letter
    went to others, too, who could use that name. `sender` is the address in From, empty where it
    is unknown; unlike `address`, it cannot be set by Reply-To.
    """

    address: str = ""
    sender: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A thread: the letters of one writer in a conversation."""

    conversation: str
    thread: str
    writer: Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A letter to add to the store. `settled` is its verdict where the `header` alone decides, and
    the body is not read then. `through_list`: a mailing list delivered it.

    An empty conversation stands for the thread's name.
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
    """A letter out of scope, of which only this is kept. `rule` is one of the author's own, or an
    `OutOfScope`; `domain` is the sender's."""

    place: Place
    message_id: str
    rule: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """The number of letters from one domain that a rule kept out."""

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
    """Stored data of a reader, or of old letters: ids of letters, counts of the rest.

    `filed` are copies that may lie in the author's Drafts folder, to be withdrawn.
    """

    letters: tuple[int, ...]
    drafts: int
    promises: int
    filed: tuple[FiledDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser's session on the review page. `key` is the hash of its secret.

    `until` moves on with each use, further for a `trusted` device.
    """

    key: str
    until: datetime
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryUse:
    """Counts of an entry's answer: sent unchanged, sent edited, and rejected."""

    entry_id: str
    sent: int = 0
    edited: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToAuthor:
    """A draft with questions left to the author, reduced to these fields."""

    draft_id: int
    reader: Address
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """A reply that has left, with the fields that a list shows."""

    draft_id: int
    letter_id: int
    kind: DraftKind
    reader: Address
    subject: str
    text: str
    decisions: tuple[Decision, ...]
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Replies to one reader: their number, the entries `sent` in them, and how often each entry is
    in drafts that are `waiting`."""

    replies: int = 0
    sent: frozenset[str] = frozenset()
    waiting: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The fields of a draft that the queue shows: reading hundreds of whole ones takes too long.

    The reader has waited since `since`, and was told the day `told`. `matter` is the promise's
    reason, if any, and `cause` the promise's, too; `owed`: the promise is open. `in_drafts`: she
    is editing its copy in her Drafts folder.
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
    owed: bool = False
    in_drafts: bool = False
    told: date | None = None
    send_after: datetime | None = None
    snoozed_until: date | None = None
    matter: str = ""
    doubt: Doubt | None = None
    cause: Cause | None = None
