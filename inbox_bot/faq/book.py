"""The author's FAQ folder behind the port `FaqBook`: one file for each article."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.errors import NotFound
from inbox_bot.faq import write
from inbox_bot.faq.draw import with_free_ids
from inbox_bot.faq.load import article_files, entry_ids
from inbox_bot.model import Article, DrawnFaq, Entry


@dataclass(frozen=True, slots=True)
class FaqFolder:
    folder: Path

    def add_entry(self, entry: Entry) -> None:
        write.add_entry(self._file(entry), entry)

    def answer_now(self, met: Collection[str]) -> None:
        for path in article_files(self.folder):
            write.answer_now(path, met)

    def add_phrasing(self, entry: Entry, phrasing: str) -> None:
        write.add_phrasing(self._file(entry), entry.id, phrasing)

    def rewrite_answer(self, entry: Entry, answer: str) -> None:
        write.rewrite_answer(self._file(entry), entry.id, answer)

    def rewrite(self, entry: Entry, changed: Entry) -> None:
        write.rewrite_entry(self._file(entry), entry.id, changed)

    def keep(self, entry: Entry) -> None:
        write.keep(self._file(entry), entry.id)

    def drop(self, entry: Entry) -> None:
        write.drop(self._file(entry), entry.id)

    def rewrite_article(self, article: Article) -> None:
        write.rewrite_article(self._file_of(article.slug), article)

    def add_article(self, drawn: DrawnFaq) -> None:
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
