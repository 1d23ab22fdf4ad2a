"""Passwords: found where the author put them, and shown to nobody."""

from __future__ import annotations

import stat
import sys
import traceback
from pathlib import Path

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.settings import passwords
from inbox_bot.settings.passwords import Login, Secret, Server


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Login:
    """A login on a machine without a keyring."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    return Login(directory=tmp_path, address="steve@example.com")


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {(secret,)!s}"
    assert secret.reveal() == "hunter2"


def test_the_environment_comes_first(login: Login) -> None:
    passwords.keep(login, Server.IMAP, Secret("stored"))
    environ = {"INBOX_BOT_IMAP_PASSWORD": "given"}
    assert passwords.find(login, Server.IMAP, environ).reveal() == "given"
    assert passwords.find(login, Server.IMAP, {}).reveal() == "stored"


def test_a_password_file_is_read_without_its_last_line_end(login: Login, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" with blanks \n", encoding="utf-8")
    environ = {"INBOX_BOT_SMTP_PASSWORD_FILE": str(tmp_path / "secret")}
    assert passwords.find(login, Server.SMTP, environ).reveal() == " with blanks "


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_password_file_without_a_password_is_named(
    login: Login, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    environ = {"INBOX_BOT_IMAP_PASSWORD_FILE": str(tmp_path / "secret")}
    with pytest.raises(SettingsError, match="INBOX_BOT_IMAP_PASSWORD_FILE"):
        passwords.find(login, Server.IMAP, environ)


def test_sending_uses_the_reading_password_unless_it_has_its_own(login: Login) -> None:
    environ = {"INBOX_BOT_IMAP_PASSWORD": "one"}
    assert passwords.find(login, Server.SMTP, environ).reveal() == "one"
    environ["INBOX_BOT_SMTP_PASSWORD"] = "two"
    assert passwords.find(login, Server.SMTP, environ).reveal() == "two"


def test_each_mailbox_has_its_own_variable(login: Login) -> None:
    second = Login(directory=login.directory, address="info@example.com", position=2)
    environ = {"INBOX_BOT_IMAP_PASSWORD": "one", "INBOX_BOT_IMAP_PASSWORD_2": "two"}
    assert passwords.find(second, Server.IMAP, environ).reveal() == "two"
    del environ["INBOX_BOT_IMAP_PASSWORD_2"]
    with pytest.raises(SettingsError, match="INBOX_BOT_IMAP_PASSWORD_2"):
        passwords.find(second, Server.IMAP, environ)


def test_swapped_mailboxes_keep_their_own_stored_passwords(login: Login) -> None:
    passwords.keep(login, Server.IMAP, Secret("steve's"))
    other = Login(directory=login.directory, address="info@example.com", position=1)
    with pytest.raises(SettingsError, match=r"info@example\.com"):
        passwords.find(other, Server.IMAP, {})


def test_the_stored_file_is_for_its_owner_alone(login: Login) -> None:
    place = Path(passwords.keep(login, Server.IMAP, Secret("one")))
    passwords.keep(login, Server.SMTP, Secret("two"))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert passwords.find(login, Server.IMAP, {}).reveal() == "one"
    assert [path.name for path in login.directory.iterdir()] == [place.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(login: Login, mode: int) -> None:
    place = Path(passwords.keep(login, Server.IMAP, Secret("hunter2")))
    place.chmod(mode)
    with pytest.raises(SettingsError, match=f"chmod 600 {place}"):
        passwords.find(login, Server.IMAP, {})


@pytest.mark.parametrize("content", ["", "[]", '{"imap steve@example.com": "hunter2"', "\0"])
def test_a_damaged_file_is_named_and_not_shown(login: Login, content: str) -> None:
    place = login.directory / passwords.FILE_NAME
    place.touch(mode=0o600)
    place.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="can't read") as caught:
        passwords.find(login, Server.IMAP, {})
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None


def test_no_password_anywhere_says_what_to_do(login: Login) -> None:
    with pytest.raises(SettingsError, match="inbox-bot init") as caught:
        passwords.find(login, Server.SMTP, {})
    assert "INBOX_BOT_IMAP_PASSWORD" in str(caught.value)


def test_a_keyring_without_a_safe_falls_back_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = pytest.importorskip("keyring", reason="an extra; scripts/test installs it")
    fail = pytest.importorskip("keyring.backends.fail")
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())
    login = Login(directory=tmp_path, address="steve@example.com")
    assert passwords.keep(login, Server.IMAP, Secret("one")).endswith("passwords.json")
    assert passwords.find(login, Server.IMAP, {}).reveal() == "one"
