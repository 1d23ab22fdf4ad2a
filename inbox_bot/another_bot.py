"""Another inbox_bot on the same mailbox, as on an old laptop and a new one: one of them steps back.

Each knows its own replies from its store, and those of its kind by their Message-IDs. The lowest
UID in Drafts decides, which is the same for both: whose copies lie higher lays and sends nothing
until the author says that it is alone. Letters in INBOX count for nothing here: anybody sends them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from inbox_bot.bot import FIRST_DAY, Account, Bot
from inbox_bot.model import FiledState, Message
from inbox_bot.ports import Transaction
from inbox_bot.replies import is_of_our_kind

STEPPED_BACK = "stepped back"
ALONE = "alone since"
LYING = (FiledState.LYING, FiledState.WITHDRAWING)


def has_stepped_back(tx: Transaction) -> bool:
    return bool(tx.note(STEPPED_BACK))


def be_alone(tx: Transaction, now: datetime) -> None:
    """The author says that no other bot works on her mailbox: signs from before count no more."""
    tx.set_note(STEPPED_BACK, "")
    tx.set_note(ALONE, now.isoformat())


def look_for_another(bot: Bot, account: Account, now: datetime) -> bool:
    """Look into Drafts for another bot that was here first; True when this one has stepped back."""
    with bot.store.reading() as tx:
        if has_stepped_back(tx):
            return True
        alone = tx.note(ALONE)
        own = {
            one.place.uid
            for one in tx.drafts.filed()
            if one.place.mailbox == account.mailbox.address and one.state in LYING
        }
    since = datetime.fromisoformat(alone) if alone else None
    first = min(_others(bot, account, own, since), default=0)
    if not first or first > min(own, default=first + 1):
        return False
    with bot.store.transaction() as tx:
        _step_back(tx, now)
    return True


def _others(bot: Bot, account: Account, own: set[int], since: datetime | None) -> Iterator[int]:
    """UIDs of drafts in Drafts that another bot laid there."""
    folder = account.mailbox.special_folders().drafts
    if folder is None:
        return
    uids = [uid for uid in account.mailbox.uids(folder, 0, None) if uid not in own]
    found = [
        one
        for one in account.mailbox.headers(folder, uids)
        if (since is None or one.arrived > since)
        and "\\deleted" not in {flag.lower() for flag in one.flags}
    ]
    read = bot.read([one.raw for one in found])
    with bot.store.reading() as tx:
        for one, message in zip(found, read, strict=True):
            if isinstance(message, Message) and _is_anothers(tx, message):
                yield one.place.uid


def notice_sent(bot: Bot, tx: Transaction, message: Message, now: datetime) -> None:
    """A reply in Sent from another bot, if it left while this one was at work."""
    if not _is_anothers(tx, message):
        return
    since = tx.note(ALONE)
    begun = datetime.fromisoformat(tx.note(FIRST_DAY) or now.isoformat()) + bot.policy.since
    if (message.date or now) > (datetime.fromisoformat(since) if since else begun):
        _step_back(tx, now)


def _is_anothers(tx: Transaction, message: Message) -> bool:
    name = message.message_id
    return (
        is_of_our_kind(name)
        and tx.drafts.by_message_id(name) is None
        and not tx.privacy.is_forgotten(name)
    )


def _step_back(tx: Transaction, now: datetime) -> None:
    if not has_stepped_back(tx):
        tx.set_note(STEPPED_BACK, now.isoformat())
