"""Notices above the queue: the author's last action, with undo, and the result of a poll."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox_bot import humanize
from inbox_bot.errors import NotFound
from inbox_bot.model import (
    OUT,
    Draft,
    DraftState,
    Verb,
    Verdict,
)
from inbox_bot.model.ports import Transaction
from inbox_bot.review import last_word
from inbox_bot.review.forgotten import OFFERED
from inbox_bot.review.learn import teaches
from inbox_bot.steps.health import CAME, LOOKED
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

PATIENCE = 60
"""Seconds to wait for a poll before the page says that none came."""
SETTLED = {
    Verb.NOT_A_READER: "{} is marked as not a reader.",
    Verb.NEVER_SENDER: "{} is marked as not a reader.",
    Verb.NEVER_DOMAIN: "{} is marked as not a reader.",
    Verb.ANSWERED_BY_HAND: "You answered {}.",
    Verb.ANSWERED_ELSEWHERE: "You answered {}.",
    Verb.RELEASED: "{} needs no reply.",
}
"""Decisions on a letter after which nothing is owed to its sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`undo` and `lesson` are addresses, empty where there is none; `several` are the ids of drafts
    that `undo` takes back."""

    text: str
    undo: str = ""
    several: str = ""
    lesson: str = ""


def is_stale(tx: Transaction, now: datetime) -> bool:
    """Whether the last poll was so long ago that the page asks for another one."""
    looked = LOOKED.of(tx)
    return looked is None or (now - looked).total_seconds() >= PATIENCE


def notice_of(tx: Transaction, draft_id: int, page: Page, now: datetime) -> Notice | None:
    """The current state of this draft; None where there is nothing to tell."""
    try:
        draft = tx.drafts.get(draft_id)
    except NotFound:
        return None
    text = _text(draft, page.locale, now)
    can_undo = draft.state not in OUT
    if not text:
        return None
    return Notice(
        text=text,
        undo=f"/draft/{draft_id}/undo" if can_undo else "",
        lesson=f"/lesson/{draft_id}" if teaches(draft) else "",
    )


def several_notice(
    tx: Transaction, ids: Sequence[int], left: Sequence[int], now: datetime
) -> Notice | None:
    """The current state of replies that were approved together, and which were left out."""
    drafts = list(tx.drafts.get_all(ids).values())
    leaving = [one for one in drafts if one.state is DraftState.APPROVED]
    told = [
        _leaving(leaving, now),
        _named(drafts, OUT, "Already sent: {}"),
        _named(drafts, (DraftState.PENDING,), "Back in the queue: {}"),
        _named(tx.drafts.get_all(left).values(), tuple(DraftState), LEFT_OUT),
    ]
    if not any(told):
        return None
    return Notice(
        text=" ".join(filter(None, told)),
        undo="/several/undo" if leaving else "",
        several=".".join(str(one.id) for one in leaving),
    )


LEFT_OUT = "Left out because something changed in the meantime: {}"


def _leaving(drafts: Sequence[Draft], now: datetime) -> str:
    if not drafts:
        return ""
    last = max(one.send_after or now for one in drafts)
    replies = humanize.counted(len(drafts), "reply goes out", "replies go out")
    return f"{replies} in {phrases.wait(last - now)}."


def _named(drafts: Iterable[Draft], states: Sequence[DraftState], sentence: str) -> str:
    names = [phrases.short(one.to[0].shown, 40) for one in drafts if one.state in states]
    return sentence.format(", ".join(names)) + "." if names else ""


def settled_notice(tx: Transaction, letter_id: int) -> Notice | None:
    """After a decision that takes a letter out of the queue."""
    word = last_word(tx.events(letter_id)) if letter_id else None
    if word is None or word.verb not in SETTLED:
        return None
    sender = tx.messages.sender(letter_id)
    who = f"@{sender.rpartition('@')[2]}" if word.verb == Verb.NEVER_DOMAIN else sender
    return Notice(text=SETTLED[word.verb].format(who), undo=f"/letter/{letter_id}/undo")


def late_notice(tx: Transaction, letter_id: int) -> Notice | None:
    """After she said that it is too late to answer a reader from before the bot began."""
    letters = tx.messages.listed([letter_id]) if letter_id else ()
    if not letters or letters[0].verdict is not Verdict.OLD or letter_id in OFFERED.of(tx):
        return None
    who = letters[0].sender.shown if letters[0].sender else "That letter"
    text = f"{phrases.short(who, 60)} won’t be offered again."
    return Notice(text=text, undo=f"/forgotten/{letter_id}/back")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedView:
    """The result of "check for new mail"; `goes_on` while the poll runs."""

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
        return LookedView(text="Checking your mailbox…", goes_on=True)
    return LookedView(text="Your mailbox hasn't been checked. Is `inbox-bot run` running?")


def _text(draft: Draft, locale: str, now: datetime) -> str:
    reader = phrases.short(draft.to[0].shown, 60)
    match draft.state:
        case DraftState.APPROVED:
            left = phrases.wait(draft.send_after - now) if draft.send_after else ""
            return f"Your reply to {reader} goes out in {left}."
        case DraftState.SENDING | DraftState.SENT:
            is_out = draft.state is DraftState.SENT
            return f"Your reply to {reader} {'was' if is_out else 'is being'} sent."
        case DraftState.REJECTED:
            return f"Rejected. {reader} is still waiting."
        case DraftState.SUPERSEDED if draft.reason:
            return f"{reader}: {draft.reason}."
        case DraftState.PENDING if draft.snoozed_until:
            return f"{reader} is snoozed until {humanize.full(draft.snoozed_until, locale)}."
        case _:
            return ""
