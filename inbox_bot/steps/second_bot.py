"""Another inbox_bot on the same mailbox, as on an old laptop and a new one: one of them steps back.

Each knows its own replies from its store, and those of other bots by their Message-IDs. The lowest
UID in Drafts decides for both: the bot whose copies have higher UIDs files and sends nothing until
the author says that it is alone. If it has no copies there, a note in Sent announces it
(`presence`). Letters in INBOX do not count: anybody can send them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from inbox_bot.bot import FIRST_DAY, Account, Bot
from inbox_bot.drafting.mime import is_of_our_kind
from inbox_bot.letters.verdicts import is_automatic
from inbox_bot.model import UNTOUCHED, Message, facts
from inbox_bot.model.ports import Transaction

STEPPED_BACK = facts.moment("stepped back")
ALONE = facts.moment("alone since")
WAS_HERE = facts.moment("another was here")
MARK = "X-Inbox-Bot"
"""Header field that marks a bot's note in Sent; only the author gets it."""


def has_stepped_back(tx: Transaction) -> bool:
    return bool(STEPPED_BACK.of(tx))


def be_alone(tx: Transaction, now: datetime) -> None:
    """Record the author's word that no other bot is at work; earlier signs are void."""
    STEPPED_BACK.put(tx, None)
    WAS_HERE.put(tx, None)
    ALONE.put(tx, now)


def look_for_another(bot: Bot, account: Account, now: datetime) -> bool:
    """Look into Drafts for another bot that was here first; True when this one has stepped back."""
    with bot.store.reading() as tx:
        if has_stepped_back(tx):
            return True
        since = ALONE.of(tx)
        own = own_copies(tx, account)
    first = min(_others(bot, account, own, since), default=0)
    if not first or first > min(own, default=first + 1):
        return False
    with bot.store.transaction() as tx:
        _step_back(tx, now)
    return True


def own_copies(tx: Transaction, account: Account) -> set[int]:
    """UIDs of this bot's drafts in Drafts."""
    return {
        one.place.uid
        for one in tx.drafts.filed()
        if one.place.mailbox == account.mailbox.address and one.state in UNTOUCHED
    }


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


def notice_sent(bot: Bot, tx: Transaction, message: Message, at: datetime, now: datetime) -> None:
    """Step back for another bot's reply or note in Sent, sent while this one was at work.

    An earlier one is only remembered: it may come from an old computer, now retired.
    """
    if is_automatic(message) and not message.header(MARK.lower()):
        return
    if not _is_anothers(tx, message) or is_own_note(tx, message.message_id):
        return
    alone = ALONE.of(tx)
    first_day = FIRST_DAY.of(tx) or now
    if at > (alone or first_day + bot.policy.since):
        _step_back(tx, now)
    elif alone is None and at > first_day:
        WAS_HERE.put(tx, at)


def give_way(tx: Transaction, now: datetime) -> bool:
    """Also step back for an earlier bot that the author has not declared gone."""
    if WAS_HERE.of(tx):
        _step_back(tx, now)
    return has_stepped_back(tx)


def remember_own_note(tx: Transaction, message_id: str, now: datetime) -> None:
    _own_note(message_id).put(tx, now)


def _own_note(message_id: str) -> facts.Fact[datetime | None]:
    return facts.moment(f"own note {message_id}")


def is_own_note(tx: Transaction, message_id: str) -> bool:
    return _own_note(message_id).of(tx) is not None


def _is_anothers(tx: Transaction, message: Message) -> bool:
    name = message.message_id
    return (
        is_of_our_kind(name)
        and tx.drafts.by_message_id(name) is None
        and not tx.privacy.is_forgotten(name)
    )


def _step_back(tx: Transaction, now: datetime) -> None:
    if not has_stepped_back(tx):
        STEPPED_BACK.put(tx, now)
