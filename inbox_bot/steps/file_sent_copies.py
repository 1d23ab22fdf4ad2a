"""File each sent reply in the author's Sent folder exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot, SentCopy
from inbox_bot.drafting.mime import build
from inbox_bot.model import Draft
from inbox_bot.model.names import draft_name
from inbox_bot.model.records import Copy
from inbox_bot.steps.isolation import Step, isolate, set_aside

BATCH = 50
SERVER_NEEDS = timedelta(seconds=30)
"""How long a server that files sent mail itself may take until the copy can be seen."""


def file_sent_copies(bot: Bot, account: Account, now: datetime) -> int:
    """File sent replies in Sent, once each; returns how many still have to wait.

    With `auto` the server's own copy, noticed by `own_replies`, has SERVER_NEEDS to appear. Each
    copy is searched for before it is added: none comes twice.
    """
    with bot.store.reading() as tx:
        sent = [
            draft
            for draft in tx.drafts.without_sent_copy()
            if bot.account_of(draft.sender.email) is account
        ]
    ripe = [draft for draft in sent if _is_ripe(account, draft, now)]
    for start in range(0, len(ripe), BATCH):
        _file(bot, account, ripe[start : start + BATCH], now)
    return len(sent) - len(ripe)


def _is_ripe(account: Account, draft: Draft, now: datetime) -> bool:
    waits = account.sent_copy is SentCopy.AUTO and account.mailbox.special_folders().sent
    return not waits or now >= (draft.sent_at or now) + SERVER_NEEDS


def _file(bot: Bot, account: Account, drafts: Sequence[Draft], now: datetime) -> None:
    mailbox = account.mailbox
    sent = mailbox.special_folders().sent
    if sent and account.sent_copy is not SentCopy.NEVER:
        with bot.store.reading() as tx:
            looked_through = tx.cursor(mailbox.address, sent)  # a copy up to it was noticed
        mailbox.file_sent(_copies(bot, drafts, now), looked_through)
    with bot.store.transaction() as tx:
        tx.drafts.mark_sent_copies(draft.message_id for draft in drafts)


def _copies(bot: Bot, drafts: Sequence[Draft], now: datetime) -> list[Copy]:
    """Skip replies that cannot be rebuilt: they were sent, but get no copy."""

    def aside(draft: Draft, error: Exception) -> list[Copy]:
        set_aside(bot, Step.FILE, f"draft {draft_name(draft.id)}", error, now, draft.letter_id)
        return []

    made = isolate(drafts, lambda some: [_copy(one, one.sent_at or now) for one in some], aside)
    return [copy for some in made for copy in some]


def _copy(draft: Draft, sent_at: datetime) -> Copy:
    return Copy(raw=build(draft, sent_at), message_id=draft.message_id, at=sent_at)
