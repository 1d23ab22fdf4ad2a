"""Gathers the page of one letter in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import Letter
from inbox_bot.drafting.mime import recipient
from inbox_bot.letters.verdicts import is_shared
from inbox_bot.model import (
    LIVE,
    OUT,
    OWED,
    Address,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Promise,
    PromiseState,
    StoredMessage,
    Verdict,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.review import last_word
from inbox_bot.review.warnings import origin_of
from inbox_bot.steps.open_drafts import is_correction
from inbox_bot.steps.stored_letters import read_or_header
from inbox_bot.web import phrases
from inbox_bot.web.attachments import AttachmentView, attachment_views
from inbox_bot.web.letter.asking import AskedView, asked_views
from inbox_bot.web.letter.replying import ReplyView, reply_view
from inbox_bot.web.page import Page

MOST_BEING_READ = 100
EARLIER = 10
"""Earlier letters of a thread that are read and shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A letter or a reply of the same thread, oldest first."""

    who: str
    when: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    when: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """`pieces` is the letter's text, split at its questions (True: a question).

    `origin` says whether her mail server vouches for the sender's domain. `standing` says how the
    promise stands. `letter_first`: the letter is unfolded, as she has to read it before there can
    be a reply. `being_read`: a draft is about to come.
    `sent_id` is the reply that a correction would be of, 0 if there is none.
    """

    id: int
    reader: str
    address: str
    origin: str
    subject: str
    when: str
    standing: str
    verdict: str
    reason: str
    unreadable: str
    pieces: tuple[tuple[str, bool], ...]
    cut: str
    has_html: bool
    attachments: tuple[AttachmentView, ...]
    asked: tuple[AskedView, ...]
    draft: Draft | None
    reply: ReplyView | None
    earlier: tuple[Earlier, ...]
    told: tuple[Earlier, ...]
    history: tuple[Happening, ...]
    undo: str
    domain: str
    is_reader: bool
    is_owed: bool
    doubt: str
    letter_first: bool
    being_read: bool
    sent_id: int
    comment_link: str


def letter_view(tx: Transaction, page: Page, letter_id: int, now: datetime) -> LetterView:
    """NotFound when there is no such letter."""
    stored = tx.messages.get(letter_id)
    letter, *before = read_or_header(page.bot, [stored, *_others_in_thread(tx, stored)])
    message, sender = letter.message, letter.message.sender
    drafts = tx.drafts.for_thread(stored.thread)
    latest = drafts[-1] if drafts else None
    events = tx.events(letter_id)
    promise = tx.promises.of_thread(stored.thread)
    return LetterView(
        id=letter_id,
        reader=phrases.short(_name(sender or recipient(message)), 80),
        address=sender.email if sender else "",
        origin=origin_of(message, page.bot.policy.authserv_id),
        subject=message.subject,
        when=_moment(stored.arrived, page),
        standing=_standing(promise, page, now) if stored.verdict in OWED else "",
        verdict=stored.verdict.words if stored.verdict else "new",
        reason=stored.reason,
        unreadable=letter.unread,
        pieces=_pieces(letter, latest),
        cut=message.cut,
        has_html=bool(message.html),
        attachments=attachment_views(message),
        asked=asked_views(latest, page.bot.knowledge()),
        draft=latest,
        reply=reply_view(latest, letter, before, promise, page, now) if latest else None,
        earlier=_earlier(before, drafts, page),
        told=_told(tx, sender, drafts, page),
        history=_history(events, page),
        undo=_undo(events, latest),
        domain=_own_domain(sender),
        is_reader=stored.verdict is Verdict.READER,
        is_owed=promise is not None and promise.state is PromiseState.OPEN,
        doubt=_doubt(promise),
        letter_first=latest is None or latest.kind is DraftKind.BLANK,
        sent_id=_correctable(drafts),
        being_read=latest is None and _is_being_read(tx, letter_id),
        comment_link=message.comment_link,
    )


def _others_in_thread(tx: Transaction, stored: StoredMessage) -> Sequence[StoredMessage]:
    thread = [one for one in tx.messages.thread(stored.thread) if one.id != stored.id]
    return thread[-EARLIER:]


def _standing(promise: Promise | None, page: Page, now: datetime) -> str:
    """ "waiting since Tuesday", "answered yesterday", "no reply needed"."""
    if promise is None:
        return ""
    if promise.state is PromiseState.OPEN:
        return f"waiting since {phrases.since(promise.opened, now, page.zone, page.locale)}"
    if promise.state is PromiseState.RELEASED:
        return "no reply needed"
    when = phrases.lately(promise.closed, now, page.zone, page.locale) if promise.closed else ""
    return f"answered {when}".strip()


def _correctable(drafts: Sequence[Draft]) -> int:
    """The newest reply that has left, unless a correction of it is under way."""
    sent = [one for one in drafts if one.state is DraftState.SENT]
    if any(one.state in LIVE and is_correction(one, drafts) for one in drafts):
        return 0
    return sent[-1].id if sent else 0


def _is_being_read(tx: Transaction, letter_id: int) -> bool:
    return any(one.letter_id == letter_id for one in tx.messages.being_read(MOST_BEING_READ))


def _name(address: Address | None) -> str:
    named = (address.name or address.email) if address else ""
    return named or "someone without an address"


def _own_domain(sender: Address | None) -> str:
    """The sender's domain; empty for one shared by strangers, which cannot be ruled out."""
    domain = sender.email.rpartition("@")[2] if sender else ""
    return "" if is_shared(domain) else domain


def _doubt(promise: Promise | None) -> str:
    """The promise's open question as a sentence."""
    doubt = promise.doubt.question if promise and promise.doubt else ""
    return doubt[:1].upper() + doubt[1:]


def _pieces(letter: Letter, draft: Draft | None) -> tuple[tuple[str, bool], ...]:
    if letter.unread:
        return ()
    asked = [one.question.text for one in draft.decisions] if draft else []
    return phrases.marked(letter.message.text, asked)


def _earlier(before: Sequence[Letter], drafts: Sequence[Draft], page: Page) -> tuple[Earlier, ...]:
    said = [
        (one.stored.arrived, phrases.short(_name(one.message.sender), 60), one.message.text)
        for one in before
        if not one.unread
    ]
    said += [
        (one.sent_at, "You", one.text)
        for one in drafts
        if one.state is DraftState.SENT and one.sent_at
    ]
    return tuple(
        Earlier(who=who, when=_moment(at, page), text=text)
        for at, who, text in sorted(said, key=lambda each: each[0])
    )


def _told(
    tx: Transaction, sender: Address | None, drafts: Sequence[Draft], page: Page
) -> tuple[Earlier, ...]:
    """Replies sent to this reader in other threads."""
    here = {one.id for one in drafts}
    sent = tx.drafts.sent_to(sender.email.lower()) if sender else ()
    return tuple(
        Earlier(
            who=one.subject,
            when=_moment(one.sent_at, page),
            text=one.text,
        )
        for one in sent[-EARLIER:]
        if one.id not in here and one.sent_at
    )


def _undo(events: Sequence[Event], latest: Draft | None) -> str:
    """Her last word, as long as it can be taken back."""
    word = last_word(events)
    return phrases.happened(word) if word and not (latest and latest.state in OUT) else ""


def _moment(at: datetime, page: Page) -> str:
    return phrases.moment(at, page.zone, page.locale)


def _history(events: Sequence[Event], page: Page) -> tuple[Happening, ...]:
    return tuple(
        Happening(when=_moment(one.at, page), what=phrases.happened(one)) for one in events
    )
