"""Addresses that change something: each is one word of the author's, said by POST alone.

A word on a draft names the version and the hash of what was shown. If either is not so any more,
the answer is 409 and a page that shows the difference; what she typed is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import pipeline
from inbox_bot.bot import Bot
from inbox_bot.drafting import with_line
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Draft, DraftState
from inbox_bot.verbs import Shown
from inbox_bot.web.differing import differing_view
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a form on a letter's page holds; `line` and `text` are what the author typed."""

    what: Shown
    line: str
    text: str


DraftVerb = Callable[[Bot, Said, datetime], Draft]
LetterVerb = Callable[[Bot, int, datetime], str]


def _approve(bot: Bot, said: Said, now: datetime) -> Draft:
    """Her line and her changes to the text are part of what she says yes to."""
    return pipeline.approve(bot, _written(bot, said, now), now)


def _save(bot: Bot, said: Said, now: datetime) -> Draft:
    what = _written(bot, said, now)
    with bot.store.reading() as tx:
        return tx.drafts.get(what.draft_id, what.version)


def _written(bot: Bot, said: Said, now: datetime) -> Shown:
    """The draft as the form shows it: with the text that she changed and the line she added."""
    with bot.store.reading() as tx:
        kept = tx.drafts.get(said.what.draft_id).text
    text = with_line(said.text or kept, said.line)
    if text.strip() == kept.strip():
        return said.what
    return pipeline.shown(pipeline.edit(bot, said.what, text, now))


DRAFT_VERBS: Mapping[str, DraftVerb] = {
    "approve": _approve,
    "edit": _save,
    "hold": lambda bot, said, now: pipeline.hold(bot, said.what, now),
    "reject": lambda bot, said, now: pipeline.reject(bot, said.what, now),
    "undo": lambda bot, said, now: pipeline.undo(bot, said.what.draft_id, now),
}
LETTER_VERBS: Mapping[str, LetterVerb] = {
    "not-a-reader": pipeline.not_a_reader,
    "a-reader-after-all": pipeline.a_reader_after_all,
}
DONE_WITH = (DraftState.APPROVED, DraftState.REJECTED)
"""After these the author goes back to the queue; after others she stays with the letter."""


def say(draft_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in DRAFT_VERBS:
        abort(404)
    said = _said(draft_id, needs_version=verb != "undo")
    try:
        draft = DRAFT_VERBS[verb](page.bot, said, page.clock())
    except Conflict as conflict:
        with page.bot.store.reading() as tx:
            view = differing_view(tx, said.what, str(conflict))
        values = {"title": "Changed meanwhile", "view": view, "line": said.line, "text": said.text}
        return show("differing", values, 409)
    if draft.state in DONE_WITH:
        return redirect(f"/?done={draft.id}", 303)
    return redirect(f"/letter/{draft.letter_id}", 303)


def say_of_letter(letter_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in LETTER_VERBS:
        abort(404)
    LETTER_VERBS[verb](page.bot, letter_id, page.clock())
    page.look_now()
    return redirect(f"/?private={letter_id}", 303)


def begin() -> AnyResponse:
    """The author's yes to the first letters."""
    page = here()
    pipeline.begin(page.bot, page.clock())
    page.look_now()
    return redirect("/", 303)


def _said(draft_id: int, needs_version: bool) -> Said:
    form = request.form
    version = form.get("version", "" if needs_version else "0")
    if not version.isdecimal() or (needs_version and not form.get("hash")):
        raise WrongUse("This form is not whole: load the page again.")
    return Said(
        what=Shown(draft_id=draft_id, version=int(version[:9]), hash=form.get("hash", "")),
        line=form.get("line", "")[:LONGEST_TEXT],
        text=form.get("text", "").replace("\r\n", "\n")[:LONGEST_TEXT],
    )
