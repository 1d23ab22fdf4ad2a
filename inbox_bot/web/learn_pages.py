"""Addresses of learning: "Keep for next time?", and what keeping it changed."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request

from inbox_bot import pipeline
from inbox_bot.errors import WrongUse
from inbox_bot.learning import Kept
from inbox_bot.web.kept import kept_view
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

LONGEST = 20_000


def lesson(draft_id: int) -> Response:
    """The proposed entry, or another way to ask one, for the author to mend; nothing is kept."""
    proposed = pipeline.lesson_from(here().bot, draft_id)
    return show("lesson", {"title": "Keep for next time", "lesson": proposed})


def keep_lesson(draft_id: int) -> Response:
    page = here()
    proposed = pipeline.lesson_from(page.bot, draft_id)
    mended = replace(
        proposed,
        question=_typed("question"),
        answer=_typed("answer") if proposed.is_new else "",
        entry_id=_typed("entry_id") if proposed.is_new else proposed.entry_id,
    )
    return show_kept(pipeline.keep_lesson(page.bot, mended, page.clock()))


def show_kept(kept: Kept) -> Response:
    return show("kept", {"title": "Kept", "view": kept_view(kept, here())})


def _typed(name: str) -> str:
    typed = request.form.get(name, "").replace("\r\n", "\n").strip()
    if not typed or len(typed) > LONGEST:
        raise WrongUse(f"Write the {name.replace('_', ' ')} in a few words.")
    return typed
