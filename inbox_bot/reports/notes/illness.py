"""Notes on the bot's own health and on a second bot: one each, at any hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from inbox_bot import humanize
from inbox_bot.bot import Bot
from inbox_bot.model import facts
from inbox_bot.steps.health import (
    ILLNESS,
    TWO_OF_THEM,
    Illness,
    after_note,
    is_to_tell,
    keep_illness,
)
from inbox_bot.steps.own_note import has_left, note_letter
from inbox_bot.steps.second_bot import STEPPED_BACK

TOLD_OF_ANOTHER = facts.moment("told of another bot")


def tell_illness(bot: Bot, now: datetime) -> bool:
    """Send the note that is due, if any, through the first of her accounts that works.

    It is recorded before it is sent, so that no crash sends two of one kind.
    """
    with bot.store.reading() as tx:
        illness = ILLNESS.of(tx)
    if illness is None or not is_to_tell(illness, now):
        return False
    _remember(bot, illness, after_note(illness, now))
    if any(_send(bot, number, illness, now) for number in range(len(bot.accounts))):
        return True
    _remember(bot, after_note(illness, now), replace(illness, tried=now))
    return False


def tell_another(bot: Bot, now: datetime) -> bool:
    """One note when this bot stepped back for another one on the same mailbox."""
    with bot.store.reading() as tx:
        since, told = STEPPED_BACK.of(tx), TOLD_OF_ANOTHER.of(tx)
    if since == told:
        return False
    _note(bot, since)
    if not since:
        return False
    account, body = bot.accounts[0], f"I just noticed that {TWO_OF_THEM}.\n"
    if has_left(
        account, note_letter(bot, account, "Another inbox-bot is using your mailbox", body, now)
    ):
        return True
    _note(bot, told)
    return False


def _note(bot: Bot, told: datetime | None) -> None:
    with bot.store.transaction() as tx:
        TOLD_OF_ANOTHER.put(tx, told)


def _remember(bot: Bot, before: Illness | None, after: Illness | None) -> None:
    with bot.store.transaction() as tx:
        keep_illness(tx, before, after)


def _send(bot: Bot, number: int, illness: Illness, now: datetime) -> bool:
    account = bot.accounts[number]
    zone = ZoneInfo(bot.author.timezone)
    body = (well_again if illness.over else fallen_ill)(illness, zone, bot.author.locale)
    subject = "I can check your mailbox again" if illness.over else "I can't check your mailbox"
    return has_left(account, note_letter(bot, account, subject, body, now))


def fallen_ill(illness: Illness, zone: ZoneInfo, locale: str) -> str:
    return (
        f"I haven't been able to check your mailbox since {_when(illness.since, zone, locale)}:"
        f"\n\n  {illness.what}\n\n"
        "I'll keep trying, at least every 15 minutes, and write again once it works. Until then, "
        "letters from readers stay unread and nothing is sent, but nothing is lost.\n"
    )


def well_again(illness: Illness, zone: ZoneInfo, locale: str) -> str:
    assert illness.over is not None
    since, over = (_when(one, zone, locale) for one in (illness.since, illness.over))
    return (
        f"I couldn't check your mailbox from {since} to {over}:\n\n  {illness.what}\n\n"
        "It works again. I've read everything that came in, so there's nothing you need to do.\n"
    )


def _when(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """ "Tue, Mar 3, 2026 at 2:05 PM"."""
    return humanize.moment(moment.astimezone(zone), locale)
