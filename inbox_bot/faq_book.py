"""The author's FAQ folder as the pipeline sees it (`FaqBook` in ports): one file an article."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inbox_bot import faq_writing
from inbox_bot.errors import NotFound
from inbox_bot.model import Entry


@dataclass(frozen=True, slots=True)
class FaqFolder:
    folder: Path

    def add_entry(self, entry: Entry) -> None:
        faq_writing.add_entry(self._file(entry), entry)

    def add_phrasing(self, entry: Entry, phrasing: str) -> None:
        faq_writing.add_phrasing(self._file(entry), entry.id, phrasing)

    def rewrite_answer(self, entry: Entry, answer: str) -> None:
        faq_writing.rewrite_answer(self._file(entry), entry.id, answer)

    def _file(self, entry: Entry) -> Path:
        """Slugs come from file names; one that is no plain name leads nowhere else."""
        files = {path.stem: path for path in self.folder.glob("*.yaml")}
        if entry.article not in files:
            raise NotFound(f"{self.folder}: there is no {entry.article}.yaml to write into")
        return files[entry.article]
