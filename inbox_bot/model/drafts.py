"""Drafts, promises, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from inbox_bot.model.answers import Decision
from inbox_bot.model.letters import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`timezone` is an IANA name, `country` an ISO 3166-1 code or empty (no public holidays)."""

    name: str
    signature: str
    timezone: str = "UTC"
    country: str = ""


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


class FiledState(StrEnum):
    """What became of a draft's copy in the author's Drafts folder.

    `withdrawing` is noted before it is taken back: one that vanishes then was not removed by her.
    """

    LYING = "lying"
    WITHDRAWING = "withdrawing"
    EDITED = "edited"
    REMOVED = "removed"


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
    snoozed_until: date | None = None
    attempts: int = 0
    reason: str = ""

    def pending_again(self, reason: str = "") -> Draft:
        """Without the yes that it may have had; it waits for a new one."""
        return replace(
            self, state=DraftState.PENDING, approved_at=None, send_after=None, reason=reason
        )


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    KEPT_LATE = "kept late"
    RELEASED = "released"


class Doubt(StrEnum):
    """What only the author can tell about a letter of hers to a reader who waits."""

    HOLDING_LINE = "you wrote that you will get back to this reader: answered, or still owed?"
    PASSED_ON = "you passed this letter on, with a copy to the reader: answered?"
    OTHER_LETTER = "you wrote this reader a letter of its own: probably answered?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A reader is owed an answer. `due` moves to the day that a holding reply told (`told`).

    `reason` says why it is closed, or what is the matter with an open one.
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

    @property
    def doubt(self) -> Doubt | None:
        """The question that the author should settle, of an open promise."""
        is_doubt = self.state is PromiseState.OPEN and self.reason in tuple(Doubt)
        return Doubt(self.reason) if is_doubt else None


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


def event_on(draft: Draft, verb: str, actor: Actor, at: datetime, detail: str = "") -> Event:
    """What was done to this version of a draft."""
    return Event(
        at=at,
        actor=actor,
        verb=verb,
        letter_id=draft.letter_id,
        draft_id=draft.id,
        version=draft.version,
        detail=detail,
    )
