"""Data files beside the modules that use them: sections of words, phrases and tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import inbox_bot
from inbox_bot.letters.wordlists import WordLists, columns

ROOT = Path(inbox_bot.__file__).parent
SECTION = re.compile(r"^\[(.+)\]$", re.MULTILINE)
FILES = [path for path in sorted(ROOT.rglob("*.txt")) if SECTION.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_section_stands_once_and_is_read_by_the_module_beside_it(path: Path) -> None:
    sections = SECTION.findall(path.read_text("utf-8"))
    module = path.with_suffix(".py").read_text("utf-8")
    assert len(sections) == len(set(sections))
    assert [name for name in sections if f'"{name}"' not in module] == []


def test_a_key_may_have_several_lines_and_a_phrase_leads_to_its_key() -> None:
    lists = WordLists("inbox_bot.letters.contact_forms.labels")
    assert {"full name", "nombre completo"} <= set(lists.keyed("labels")["name"])
    assert lists.keys("labels")["nombre completo"] == "name"


def test_columns_hold_all_languages_the_longest_phrase_first() -> None:
    forwarded = columns("inbox_bot.letters.reading.phrases")["forwarded"]
    assert {"forwarded message", "weitergeleitete nachricht"} <= set(forwarded)
    assert sorted(map(len, forwarded), reverse=True) == list(map(len, forwarded))


def test_a_section_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="no such"):
        WordLists("inbox_bot.drafting.names").words("no such")
