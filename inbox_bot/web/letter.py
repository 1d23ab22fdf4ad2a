"""What the page of one letter shows, gathered in one look at the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot.bot import Letter
from inbox_bot.doubts import doubts_about
from inbox_bot.letters import read_letters
from inbox_bot.model import (
    Actor,
    Address,
    Answer,
    Decision,
    Draft,
    DraftKind,
    DraftState,
    Event,
    Faq,
    Message,
    StoredMessage,
    Urgent,
    Verdict,
)
from inbox_bot.ports import Transaction
from inbox_bot.promises import local_day
from inbox_bot.replies import shown_hash
from inbox_bot.web import words
from inbox_bot.web.page import Page

EARLIER = 10
"""So many letters of a long thread are read and shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry that could answer a question. `percent` is how sure the bot is of it."""

    entry_id: str
    question: str
    answer: str
    percent: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """One question of the letter; `chosen` answers it now, `others` could."""

    position: int
    text: str
    state: str
    reason: str
    chosen: Choice | None
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """`can_approve` says whether there is an answer to say yes to; `notes` stand beside the yes."""

    id: int
    version: int
    hash: str
    kind: str
    state: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    quoted: str
    wait: str
    is_pending: bool
    can_undo: bool
    can_approve: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A letter or a reply of the same thread, oldest first."""

    who: str
    when: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    when: str
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """`pieces` is the letter's text, cut where questions begin and end (True: a question)."""

    id: int
    reader: str
    address: str
    subject: str
    when: str
    since: str
    verdict: str
    reason: str
    unreadable: str
    pieces: tuple[tuple[str, bool], ...]
    cut: str
    has_html: bool
    attachments: tuple[str, ...]
    asked: tuple[AskedView, ...]
    draft: DraftView | None
    earlier: tuple[Earlier, ...]
    told: tuple[Earlier, ...]
    history: tuple[Happening, ...]
    is_reader: bool


def letter_view(tx: Transaction, page: Page, letter_id: int, now: datetime) -> LetterView:
    """NotFound when there is no such letter."""
    stored = tx.messages.get(letter_id)
    thread = [one for one in tx.messages.thread(stored.thread) if one.id != letter_id]
    read, unreadable = read_letters(page.bot, [stored, *thread[-EARLIER:]])
    letter = next((one for one in read if one.stored.id == letter_id), None)
    before = [one for one in read if one.stored.id != letter_id]
    drafts = tx.drafts.for_thread(stored.thread)
    latest = drafts[-1] if drafts else None
    sender = letter.message.sender if letter else None
    return LetterView(
        id=letter_id,
        reader=words.short(_name(sender), 80),
        address=sender.email if sender else "",
        subject=letter.message.subject if letter else "",
        when=words.moment(stored.arrived, page.zone),
        since=words.since(_waiting_since(tx, stored), now, page.zone),
        verdict=str(stored.verdict or "new"),
        reason=stored.reason,
        unreadable=next((why for one, why in unreadable if one.id == letter_id), ""),
        pieces=_pieces(letter, latest),
        cut=letter.message.cut if letter else "",
        has_html=bool(letter and letter.message.html),
        attachments=_attachments(letter.message) if letter else (),
        asked=_asked(latest, page.bot.knowledge().faq),
        draft=_draft_view(latest, letter, before, page, now) if latest else None,
        earlier=_earlier(before, drafts, page),
        told=_told(tx, sender, drafts, page),
        history=_history(tx.events(letter_id), page),
        is_reader=stored.verdict is Verdict.READER,
    )


def _name(address: Address | None) -> str:
    return (address.name or address.email) if address else "somebody without an address"


def _waiting_since(tx: Transaction, stored: StoredMessage) -> datetime:
    promise = tx.promises.of_thread(stored.thread)
    return promise.opened if promise else stored.arrived


def _pieces(letter: Letter | None, draft: Draft | None) -> tuple[tuple[str, bool], ...]:
    if letter is None:
        return ()
    asked = [one.question.text for one in draft.decisions] if draft else []
    return words.marked(letter.message.text, asked)


def _attachments(message: Message) -> tuple[str, ...]:
    return tuple(
        f"{words.short(one.name or one.content_type, 80)} ({words.size(one.size)})"
        for one in message.attachments
    )


