"""The running bot as one value: its mailboxes, its store, what it knows, and its rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from inbox_bot.errors import Unreadable
from inbox_bot.letters.standby import Standby
from inbox_bot.model import (
    Address,
    AttachmentContent,
    AttachmentRequest,
    Author,
    Message,
    StoredMessage,
    facts,
)
from inbox_bot.model.ports import FaqBook, Mailbox, Outbox, Store
from inbox_bot.promises.calendar import Calendar

if TYPE_CHECKING:  # a command that touches no letter need not load the matcher
    from inbox_bot.faq.knowledge import Knowledge
    from inbox_bot.letters.contact_forms import Form

BEGUN = facts.moment("begun")
FIRST_DAY = facts.moment("first_day")
"""Fact: letters that arrived before this moment are ignored."""


class SentCopy(StrEnum):
    """When the bot files a sent reply: if the server does not; always; never."""

    AUTO = "auto"
    APPEND = "append"
    NEVER = "never"


class Digest(StrEnum):
    """How often the author wants a note on who waits."""

    DAILY = "daily"
    LETTER_DAYS = "letter days"
    WEEKLY = "weekly"
    OFF = "off"


class Push(StrEnum):
    """What became of a push to the author's phone."""

    NOT_SET_UP = "not set up"
    SENT = "sent"
    FAILED = "failed"


def no_attachment(wanted: AttachmentRequest) -> Unreadable:  # noqa: ARG001 - whatever it is
    """Open nothing."""
    return Unreadable("attachments can't be opened here")


def no_push(words: str) -> Push:  # noqa: ARG001 - whatever it says
    """Push nothing."""
    return Push.NOT_SET_UP


def no_warning(now: datetime) -> str:  # noqa: ARG001 - as of any time
    """Never warn."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of the author's mailboxes with its outbox. The first address is the main one.

    `warning` returns a sentence if the login will soon stop working, else "".
    """

    addresses: tuple[Address, ...]
    mailbox: Mailbox
    outbox: Outbox
    folders: tuple[str, ...] = ("INBOX",)
    sent_copy: SentCopy = SentCopy.AUTO
    warning: Callable[[datetime], str] = no_warning

    @property
    def main(self) -> Address:
        return self.addresses[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules from the author's settings. `drafts_at_once` 0 keeps drafts out of her mailbox.

    `page_url` is empty where her mail program could not open the page; `feed` is the file that
    holds the days told to readers, for her calendar. `retention` None keeps letters for good.
    """

    since: timedelta = timedelta(days=14)
    drafts_at_once: int = 50
    authserv_id: str = ""
    undo: timedelta = timedelta(seconds=60)
    promise_text: str = ""
    within: timedelta = timedelta(days=7)
    name_a_date: bool = True
    calendar: Calendar = field(default_factory=Calendar)
    readers_to: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    forms: tuple[Form, ...] = ()
    digest: Digest = Digest.DAILY
    page_url: str = ""
    feed: Path | None = None
    retention: timedelta | None = None


def no_absences() -> tuple[tuple[date, date], ...]:
    """Default: no absences beyond the policy's calendar."""
    return ()


def no_other_rules() -> Policy | None:
    """Default: the policy stays as it is."""
    return None


def ignore_progress(done: int, total: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """`read` parses letters in the sandbox; `knowledge` returns the last valid FAQ and templates.

    `fresh_knowledge` waits until a change of the files is learned; `knowledge` never waits.
    `other_rules` returns the policy of settings that changed since the bot started. `directory`
    is the author's. `away` returns the absences noted so far, including those added since the
    bot started.
    `attachment` opens one attachment in the sandbox.
    `push` sends a sentence to the author's phone and never raises.
    `new_token` makes the unguessable half of a Message-ID. `progress` is called with the number of
    new letters examined and their total.
    """

    store: Store
    accounts: tuple[Account, ...]
    read: Callable[[Sequence[bytes]], Sequence[Message | Unreadable]]
    knowledge: Callable[[], Knowledge]
    author: Author
    new_token: Callable[[], bytes]
    policy: Policy = field(default_factory=Policy)
    away: Callable[[], tuple[tuple[date, date], ...]] = no_absences
    progress: Callable[[int, int], None] = ignore_progress
    faq_book: FaqBook | None = None
    fresh_knowledge: Callable[[], Knowledge] | None = None
    other_rules: Callable[[], Policy | None] = no_other_rules
    directory: Path | None = None
    push: Callable[[str], Push] = no_push
    attachment: Callable[[AttachmentRequest], AttachmentContent | Unreadable] = no_attachment
    standby: Standby = field(default_factory=Standby)

    def heeding(self) -> Bot:
        """With the rules as the author's settings are now; one job or request sees the same."""
        changed = self.other_rules()
        return replace(self, policy=changed) if changed else self

    def fresh(self) -> Knowledge:
        """What the author's files say now, which may take seconds to learn after a change."""
        return (self.fresh_knowledge or self.knowledge)()

    def calendar(self) -> Calendar:
        """The policy's calendar plus the absences noted."""
        calendar = self.policy.calendar
        return replace(calendar, away=(*calendar.away, *self.away()))

    def as_it_stands(self) -> Bot:
        """Freeze fresh knowledge and absences for a batch: its letters see the same, and the
        author's files are not checked again for each."""
        knowledge, away = self.fresh(), self.away()
        return replace(
            self,
            knowledge=lambda: knowledge,
            fresh_knowledge=lambda: knowledge,
            away=lambda: away,
        )

    def own_addresses(self) -> frozenset[str]:
        return frozenset(
            address.email.lower() for account in self.accounts for address in account.addresses
        )

    def contact_addresses(self) -> frozenset[str]:
        """Her own, and those that readers write to, as of a group that forwards to her."""
        return self.own_addresses() | self.policy.readers_to

    def account_of(self, address: str) -> Account:
        """The account that owns this address, else the first one."""
        for account in self.accounts:
            if any(own.email.lower() == address.lower() for own in account.addresses):
                return account
        return self.accounts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A stored letter and its parsed message.

    `unread` says why not all of it could be read; `message` is then its header alone.
    """

    stored: StoredMessage
    message: Message
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """Counts of one poll. `unreachable` holds an error for each mailbox that failed.

    `locked_out`: one of them refused the password; retrying often would lock the account.
    """

    letters: int = 0
    out_of_scope: int = 0
    set_aside: int = 0
    drafted: int = 0
    answered_by_hand: int = 0
    unreachable: tuple[str, ...] = ()
    locked_out: bool = False

    def __add__(self, other: PollReport) -> PollReport:
        return PollReport(
            letters=self.letters + other.letters,
            out_of_scope=self.out_of_scope + other.out_of_scope,
            set_aside=self.set_aside + other.set_aside,
            drafted=self.drafted + other.drafted,
            answered_by_hand=self.answered_by_hand + other.answered_by_hand,
            unreachable=tuple(dict.fromkeys((*self.unreachable, *other.unreachable))),
            locked_out=self.locked_out or other.locked_out,
        )
