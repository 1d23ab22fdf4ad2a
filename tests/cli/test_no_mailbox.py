"""A directory without a mailbox: letters can be tried, and other commands say what to set up."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inbox_bot.cli.main import commands
from inbox_bot.settings import FILE_NAME
from inbox_bot.settings.shipped import shipped

ARTICLE = "# Bread\n\n## How hot?\n\nBake it at 230 degrees for half an hour.\n"
LETTER = (
    b"From: Ann <ann@example.org>\r\nTo: baker@bakery.example\r\nSubject: Bread\r\n"
    b"Message-ID: <bread@example.org>\r\nDate: Tue, 3 Mar 2026 19:00:00 +0000\r\n\r\n"
    b"Hi,\r\n\r\nhow hot should the oven be to bake it?\r\n\r\nAnn\r\n"
)


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(home), *arguments], standalone_mode=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A directory as `new` makes it, with an article drawn."""
    home = tmp_path / "try"
    run(tmp_path, "new", str(home))
    (tmp_path / "bread.md").write_text(ARTICLE, encoding="utf-8")
    run(home, "faq", "draw", str(tmp_path / "bread.md"))
    return home


def test_a_letter_to_anyone_is_answered(home: Path) -> None:
    (home / "letter.eml").write_bytes(LETTER)
    told = run(home, "ask", str(home / "letter.eml")).output
    assert "reader: a person wrote to you" in told
    assert "Bake it at 230 degrees" in told.partition("Subject: Re: Bread")[2]


@pytest.mark.parametrize("command", ["drafts", "poll", "send", "review"])
def test_a_command_that_needs_a_mailbox_says_how_to_set_one_up(home: Path, command: str) -> None:
    told = str(run(home, command).exception)
    assert told == f"No mailbox is set up here yet. Next: inbox-bot setup {home}"


def test_status_and_doctor_say_it_too(home: Path) -> None:
    told = run(home, "status")
    assert told.output == f"No mailbox is set up here yet. Next: inbox-bot setup {home}\n"
    assert told.return_value == 1
    checked = run(home, "doctor").output
    assert "FAIL  mailbox: No mailbox is set up here yet\n" in checked
    assert f"      next: inbox-bot setup {home}\n" in checked
    assert "password" not in checked


def test_the_settings_that_ship_are_nobodys_mailbox(tmp_path: Path) -> None:
    """Her own mailbox is not set up in the folder of the program."""
    for name in (FILE_NAME, "faq", "templates"):
        (tmp_path / name).symlink_to(shipped(name))
    told = run(tmp_path, "status").output
    assert told == "No mailbox is set up here yet. Next: inbox-bot setup\n"
