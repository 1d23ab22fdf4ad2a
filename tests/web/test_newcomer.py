"""What a new author is told above her queue, until her first reply has left."""

from __future__ import annotations

import html
import re

from inbox_bot import pipeline, review
from inbox_bot.steps.health import LOOKED, TROUBLE
from inbox_bot.steps.send import close_undo_windows
from tests.pages import Desk, desk

NOTHING = "Nothing has been sent to your readers."
NOTICE = re.compile(r'<div class="notice" role="status"><span>(.*?)</span>')


def told(at: Desk) -> tuple[str, ...]:
    page = at.author().get("/").text
    return tuple(html.unescape(one) for one in NOTICE.findall(page))


def test_nothing_has_been_sent_until_something_was() -> None:
    with desk() as at:
        (first,) = told(at)
        assert re.fullmatch(rf"{NOTHING} I'm running\. Last checked: \d\d?:\d\d\s[AP]M\.", first)
        draft = at.ready()
        review.approve(at.bot, review.shown(draft), at.now)
        assert told(at) == (first,), "an approved reply can still be taken back"
        close_undo_windows(at.bot, at.now)
        pipeline.send_approved(at.bot, at.now)
        assert told(at) == ()


def test_while_it_looks_for_the_first_time_the_page_loads_itself_again() -> None:
    with desk() as at:
        with at.bot.store.transaction() as tx:
            LOOKED.put(tx, None)
        assert told(at) == (f"{NOTHING} I'm reading your mailbox for the first time …",)
        assert 'http-equiv="refresh"' in at.author().get("/").text


def test_a_mailbox_that_cannot_be_reached_is_told() -> None:
    with desk() as at:
        with at.bot.store.transaction() as tx:
            TROUBLE.put(tx, "imap.example.com cannot be reached")
        assert told(at) == (
            f"{NOTHING} I can't check your mailbox: imap.example.com cannot be reached",
        )
