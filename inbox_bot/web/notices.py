"""What the author just did, said once more at the top of the queue, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.errors import NotFound
from inbox_bot.model import Draft, DraftState
from inbox_bot.ports import Transaction
from inbox_bot.web import words
from inbox_bot.web.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`undo` is the address that takes it back, empty where nothing can."""

    text: str
    undo: str = ""


def notice_of(tx: Transaction, draft_id: int, now: datetime) -> Notice | None:
    """What became of this draft; None where there is nothing to tell."""
    try:
        draft = tx.drafts.get(draft_id)
    except NotFound:
        return None
    text = _text(draft, now)
    can_undo = draft.state in (DraftState.APPROVED, DraftState.REJECTED)
    return Notice(text=text, undo=f"/draft/{draft_id}/undo" if can_undo else "") if text else None


def private_notice(tx: Transaction, letter_id: int, page: Page) -> Notice | None:
    """After "not a reader": whose letters will be left alone from now on."""
    sender = tx.messages.sender(letter_id)
    if not sender or sender not in tx.circle.never() | page.bot.policy.never:
        return None
    return Notice(text=f"{sender} is not a reader.", undo=f"/letter/{letter_id}/a-reader-after-all")


def _text(draft: Draft, now: datetime) -> str:
    reader = words.short(draft.to[0].name or draft.to[0].email, 60)
    match draft.state:
        case DraftState.APPROVED:
            left = words.wait(draft.send_after - now) if draft.send_after else ""
            return f"Your reply to {reader} leaves in {left}."
        case DraftState.SENDING | DraftState.SENT:
            return f"Your reply to {reader} is out."
        case DraftState.REJECTED:
            return f"Rejected. {reader} still waits."
        case _:
            return ""
