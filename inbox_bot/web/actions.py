"""Addresses that change something: each is one word of the author's, said by POST alone.

A word on a draft names the version and the hash of what was shown. If either is not so any more,
the answer is 409 and a page that shows the difference; what she typed is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import pipeline, review
from inbox_bot.bot import Bot
from inbox_bot.drafting import with_line
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Draft
from inbox_bot.review import Shown, promises
from inbox_bot.web.conflict import differing_view
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show
from inbox_bot.web.views import Typed, show_letter

LONGEST_TEXT = 100_000
LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a form on a letter's page holds; `line` and `text` are what the author typed.

    `choice` is the value of the button that was pressed, `until` a day that she named, `address`
    where the reply should go instead.
    """

    what: Shown
    line: str = ""
    text: str = ""
    choice: str = ""
    until: str = ""
    address: str = ""


DraftVerb = Callable[[Bot, Said, datetime], Draft]
LetterVerb = Callable[[Bot, int, datetime], object]


def _approve(bot: Bot, said: Said, now: datetime) -> Draft:
    """Her line and her changes to the text are part of what she says yes to."""
    edited = _edited(bot, said, now)
    if edited is not None:
        return review.approve(bot, review.shown(edited), now)
    return review.approve_with_line(bot, said.what, said.line, now)


def _edit(bot: Bot, said: Said, now: datetime) -> Draft:
    """Nothing changed and nothing added is no word of hers: the draft stays as it is."""
    if edited := _edited(bot, said, now):
        return edited
    if said.line.strip():
        return review.add_line(bot, said.what, said.line, now)
    with bot.store.reading() as tx:
        return tx.drafts.get(said.what.draft_id)


def _edited(bot: Bot, said: Said, now: datetime) -> Draft | None:
    """The draft with the text as she changed it and the line she added; None if she left it."""
    with bot.store.reading() as tx:
        kept = tx.drafts.get(said.what.draft_id).text
    if not said.text or said.text.strip() == kept.strip():
        return None
    return review.edit(bot, said.what, with_line(said.text, said.line), now)


def _swap(bot: Bot, said: Said, now: datetime) -> Draft:
    position, _, entry_id = said.choice.partition(":")
    return review.swap(bot, said.what, _number(position), entry_id, now)


def _not_a_question(bot: Bot, said: Said, now: datetime) -> Draft:
    return review.not_a_question(bot, said.what, _number(said.choice), now)


def _snooze(bot: Bot, said: Said, now: datetime) -> Draft:
    try:
        until = date.fromisoformat(said.until)
    except ValueError as error:
        raise WrongUse("Name the day until which it should be out of sight.") from error
    return review.snooze(bot, said.what.draft_id, until, now)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise WrongUse(BROKEN)
    return int(text)


DRAFT_VERBS: Mapping[str, DraftVerb] = {
    "approve": _approve,
    "edit": _edit,
    "swap": _swap,
    "not-a-question": _not_a_question,
    "hold": lambda bot, said, now: review.hold(bot, said.what, now),
    "hold-without-date": lambda bot, said, now: review.hold_without_date(bot, said.what, now),
    "reject": lambda bot, said, now: review.reject(bot, said.what, now),
    "answered-by-hand": lambda bot, said, now: review.answered_by_hand(bot, said.what, now),
    "snooze": _snooze,
    "readdress": lambda bot, said, now: review.readdress(bot, said.what, said.address, now),
    "wake": lambda bot, said, now: review.wake(bot, said.what.draft_id, now),
    "was-sent": lambda bot, said, now: review.was_sent(bot, said.what.draft_id, now),
    "was-not-sent": lambda bot, said, now: review.was_not_sent(bot, said.what.draft_id, now),
    "write-again": lambda bot, said, now: review.write_again(
        bot, said.what.draft_id, said.text, now
    ),
    "undo": lambda bot, said, now: review.undo(bot, said.what.draft_id, now),
}
WITHOUT_VERSION = frozenset({"wake", "was-sent", "was-not-sent", "write-again", "undo"})
"""Words that are not about a draft's text as it was shown."""

