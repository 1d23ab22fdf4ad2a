"""Reply templates are edited as a letter with fields; what is not a field stays as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.drafting.wording import Wording
from inbox_bot.drafting.wording_fields import PartKind, parts_of, with_fields
from inbox_bot.errors import WrongUse
from tests.world import STEVE, TOP

TEMPLATES = TOP / "templates"
NAMES = sorted(path.name for path in (TEMPLATES / "replies").glob("*.j2"))
LINE = "As for {{ rest }}, let me look; I'll write again {{ day or 'soon' }}.\n"
CHOICE = '{{ choose("Hi", "Hello") }} {{ name }},\n'


def source(name: str) -> str:
    return (TEMPLATES / "replies" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_changed_stays_to_the_letter(name: str) -> None:
    values = {part.key: part.value for part in parts_of(source(name)) if part.key}
    assert with_fields(source(name), values) == source(name)


@pytest.mark.parametrize("name", ["answer.j2", "letter.j2", "opening.j2", "urgent.j2"])
def test_every_changed_field_is_in_the_letter_that_a_reader_gets(name: str) -> None:
    fields = [part for part in parts_of(source(name)) if part.key]
    assert fields
    changed = with_fields(source(name), {part.key: "Zebras and more." for part in fields})
    assert "Zebras and more." in Wording(TEMPLATES).preview(name, changed, STEVE)


def test_values_are_shown_in_braces_and_come_back() -> None:
    (part,) = parts_of(LINE)
    assert part.value == "As for {rest}, let me look; I'll write again {day}."
    changed = with_fields(LINE, {part.key: "I'll write {day} about {rest}."})
    assert changed == "I'll write {{ day or 'soon' }} about {{ rest }}.\n"


def test_a_field_may_become_several_paragraphs() -> None:
    (part,) = parts_of("Plain words.\n")
    changed = with_fields("Plain words.\n", {part.key: "One,\nstill one.\n\nTwo."})
    assert changed == "One, still one.\n\n\nTwo.\n"


def test_wordings_stand_one_a_line_and_may_be_more_or_fewer() -> None:
    (part,) = parts_of(CHOICE)
    assert (part.kind, part.value) == (PartKind.VARIANTS, "Hi\nHello")
    changed = with_fields(CHOICE, {part.key: 'Dear\n\nSay "hi" \\ to\n'})
    assert changed == '{{ choose("Dear", "Say \\"hi\\" \\\\ to") }} {{ name }},\n'


@pytest.mark.parametrize("typed", ["{{ author }}", "{% raw %}", "{# x #}", "} {", "{other}", "{"])
def test_no_field_can_hold_a_template(typed: str) -> None:
    for text in (LINE, CHOICE, "Plain words.\n"):
        (part,) = parts_of(text)
        with pytest.raises(WrongUse):
            with_fields(text, {part.key: f"Hi {typed}"})


def test_a_field_without_any_wording_is_refused() -> None:
    (part,) = parts_of(CHOICE)
    with pytest.raises(WrongUse, match="at least one"):
        with_fields(CHOICE, {part.key: " \n "})


def test_comments_and_computed_wordings_are_left_alone() -> None:
    text = '{#\nA comment.\n#}\n{{ choose("A " ~ day, "B") }}\n{% if late %}\nSorry.\n{% endif %}\n'
    assert [part.kind for part in parts_of(text)] == [PartKind.CONDITION, PartKind.TEXT]
    assert with_fields(text, {"1": "x", "3": "x", "3.0": "x"}) == text


def test_a_preview_has_her_own_signature(tmp_path: Path) -> None:
    author = replace(STEVE, signature="Steve\nThe Back Page")
    assert "The Back Page" in Wording(TEMPLATES).preview("answer.j2", source("answer.j2"), author)
