"""Watch-only: the bot's answers beside the author's, for her to compare."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.reports import watch_only
from inbox_bot.web import phrases
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

WORDS = {"right": True, "wrong": False}
AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    letter_id: int
    reader: str
    text: str
    mine: str
    hers: str


def compare() -> Response:
    page, now = here(), here().clock()
    pairs = tuple(
        PairView(
            letter_id=one.letter_id,
            reader=phrases.short(one.reader, 60),
            text=one.text.strip(),
            mine=one.draft.strip(),
            hers=one.answered.text.strip() if one.answered else "",
        )
        for one in watch_only.to_compare(page.bot, now)[:AT_ONCE]
    )
    with page.bot.store.reading() as tx:
        score = watch_only.score(tx)
    return show("compare", {"title": "Side by side", "pairs": pairs, "score": score})


def record_comparison(letter_id: int, word: str) -> AnyResponse:
    if word not in WORDS:
        abort(404)
    watch_only.record_comparison(here().bot.store, letter_id, right=WORDS[word])
    return redirect("/compare", 303)
