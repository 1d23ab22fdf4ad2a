"""`init` asks questions, creates the author's directory and logs in to her mailbox."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from inbox_bot.cli.setup import init, new
from inbox_bot.errors import SettingsError
from inbox_bot.service.knowledge import knowledge_in
from inbox_bot.settings import load
from inbox_bot.settings.accounts import ImapAccount
from inbox_bot.settings.home import is_set_up, lay_out, nobody
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD, Receiver

SETTINGS = """\
author: {{name: Steve}}
mailboxes:
  - addresses: [{address}]
    imap: {{host: 127.0.0.1, port: {imap}, tls: none, username: {username}}}
    smtp: {{host: 127.0.0.1, port: {smtp}, tls: none, username: author}}
"""


@pytest.fixture
def home(
    tmp_path: Path, account: ImapAccount, smtp: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An author's directory whose servers are the tests' own."""
    for folder in ("faq", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "faq" / "general.yaml").write_text("article: {title: Mine}\nentries: []\n")
    (tmp_path / "settings.yaml").write_text(
        SETTINGS.format(
            address=account.address, imap=account.port, smtp=smtp.port, username=account.username
        )
    )
    monkeypatch.setenv("INBOX_BOT_SMTP_PASSWORD", SMTP_PASSWORD)
    return tmp_path


def test_init_keeps_the_password_to_itself_and_logs_in_at_once(
    home: Path, account: ImapAccount
) -> None:
    ran = CliRunner().invoke(init, [str(home)], input=f"{account.password}\n")
    assert ran.exit_code == 0, ran.output
    assert "0 letters; found your Drafts and Sent folders\n" in ran.output
    assert account.password not in ran.output
    kept = home / "passwords.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_init_tells_an_author_without_answers_to_draw_them(
    home: Path, account: ImapAccount
) -> None:
    ran = CliRunner().invoke(init, [str(home)], input=f"{account.password}\n")
    assert "faq draw" in ran.output


def test_init_leaves_what_is_there(home: Path, account: ImapAccount) -> None:
    before = (home / "settings.yaml").read_text()
    CliRunner().invoke(init, [str(home)], input=f"{account.password}\n")
    assert (home / "settings.yaml").read_text() == before
    assert load(home).author.name == "Steve"


def test_new_makes_a_directory_in_which_an_article_can_be_tried(tmp_path: Path) -> None:
    home = tmp_path / "letters"
    ran = CliRunner().invoke(new, [str(home)])
    assert ran.exit_code == 0, ran.output
    assert "faq draw" in ran.output
    knowledge = knowledge_in(home)
    assert knowledge.faq.answers == {}
    assert knowledge.safety.hear("My son has swallowed a button battery and cannot breathe.").danger


def test_new_never_touches_a_directory_that_is_set_up(home: Path) -> None:
    before = (home / "settings.yaml").read_text()
    ran = CliRunner().invoke(new, [str(home)])
    assert isinstance(ran.exception, SettingsError)
    assert (home / "settings.yaml").read_text() == before


def test_init_asks_for_the_mailbox_of_a_directory_that_new_made(tmp_path: Path) -> None:
    home = tmp_path / "letters"
    CliRunner().invoke(new, [str(home)])
    assert not is_set_up(home)
    lay_out(home, replace(nobody(), address="ann@example.org", name="Ann"))
    assert is_set_up(home)
    assert load(home).author.name == "Ann"
