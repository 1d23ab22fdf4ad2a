"""View of what was sent: replies that have left, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox_bot.model.ports import Transaction
from inbox_bot.model.records import SentReply
from inbox_bot.review.learn import can_teach
from inbox_bot.web import phrases
from inbox_bot.web.page import Page

A_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    draft_id: int
    letter_id: int
    reader: str
    subject: str
    text: str
    when: str
    teaches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentView:
    """One page, counted from 1; `has_more` if another follows."""

    wanted: str
    replies: tuple[SentRow, ...]
    number: int
    has_more: bool


def sent_view(tx: Transaction, page: Page, wanted: str, number: int, now: datetime) -> SentView:
    """Replies with all these words in them or in the letter; every reply for no words."""
    number = max(1, number)
    found = tx.drafts.sent(wanted, A_PAGE + 1, (number - 1) * A_PAGE)
    return SentView(
        wanted=wanted,
        replies=tuple(_row(one, page, now) for one in found[:A_PAGE]),
        number=number,
        has_more=len(found) > A_PAGE,
    )


def _row(one: SentReply, page: Page, now: datetime) -> SentRow:
    return SentRow(
        draft_id=one.draft_id,
        letter_id=one.letter_id,
        reader=phrases.short(one.reader.shown, 60),
        subject=phrases.short(one.subject, 120),
        text=phrases.short(_body(one.text), 160),
        when=phrases.since(one.sent_at, now, page.zone, page.locale),
        teaches=can_teach(one),
    )


def _body(text: str) -> str:
    """Without the greeting, which is alike in all of them."""
    greeting, _, rest = text.partition("\n\n")
    return rest if len(greeting) < 60 and rest.strip() else text
