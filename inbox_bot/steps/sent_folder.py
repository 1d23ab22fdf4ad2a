"""Read the author's Sent folders for mail that she sent from any program, in batches with a cursor
for each folder, as `receive` reads her other folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.bot import Account, Bot
from inbox_bot.errors import NotFound
from inbox_bot.model import Message
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.arrivals import Seen
from inbox_bot.steps.isolation import Step, isolate, set_aside
from inbox_bot.steps.own_replies import is_early, is_telling, notice, notice_early
from inbox_bot.steps.receive import first_day, headers, news


def notice_own_replies(bot: Bot, account: Account, now: datetime) -> int:
    """Read the headers of Sent; returns how many promises the author kept by hand.

    The first time all of Sent is read, to learn whom she knows. A second Sent folder may vanish;
    for the main one NotFound is raised.
    """
    special = account.mailbox.special_folders()
    kept = 0
    for folder in special.all_sent:
        try:
            kept += _notice_in(bot, account, folder, now)
        except NotFound:
            if folder == special.sent:
                raise
    return kept


def _notice_in(bot: Bot, account: Account, sent: str, now: datetime) -> int:
    kept = 0
    for uids, cursor in news(bot, account, sent, lambda: None):
        since = first_day(bot, now)
        letters = _without_copies(bot, headers(bot, account, sent, uids, now))
        kept += sum(_notice_each(bot, account, letters, since, now))
        with bot.store.transaction() as tx:
            tx.set_cursor(cursor)
    return kept


def _notice_each(
    bot: Bot, account: Account, letters: Sequence[Seen], since: datetime, now: datetime
) -> Sequence[int]:
    """Count the promises that they kept. A letter that fails is set aside and reported."""

    def aside(seen: Seen, error: Exception) -> int:
        place = seen.fetched.place
        day = humanize.full(seen.fetched.arrived.date(), bot.author.locale)
        what = f"your letter from {day} in {place.folder} (UID {place.uid})"
        set_aside(bot, Step.SENT, what, error, now)
        return 0

    return isolate(letters, lambda some: _notice(bot, account, some, since, now), aside)


def _notice(
    bot: Bot, account: Account, letters: Sequence[Seen], since: datetime, now: datetime
) -> int:
    sent = letters[0].fetched.place.folder
    recent = [one for one in letters if one.message and one.fetched.arrived >= since]
    whole = _whole(bot, account, sent, _which(bot, recent, is_telling))
    with bot.store.transaction() as tx:
        read = [(one, whole.get(one.fetched.place.uid, one.message)) for one in letters]
        kept = sum(
            notice(bot, tx, message, one.fetched.arrived, now) for one, message in read if message
        )
    early = _whole(bot, account, sent, _which(bot, recent, is_early))
    with bot.store.transaction() as tx:
        for message in early.values():
            notice_early(tx, message)
    return kept


def _without_copies(bot: Bot, letters: Sequence[Seen]) -> Sequence[Seen]:
    """Drop copies of replies that the bot sent, after marking them as filed."""
    with bot.store.transaction() as tx:
        copies = tx.drafts.mark_sent_copies(one.message_id for one in letters)
    return [one for one in letters if one.message_id not in copies]


def _which(
    bot: Bot, letters: Sequence[Seen], is_so: Callable[[Bot, Transaction, Message], bool]
) -> Sequence[int]:
    with bot.store.reading() as tx:
        return [
            one.fetched.place.uid for one in letters if one.message and is_so(bot, tx, one.message)
        ]


def _whole(bot: Bot, account: Account, sent: str, uids: Sequence[int]) -> Mapping[int, Message]:
    """Fetch letters whole if the text matters: a holding line keeps no promise."""
    whole = list(account.mailbox.letters(sent, uids))
    read = bot.read([one.raw for one in whole])
    return {
        one.place.uid: message
        for one, message in zip(whole, read, strict=True)
        if isinstance(message, Message)
    }
