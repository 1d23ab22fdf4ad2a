"""The author's FAQ files, as far as the bot writes into them."""

from __future__ import annotations

from typing import Protocol

from inbox_bot.model import Entry


class FaqBook(Protocol):
    """Each change keeps the author's comments. NotFound where article or entry is not there."""

    def add_entry(self, entry: Entry) -> None: ...

    def add_phrasing(self, entry: Entry, phrasing: str) -> None: ...

    def rewrite_answer(self, entry: Entry, answer: str) -> None: ...