LETTER_VERBS: Mapping[str, LetterVerb] = {
    "not-a-reader": review.not_a_reader,
    "never-sender": review.never_sender,
    "never-domain": review.never_domain,
    "a-reader-after-all": review.a_reader_after_all,
    "answered": lambda bot, letter_id, now: promises.was_answered(bot.store, letter_id, now),
    "owed": lambda bot, letter_id, now: promises.still_owed(bot.store, letter_id, now),
    "release": lambda bot, letter_id, now: promises.release(bot.store, letter_id, _why(), now),
    "undo": review.undo_last,
}
OVER = frozenset({"not-a-reader", "never-sender", "never-domain", "answered", "release"})
DONE_WITH = frozenset({"approve", "reject", "answered-by-hand", "snooze", "was-sent"})
"""After these the author goes back to the queue; after others she stays with the letter."""
REWRITES = frozenset({"swap", "not-a-question", "hold", "hold-without-date", "readdress"})
"""These draft anew: what she had typed is neither used nor lost."""

BROKEN = "This form is not whole: load the page again."


def say(draft_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in DRAFT_VERBS:
        abort(404)
    said = _said(draft_id, needs_version=verb not in WITHOUT_VERSION)
    with page.bot.store.reading() as tx:
        before = tx.drafts.get(draft_id)
    try:
        draft = DRAFT_VERBS[verb](page.bot, said, page.clock())
    except Conflict as conflict:
        return _not_done(page, said, str(conflict))
    except WrongUse as wrong:
        typed = replace(_typed(said, before.text), complaint=str(wrong))
        return show_letter(before.letter_id, typed, 400)
    if verb in DONE_WITH:
        return redirect(f"/?done={draft.id}", 303)
    left = _typed(said, before.text)
    if verb in REWRITES and (left.line or left.text):
        return show_letter(draft.letter_id, left)
    return redirect(f"/letter/{draft.letter_id}", 303)


def _not_done(page: Page, said: Said, complaint: str) -> AnyResponse:
    """What has changed meanwhile; where nothing has, the letter with the reason."""
    with page.bot.store.reading() as tx:
        view = differing_view(tx, said.what, complaint)
    typed = replace(_typed(said, view.before), complaint=complaint)
    if not view.lines:
        return show_letter(view.letter_id, typed, 409)
    return show("differing", {"title": "Changed meanwhile", "view": view, "typed": typed}, 409)


def _typed(said: Said, before: str) -> Typed:
    """What she typed that is not kept yet."""
    return Typed(line=said.line, text=said.text if said.text.strip() != before.strip() else "")


def look_again(letter_id: int) -> AnyResponse:
    """The letter as it is now, with what she had typed."""
    typed = _said(0, needs_version=False)
    return show_letter(letter_id, Typed(line=typed.line, text=typed.text))


def say_of_letter(letter_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in LETTER_VERBS:
        abort(404)
    LETTER_VERBS[verb](page.bot, letter_id, page.clock())
    page.look_now()
    if verb in OVER:
        return redirect(f"/?over={letter_id}", 303)
    return redirect(f"/letter/{letter_id}", 303)


def look() -> AnyResponse:
    """Look into the mailbox now; the queue tells what came of it."""
    page = here()
    asked = int(page.clock().timestamp())
    page.look_now()
    return redirect(f"/?looked={asked}", 303)


def take_back_rule() -> AnyResponse:
    """A rule of the author's holds no more: its letters come in with the look that follows."""
    page = here()
    review.take_back(page.bot, request.form.get("rule", ""), page.clock())
    page.look_now()
    return redirect("/others", 303)


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
        text=form.get("text", "")[:LONGEST_TEXT],
        choice=form.get("choice", ""),
        until=form.get("until", ""),
        address=form.get("address", "")[:LONGEST_ADDRESS],
    )


def _why() -> str:
    return request.form.get("why", "").strip()[:LONGEST_ADDRESS] or "you said so"
