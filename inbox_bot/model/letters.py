"""Letters: fetched, parsed, judged and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NO_ADDRESS = "(no address)"
MADE_UP_ID = "@made.by.inbox-bot.invalid"
MADE_UP_UNREAD = "@unreadable.invalid"
MADE_UP = (MADE_UP_ID, MADE_UP_UNREAD)
"""Suffixes of Message-IDs that the bot makes from a letter's bytes if it has no readable one.
They identify the letter in the store, and are never sent in a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`email` is bare, its domain in lower case; empty for a reader who left none. `name` has no
    control characters."""

    email: str
    name: str = ""

    @property
    def shown(self) -> str:
        """The label in lists."""
        return self.name or self.email or NO_ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Name and size only; opened on the author's word. `size` is in decoded bytes."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRequest:
    """One attachment of a letter, counted from 1: its bytes, or a picture redrawn."""

    raw: bytes
    number: int
    as_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentContent:
    """Safe to show if a picture was asked for; else as hostile as it came."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One email as it arrived, parsed.

    `text` is the sender's own text, `cut` the quotes and signatures removed from it, `beside`
    other text that may be hers (below a signature, beyond the limits, in a second version of
    the body): it is checked for danger, too. `headers` are all fields in their order: names
    in lower case, values decoded and on one line.
    `whole` is the body before anything was cut, where something was.
    `comment_link` leads to the comment, if the letter is one that she wrote in public.
    `message_id` is made from the bytes when the letter has none. `language` is an ISO 639-1 code,
    or empty where it cannot be told. `notes` are warnings to the author. `report` is a
    machine-readable report (delivery status, RFC 3464; disposition, RFC 8098; feedback, RFC
    5965), `enclosed` the Message-IDs of letters inside this one, `returned` those of undelivered
    letters if this one is a bounce.
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
    beside: str = ""
    whole: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    forwarded: bool = False
    language: str = ""
    notes: tuple[str, ...] = ()
    report: str = ""
    enclosed: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    comment_link: str = ""

    def header(self, name: str) -> str:
        """The first field of that name (lower case), or the empty string."""
        return next((value for key, value in self.headers if key == name), "")


class Verdict(StrEnum):
    """The class of a letter."""

    READER = "reader"
    """A reader wrote: an answer is owed."""
    PERSONAL = "personal"
    """Family, friends, business, or one of her rules: hers alone to read."""
    PITCH = "pitch"
    """An offer, not a question."""
    AUTOMATIC = "automatic"
    """A machine wrote it: a notice, a receipt, a note of absence."""
    BOUNCE = "bounce"
    """A mail server says that a letter did not arrive."""
    LIST = "list"
    """It came by mailing list or newsletter."""
    COURTESY = "courtesy"
    """Thanks or a reaction that asks for nothing."""
    OWN = "own"
    """She wrote it herself."""
    UNREADABLE = "unreadable"
    """It could not be read, and may be a reader's: an answer is owed."""
    OLD = "old"
    """A reader's letter from before the bot began, copied here by a migration or found by looking
    back: nothing is owed until she says so."""

    @property
    def words(self) -> str:
        """For the author, in lists."""
        return _WORDS.get(self, self.value)


_WORDS: Mapping[Verdict, str] = {
    Verdict.PITCH: "offer",
    Verdict.AUTOMATIC: "automatic message",
    Verdict.BOUNCE: "undelivered mail",
    Verdict.LIST: "newsletter or list",
    Verdict.COURTESY: "thanks",
    Verdict.OWN: "your own letter",
    Verdict.OLD: "old letter",
}


class OutOfScope(StrEnum):
    """The rules by which a letter is never fetched."""

    OWN = "own"
    """It is from one of her own addresses."""
    RULED_OUT = "ruled out"
    """She said that this sender is no reader."""
    BEGUN = "your thread"
    """It answers a thread that she began."""
    KNOWN = "known"
    """She wrote to the sender before, outside readers' letters."""
    NOT_ADDRESSED = "not addressed"
    """It was sent to no address that readers write to."""
    NOT_NOTED = "not noted"
    """One of these rules; an earlier version did not store which."""


OWED = (Verdict.READER, Verdict.UNREADABLE)
"""Letters that are owed an answer (law 10): an unreadable one may be a reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`by_words`: it rests on the letter's text alone; danger in that overrules the verdict."""

    verdict: Verdict
    reason: str
    by_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPeople:
    """The author's addresses and contacts, as needed for a batch of letters.

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
    """The key that IMAP gives a letter (RFC 9051, 2.3.1.1)."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The mailbox's data for one UID: the header alone, or the whole letter."""

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
