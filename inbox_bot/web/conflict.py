"""The difference between the draft that the author saw and the current one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff

from inbox_bot.errors import NotFound
from inbox_bot.model import Draft
from inbox_bot.model.ports import Transaction
from inbox_bot.review import Shown

MOST_LINES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`mark` is "-" for a line shown before, "+" for a current one, else a space."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingView:
    """`before` is the text that was shown."""

    complaint: str
    letter_id: int
    before: str
    lines: tuple[Line, ...]


def differing_view(tx: Transaction, seen: Shown, complaint: str) -> DifferingView:
    """NotFound when there is no such draft at all."""
    now = tx.drafts.get(seen.draft_id)
    try:
        before = tx.drafts.get(seen.draft_id, seen.version)
    except NotFound:
        before = now
    return DifferingView(
        complaint=complaint,
        letter_id=now.letter_id,
        before=before.text,
        lines=tuple(_lines(before, now)) if _whole(before) != _whole(now) else (),
    )


def _whole(draft: Draft) -> list[str]:
    to = ", ".join(one.email for one in draft.to)
    return [f"To: {to}", f"Subject: {draft.subject}", "", *draft.text.splitlines()][:MOST_LINES]


def _lines(before: Draft, now: Draft) -> Iterator[Line]:
    for line in ndiff(_whole(before), _whole(now)):
        if line[0] in "+- ":
            yield Line(mark=line[0], text=line[2:])
