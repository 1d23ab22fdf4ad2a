"""Edits the author's templates on the review page; a broken one is never written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inbox_bot.drafting import Drafter
from inbox_bot.drafting.templating import read_sources
from inbox_bot.errors import NotFound
from inbox_bot.model import Author, files

WHERE = Path("replies")


@dataclass(frozen=True, slots=True)
class Wording:
    """The folder that holds `replies/*.j2`."""

    templates: Path

    def texts(self) -> dict[str, str]:
        return read_sources(self.templates / WHERE)

    def preview(self, name: str, text: str, author: Author | None = None) -> str:
        """A sample letter with this text, signed by this author; SettingsError says what is wrong
        with it."""
        return Drafter.of(self._with(name, text), WHERE).sample(name, author)

    def save(self, name: str, text: str) -> None:
        self.preview(name, text)
        path = self.templates / WHERE / name
        files.write_text(path, text)

    def _with(self, name: str, text: str) -> dict[str, str]:
        texts = self.texts()
        if name not in texts:
            raise NotFound(f"There's no template named {name[:80]}.")
        return {**texts, name: text}
