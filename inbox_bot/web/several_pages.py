"""Addresses of "send several": ready replies one below the other, each with its own yes.

A ticked box names the version and hash of the text beside it; each is approved by itself. What has
changed since the page was shown, or is not offered any more, is left out and told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot import review
from inbox_bot.bot import Bot, Letter
from inbox_bot.errors import Conflict, NotFound, WrongUse
from inbox_bot.model import Draft, DraftKind, DraftState
from inbox_bot.model.ports import Transaction
from inbox_bot.review import Shown
from inbox_bot.review.several import TIMES, Candidate, trusted, why_alone
from inbox_bot.review.warnings import warnings_about
from inbox_bot.steps.stored_letters import read_or_header
from inbox_bot.web import phrases
from inbox_bot.web.page import Page, here
from inbox_bot.web.rendering import show

AT_ONCE = 10
LOOKED_AT = 30
"""Drafts whose letters are read for a page."""
LATEST = 300
"""Sent replies from which it is told what was sent unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """`yes` names exactly this text; `pieces` is the letter, split at its questions."""

    yes: str
    draft_id: int
    letter_id: int
    reader: str
    address: str
    subject: str
    pieces: tuple[tuple[str, bool], ...]
    reply_subject: str
    text: str


def several() -> Response:
    return _show("")


def _show(complaint: str, status: int = 200) -> Response:
    page = here()
    with page.bot.store.reading() as tx:
        found = offered(tx, page.bot, page.clock())
    values = {
        "title": "Send several",
        "offers": tuple(_view(draft, letter) for draft, letter in found[:AT_ONCE]),
        "more": max(0, len(found) - AT_ONCE),
        "send": phrases.send_in(page.bot.policy.undo),
        "complaint": complaint,
    }
    return show("several", values, status)


def offered(tx: Transaction, bot: Bot, now: datetime) -> Sequence[tuple[Draft, Letter]]:
    """The ready replies that may leave together with their letters, the oldest letter first."""
    answers = bot.knowledge().faq.answers
    known = trusted(tx.drafts.unchanged(LATEST), answers)
    drafts = [
        one
        for one in tx.drafts.in_state(DraftState.PENDING)
        if one.kind is DraftKind.ANSWER and known.issuperset(one.entries)
    ][:LOOKED_AT]
    stored = tx.messages.get_all(one.letter_id for one in drafts)
    letters = {one.stored.id: one for one in read_or_header(bot, list(stored.values()))}
    threads = {one.thread for one in stored.values()}
    promises = tx.promises.of_threads(threads)
    every, ids = tx.drafts.for_threads(threads), tx.messages.ids_in_threads(threads)
    found = []
    for draft in drafts:
        letter = letters[draft.letter_id]
        thread = letter.stored.thread
        candidate = Candidate(
            draft=draft,
            message=None if letter.unread else letter.message,
            promise=promises.get(thread),
            answered=_has_left(every.get(thread, ())) or len(ids.get(thread, ())) > 1,
            warned=bool(warnings_about(bot, draft, letter, (), now)),
        )
        if why_alone(candidate, answers, known, now) is None:
            found.append((draft, letter))
    return sorted(found, key=lambda one: one[1].stored.arrived)


def count_offered(
    tx: Transaction, bot: Bot, entries: Iterable[Collection[str]], now: datetime
) -> int:
    """How many there are. `entries` are those of the ready drafts: letters are only read where two
    of these may be offered at all."""
    drafts = [one for one in entries if one]
    if len(drafts) < 2:
        return 0
    unchanged = tx.drafts.unchanged(LATEST)
    if len(unchanged) < TIMES:
        return 0
    known = trusted(unchanged, bot.knowledge().faq.answers)
    if sum(known.issuperset(one) for one in drafts) < 2:
        return 0
    return len(offered(tx, bot, now))


def _has_left(drafts: Sequence[Draft]) -> bool:
    return any(one.state is DraftState.SENT for one in drafts)


def _view(draft: Draft, letter: Letter) -> OfferView:
    seen = review.shown(draft)
    asked = [one.question.text for one in draft.decisions]
    return OfferView(
        yes=f"{seen.draft_id}.{seen.version}.{seen.hash}",
        draft_id=draft.id,
        letter_id=draft.letter_id,
        reader=phrases.short(draft.to[0].shown, 80),
        address=draft.to[0].email,
        subject=letter.message.subject,
        pieces=phrases.marked(letter.message.text.strip(), asked),
        reply_subject=draft.subject,
        text=draft.text.strip(),
    )


def send_several() -> AnyResponse:
    """Approve each ticked reply by itself."""
    page, now = here(), here().clock()
    ticked = [_seen(value) for value in request.form.getlist("yes")][:AT_ONCE]
    if not ticked:
        return _show("Nothing was sent. First check the replies you want to send.", 400)
    with page.bot.store.reading() as tx:
        still = {draft.id for draft, _ in offered(tx, page.bot, now)}
    approved: list[str] = []
    left_out: list[str] = []
    for one in ticked:
        done = one.draft_id in still and _approve(page.bot, one, now)
        (approved if done else left_out).append(str(one.draft_id))
    return redirect(f"/?several={'.'.join(approved)}&left={'.'.join(left_out)}", 303)


def _approve(bot: Bot, what: Shown, now: datetime) -> bool:
    """False where the draft is not what was shown."""
    try:
        review.approve(bot, what, now)
    except (Conflict, NotFound):
        return False
    return True


def undo_several() -> AnyResponse:
    """Take back what has not left yet; the queue tells what became of each."""
    page = here()
    ids = numbers(request.form.get("several", ""))
    for draft_id in ids:
        _take_back(page, draft_id)
    return redirect(f"/?several={'.'.join(map(str, ids))}", 303)


def _take_back(page: Page, draft_id: int) -> None:
    with page.bot.store.reading() as tx:
        state = tx.drafts.get(draft_id).state
    if state is DraftState.APPROVED:  # another word of hers is not meant
        try:
            review.undo(page.bot, draft_id, page.clock())
        except Conflict:  # it left in this moment, which the queue tells
            return


def numbers(text: str) -> tuple[int, ...]:
    """ "3.12.5": ids of drafts, each once."""
    found = (one for one in text.split(".") if one.isdecimal() and len(one) <= 12)
    return tuple(dict.fromkeys(int(one) for one in found))[:AT_ONCE]


def _seen(value: str) -> Shown:
    draft_id, version, digest = (*value.split(".", 2), "", "")[:3]
    if not (draft_id.isdecimal() and version.isdecimal() and digest):
        raise WrongUse("Part of the form is missing. Reload the page and try again.")
    return Shown(draft_id=int(draft_id[:12]), version=int(version[:9]), hash=digest)
