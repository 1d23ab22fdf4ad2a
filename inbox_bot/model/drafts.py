"""Drafts and promises, with their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from inbox_bot.model.answers import Decision
from inbox_bot.model.letters import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`timezone` is an IANA name, `country` an ISO 3166-1 code or empty (no public holidays),
    `locale` a CLDR name for the form of dates and times."""

    name: str
    signature: str
    timezone: str = "UTC"
    country: str = ""
    locale: str = "en_US"


class DraftState(StrEnum):
    """The state of a draft's version."""

    PENDING = "pending"
    """It waits for her yes."""
    APPROVED = "approved"
    """She said yes: it leaves when the time to undo is over."""
    SENDING = "sending"
    """It is being handed to the mail server at this moment."""
    SENT = "sent"
    """It has left, from here or by her own hand."""
    SUPERSEDED = "superseded"
    """A newer version took its place, or no answer is owed any more."""
    REJECTED = "rejected"
    """She said no to it; the promise stays open."""
    REFUSED = "refused"
    """The mail server would not take it; it waits for her to change or drop it."""
    UNCERTAIN = "uncertain"
    """It may have left: only she can tell, from her Sent folder."""


UNDECIDED = (DraftState.PENDING, DraftState.APPROVED)
"""Neither sent nor refused: the bot may still replace it with a newer version."""
CHANGEABLE = (*UNDECIDED, DraftState.REFUSED)
"""The author can change or withdraw it; it is superseded once no answer is owed."""
IN_DOUBT = (DraftState.SENDING, DraftState.UNCERTAIN)
"""It may have left already."""
TO_DECIDE = (DraftState.PENDING, DraftState.REFUSED)
"""It waits for her word: yes, no, or other words."""
ON_THE_WAY = (DraftState.APPROVED, DraftState.SENDING)
"""She said yes, and it has not left yet."""
OUT = (*IN_DOUBT, DraftState.SENT)
"""It has left, or may have: she cannot take it back."""
LIVE = (*CHANGEABLE, *IN_DOUBT)
"""It may still leave or may have left: a draft has one such version at most."""

TRANSITIONS: Mapping[DraftState, frozenset[DraftState]] = {
    DraftState.PENDING: frozenset(
        {
            DraftState.APPROVED,
            DraftState.SUPERSEDED,
            DraftState.REJECTED,
            DraftState.SENT,
            DraftState.UNCERTAIN,
        }
    ),
    DraftState.APPROVED: frozenset(
        {DraftState.PENDING, DraftState.SENDING, DraftState.SUPERSEDED, DraftState.SENT}
    ),
    DraftState.SENDING: frozenset(
        {DraftState.SENT, DraftState.APPROVED, DraftState.REFUSED, DraftState.UNCERTAIN}
    ),
    DraftState.UNCERTAIN: frozenset({DraftState.SENT, DraftState.PENDING}),
    DraftState.REFUSED: frozenset(
        {DraftState.PENDING, DraftState.SUPERSEDED, DraftState.REJECTED, DraftState.SENT}
    ),
    DraftState.SUPERSEDED: frozenset({DraftState.PENDING, DraftState.SENT}),
    DraftState.REJECTED: frozenset({DraftState.PENDING, DraftState.SENT}),
    DraftState.SENT: frozenset(),
}
"""Allowed next states. All lead to SENT, as the author may send any from her Drafts folder."""


class DraftKind(StrEnum):
    """The kind of reply in a draft."""

    ANSWER = "answer"
    """Every question is answered."""
    PARTIAL = "partial"
    """Some are; the others are named, and another reply follows."""
    BLANK = "blank"
    """Greeting and sign-off around an empty middle; it cannot be approved as it is."""
    HOLDING = "holding"
    """No answer yet: it says when one will come."""
    URGENT = "urgent"
    """It sends the reader to help at once."""
    EDITED = "edited"
    """The author's own words."""


OPEN_ENDED = (DraftKind.HOLDING, DraftKind.PARTIAL)
"""It leaves something open: another reply follows."""


