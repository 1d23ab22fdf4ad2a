"""A draft of ours in Sent: which one it is, and what the reader was told with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_bot.answered import fulfil
from inbox_bot.bot import Bot
from inbox_bot.model import (
    OWED,
    Actor,
    Draft,
    DraftKind,
    DraftState,
    FiledState,
    Message,
    StoredMessage,
    Verdict,
    event_on,
)
from inbox_bot.ports import Transaction
from inbox_bot.replies import build
from inbox_bot.threads import ancestors

EXCHANGE_ID = "x-microsoft-original-message-id"
UNDECIDED = (DraftState.PENDING, DraftState.APPROVED)
IN_DOUBT = (DraftState.SENDING, DraftState.UNCERTAIN)
OPEN_ENDED = (DraftKind.HOLDING, DraftKind.PARTIAL)


def own_draft(tx: Transaction, message: Message) -> Draft | None:
    for message_id in (message.message_id, message.header(EXCHANGE_ID).strip("<> ")):
        if message_id and (draft := tx.drafts.by_message_id(message_id)):
            return draft
    return None


def answered_letter(tx: Transaction, message: Message) -> StoredMessage | None:
    """The reader's letter that this one answers. A letter that the author began has none."""
    for message_id in ancestors(message):
        letter = tx.messages.by_message_id(message_id)
        if letter and letter.verdict in (None, *OWED, Verdict.COURTESY):
            return letter
    return None


def same_reply(bot: Bot, tx: Transaction, message: Message) -> Draft | None:
    """The draft that left under a Message-ID not its own, as some servers give a new one.

    The same words prove it; of a draft whose copy the author is editing any words do.
    """
    edited = {one.draft_id for one in tx.drafts.filed() if one.state is FiledState.EDITED}
    for draft in _alike(tx, message):
        if draft.id in edited and draft.state in UNDECIDED:
            return draft
        if _says_the_same(bot, draft, message):
            return draft
    return None


def _alike(tx: Transaction, message: Message) -> list[Draft]:
    """Unsettled drafts that answer the same letter and go to the same reader."""
    letter = answered_letter(tx, message)
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
    """Both read by the same eyes: quotes, signature and line ends do not count."""
    if not message.text.strip():
        return False
    (ours,) = bot.read([build(draft, draft.created)])
    return isinstance(ours, Message) and ours.text.split() == message.text.split()


def found_sent(bot: Bot, tx: Transaction, draft: Draft, message: Message, now: datetime) -> bool:
    """Our own reply lies in Sent: proof for one that may have left, else sent from Drafts."""
    in_doubt = draft.state in IN_DOUBT
    if not in_doubt and message.text.strip() and not _says_the_same(bot, draft, message):
        draft = tx.drafts.add_version(_as_she_sent_it(draft, message, now))
    sent_at = draft.sent_at or now
    sent = replace(draft, state=DraftState.SENT, sent_at=sent_at, sent_copy=True, reason="")
    tx.drafts.move(draft, sent)
    actor = Actor.BOT if in_doubt else Actor.AUTHOR
    tx.record(event_on(draft, "found in Sent" if in_doubt else "sent from Drafts", actor, now))
    fulfil(tx, bot, sent, now)
    return not in_doubt


def _as_she_sent_it(draft: Draft, message: Message, now: datetime) -> Draft:
    """What the reader was told stays known: the author's words are the draft's last version."""
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
