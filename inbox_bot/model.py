"""The frozen values that pass between modules. The words are those of the glossary in the README.

All times are aware and in UTC; only the edges read a clock. Message-IDs are kept bare, without
the angle brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# --- letters ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`email` is bare, its domain in lower case; `name` has no control characters."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Named and measured, never opened. `size` is in bytes, as decoded."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One email as it arrived, parsed.

    `text` is what the sender wrote, `cut` the quotes and signatures that were taken from it, and
    `headers` all fields in their order: names in lower case, values decoded and on one line.
    `message_id` is made from the bytes when the letter has none. `language` is an ISO 639-1 code,
    or empty where it cannot be told. `notes` are doubts for the author's eyes. `report` is what a
    machine wrote for machines (delivery status, RFC 3464; disposition, RFC 8098; feedback, RFC
    5965), `enclosed` the Message-IDs of letters inside this one, as a bounce returns them.
    """

    message_id: str
    sender: Address | None
    reply_to: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    cut: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    forwarded: bool = False
    language: str = ""
    notes: tuple[str, ...] = ()
    report: str = ""
    enclosed: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first field of that name (lower case), or the empty string."""
        return next((value for key, value in self.headers if key == name), "")


class Verdict(StrEnum):
    READER = "reader"
    PERSONAL = "personal"
    PITCH = "pitch"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LIST = "list"
    COURTESY = "courtesy"
    OWN = "own"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Whom the author knows, as far as judging one batch of letters needs it.

    `own` are her addresses, `readers_to` those that readers write to (empty: all of `own`),
    `never` addresses or "@domain"s that are not readers, `known` addresses that she wrote to
    outside readers' threads, `begun` Message-IDs of letters with which she began a thread.
    Addresses are in lower case.
    """

    own: frozenset[str] = frozenset()
    readers_to: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a letter lies: the key that IMAP gives it (RFC 9051, 2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the mailbox gave for one UID: the header alone, or the whole letter."""

    place: Place
    raw: bytes
    size: int
    arrived: datetime
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A letter in the store. `verdict` is None while it is new. `thread` names its thread."""

    id: int
    place: Place
    message_id: str
    thread: str
    raw: bytes
    arrived: datetime
    verdict: Verdict | None
    reason: str = ""


# --- FAQ, questions, matches, decisions ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    slug: str
    title: str
    url: str = ""
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answered question of the FAQ. `source` is the article's heading, `answer` Markdown.

    `topic` names what it is about where several answers share a letter ("massage chairs");
    `doctor` says that a letter with this answer must send the reader to her doctor first.
    An entry is `usable` once the author has looked at it; `section_hash` names the state of the
    article's section that it was drawn from, empty where the author wrote the entry herself.
    """

    id: str
    article: str
    question: str
    also_asked: tuple[str, ...]
    answer: str
    source: str = ""
    topic: str = ""
    doctor: bool = False
    usable: bool = True
    section_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq:
    articles: tuple[Article, ...]
    entries: tuple[Entry, ...]

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id; KeyError where there is none."""
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked. `context` is what it needs to be understood alone ("it" names what?)."""

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`confidence` is a calibrated probability, 0..1; `why` says in words what it rests on."""

    entry_id: str
    confidence: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    question: Question
    matches: tuple[Match, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAuthor:
    """`personal` when it needs a person: nothing is filled in and no holding reply prepared."""

    question: Question
    matches: tuple[Match, ...]
    reason: str
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    question: Question
    matches: tuple[Match, ...]
    reason: str


Decision = Answer | AskAuthor | Urgent

# --- the author ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`timezone` is an IANA name, `country` an ISO 3166-1 code or empty (no public holidays)."""

    name: str
    signature: str
    timezone: str = "UTC"
    country: str = ""


# --- drafts and promises ---------------------------------------------------------------------


class DraftState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


class DraftKind(StrEnum):
    """`blank`: greeting and sign-off around an empty middle; it cannot be approved as it is."""

    ANSWER = "answer"
    PARTIAL = "partial"
    BLANK = "blank"
    HOLDING = "holding"
    URGENT = "urgent"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What drafting made: subject and body as the reader will see them, without the quote."""

    kind: DraftKind
    subject: str
    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply that nobody outside has seen. The pair (id, version) names it; versions count from 1.

    `message_id` is the reply's own, given at draft time. `quoted` is the reader's letter as it
    will stand below the text. A draft is whole: the reply is built from it alone.
    `promised_day` is the day that a holding reply names, `decisions` what the bot thought of each
    question, `sent_copy` whether a copy is known to lie in Sent. `sent_at` is the reply's Date.
    """

    id: int
    version: int
    letter_id: int
    state: DraftState
    kind: DraftKind
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    quoted: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    created: datetime
    entries: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    promised_day: date | None = None
    approved_at: datetime | None = None
    send_after: datetime | None = None
    sent_at: datetime | None = None
    sent_copy: bool = False
    attempts: int = 0
    reason: str = ""


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    KEPT_LATE = "kept late"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A reader is owed an answer. `due` moves to the day that a holding reply told (`told`)."""

    id: int
    thread: str
    letter_id: int
    reader: str
    quote: str
    opened: datetime
    due: datetime
    state: PromiseState = PromiseState.OPEN
    told: date | None = None
    closed: datetime | None = None
    reason: str = ""


class Actor(StrEnum):
    AUTHOR = "author"
    BOT = "bot"
    READER = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what when: ids and words of the glossary, never an address or a letter's text."""

    at: datetime
    actor: Actor
    verb: str
    letter_id: int | None = None
    draft_id: int | None = None
    version: int | None = None
    promise_id: int | None = None
    detail: str = ""
