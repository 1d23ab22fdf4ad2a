"""View of the draft: the reply as it will arrive, and warnings before the approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot import humanize
from inbox_bot.bot import Letter
from inbox_bot.drafting.mime import shown_hash
from inbox_bot.model import TO_DECIDE, Cause, Draft, DraftState, Promise, PromiseState
from inbox_bot.review.decide import has_answer
from inbox_bot.review.learn import can_teach
from inbox_bot.review.shown import is_resumable
from inbox_bot.review.warnings import is_story, warnings_about
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """What the page says of the draft, beside its own fields.

    `is_open`: she can act on it; `is_over`: she rejected it, or said that no reply is needed, and
    any action brings it back. `send` is the words on the button that approves, shown where
    `can_send`. `notes` are shown beside it, `fate` for a draft that is over. `lines` is the height
    of the text on a phone, `day_example` a day as she types it. `nowhere`: no address is known.
    """

    hash: str
    wait: str
    snoozed: str
    day_example: str
    fate: str
    is_open: bool
    is_over: bool
    can_send: bool
    send: str
    teaches: bool
    came_back: bool
    is_story: bool
    lines: int
    nowhere: bool
    notes: tuple[str, ...]


def reply_view(
    draft: Draft,
    letter: Letter,
    before: Sequence[Letter],
    promise: Promise | None,
    page: Page,
    now: datetime,
) -> ReplyView:
    leaves = draft.send_after if draft.state is DraftState.APPROVED else None
    is_over = is_resumable(draft, promise)
    return ReplyView(
        hash=shown_hash(draft),
        wait=phrases.wait(leaves - now) if leaves else "",
        snoozed=humanize.full(draft.snoozed_until, page.locale) if draft.snoozed_until else "",
        day_example=humanize.numeric((now + WEEK).astimezone(page.zone).date(), page.locale),
        fate=_fate(draft, promise, phrases.short(draft.to[0].shown, 60)),
        is_open=is_over or draft.state in TO_DECIDE,
        is_over=is_over,
        can_send=draft.state in TO_DECIDE and has_answer(draft),
        send=phrases.send_in(page.bot.policy.undo),
        teaches=can_teach(draft),
        came_back=draft.state is DraftState.REFUSED or draft.cause is Cause.NOT_DELIVERED,
        is_story=is_story(letter.message),
        lines=phrases.lines_on_a_phone(draft.text),
        nowhere=not any(one.email for one in draft.to),
        notes=_notes(draft, letter, before, page, now),
    )


def _fate(draft: Draft, promise: Promise | None, reader: str) -> str:
    """A sentence on a draft that is over; empty for one that is not."""
    match draft.state:
        case DraftState.SENT:
            return "This reply was sent."
        case DraftState.SENDING:
            return "This reply is being sent."
        case DraftState.REJECTED | DraftState.SUPERSEDED if _is_released(promise):
            return f"You said no reply is needed. To reply to {reader} after all, write here."
        case DraftState.REJECTED:
            return (
                f"You rejected this draft, and {reader} is still waiting. Write, hold, snooze, "
                "or say under More that no reply is needed."
            )
        case DraftState.SUPERSEDED:
            return (
                f"This draft is closed: {draft.reason}."
                if draft.reason
                else "This draft is closed."
            )
        case _:
            return ""


def _is_released(promise: Promise | None) -> bool:
    return promise is not None and promise.state is PromiseState.RELEASED


def _notes(
    draft: Draft, letter: Letter, before: Sequence[Letter], page: Page, now: datetime
) -> tuple[str, ...]:
    """The draft's reason and its warnings."""
    found = [draft.reason] if draft.reason else []
    found += warnings_about(page.bot, draft, letter, before, now)
    return tuple(dict.fromkeys(found))
