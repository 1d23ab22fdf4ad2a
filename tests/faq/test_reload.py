"""The author changes her FAQ while the bot runs; an error in it is reported and stops nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.faq.reload import ReloadingKnowledge, Sources
from inbox_bot.model import AskAuthor, Question
from inbox_bot.service.knowledge import user_cache
from inbox_bot.settings.shipped import shipped

FAQ = "massage-for-sciatica.yaml"


@dataclass
class Desk:
    """The author's files and the errors that were reported to her."""

    sources: Sources
    told: list[str] = field(default_factory=list)

    def reloading(self) -> ReloadingKnowledge:
        return ReloadingKnowledge(self.sources, self.told.append)

    def change(self, old: str, new: str) -> None:
        path = self.sources.faq / FAQ
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    for name in ("faq", "templates"):
        shutil.copytree(shipped(name), tmp_path / name)
    faq, templates = tmp_path / "faq", tmp_path / "templates"
    return Desk(Sources(faq=faq, templates=templates, cache=user_cache()))


def test_unchanged_files_are_not_read_again(desk: Desk) -> None:
    reloading = desk.reloading()
    assert reloading.knowledge() is reloading.knowledge()


def test_an_entry_edited_while_running_is_picked_up(desk: Desk) -> None:
    reloading = desk.reloading()
    desk.change("id: massage-chair", "id: chairs-that-massage")
    assert "chairs-that-massage" in {entry.id for entry in reloading.knowledge().faq.entries}


def test_a_mistake_is_told_once_with_its_line_and_the_last_good_version_goes_on(
    desk: Desk,
) -> None:
    reloading = desk.reloading()
    good = reloading.knowledge()
    desk.change("  - id: massage-chair", "  - idd: massage-chair")
    assert reloading.knowledge() is good
    assert reloading.knowledge() is good
    (told,) = desk.told
    assert FAQ in told
    assert "idd" in told


def test_a_mended_mistake_is_picked_up(desk: Desk) -> None:
    reloading = desk.reloading()
    good = reloading.knowledge()
    desk.change("  - id: massage-chair", "  - idd: massage-chair")
    reloading.knowledge()
    desk.change("  - idd: massage-chair", "  - id: massage-chair")
    mended = reloading.knowledge()
    assert mended is not good
    assert mended.faq == good.faq


def test_a_mistake_at_the_start_is_an_error(desk: Desk) -> None:
    desk.change("  - id: massage-chair", "  - idd: massage-chair")
    with pytest.raises(SettingsError, match=FAQ):
        desk.reloading()


def test_an_empty_faq_asks_the_author_everything(desk: Desk) -> None:
    (desk.sources.faq / FAQ).write_text(
        "article: {title: My article, url: https://example.com/a}\nentries: []\n"
    )
    knowledge = desk.reloading().knowledge()
    (decision,) = knowledge.consider_text("does it hurt?", [Question(text="does it hurt?")])
    assert isinstance(decision, AskAuthor)
