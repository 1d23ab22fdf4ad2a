"""Identify our drafts in Sent or Drafts, and record the text that was sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.bot import Account, Bot
from inbox_bot.drafting.mime import build, html_of
from inbox_bot.letters.reading.addresses import addresses
from inbox_bot.letters.verdicts import mailboxes
from inbox_bot.model import (
    IN_DOUBT,
    OPEN_ENDED,
    OWED,
    UNDECIDED,
    UNTOUCHED,
    Actor,
    Draft,
    DraftKind,
    DraftState,
    Fetched,
    FiledState,
    Message,
    Place,
    StoredMessage,
    Verb,
    Verdict,
    event_on,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import FiledDraft
from inbox_bot.steps.outcome import fulfil
from inbox_bot.steps.stored_letters import read_or_header
from inbox_bot.steps.threads import ancestors

EXCHANGE_ID = "x-microsoft-original-message-id"


MARKS = frozenset(">*_-•·#\\|")
"""Characters that HTML-to-text conversion may add or drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A letter in Drafts that is not one of our copies."""

    place: Place
    message: Message


def own_draft(tx: Transaction, message: Message) -> Draft | None:
    for message_id in (message.message_id, message.header(EXCHANGE_ID).strip("<> ")):
        if message_id and (draft := tx.drafts.by_message_id(message_id)):
            return draft
    return None


def named_letters(tx: Transaction, message: Message) -> Iterator[StoredMessage]:
    """Readers' letters that this one names, nearest first, whatever its recipients."""
    for message_id in ancestors(message):
        letter = tx.messages.by_message_id(message_id)
        if letter and letter.verdict in (None, *OWED, Verdict.COURTESY):
            yield letter
        else:
            yield from _first_copy(tx, message_id, letter)


def _first_copy(
    tx: Transaction, message_id: str, letter: StoredMessage | None
) -> Sequence[StoredMessage]:
    """The original letter, if the id names its second copy or its id before a move."""
    if letter is None:
        ours = tx.drafts.by_message_id(message_id)
        thread = None if ours else tx.messages.thread_of([message_id])
    else:
        thread = letter.thread if letter.verdict is Verdict.AUTOMATIC else None
    return (
        tx.messages.waiting_in_thread(thread, since=0, before=sys.maxsize, most=1) if thread else ()
    )


def answered_letter(bot: Bot, tx: Transaction, message: Message) -> StoredMessage | None:
    """The nearest reader's letter that this one names and whose writer it goes to."""
    people = recipients_of(message)
    for letter in named_letters(tx, message):
        if goes_to(people, people_of(bot, tx, letter)):
            return letter
    return None


def goes_to(people: frozenset[str], hers: frozenset[str]) -> bool:
    """True if a recipient is hers, or if she left no address."""
    return not hers or not people.isdisjoint(hers)


def recipients_of(message: Message) -> frozenset[str]:
    """All recipients of the author's letter, including Bcc from her own copy."""
    return mailboxes((*message.to, *message.cc, *addresses(message.header("bcc"))))


def people_of(bot: Bot, tx: Transaction, letter: StoredMessage) -> frozenset[str]:
    """The addresses at which the writer of this letter is answered."""
    (read,) = read_or_header(bot, [letter])
    drafted = [one for draft in tx.drafts.for_thread(letter.thread) for one in draft.to]
    return writer_of(read.message) | mailboxes(drafted)


def writer_of(letter: Message) -> frozenset[str]:
    return mailboxes((letter.sender, letter.reply_to))


def same_reply(bot: Bot, tx: Transaction, message: Message) -> Draft | None:
    """The draft that was sent under a new Message-ID, as some servers assign.

    The same text proves it; if the author is editing its copy, any text does.
    """
    edited = {one.draft_id for one in tx.drafts.filed() if one.state is FiledState.EDITED}
    for draft in _alike(bot, tx, message):
        if draft.id in edited and draft.state in UNDECIDED:
            return draft
        if _says_the_same(bot, draft, message):
            return draft
    return None


