"""The history of a letter: who did what when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inbox_bot.model.drafts import Draft


class Actor(StrEnum):
    AUTHOR = "author"
    BOT = "bot"
    READER = "reader"


class Verb(StrEnum):
    """Actions on a letter, a draft or a promise. Values are stored: never change them."""

    DRAFTED = "drafted"
    """A reply was drafted."""
    REMADE = "remade"
    """The bot redrafted it: a day had passed, or an answer was corrected."""
    HOLDING_OFFERED = "holding offered"
    """The promise fell due, and a blank draft became a holding reply."""
    ASKED = "asked"
    """A letter in Sent may be an answer: the author was asked."""
    HANDED_OVER = "handed over"
    """The mail server said it would take the data: from here on it may have left."""
    SENDING = "sending"
    """The bot claimed the approved draft, to send it."""
    SENT = "sent"
    """The mail server took it."""
    REFUSED = "refused"
    """The mail server would not take it, for good."""
    UNCERTAIN = "uncertain"
    """The connection broke off after the data had begun."""
    PENDING = "pending"
    """It could not leave, and waits for her again."""
    FOUND_IN_SENT = "found in Sent"
    """An uncertain reply was found in Sent: it has left."""
    SENT_FROM_DRAFTS = "sent from Drafts"
    """She sent it from her Drafts folder."""
    EDITED_IN_DRAFTS = "edited in Drafts"
    """She changed the copy in her Drafts folder."""
    REMOVED_FROM_DRAFTS = "removed from Drafts"
    """She removed the copy from her Drafts folder."""
    APPROVED = "approved"
    """She said yes."""
    REJECTED = "rejected"
    """She said no."""
    EDITED = "edited"
    """She changed the text."""
    LINE_ADDED = "line added"
    """She added a first sentence."""
    SWAPPED = "swapped"
    """She chose another answer for a question."""
    NOT_A_QUESTION = "not a question"
    """She said that it is not a question."""
    READDRESSED = "readdressed"
    """She chose another address of the same reader."""
    HOLDING = "holding"
    """She chose to say when she will answer."""
    SNOOZED = "snoozed"
    """She put it out of sight until a day."""
    WOKEN = "woken"
    """She brought it back into sight."""
    WRITES_AGAIN = "writes again"
    """She began a correction of a reply that has left."""
    WAS_SENT = "was sent"
    """She said that an uncertain reply left."""
    WAS_NOT_SENT = "was not sent"
    """She said that an uncertain reply did not leave."""
    NO_ENTRY_NOW = "no entry now"
    """She wants no entry yet for what several readers ask."""
    ANSWERED_BY_HAND = "answered by hand"
    """She wrote her own answer to this letter."""
    ANSWERED_ELSEWHERE = "answered elsewhere"
    """She answered some other way, as by telephone."""
    ANSWERED_BEFORE = "answered before"
    """Her answer was in Sent before the bot saw the letter."""
    RELEASED = "released"
    """She said that no answer is owed."""
    STILL_OWED = "still owed"
    """She said that what she wrote was no answer."""
    OWED_AFTER_ALL = "owed after all"
    """She said that an answer is owed though the promise was closed."""
    NOT_A_READER = "not a reader"
    """She said that the writer is no reader."""
    A_READER = "a reader"
    """She said that the writer is a reader after all."""
    NEVER_SENDER = "never this sender"
    """She ruled out an address."""
    NEVER_DOMAIN = "never this domain"
    """She ruled out a domain."""
    RULE_TAKEN_BACK = "rule taken back"
    """She removed a rule of hers."""
    UNDONE = "undone"
    """She undid her last action."""
    WROTE_AGAIN = "wrote again"
    """The reader wrote again, which voids her approval."""
    NOT_DELIVERED = "not delivered"
    """The reply bounced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what when: ids and fixed words, never an address or a letter's text."""

    at: datetime
    actor: Actor
    verb: Verb
    letter_id: int | None = None
    draft_id: int | None = None
    version: int | None = None
    promise_id: int | None = None
    detail: str = ""


def event_on(draft: Draft, verb: Verb, actor: Actor, at: datetime, detail: str = "") -> Event:
    """An event of this version of a draft."""
    return Event(
        at=at,
        actor=actor,
        verb=verb,
        letter_id=draft.letter_id,
        draft_id=draft.id,
        version=draft.version,
        detail=detail,
    )
