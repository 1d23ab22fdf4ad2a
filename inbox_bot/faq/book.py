"""The author's FAQ folder behind the port `FaqBook`: one file for each article."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from inbox_bot.errors import Conflict, NotFound
from inbox_bot.faq import edit, write
from inbox_bot.faq.draw import with_free_ids
from inbox_bot.faq.load import Stamp, article_files, entry_ids, load, stamp_of
from inbox_bot.model import Article, DrawnFaq, DroppedEntry, Entry, Faq


@dataclass(frozen=True, slots=True)
class FaqFolder:
    """Changes are made one after the other: the page has several threads."""

    folder: Path
    _turn: Lock = field(default_factory=Lock, compare=False, repr=False)
    _last: dict[Stamp, Faq] = field(default_factory=dict, compare=False, repr=False)

    def read(self) -> Faq:
        """Kept while no file changes: the page asks for it several times a request."""
        stamp = stamp_of(self.folder)
        found = self._last.get(stamp) or load(self.folder)
        self._last.clear()
        self._last[stamp] = found
        return found

    def add_entry(self, entry: Entry) -> None:
        with self._turn:
            edit.add_entry(self._file(entry), entry)

    def answer_now(self, met: Collection[str]) -> None:
        with self._turn:
            for path in article_files(self.folder):
                edit.answer_now(path, met)

    def add_phrasing(self, entry: Entry, phrasing: str) -> None:
        with self._turn:
            edit.add_phrasing(self._file(entry), entry.id, phrasing)

    def rewrite_answer(self, entry: Entry, answer: str) -> None:
        with self._turn:
            edit.rewrite_answer(self._file(entry), entry.id, answer)

    def rewrite(self, entry: Entry, changed: Entry) -> None:
        with self._turn:
            if entry.is_passage:
                edit.rewrite_passage(self._file(entry), entry.id, changed.answer)
            else:
                edit.rewrite_entry(self._file(entry), entry.id, changed)

    def keep(self, entry: Entry) -> None:
        with self._turn:
            edit.keep(self._file(entry), entry.id)

    def drop(self, entry: Entry) -> DroppedEntry:
        with self._turn:
            return edit.drop(self._file(entry), entry)

    def put_back(self, dropped: DroppedEntry) -> None:
        with self._turn:
            if dropped.entry_id in entry_ids(self.folder):
                raise Conflict(f"There's already an entry named {dropped.entry_id}.")
            edit.put_back(self._file_of(dropped.article), dropped)

    def rewrite_article(self, article: Article) -> None:
        with self._turn:
            edit.rewrite_article(self._file_of(article.slug), article)

    def add_article(self, drawn: DrawnFaq) -> None:
        with self._turn:
            path = write.file_for(drawn, self.folder)
            write.write_drawn(with_free_ids(drawn, entry_ids(self.folder, besides=path)), path)

    def _file(self, entry: Entry) -> Path:
        return self._file_of(entry.article)

    def _file_of(self, slug: str) -> Path:
        """The article's file; only names from the folder's own listing are used as paths."""
        files = {path.stem: path for path in article_files(self.folder)}
        if slug not in files:
            raise NotFound(f"{self.folder}: there's no {slug[:80]}.yaml to save to")
        return files[slug]
