"""Login links by mail: asked for on the login page, sent to the author's own address.

The page only notes the wish, and the poll that follows sends the link: so the answer to whoever
asks takes the same time and says the same, whether a link is sent or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox_bot.bot import Bot
from inbox_bot.model import facts
from inbox_bot.model.ports import Store
from inbox_bot.steps.own_note import has_left, note_letter
from inbox_bot.web.sessions import new_link

ASKED = facts.lines("login links asked for")
"""When links were asked for lately, one time a line; others are not counted."""
WANTED = facts.moment("login link wanted")
GAP = timedelta(minutes=5)
SHARED_GAP = timedelta(minutes=10)
DAY = timedelta(days=1)
MOST_A_DAY = 6
FRESH = timedelta(minutes=15)
"""A wish that could not be met for so long is forgotten: nobody waits for it any more."""
BODY = """Someone asked for a login link to your review page. If it was you, open this link on the
device where you want to log in. It works once, within an hour.

{link}

If it wasn't you, you can ignore this: nobody gets in without the link.
"""


def is_allowed(asked: Sequence[datetime], now: datetime) -> bool:
    """At most one in five minutes, and a few a day: nobody can fill her mailbox with them."""
    recent = [at for at in asked if now - at < DAY]
    return len(recent) < MOST_A_DAY and all(now - at >= GAP for at in recent)


def want_link(bot: Bot, now: datetime) -> bool:
    """Note the wish; False, and nothing is noted, where too many were asked for lately."""
    with bot.store.transaction() as tx:
        asked = [at for at in map(datetime.fromisoformat, ASKED.of(tx)) if now - at < DAY]
        if not is_allowed(asked, now):
            return False
        ASKED.put(tx, tuple(at.isoformat() for at in (*asked, now)))
        WANTED.put(tx, now)
        return True


def note_wish(store: Store, now: datetime) -> bool:
    """Note the wish, where whoever asks is limited by address; False for ten minutes after one.

    A number a day would let strangers use up hers.
    """
    with store.transaction() as tx:
        asked = [at for at in map(datetime.fromisoformat, ASKED.of(tx)) if now - at < SHARED_GAP]
        if asked:
            return False
        ASKED.put(tx, (now.isoformat(),))
        WANTED.put(tx, now)
        return True


def send_wanted_link(bot: Bot, now: datetime) -> bool:
    """Send the link that was asked for; False if none was, or it could not leave."""
    with bot.store.reading() as tx:
        wanted = WANTED.of(tx)
    if wanted is None:
        return False
    with bot.store.transaction() as tx:
        WANTED.put(tx, None)
    if now - wanted > FRESH or not bot.policy.page_url:
        return False
    link = f"{bot.policy.page_url.rstrip('/')}/enter/{new_link(bot.store, now)}"
    account = bot.accounts[0]
    note = note_letter(bot, account, "Your login link", BODY.format(link=link), now)
    return has_left(account, note)
