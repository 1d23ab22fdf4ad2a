"""The author changes her FAQ while the bot runs; an error in it is reported and stops nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.faq import reload
from inbox_bot.faq.book import FaqFolder
from inbox_bot.faq.knowledge import Knowledge
from inbox_bot.faq.reload import Learned, ReloadingKnowledge, Sources, learn
from inbox_bot.model import AskAuthor, Entry, Question
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
    assert "chairs-that-massage" in {entry.id for entry in reloading.fresh().faq.entries}


def test_a_mistake_is_told_once_with_its_line_and_the_last_good_version_goes_on(
    desk: Desk,
) -> None:
    reloading = desk.reloading()
    good = reloading.knowledge()
    desk.change("  - id: massage-chair", "  - idd: massage-chair")
    assert reloading.fresh() is good
    assert reloading.fresh() is good
    (told,) = desk.told
    assert FAQ in told
    assert "idd" in told


def test_a_mended_mistake_is_picked_up(desk: Desk) -> None:
    reloading = desk.reloading()
    good = reloading.knowledge()
    desk.change("  - id: massage-chair", "  - idd: massage-chair")
    reloading.fresh()
    desk.change("  - idd: massage-chair", "  - id: massage-chair")
    mended = reloading.fresh()
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


# --- in the background ---------------------------------------------------------------------------


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Learning waits until the gate is opened."""
    gate = Gate()
    monkeypatch.setattr(reload, "learn", gate.learn)
    gate.open.set()
    yield gate
    gate.open.set()


@dataclass
class Gate:
    open: Event = field(default_factory=Event)
    begun: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def learn(self, sources: Sources, before: Learned | None = None) -> Knowledge:
        self.begun += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            assert self.open.wait(30)
            return learn(sources, before)
        finally:
            self.at_once -= 1


def test_the_old_version_answers_until_the_new_one_is_whole(desk: Desk, gate: Gate) -> None:
    reloading = desk.reloading()
    old = reloading.knowledge()
    gate.open.clear()
    desk.change("id: massage-chair", "id: chairs-that-massage")
    began = time.monotonic()
    assert all(reloading.knowledge() is old for _ in range(20))
    assert not reloading.is_fresh()
    assert time.monotonic() - began < 5
    gate.open.set()
    assert reloading.fresh() is not old
    assert reloading.is_fresh()


def test_one_renewal_at_a_time_and_the_last_change_wins(desk: Desk, gate: Gate) -> None:
    reloading = desk.reloading()
    gate.open.clear()
    for number in range(5):
        before = f"id: chair-{number}" if number else "id: massage-chair"
        desk.change(before, f"id: chair-{number + 1}")
        reloading.knowledge()
    gate.open.set()
    assert "chair-5" in reloading.fresh().faq.answers
    assert gate.most_at_once == 1
    assert gate.begun <= 4  # at the start, the first change, the others, and what came meanwhile


def test_a_fault_in_learning_holds_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reloading = desk.reloading()
    old = reloading.knowledge()

    def fail(*_: object) -> Knowledge:
        raise OSError("the disk is gone")

    monkeypatch.setattr(reload, "learn", fail)
    desk.change("id: massage-chair", "id: chairs-that-massage")
    assert reloading.fresh() is old
    assert "the disk is gone" in desk.told[0]


ASKED = (
    "is a massage chair any good?",
    "does trigger point massage hurt?",
    "would a standing desk help with sciatica?",
    "how much is one session",
    "wie oft soll ich zur Massage",
)


def test_after_changes_it_answers_as_from_a_fresh_start(desk: Desk, tmp_path: Path) -> None:
    reloading, book = desk.reloading(), FaqFolder(desk.sources.faq)
    new = Entry(
        id="standing-desk",
        article=FAQ.removesuffix(".yaml"),
        question="Would a standing desk help?",
        also_asked=(),
        answer="A bit.",
    )
    book.add_entry(new)
    reloading.fresh()
    chair = book.read().entry("massage-chair")
    book.rewrite(chair, replace(chair, answer="Chairs are fine."))
    reloading.fresh()
    dropped = book.drop(book.read().entry("what-is-sciatica"))
    reloading.fresh()
    book.put_back(dropped)
    (desk.sources.faq / "urgent.yaml").write_text("sentences: [my roof is on fire]\n")
    renewed, anew = reloading.fresh(), learn(replace(desk.sources, cache=None))
    assert renewed.faq == anew.faq
    assert renewed.answer_at == pytest.approx(anew.answer_at)
    for ours, theirs in zip(
        renewed.matcher.rank_many(ASKED), anew.matcher.rank_many(ASKED), strict=True
    ):
        assert [one.entry_id for one in ours] == [one.entry_id for one in theirs]
        confidences = [one.confidence for one in theirs]
        assert [one.confidence for one in ours] == pytest.approx(confidences, abs=1e-4)
    assert renewed.safety.hear("my roof is on fire") == anew.safety.hear("my roof is on fire")


def test_only_what_changed_is_learned_anew(desk: Desk) -> None:
    reloading = desk.reloading()
    old = reloading.knowledge()
    letter = desk.sources.replies / "letter.j2"
    letter.write_text(
        letter.read_text("utf-8").replace("{{ signature }}", "{{ signature }}, Maine")
    )
    new = reloading.fresh()
    assert new.matcher is old.matcher
    assert new.safety is old.safety
    assert new.drafter.stamp != old.drafter.stamp
    desk.change("id: massage-chair", "id: chairs-that-massage")
    newer = reloading.fresh()
    assert newer.matcher is not old.matcher
    assert newer.drafter is new.drafter