def _alike(bot: Bot, tx: Transaction, message: Message) -> list[Draft]:
    """Unsettled drafts that answer the same letter and go to the same reader."""
    letter = answered_letter(bot, tx, message)
    if letter is None:
        return []
    recipients = {one.email.lower() for one in message.to}
    return [
        draft
        for draft in tx.drafts.for_thread(letter.thread)
        if draft.state in (*UNDECIDED, *IN_DOUBT)
        and draft.in_reply_to == message.in_reply_to
        and draft.to[0].email.lower() in recipients
    ]


def _says_the_same(bot: Bot, draft: Draft, message: Message) -> bool:
    """Compare as parsed by the bot: quotes, signature, line ends do not count."""
    said = _words(message.text)
    return bool(said) and any(said == _words(ours.text) for ours in _as_read(bot, draft))


def is_saved_again(tx: Transaction, draft: Draft, message: Message) -> bool:
    """The draft as the author saved it, under its own Message-ID or under a new one."""
    if draft.message_id in (message.message_id, message.header(EXCHANGE_ID).strip("<> ")):
        return True
    same_letter = bool(draft.in_reply_to) and message.in_reply_to == draft.in_reply_to
    return same_letter and tx.drafts.by_message_id(message.message_id) is None


def rebuilt_copies(
    bot: Bot, account: Account, filed: FiledDraft, others: Iterable[Lying]
) -> Sequence[Fetched]:
    """Find unchanged copies that a server rebuilt: Exchange, Proton Bridge and DavMail change the
    bytes, maybe also UID and Message-ID. The same text to the same reader proves it."""
    if filed.state not in UNTOUCHED:
        return ()
    with bot.store.reading() as tx:
        draft = tx.drafts.get(filed.draft_id, filed.version)
        alike = [
            one.place.uid
            for one in others
            if is_saved_again(tx, draft, one.message) or _goes_to_the_same(draft, one.message)
        ]
    found = list(account.mailbox.letters(filed.place.folder, alike)) if alike else []
    ours = [_words(one.text + one.cut) for one in _as_read(bot, draft, filed.raw)]
    read = bot.read([one.raw for one in found])
    return [
        one
        for one, message in zip(found, read, strict=True)
        if isinstance(message, Message)
        and _goes_to_the_same(draft, message)
        and _words(message.text + message.cut) in ours
    ]


def _goes_to_the_same(draft: Draft, message: Message) -> bool:
    """True for the same subject and recipients, no Bcc or attachments."""
    people = {one.email.lower() for one in (*message.to, *message.cc)}
    return (
        people == {one.email.lower() for one in draft.to}
        and message.subject == draft.subject
        and not (message.attachments or message.header("bcc"))
    )


def _as_read(bot: Bot, draft: Draft, raw: bytes = b"") -> Sequence[Message]:
    """The draft as parsed by the bot: as it was built, and its HTML part alone."""
    html = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html_of(draft).encode()
    read = bot.read([raw or build(draft, draft.created), html])
    return [one for one in read if isinstance(one, Message)]


def _words(text: str) -> str:
    """The text without whitespace and MARKS."""
    return "".join(one for one in text if not (one.isspace() or one in MARKS))


def found_sent(bot: Bot, tx: Transaction, draft: Draft, message: Message, now: datetime) -> bool:
    """Mark a reply found in Sent as sent; unless in doubt, she sent it from Drafts."""
    in_doubt = draft.state in IN_DOUBT
    if not in_doubt and message.text.strip() and not _says_the_same(bot, draft, message):
        draft = tx.drafts.add_version(_as_she_sent_it(draft, message, now))
    sent_at = draft.sent_at or now
    sent = replace(draft.become(DraftState.SENT), sent_at=sent_at, sent_copy=True)
    tx.drafts.move(draft, sent)
    actor = Actor.BOT if in_doubt else Actor.AUTHOR
    tx.record(
        event_on(draft, Verb.FOUND_IN_SENT if in_doubt else Verb.SENT_FROM_DRAFTS, actor, now)
    )
    fulfil(tx, bot, sent, now)
    return not in_doubt


def _as_she_sent_it(draft: Draft, message: Message, now: datetime) -> Draft:
    """Store the author's words as the draft's last version: the reader got those."""
    return replace(
        draft,
        version=draft.version + 1,
        state=DraftState.PENDING,
        kind=draft.kind if draft.kind in OPEN_ENDED else DraftKind.EDITED,
        message_id=message.message_id,
        subject=message.subject,
        text=message.text.strip() + "\n",
        created=now,
    )
