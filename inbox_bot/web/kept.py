"""What keeping an answer changed: who gets the new text, and who had the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inbox_bot.model import Draft
from inbox_bot.review.learn import Kept
from inbox_bot.web import words
from inbox_bot.web.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderView:
    letter_id: int
    reader: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    entry_id: str
    remade: tuple[ReaderView, ...]
    received: tuple[ReaderView, ...]


def kept_view(kept: Kept, page: Page) -> KeptView:
    return KeptView(
        entry_id=kept.entry_id,
        remade=readers_of(kept.remade, page),
        received=readers_of(kept.received, page),
    )


def readers_of(drafts: Sequence[Draft], page: Page) -> tuple[ReaderView, ...]:
    return tuple(
        ReaderView(
            letter_id=one.letter_id,
            reader=words.short(one.to[0].shown, 60),
            when=words.moment(one.sent_at or one.created, page.zone),
        )
        for one in drafts
    )
