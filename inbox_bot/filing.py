"""Copies in the author's own folders: pending drafts in Drafts, sent replies in Sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot, SentCopy
from inbox_bot.errors import UnsafeReply
from inbox_bot.model import Draft, DraftKind, DraftState
from inbox_bot.ports import FiledDraft
from inbox_bot.replies import build

LIVE = (DraftState.PENDING, DraftState.APPROVED, DraftState.SENDING, DraftState.UNCERTAIN)
WORTH_FILING = (DraftKind.ANSWER, DraftKind.PARTIAL, DraftKind.URGENT, DraftKind.EDITED)
SERVER_NEEDS = timedelta(seconds=30)
"""How long a server that files sent mail itself may take until the copy can be seen."""


def file_drafts(bot: Bot, account: Account) -> int:
    """Lay pending drafts into Drafts and take back those that are over; returns how many lie new.

    One that lay there once is never laid there again: the author may have removed it.
    """
    _withdraw(bot, account)
    with bot.store.reading() as tx:
        lying = {(filed.draft_id, filed.version) for filed in tx.drafts.filed()}
        pending = [
            draft
            for draft in tx.drafts.in_state(DraftState.PENDING)
            if draft.kind in WORTH_FILING and bot.account_of(draft.sender.email) is account
        ]
    room = bot.policy.drafts_at_once - len(lying)
    missing = [draft for draft in pending if (draft.id, draft.version) not in lying]
    for draft in missing[: max(room, 0)]:
        _file(bot, account, draft)
    return len(missing[: max(room, 0)])


def _file(bot: Bot, account: Account, draft: Draft) -> None:
    """A draft that no header can carry stays where the author sees why, and out of her folder."""
    try:
        raw = build(draft, draft.created)
    except UnsafeReply:
        return
    place = account.mailbox.file_draft(raw, draft.message_id, draft.created)
    with bot.store.transaction() as tx:
        tx.drafts.file(FiledDraft(draft_id=draft.id, version=draft.version, place=place))


def _withdraw(bot: Bot, account: Account) -> None:
    with bot.store.reading() as tx:
        over = [
            (filed, draft)
            for filed in tx.drafts.filed()
            if filed.place.mailbox == account.mailbox.address
            and (draft := tx.drafts.get(filed.draft_id, filed.version)).state not in LIVE
        ]
    for filed, draft in over:
        account.mailbox.withdraw_draft(filed.place, build(draft, draft.created))
        with bot.store.transaction() as tx:
            tx.drafts.unfile(filed)


def file_sent_copies(bot: Bot, account: Account, now: datetime) -> int:
    """See to it that each sent reply lies in Sent once; returns how many still have to wait.

    With `auto` the server's own copy is waited for, and one is added only if none has come.
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
    if account.mailbox.find(folder, draft.message_id):
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
