"""What a new author is told above her queue, until her first reply has left."""

from __future__ import annotations

from datetime import datetime

from inbox_bot.model import OUT
from inbox_bot.model.ports import Transaction
from inbox_bot.steps.health import LOOKED, health_of
from inbox_bot.web import phrases
from inbox_bot.web.flash import LookedView
from inbox_bot.web.page import Page

NOTHING_SENT = "Nothing has been sent to your readers."


def newcomer_view(tx: Transaction, page: Page, now: datetime) -> LookedView | None:
    """None once something was sent. It goes on while the bot looks for the first time."""
    if tx.drafts.any_in(*OUT):
        return None
    looked, health = LOOKED.of(tx), health_of(tx, now)
    if not health.healthy:
        return LookedView(text=f"{NOTHING_SENT} I can't check your mailbox: {health.why}")
    if looked is None:
        text = f"{NOTHING_SENT} I'm reading your mailbox for the first time …"
        return LookedView(text=text, goes_on=True)
    when = phrases.since(looked, now, page.zone)
    return LookedView(text=f"{NOTHING_SENT} I'm running. Last checked: {when}.")
