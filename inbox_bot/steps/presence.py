"""Announce this bot to another one on the same mailbox before anything is sent.

A copy of a draft in Drafts does that. Without one, a note to the author is sent, its copy filed in
Sent before Sent is read: of two bots that begin at once, at least one sees the other's note, on any
server. It is sent once, and again after she says that the bot is alone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from inbox_bot.bot import Account, Bot, SentCopy
from inbox_bot.errors import SendUncertain
from inbox_bot.model import facts
from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import Copy
from inbox_bot.steps.own_note import note_letter
from inbox_bot.steps.second_bot import ALONE, MARK, give_way, own_copies, remember_own_note
from inbox_bot.steps.sent_folder import notice_own_replies

A_MOMENT = timedelta(minutes=1)
BODY = """\
From now on, I'll send the replies you approve.

A copy of this note is in your Sent folder. If another inbox-bot uses this mailbox, say, on an older
computer, it will see this copy, and one of us will stop, so that no reader gets two answers. If I'm
the only one, there's nothing you need to do.
"""


def may_send(bot: Bot, account: Account, now: datetime) -> bool:
    """Whether this bot has announced itself and found no earlier one.

    Raises SendLater, SendRefused or LoginRefused if the note cannot leave.
    """
    sent = account.mailbox.special_folders().sent
    if sent is None or account.sent_copy is SentCopy.NEVER or _is_told_of(bot, account):
        return True
    with bot.store.transaction() as tx:
        if give_way(tx, now) or _is_begun(tx, account, now):
            return False
    _tell(bot, account, now)
    notice_own_replies(bot, account, now)
    with bot.store.transaction() as tx:
        return not give_way(tx, now)


def _is_told_of(bot: Bot, account: Account) -> bool:
    with bot.store.reading() as tx:
        told, alone = _told_of(account).of(tx), ALONE.of(tx)
        lying = own_copies(tx, account)
    return bool(lying or (told and (alone is None or told > alone)))


def _is_begun(tx: Transaction, account: Account, now: datetime) -> bool:
    """Whether another thread is announcing; if not, claim it for this one."""
    telling = facts.moment(f"telling in {account.mailbox.address}")
    begun = telling.of(tx)
    if begun and now - begun < A_MOMENT:
        return True
    telling.put(tx, now)
    return False


def _tell(bot: Bot, account: Account, now: datetime) -> None:
    """Record the note as ours before sending it: a crash costs a second note at most."""
    note = note_letter(bot, account, "I send what you approve", BODY, now)
    note[MARK] = "at work"
    name = note["Message-ID"].strip("<>")
    with bot.store.transaction() as tx:
        remember_own_note(tx, name, now)
    own = account.main.email
    with suppress(SendUncertain):  # it may have left: file its copy
        account.outbox.send(note.as_bytes(), own, [own])
    account.mailbox.file_sent([Copy(raw=note.as_bytes(), message_id=name, at=now)])
    with bot.store.transaction() as tx:
        _told_of(account).put(tx, now)


def _told_of(account: Account) -> facts.Fact[datetime | None]:
    return facts.moment(f"told of in {account.mailbox.address}")