class FiledState(StrEnum):
    """State of a draft's copy in the author's Drafts folder.

    `withdrawing` is stored before the bot removes it: a copy missing then was not removed by her.
    """

    LYING = "lying"
    WITHDRAWING = "withdrawing"
    EDITED = "edited"
    REMOVED = "removed"


UNTOUCHED = (FiledState.LYING, FiledState.WITHDRAWING)
"""The copy is the bot's own, as far as is known."""


class Cause(StrEnum):
    """What ended or reopened a draft or promise, where a later step asks for it.

    `reason` words it for the author. Values are stored: never change them.
    """

    RULED_OUT = "ruled out"
    """Its sender is no reader: taking that back brings it back."""
    ASKS_NOTHING = "asks nothing"
    """She said that nothing in the letter is a question."""
    ANSWERED_BY_HAND = "answered by hand"
    """She said that she has answered: her answer may become an entry."""
    NOT_DELIVERED = "not delivered"
    """A reply came back: the address may be wrong."""
    EDITED_IN_DRAFTS = "edited in Drafts"
    """She is editing the copy in her Drafts folder."""
    REMOVED_FROM_DRAFTS = "removed from Drafts"
    """She removed the copy from her Drafts folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A composed reply: subject and body as the reader will see them, without the quote.

    `language` is that of the text.
    """

    kind: DraftKind
    subject: str
    text: str
    entries: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply, identified by the pair (id, version); versions count from 1.

    `message_id` is the reply's own, given at draft time. `quoted` is the reader's letter as it
    will stand below the text. The reply is built from the draft alone.
    `promised_day` is the day that a holding reply names, `decisions` the bot's decision on each
    question, `line` her own first sentence, `sent_copy` whether a copy is known to lie in Sent.
    `sent_at` is the reply's Date.
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
    snoozed_until: date | None = None
    line: str = ""
    attempts: int = 0
    reason: str = ""
    cause: Cause | None = None

    def become(self, state: DraftState, reason: str = "", cause: Cause | None = None) -> Draft:
        """The same draft in that state; an earlier reason and cause are over."""
        return replace(self, state=state, reason=reason, cause=cause)

    def pending_again(self, reason: str = "", cause: Cause | None = None) -> Draft:
        """The same draft without its approval; it waits for a new one."""
        pending = self.become(DraftState.PENDING, reason, cause)
        return replace(pending, approved_at=None, send_after=None)


class PromiseState(StrEnum):
    """The state of a promise."""

    OPEN = "open"
    """An answer is owed."""
    KEPT = "kept"
    """An answer left in time."""
    KEPT_LATE = "kept late"
    """An answer left after the day that was promised."""
    RELEASED = "released"
    """The author said that none is owed, or that the letter is no reader's."""


class Doubt(StrEnum):
    """A letter by the author that may be an answer: only she can tell."""

    HOLDING_LINE = "holding line"
    """She wrote that an answer will come."""
    PASSED_ON = "passed on"
    """She passed the letter on, with a copy to the reader."""
    OTHER_LETTER = "other letter"
    """She wrote to the reader, but not in answer to the letter."""

    @property
    def question(self) -> str:
        """As she is asked."""
        return _QUESTIONS[self]


_QUESTIONS = {
    Doubt.HOLDING_LINE: ("You wrote that you'd get back to this reader. Answered, or still owed?"),
    Doubt.PASSED_ON: "You forwarded this letter with a copy to the reader. Is it answered?",
    Doubt.OTHER_LETTER: "You wrote to this reader separately. Is it answered?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An answer owed to a reader. `due` moves to the day named in a holding reply (`told`).

    `reason` says why it is closed, or what is wrong with an open one, and `cause` as a value;
    `doubt` is what the author should settle about an open one.
    """

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
    cause: Cause | None = None
    doubt: Doubt | None = None

    @property
    def matter(self) -> str:
        """Its doubt or reason, worded for the author."""
        return self.doubt.question if self.doubt else self.reason
