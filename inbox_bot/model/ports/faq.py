"""The author's FAQ files, as far as the bot writes into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from inbox_bot.model import Article, Entry


class FaqBook(Protocol):
    """Each change keeps the author's comments. NotFound where article or entry is not there."""

    def add_entry(self, entry: Entry) -> None: ...

    def add_phrasing(self, entry: Entry, phrasing: str) -> None: ...

    def rewrite_answer(self, entry: Entry, answer: str) -> None: ...

    def rewrite(self, entry: Entry, changed: Entry) -> None:
        """Question, other ways to ask it, and answer."""
        ...

    def keep(self, entry: Entry) -> None:
        """The author's yes to an entry that is new or stale."""
        ...

    def drop(self, entry: Entry) -> None: ...

    def rewrite_article(self, article: Article) -> None: ...

    def add_article(self, article: Article, entries: Sequence[Entry]) -> None:
        """A file of its own; SettingsError where there is one already."""
        ...
