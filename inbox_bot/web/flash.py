"""Notices above the queue: the author's last action, with undo, and the result of a poll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.errors import NotFound
from inbox_bot.model import (
    ON_THE_WAY,
    OUT,
    Answer,
    AskAuthor,
    Cause,
    Draft,
    DraftKind,
    DraftState,
    Urgent,
    Verb,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.review import last_word
from inbox_bot.steps.health import CAME
from inbox_bot.web import phrases

PATIENCE = 60
"""Seconds to wait for a poll before the page says that none came."""
SETTLED = {
    Verb.NOT_A_READER: "is not a reader",
    Verb.NEVER_SENDER: "is not a reader",
    Verb.NEVER_DOMAIN: "is not a reader",
    Verb.ANSWERED_BY_HAND: "has your answer",
    Verb.ANSWERED_ELSEWHERE: "has your answer",
    Verb.RELEASED: "needs no answer",
}
"""Decisions on a letter after which nothing is owed to its sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`undo` and `lesson` are addresses, empty where there is none."""

    text: str
    undo: str = ""
    lesson: str = ""


def notice_of(tx: Transaction, draft_id: int, now: datetime) -> Notice | None:
    """The current state of this draft; None where there is nothing to tell."""
    try:
        draft = tx.drafts.get(draft_id)
    except NotFound:
        return None
    text = _text(draft, now)
    can_undo = draft.state not in OUT
    if not text:
        return None
    return Notice(
        text=text,
        undo=f"/draft/{draft_id}/undo" if can_undo else "",
        lesson=f"/lesson/{draft_id}" if _teaches(draft) else "",
    )


def settled_notice(tx: Transaction, letter_id: int) -> Notice | None:
    """After a decision that takes a letter out of the queue."""
    word = last_word(tx.events(letter_id)) if letter_id else None
    if word is None or word.verb not in SETTLED:
        return None
    sender = tx.messages.sender(letter_id)
    who = f"@{sender.rpartition('@')[2]}" if word.verb == Verb.NEVER_DOMAIN else sender
    return Notice(text=f"{who} {SETTLED[word.verb]}.", undo=f"/letter/{letter_id}/undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedView:
    """The result of "look now"; `goes_on` while the poll runs."""

    text: str
    goes_on: bool = False


def looked_view(tx: Transaction, asked: int, now: datetime) -> LookedView | None:
    """`asked` is the time of the author's click in seconds since 1970, or 0."""
    came = CAME.of(tx)
    when, _, found = came.partition(" ")
    if not asked:
        return None
    if came and datetime.fromisoformat(when).timestamp() >= asked:
        return LookedView(text=found)
    if now.timestamp() - asked < PATIENCE:
        return LookedView(text="Looking into your mailbox …", goes_on=True)
    return LookedView(text="Nobody has looked yet. Is `inbox-bot run` going?")


def _teaches(draft: Draft) -> bool:
    """Whether the author answered a question that was left to her, or chose another answer."""
    if any(isinstance(one, Urgent) for one in draft.decisions):
        return False
    if any(isinstance(one, AskAuthor) and one.personal for one in draft.decisions):
        return False
    if draft.state is DraftState.SUPERSEDED:
        return draft.cause is Cause.ANSWERED_BY_HAND and bool(draft.decisions)
    said_yes = draft.state in (*ON_THE_WAY, DraftState.SENT)
    hers = [one for one in draft.decisions if isinstance(one, AskAuthor)]
    return said_yes and (
        any(isinstance(one, Answer) and one.chosen for one in draft.decisions)
        or (draft.kind is DraftKind.EDITED and bool(hers))
    )


def _text(draft: Draft, now: datetime) -> str:
    reader = phrases.short(draft.to[0].shown, 60)
    match draft.state:
        case DraftState.APPROVED:
            left = phrases.wait(draft.send_after - now) if draft.send_after else ""
            return f"Your reply to {reader} leaves in {left}."
        case DraftState.SENDING | DraftState.SENT:
            return f"Your reply to {reader} is out."
        case DraftState.REJECTED:
            return f"Rejected. {reader} still waits."
        case DraftState.SUPERSEDED if draft.reason:
            return f"{reader}: {draft.reason}."
        case DraftState.PENDING if draft.snoozed_until:
            return f"{reader} is out of sight until {humanize.full(draft.snoozed_until)}."
        case _:
            return ""
