"""The card about a reader from before the bot began, and her decision on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import humanize
from inbox_bot.bot import Bot
from inbox_bot.model import NO_ADDRESS
from inbox_bot.model.ports import Transaction
from inbox_bot.promises.calendar import local_day
from inbox_bot.review import forgotten
from inbox_bot.web import phrases
from inbox_bot.web.page import Page, here

VERBS: Mapping[str, Callable[[Bot, int, datetime], None]] = {
    "write": forgotten.write_after_all,
    "late": forgotten.too_late,
    "not-a-reader": forgotten.no_reader,
    "back": forgotten.offer_again,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenView:
    """A reader from before the bot began who may never have got a reply."""

    letter_id: int
    reader: str
    subject: str
    when: str


def forgotten_view(
    tx: Transaction, page: Page, now: datetime, *, is_queue_empty: bool
) -> ForgottenView | None:
    today = local_day(now, page.bot.calendar())
    one = forgotten.next_offer(tx, today, is_queue_empty=is_queue_empty)
    if one is None:
        return None
    return ForgottenView(
        letter_id=one.letter_id,
        reader=phrases.short(one.sender.shown if one.sender else NO_ADDRESS, 60),
        subject=phrases.short(one.subject, 140),
        when=humanize.dated(one.arrived.astimezone(page.zone).date(), page.locale),
    )


def decide(letter_id: int, verb: str) -> AnyResponse:
    """After her yes, a poll drafts the reply, which the queue shows; else a notice with undo."""
    page, now = here(), here().clock()
    if verb not in VERBS:
        abort(404)
    VERBS[verb](page.bot, letter_id, now)
    if verb == "write":
        page.poll_now()
        return redirect(f"/?looked={int(now.timestamp())}", 303)
    shown = {"late": f"/?late={letter_id}", "not-a-reader": f"/?over={letter_id}"}
    return redirect(shown.get(verb, "/"), 303)
