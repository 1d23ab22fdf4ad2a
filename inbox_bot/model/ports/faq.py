"""Changes of the author's FAQ files."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from inbox_bot.model import Article, DrawnFaq, DroppedEntry, Entry, Faq


class FaqBook(Protocol):
    """Each change keeps the author's comments. NotFound where article or entry is not there."""

    def read(self) -> Faq:
        """The FAQ as its files are now; SettingsError where they hold a mistake."""

    def add_entry(self, entry: Entry) -> None: ...

    def answer_now(self, met: Collection[str]) -> None:
        """Take these out of the questions that go to the author: an entry answers them."""

    def add_phrasing(self, entry: Entry, phrasing: str) -> None: ...

    def rewrite_answer(self, entry: Entry, answer: str) -> None: ...

    def rewrite(self, entry: Entry, changed: Entry) -> None:
        """Replace question, other phrasings and answer; of a passage its text."""

    def keep(self, entry: Entry) -> None:
        """Confirm an entry that is new or stale."""

    def drop(self, entry: Entry) -> DroppedEntry:
        """Remove an entry or passage; `put_back` takes what is returned."""

    def put_back(self, dropped: DroppedEntry) -> None:
        """Write it where it was; Conflict where its id is taken by now."""

    def rewrite_article(self, article: Article) -> None: ...

    def add_article(self, drawn: DrawnFaq) -> None:
        """Write a new file, or bring the passages of a known article up to date."""
