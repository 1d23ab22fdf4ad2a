"""Addresses that change something: each is one word of the author's, said by POST alone.

A word on a draft names the version and the hash of what was shown. If either is not so any more,
the answer is 409 and a page that shows the difference; what she typed is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import pipeline
from inbox_bot.bot import Bot
from inbox_bot.drafting import with_line
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Draft
from inbox_bot.pipeline import Shown
from inbox_bot.web.differing import differing_view
from inbox_bot.web.page import here
from inbox_bot.web.rendering import show

LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a form on a letter's page holds; `line` and `text` are what the author typed.

    `choice` is the value of the button that was pressed, `until` a day that she named.
    """

    what: Shown
    line: str = ""
    text: str = ""
    choice: str = ""
    until: str = ""


DraftVerb = Callable[[Bot, Said, datetime], Draft]
LetterVerb = Callable[[Bot, int, datetime], str]


def _approve(bot: Bot, said: Said, now: datetime) -> Draft:
    """Her line and her changes to the text are part of what she says yes to."""
    edited = _edited(bot, said, now)
    if edited is not None:
        return pipeline.approve(bot, pipeline.shown(edited), now)
    return pipeline.approve_with_line(bot, said.what, said.line, now)


def _edit(bot: Bot, said: Said, now: datetime) -> Draft:
    """Nothing changed and nothing added is no word of hers: the draft stays as it is."""
    if edited := _edited(bot, said, now):
        return edited
    if said.line.strip():
        return pipeline.add_line(bot, said.what, said.line, now)
    with bot.store.reading() as tx:
        return tx.drafts.get(said.what.draft_id)


def _edited(bot: Bot, said: Said, now: datetime) -> Draft | None:
    """The draft with the text as she changed it and the line she added; None if she left it."""
    with bot.store.reading() as tx:
        kept = tx.drafts.get(said.what.draft_id).text
    if not said.text or said.text.strip() == kept.strip():
        return None
    return pipeline.edit(bot, said.what, with_line(said.text, said.line), now)


def _swap(bot: Bot, said: Said, now: datetime) -> Draft:
    position, _, entry_id = said.choice.partition(":")
    return pipeline.swap(bot, said.what, _number(position), entry_id, now)


def _not_a_question(bot: Bot, said: Said, now: datetime) -> Draft:
    return pipeline.not_a_question(bot, said.what, _number(said.choice), now)


def _snooze(bot: Bot, said: Said, now: datetime) -> Draft:
    try:
        until = date.fromisoformat(said.until)
    except ValueError as error:
        raise WrongUse("Name the day until which it should be out of sight.") from error
    return pipeline.snooze(bot, said.what.draft_id, until, now)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise WrongUse(BROKEN)
    return int(text)


DRAFT_VERBS: Mapping[str, DraftVerb] = {
    "approve": _approve,
    "edit": _edit,
    "swap": _swap,
    "not-a-question": _not_a_question,
    "hold": lambda bot, said, now: pipeline.hold(bot, said.what, now),
    "hold-without-date": lambda bot, said, now: pipeline.hold_without_date(bot, said.what, now),
    "reject": lambda bot, said, now: pipeline.reject(bot, said.what, now),
    "answered-by-hand": lambda bot, said, now: pipeline.answered_by_hand(bot, said.what, now),
    "snooze": _snooze,
    "wake": lambda bot, said, now: pipeline.wake(bot, said.what.draft_id, now),
    "was-sent": lambda bot, said, now: pipeline.was_sent(bot, said.what.draft_id, now),
    "was-not-sent": lambda bot, said, now: pipeline.was_not_sent(bot, said.what.draft_id, now),
    "write-again": lambda bot, said, now: pipeline.write_again(
        bot, said.what.draft_id, said.text, now
    ),
    "undo": lambda bot, said, now: pipeline.undo(bot, said.what.draft_id, now),
}
WITHOUT_VERSION = frozenset({"wake", "was-sent", "was-not-sent", "write-again", "undo"})
"""Words that are not about a draft's text as it was shown."""

LETTER_VERBS: Mapping[str, LetterVerb] = {
    "not-a-reader": pipeline.not_a_reader,
    "never-sender": pipeline.never_sender,
    "never-domain": pipeline.never_domain,
    "a-reader-after-all": pipeline.a_reader_after_all,
    "undo": pipeline.undo_last,
}
RULED_OUT = frozenset({"not-a-reader", "never-sender", "never-domain"})
DONE_WITH = frozenset({"approve", "reject", "answered-by-hand", "snooze", "was-sent"})
"""After these the author goes back to the queue; after others she stays with the letter."""

BROKEN = "This form is not whole: load the page again."


def say(draft_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in DRAFT_VERBS:
        abort(404)
    said = _said(draft_id, needs_version=verb not in WITHOUT_VERSION)
    try:
        draft = DRAFT_VERBS[verb](page.bot, said, page.clock())
    except Conflict as conflict:
        with page.bot.store.reading() as tx:
            view = differing_view(tx, said.what, str(conflict))
        values = {"title": "Changed meanwhile", "view": view, "line": said.line, "text": said.text}
        return show("differing", values, 409)
    if verb in DONE_WITH:
        return redirect(f"/?done={draft.id}", 303)
    return redirect(f"/letter/{draft.letter_id}", 303)


def say_of_letter(letter_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in LETTER_VERBS:
        abort(404)
    LETTER_VERBS[verb](page.bot, letter_id, page.clock())
    page.look_now()
    if verb in RULED_OUT:
        return redirect(f"/?private={letter_id}", 303)
    return redirect(f"/letter/{letter_id}", 303)


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
        raise WrongUse(BROKEN)
    return Said(
        what=Shown(draft_id=draft_id, version=int(version[:9]), hash=form.get("hash", "")),
        line=form.get("line", "")[:LONGEST_TEXT],
        text=form.get("text", "").replace("\r\n", "\n")[:LONGEST_TEXT],
        choice=form.get("choice", ""),
        until=form.get("until", ""),
    )
