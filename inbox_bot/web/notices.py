"""What the author just did, said once more at the top of the queue, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot import days
from inbox_bot.errors import NotFound
from inbox_bot.model import Draft, DraftState
from inbox_bot.ports import Transaction
from inbox_bot.web import words


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
    can_undo = draft.state not in (DraftState.SENDING, DraftState.SENT)
    return Notice(text=text, undo=f"/draft/{draft_id}/undo" if can_undo else "") if text else None


def private_notice(tx: Transaction, letter_id: int) -> Notice | None:
    """After "not a reader": whose letters will be left alone from now on."""
    sender = tx.messages.sender(letter_id)
    domain = f"@{sender.rpartition('@')[2]}"
    never = tx.circle.never()
    who = next((one for one in (sender, domain) if one and one in never), "")
    if not who:
        return None
    return Notice(text=f"{who} is not a reader.", undo=f"/letter/{letter_id}/undo")


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
        case DraftState.SUPERSEDED if draft.reason:
            return f"{reader}: {draft.reason}."
        case DraftState.PENDING if draft.snoozed_until:
            return f"{reader} is out of sight until {days.full(draft.snoozed_until)}."
        case _:
            return ""
