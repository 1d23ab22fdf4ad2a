"""Values of settings.yaml are changed one by one: checked as the file is, comments kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from difflib import ndiff
from pathlib import Path

import pytest

from inbox_bot import settings
from inbox_bot.bot import Policy
from inbox_bot.settings import Settings
from inbox_bot.settings.editing import Refused, change
from inbox_bot.settings.policy import policy_of
from inbox_bot.settings.shipped import shipped
from inbox_bot.settings.watched import Watched


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("faq", "templates"):
        (tmp_path / name).mkdir()
    file_in(tmp_path).write_text(shipped("settings.yaml").read_text("utf-8"), encoding="utf-8")
    return tmp_path


def file_in(home: Path) -> Path:
    return home / settings.FILE_NAME


def changes(home: Path) -> list[str]:
    before, after = shipped("settings.yaml").read_text("utf-8"), file_in(home).read_text("utf-8")
    return [one for one in ndiff(before.splitlines(), after.splitlines()) if one[0] in "+-"]


def test_a_value_is_changed_and_no_other_line(home: Path) -> None:
    change(home, {("promise", "within"): "3 days", ("digest",): "weekly"})
    assert changes(home) == [
        "-   within: 1 week",
        "+   within: 3 days",
        "- digest: daily",
        "+ digest: weekly",
    ]
    assert settings.load(home).promise.within == timedelta(days=3)


def test_what_is_the_same_changes_nothing(home: Path) -> None:
    text = settings.load(home).promise.text
    change(home, {("promise", "text"): text, ("promise", "name_a_date"): True, ("forms",): ()})
    assert changes(home) == []


def test_a_list_grows_and_shrinks_with_its_comments(home: Path) -> None:
    file = file_in(home)
    listed = "forms:\n  - a@example.org   # the old site\n  - b@example.org\n"
    file.write_text(file.read_text("utf-8").replace("forms: []\n", listed), encoding="utf-8")
    change(home, {("forms",): ("a@example.org", "c@example.org")})
    assert "- a@example.org   # the old site" in file.read_text("utf-8")
    assert settings.load(home).forms == ("a@example.org", "c@example.org")
    change(home, {("forms",): ("a@example.org",)})
    assert settings.load(home).forms == ("a@example.org",)
    assert "- a@example.org   # the old site" in file.read_text("utf-8")
    assert "# The name your own mail server uses in" in file.read_text("utf-8")


def test_an_emptied_key_has_its_default_again(home: Path) -> None:
    change(home, {("retention",): "104 weeks"})
    assert settings.load(home).retention == timedelta(weeks=104)
    change(home, {("retention",): None})
    assert settings.load(home).retention is None


def test_a_section_that_she_took_out_is_made(home: Path) -> None:
    file_in(home).write_text(
        "author: {name: Steve}   # me\n"
        "mailboxes:\n"
        "  - addresses: [steve@example.com]\n"
        "    imap: {host: imap.example.com}\n"
        "    smtp: {host: smtp.example.com}\n",
        encoding="utf-8",
    )
    change(home, {("readers", "never"): ("@example.org",), ("promise", "within"): "5 days"})
    found = settings.load(home)
    assert found.readers.never == ("@example.org",)
    assert found.promise.within == timedelta(days=5)
    assert "# me" in file_in(home).read_text("utf-8")


def test_every_problem_is_told_with_its_place_and_nothing_is_written(home: Path) -> None:
    with pytest.raises(Refused) as caught:
        change(home, {("promise", "within"): "soon", ("digest",): "hourly", ("forms",): ("x",)})
    places = {one.where for one in caught.value.problems}
    assert places == {("promise", "within"), ("digest",), ("forms", 0)}
    assert "try 5m" in str(caught.value)
    assert changes(home) == []


# --- while the bot runs --------------------------------------------------------------------------


def test_the_rules_are_heeded_when_the_file_changes(home: Path) -> None:
    rules = watched_rules(home, lambda chosen: replace(policy_of(chosen), page_url="kept"))
    assert rules() is None
    change(home, {("promise", "within"): "3 days"})
    changed = rules()
    assert isinstance(changed, Policy)
    assert (changed.within, changed.page_url) == (timedelta(days=3), "kept")
    assert rules() is changed


def watched_rules(
    home: Path, read: Callable[[Settings], Policy] = policy_of
) -> Callable[[], Policy | None]:
    """The rules as `Bot.other_rules` has them: None until the file changes."""
    unchanged: Policy | None = None
    return Watched(home).part(read, unchanged)


def test_a_change_is_read_once_for_all_that_is_watched_and_its_mistake_is_told_once(
    home: Path,
) -> None:
    told: list[str] = []
    read: list[Settings] = []
    watched = Watched(home, told.append)

    def within(settings: Settings) -> timedelta:
        read.append(settings)
        return settings.promise.within

    parts = [watched.part(within, timedelta()) for _ in range(3)]
    assert [part() for part in parts] == [timedelta()] * 3
    assert read == []
    change(home, {("promise", "within"): "3 days"})
    assert [part() for part in parts] == [timedelta(days=3)] * 3
    assert len(read) == 3
    assert read[0] is read[1] is read[2], "the file was read more than once"
    file = file_in(home)
    file.write_text(file.read_text("utf-8").replace("3 days", "soon"), encoding="utf-8")
    assert [part() for part in parts] == [timedelta(days=3)] * 3
    assert len(told) == 1


def test_a_mistake_in_the_file_leaves_the_rules_as_they_were(home: Path) -> None:
    rules = watched_rules(home)
    change(home, {("promise", "within"): "3 days"})
    good = rules()
    file = file_in(home)
    file.write_text(file.read_text("utf-8").replace("3 days", "soon"), encoding="utf-8")
    assert rules() is good
    file.unlink()
    assert rules() is good
