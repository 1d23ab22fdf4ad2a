"""View of the draft: the reply as it will arrive, and warnings before the approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.bot import Letter
from inbox_bot.drafting.mime import shown_hash
from inbox_bot.model import TO_DECIDE, Cause, Draft, DraftState
from inbox_bot.review.warnings import warnings_about
from inbox_bot.web import phrases
from inbox_bot.web.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """What the page says of the draft, beside its own fields. `is_open`: it waits for her decision.

    `nowhere`: no address is known. `notes` are shown beside the approval, `fate` for a draft that
    is over.
    """

    hash: str
    wait: str
    snoozed: str
    fate: str
    is_open: bool
    came_back: bool
    nowhere: bool
    notes: tuple[str, ...]


def reply_view(
    draft: Draft, letter: Letter, before: Sequence[Letter], page: Page, now: datetime
) -> ReplyView:
    leaves = draft.send_after if draft.state is DraftState.APPROVED else None
    return ReplyView(
        hash=shown_hash(draft),
        wait=phrases.wait(leaves - now) if leaves else "",
        snoozed=humanize.full(draft.snoozed_until) if draft.snoozed_until else "",
        fate=_fate(draft),
        is_open=draft.state in TO_DECIDE,
        came_back=draft.state is DraftState.REFUSED or draft.cause is Cause.NOT_DELIVERED,
        nowhere=not any(one.email for one in draft.to),
        notes=_notes(draft, letter, before, page, now),
    )


def _fate(draft: Draft) -> str:
    """A sentence on a draft that is over; empty for one that is not."""
    match draft.state:
        case DraftState.SENT:
            return "This reply is out."
        case DraftState.SENDING:
            return "This reply is being sent."
        case DraftState.REJECTED:
            return "You rejected this draft. The reader still waits."
        case DraftState.SUPERSEDED:
            return f"This draft is over: {draft.reason}." if draft.reason else "This draft is over."
        case _:
            return ""


def _notes(
    draft: Draft, letter: Letter, before: Sequence[Letter], page: Page, now: datetime
) -> tuple[str, ...]:
    """The draft's reason and its warnings."""
    found = [draft.reason] if draft.reason else []
    found += warnings_about(page.bot, draft, letter, before, now)
    return tuple(dict.fromkeys(found))
