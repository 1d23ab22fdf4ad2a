"""Copies of sent replies in the author's Sent folder: each one once."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot, SentCopy
from inbox_bot.model import Draft
from inbox_bot.replies import build

SERVER_NEEDS = timedelta(seconds=30)
"""How long a server that files sent mail itself may take until the copy can be seen."""


def file_sent_copies(bot: Bot, account: Account, now: datetime) -> int:
    """See to it that each sent reply lies in Sent once; returns how many still have to wait.

    With `auto` the server's own copy is waited for, and one is added only if none has come: who
    reads Sent (`own_replies`) notices it. What is added is looked for first: none comes twice.
    """
    with bot.store.reading() as tx:
        sent = [
            draft
            for draft in tx.drafts.without_sent_copy()
            if bot.account_of(draft.sender.email) is account
        ]
    return sum(not _has_copy(bot, account, draft, now) for draft in sent)


def _has_copy(bot: Bot, account: Account, draft: Draft, now: datetime) -> bool:
    folder = account.mailbox.special_folders().sent
    if folder is None or account.sent_copy is SentCopy.NEVER:
        return _copied(bot, draft)
    sent_at = draft.sent_at or now
    if account.sent_copy is SentCopy.AUTO and now < sent_at + SERVER_NEEDS:
        return False
    account.mailbox.file_sent(build(draft, sent_at), draft.message_id, sent_at)
    return _copied(bot, draft)


def _copied(bot: Bot, draft: Draft) -> bool:
    with bot.store.transaction() as tx:
        tx.drafts.mark_sent_copy(draft.id, draft.version)
    return True
