"""Addresses that change something, by POST only; each is one decision of the author's.

A decision on a draft names the version and hash of the text shown. If either has changed, the
answer is 409 and a page with the difference; what she typed is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import humanize, pipeline, review
from inbox_bot.bot import Bot
from inbox_bot.drafting import with_line
from inbox_bot.errors import Conflict, WrongUse
from inbox_bot.model import Draft, DraftState
from inbox_bot.review import Shown, promises
from inbox_bot.web.conflict import differing_view
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show
from inbox_bot.web.views import Typed, show_letter

LONGEST_TEXT = 100_000
LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form on a letter's page; the author typed `line` and `text`.

    `text` is None where the form has no such field: an emptied one is not the text as it was.
    `choice` is the value of the pressed button, `until` the end of a snooze, `address` another
    address for the reply.
    """

    what: Shown
    line: str = ""
    text: str | None = None
    choice: str = ""
    until: str = ""
    address: str = ""


DraftVerb = Callable[[Bot, Form, datetime], Draft]
LetterVerb = Callable[[Bot, int, datetime], object]


def _approve(bot: Bot, form: Form, now: datetime) -> Draft:
    """Approve with her line and her changes to the text."""
    edited = _edited(bot, form, now)
    if edited is not None:
        return review.approve(bot, review.shown(edited), now)
    return review.approve_with_line(bot, form.what, form.line, now)


def _edit(bot: Bot, form: Form, now: datetime) -> Draft:
    """Without a change or a line the draft stays as it is; one that is over comes back."""
    if edited := _edited(bot, form, now):
        return edited
    if form.line.strip():
        return review.add_line(bot, form.what, form.line, now)
    with bot.store.reading() as tx:
        draft = tx.drafts.get(form.what.draft_id)
    over = draft.state in (DraftState.REJECTED, DraftState.SUPERSEDED)
    return review.resume(bot, form.what, now) if over else draft


def _edited(bot: Bot, form: Form, now: datetime) -> Draft | None:
    """A version with her changed text and her line; None if the text is unchanged."""
    with bot.store.reading() as tx:
        kept = tx.drafts.get(form.what.draft_id).text
    if form.text is None or form.text.strip() == kept.strip():
        return None
    if not form.text.strip():
        raise WrongUse("The reply is empty: write something, or hold.")
    return review.edit(bot, form.what, with_line(form.text, form.line), now)


def _swap(bot: Bot, form: Form, now: datetime) -> Draft:
    position, _, entry_id = form.choice.partition(":")
    return review.swap(bot, form.what, _number(position), entry_id, now)


def _not_a_question(bot: Bot, form: Form, now: datetime) -> Draft:
    return review.not_a_question(bot, form.what, _number(form.choice), now)


def _snooze(bot: Bot, form: Form, now: datetime) -> Draft:
    """A browser without a date picker sends what was typed."""
    try:
        until = humanize.read_day(form.until.strip(), bot.author.locale)
    except ValueError as error:
        raise WrongUse("Pick a day to snooze it until.") from error
    return review.snooze(bot, form.what.draft_id, until, now)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise WrongUse(BROKEN)
    return int(text)


DRAFT_VERBS: Mapping[str, DraftVerb] = {
    "approve": _approve,
    "edit": _edit,
    "swap": _swap,
    "not-a-question": _not_a_question,
    "hold": lambda bot, form, now: review.hold(bot, form.what, now),
    "hold-without-date": lambda bot, form, now: review.hold_without_date(bot, form.what, now),
    "reject": lambda bot, form, now: review.reject(bot, form.what, now),
    "answered-by-hand": lambda bot, form, now: review.answered_by_hand(bot, form.what, now),
    "snooze": _snooze,
    "readdress": lambda bot, form, now: review.readdress(bot, form.what, form.address, now),
    "wake": lambda bot, form, now: review.wake(bot, form.what.draft_id, now),
    "was-sent": lambda bot, form, now: review.was_sent(bot, form.what.draft_id, now),
    "was-not-sent": lambda bot, form, now: review.was_not_sent(bot, form.what.draft_id, now),
    "write-again": lambda bot, form, now: review.write_again(
        bot, form.what.draft_id, form.text or "", now
    ),
    "undo": lambda bot, form, now: review.undo(bot, form.what.draft_id, now),
}
WITHOUT_VERSION = frozenset({"wake", "was-sent", "was-not-sent", "write-again", "undo"})
"""Decisions that do not depend on the text shown."""

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
"""These lead back to the queue; others to the letter."""
REWRITES = frozenset({"swap", "not-a-question", "hold", "hold-without-date", "readdress"})
"""These draft anew: text that she typed is not used, but shown again."""

BROKEN = "Part of the form is missing. Reload the page and try again."
NOTHING_SENT = "Nothing was sent."


