"""One entry is changed, and no other line of the author's file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from difflib import ndiff
from pathlib import Path

import pytest

from inbox_bot.errors import Conflict
from inbox_bot.faq import splice
from inbox_bot.faq.book import FaqFolder
from inbox_bot.model import Entry
from inbox_bot.settings.shipped import shipped
from inbox_bot.yaml_files import reading

SLUG = "massage-for-sciatica"
NEW = Entry(
    id="standing-desk",
    article=SLUG,
    question="Would a standing desk help?",
    also_asked=("standing desk: any good?",),
    answer="A bit.",
)
SMALL = """\
# my file
article: {title: Bread}
entries:
  - id: flour   # the white one
    question: Which flour?
    answer: >-
      White.
      # not a comment

  # --- heat ---
  - id: oven
    question: How hot?
    # as hot as it gets
    answer: Hot.

# What I do not answer:
unanswered:
  - is it vegan
  - is it gluten free   # no idea
"""


@pytest.fixture
def book(tmp_path: Path) -> FaqFolder:
    shutil.copytree(shipped("faq"), tmp_path / "faq")
    return FaqFolder(tmp_path / "faq")


@pytest.fixture
def small(tmp_path: Path) -> FaqFolder:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "bread.yaml").write_text(SMALL, encoding="utf-8")
    return FaqFolder(tmp_path / "small")


def text_in(book: FaqFolder) -> str:
    (path,) = [one for one in book.folder.iterdir() if one.stem in (SLUG, "bread")]
    return path.read_text(encoding="utf-8")


def changes(before: str, after: str) -> list[str]:
    told = ndiff(before.splitlines(), after.splitlines())
    return [line for line in told if line[0] in "+-"]


def test_a_new_entry_stands_behind_the_last_one_and_above_what_follows(book: FaqFolder) -> None:
    before = text_in(book)
    book.add_entry(NEW)
    after = text_in(book)
    assert [line[0] for line in changes(before, after)].count("-") == 0
    place = after.index("id: standing-desk")
    assert place < after.index("# Questions that sound like an entry and are none")
    assert book.read().entries[-1].also_asked == NEW.also_asked


def test_a_new_entry_in_a_small_file_keeps_its_blank_lines_and_comments(small: FaqFolder) -> None:
    small.add_entry(replace(NEW, article="bread", also_asked=()))
    assert changes(SMALL, text_in(small)) == [
        "+   - id: standing-desk",
        "+     question: Would a standing desk help?",
        "+     answer: >-",
        "+       A bit.",
        "+ ",
    ]


@pytest.mark.parametrize("number", [0, 7, 19])
def test_what_was_dropped_comes_back_to_the_letter(book: FaqFolder, number: int) -> None:
    before, entry = text_in(book), book.read().entries[number]
    dropped = book.drop(entry)
    assert entry.id not in {one.id for one in book.read().entries}
    assert {line[0] for line in changes(before, text_in(book))} == {"-"}
    book.put_back(dropped)
    assert text_in(book) == before
    with pytest.raises(Conflict, match=entry.id):
        book.put_back(dropped)


def test_what_was_dropped_comes_back_last_when_its_neighbor_is_gone(small: FaqFolder) -> None:
    flour, oven = small.read().entries
    dropped = small.drop(oven)
    small.add_entry(replace(NEW, article="bread"))
    small.drop(flour)
    small.put_back(dropped)
    assert [one.id for one in small.read().entries] == ["standing-desk", "oven"]
    assert "# as hot as it gets" in text_in(small)


def test_a_changed_answer_changes_no_other_line(book: FaqFolder) -> None:
    before, entry = text_in(book), book.read().entries[3]
    book.rewrite(entry, replace(entry, answer="Quite another answer."))
    told = changes(before, text_in(book))
    assert "+       Quite another answer." in told
    assert len(told) < 12
    assert book.read().entry(entry.id).answer.strip() == "Quite another answer."


def test_a_question_is_taken_off_the_list_of_those_without_answer(small: FaqFolder) -> None:
    small.answer_now(["is it vegan"])
    assert changes(SMALL, text_in(small)) == ["-   - is it vegan"]


def test_an_empty_list_and_one_on_a_single_line_take_entries_too(small: FaqFolder) -> None:
    path = small.folder / "bread.yaml"
    for entries in ("entries: []", "entries: [{id: oven, question: How hot?, answer: Hot.}]", ""):
        path.write_text(f"article: {{title: Bread}}   # mine\n{entries}\n", encoding="utf-8")
        small.add_entry(replace(NEW, article="bread"))
        assert small.read().entries[-1].id == NEW.id
        assert "# mine" in path.read_text(encoding="utf-8")


def test_the_last_entry_can_be_dropped_and_put_back(small: FaqFolder) -> None:
    path = small.folder / "bread.yaml"
    path.write_text(f"{SMALL.partition('  # --- heat')[0].rstrip()}\n", encoding="utf-8")
    (flour,) = small.read().entries
    dropped = small.drop(flour)
    assert not small.read().entries
    small.put_back(dropped)
    assert small.read().entries == (flour,)


@pytest.mark.parametrize(
    "text",
    [
        "entries: &all\n  - a\n",
        "entries: {a: b}\n",
        "entries:\n  a: b\n",
        "entries:\n  - a",
    ],
)
def test_a_file_that_lines_do_not_show_is_left_to_the_parser(text: str) -> None:
    assert splice.inserted(text, "entries", "- c\n") is None


DRAWN = """\
# drawn
article: {title: Bread}
passages:
  - id: heat
    heading: Heat
    text: Bake it hot.   # mine
    drawn: abc
  - id: salt
    heading: Salt
    text: A pinch.
    drawn: def
seen:
  - abc
  - def
"""


def test_a_passage_is_changed_dropped_and_put_back_in_its_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    path.write_text(DRAWN, encoding="utf-8")
    book = FaqFolder(tmp_path)
    heat, salt = book.read().passages
    dropped = book.drop(heat)
    assert [one.id for one in book.read().passages] == ["salt"]
    book.put_back(dropped)
    assert path.read_text(encoding="utf-8") == DRAWN
    book.rewrite(salt, replace(salt, answer="A good pinch."))
    assert book.read().answers["salt"].answer == "A good pinch."
    assert "# mine" in path.read_text(encoding="utf-8")
    assert "drawn: def" in path.read_text(encoding="utf-8")


ANCHORED = """\
entries:
  - &oven
    id: oven
  - *oven
  - id: salt
"""


def test_an_anchor_is_not_taken_away_from_what_names_it() -> None:
    assert splice.removed(ANCHORED, "entries", [0]) is None
    assert splice.removed(ANCHORED, "entries", [1]) is None


def test_a_large_file_is_not_parsed_as_a_whole_for_one_entry(
    book: FaqFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes half a second, and longer beside other work."""
    book.read()
    before, longest = text_in(book), 0
    usual = reading._values.__wrapped__

    def count(text: str) -> object:
        nonlocal longest
        longest = max(longest, len(text))
        return usual(text)

    known = reading._values
    monkeypatch.setattr(
        reading, "_values", lambda text: known(text) if text == before else count(text)
    )
    book.add_entry(NEW)
    assert 0 < longest < 50_000