def _asked(draft: Draft | None, faq: Faq) -> tuple[AskedView, ...]:
    decisions = draft.decisions if draft else ()
    return tuple(_asked_view(number, one, faq) for number, one in enumerate(decisions))


def _asked_view(position: int, decision: Decision, faq: Faq) -> AskedView:
    choices = _choices(decision, faq)
    answered = isinstance(decision, Answer)
    urgent = isinstance(decision, Urgent)
    return AskedView(
        position=position,
        text=decision.question.text,
        state="urgent" if urgent else "answered" if answered else "yours",
        reason=decision.reason,
        chosen=choices[0] if answered and choices else None,
        others=choices[1:4] if answered else choices[:3],
    )


def _choices(decision: Decision, faq: Faq) -> tuple[Choice, ...]:
    known = {entry.id: entry for entry in faq.entries if entry.usable}
    return tuple(
        Choice(
            entry_id=match.entry_id,
            question=entry.question,
            answer=entry.answer,
            percent=round(100 * match.confidence),
            why=match.why,
        )
        for match in decision.matches
        if (entry := known.get(match.entry_id))
    )


def _draft_view(
    draft: Draft, letter: Letter | None, before: Sequence[Letter], page: Page, now: datetime
) -> DraftView:
    pending = draft.state is DraftState.PENDING
    leaves = draft.send_after if draft.state is DraftState.APPROVED else None
    return DraftView(
        id=draft.id,
        version=draft.version,
        hash=shown_hash(draft),
        kind=str(draft.kind),
        state=str(draft.state),
        sender=_written(draft.sender),
        to=tuple(_written(one) for one in draft.to),
        subject=draft.subject,
        text=draft.text,
        quoted=draft.quoted,
        wait=words.wait(leaves - now) if leaves else "",
        is_pending=pending,
        can_undo=draft.state in (DraftState.APPROVED, DraftState.REJECTED),
        can_approve=draft.kind is not DraftKind.BLANK,
        notes=_notes(draft, letter, before, page, now),
    )


def _written(address: Address) -> str:
    return f"{address.name} <{address.email}>" if address.name else address.email


def _notes(
    draft: Draft, letter: Letter | None, before: Sequence[Letter], page: Page, now: datetime
) -> tuple[str, ...]:
    """What the author should see before she says yes."""
    senders = [one.message.sender for one in before if one.message.sender]
    found = [draft.reason] if draft.reason else []
    if letter is not None:
        found += doubts_about(letter.message, senders, page.authserv_id)
        found += letter.message.notes
        found += _other_recipients(letter.message, page)
    if draft.promised_day and draft.promised_day < local_day(now, page.bot.policy.calendar):
        found.append("it names a day that has passed: change the text first")
    return tuple(dict.fromkeys(found))


def _other_recipients(message: Message, page: Page) -> list[str]:
    own = page.bot.own_addresses()
    others = [one.email for one in (*message.to, *message.cc) if one.email.lower() not in own]
    return [f"the letter also went to {', '.join(others[:5])}; your reply does not"] * bool(others)


def _earlier(before: Sequence[Letter], drafts: Sequence[Draft], page: Page) -> tuple[Earlier, ...]:
    said = [
        (one.stored.arrived, words.short(_name(one.message.sender), 60), one.message.text)
        for one in before
    ]
    said += [
        (one.sent_at, "You", one.text)
        for one in drafts
        if one.state is DraftState.SENT and one.sent_at
    ]
    return tuple(
        Earlier(who=who, when=words.moment(at, page.zone), text=text)
        for at, who, text in sorted(said, key=lambda each: each[0])
    )


def _told(
    tx: Transaction, sender: Address | None, drafts: Sequence[Draft], page: Page
) -> tuple[Earlier, ...]:
    """What this reader was sent before, in other threads."""
    here = {one.id for one in drafts}
    sent = tx.drafts.sent_to(sender.email.lower()) if sender else ()
    return tuple(
        Earlier(who=one.subject, when=words.moment(one.sent_at, page.zone), text=one.text)
        for one in sent[-EARLIER:]
        if one.id not in here and one.sent_at
    )


def _history(events: Sequence[Event], page: Page) -> tuple[Happening, ...]:
    who = {Actor.AUTHOR: "you", Actor.BOT: "inbox-bot", Actor.READER: "the reader"}
    return tuple(
        Happening(
            when=words.moment(one.at, page.zone), who=who[one.actor], what=words.happened(one)
        )
        for one in events
    )