def change_draft(draft_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in DRAFT_VERBS:
        abort(404)
    form = _form(draft_id, needs_version=verb not in WITHOUT_VERSION)
    with page.bot.store.reading() as tx:
        before = tx.drafts.get(draft_id)
    try:
        draft = DRAFT_VERBS[verb](page.bot, form, page.clock())
    except Conflict as conflict:
        return _not_done(page, verb, form, str(conflict))
    except WrongUse as wrong:
        typed = replace(_typed(form, before.text), complaint=f"{wrong} {NOTHING_SENT}")
        return show_letter(before.letter_id, typed, 400)
    if verb in DONE_WITH:
        return redirect(f"/?done={draft.id}", 303)
    left = _typed(form, before.text)
    if verb in REWRITES and (left.line or left.text):
        return show_letter(draft.letter_id, left)
    return redirect(f"/letter/{draft.letter_id}", 303)


def _not_done(page: Page, verb: str, form: Form, complaint: str) -> AnyResponse:
    """A page with what has changed; where nothing has, the letter with the reason."""
    with page.bot.store.reading() as tx:
        draft = tx.drafts.get(form.what.draft_id)
        complaint = _why_not(draft, verb, complaint)
        view = differing_view(tx, form.what, complaint)
    typed = replace(_typed(form, view.before), complaint=complaint)
    if not view.lines:
        return show_letter(view.letter_id, typed, 409)
    return show(
        "differing", {"title": "This changed in the meantime", "view": view, "typed": typed}, 409
    )


def _why_not(draft: Draft, verb: str, complaint: str) -> str:
    """The complaint, or one true sentence where the reply is out, or may be."""
    late = "It's too late to undo: your" if verb == "undo" else "Your"
    reply = f"{late} reply to {draft.to[0].shown}"
    match draft.state:
        case DraftState.SENT:
            return f"{reply} has been sent."
        case DraftState.SENDING:
            return f"{reply} is being sent right now."
        case DraftState.UNCERTAIN:
            return f"{reply} may have been sent. Check your Sent folder."
        case DraftState.APPROVED:
            return complaint
        case _:
            return f"{complaint} {NOTHING_SENT}"


def _why_not_of_letter(page: Page, letter_id: int, verb: str, complaint: str) -> str:
    with page.bot.store.reading() as tx:
        drafts = tx.drafts.for_letter(letter_id)
    return _why_not(drafts[-1], verb, complaint) if drafts else complaint


def _typed(form: Form, before: str) -> Typed:
    """Her text that is not stored yet."""
    text = form.text or ""
    return Typed(line=form.line, text=text if text.strip() != before.strip() else "")


def show_again(letter_id: int) -> AnyResponse:
    """The current letter, with what she had typed."""
    typed = _form(0, needs_version=False)
    return show_letter(letter_id, Typed(line=typed.line, text=typed.text or ""))


def change_letter(letter_id: int, verb: str) -> AnyResponse:
    page = here()
    if verb not in LETTER_VERBS:
        abort(404)
    now = page.clock()
    try:
        LETTER_VERBS[verb](page.bot, letter_id, now)
    except Conflict as conflict:
        complaint = _why_not_of_letter(page, letter_id, verb, str(conflict))
        return show_letter(letter_id, Typed(complaint=complaint), 409)
    page.poll_now()
    if verb in OVER:
        return redirect(f"/?over={letter_id}", 303)
    if verb == "a-reader-after-all":  # a poll drafts for it: the queue shows it until then
        return redirect(f"/?looked={int(now.timestamp())}", 303)
    return redirect(f"/letter/{letter_id}", 303)


def poll_now() -> AnyResponse:
    """Poll now; the queue shows the result."""
    page = here()
    asked = int(page.clock().timestamp())
    page.poll_now()
    return redirect(f"/?looked={asked}", 303)


def take_back_rule() -> AnyResponse:
    """Remove a rule of the author's; the poll that follows takes its letters in."""
    page = here()
    review.take_back(page.bot, request.form.get("rule", ""), page.clock())
    page.poll_now()
    return redirect("/others", 303)


def begin() -> AnyResponse:
    """The author agrees to drafts for the first letters."""
    page = here()
    pipeline.begin(page.bot, page.clock())
    page.poll_now()
    return redirect("/", 303)


def _form(draft_id: int, needs_version: bool) -> Form:
    given = request.form
    version = given.get("version", "" if needs_version else "0")
    if not version.isdecimal() or (needs_version and not given.get("hash")):
        raise WrongUse(BROKEN)
    return Form(
        what=Shown(draft_id=draft_id, version=int(version[:9]), hash=given.get("hash", "")),
        line=given.get("line", "")[:LONGEST_TEXT],
        text=given["text"][:LONGEST_TEXT] if "text" in given else None,
        choice=given.get("choice", ""),
        until=given.get("until", ""),
        address=given.get("address", "")[:LONGEST_ADDRESS],
    )


def _why() -> str:
    return request.form.get("why", "").strip()[:LONGEST_ADDRESS] or "you said so"
