"""`inbox-bot login`: from consent at the provider to the mailbox, with no stray copy of a token."""

from __future__ import annotations

import logging
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inbox_bot.bot import Bot
from inbox_bot.cli.main import commands
from inbox_bot.mail import oauth
from inbox_bot.mail.oauth import services
from inbox_bot.mail.oauth.services import Flow
from inbox_bot.reports.notes.gather import gather
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings import ImapSettings, OAuthService, SmtpSettings, Tls, load
from inbox_bot.settings.home import Answers, lay_out
from inbox_bot.settings.passwords import Login
from inbox_bot.web.page import Page
from inbox_bot.web.queue import QueueView, queue_view
from tests.servers.dovecot import Dovecot, Kind
from tests.servers.smtp import Receiver
from tests.servers.tokens import CLIENT_ID, TokenServer

NAME = "author"


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    server = TokenServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def imap(tokens: TokenServer) -> Iterator[Dovecot]:
    server = Dovecot(Kind(tokens=tokens.url, mechanisms="xoauth2"))
    yield server
    server.close()


@pytest.fixture
def home(
    tmp_path: Path, tokens: TokenServer, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Directory of an author whose provider takes no password; all servers are local."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(services, "SERVICES", (tokens.client(Flow.DEVICE).service,))
    monkeypatch.setattr("time.sleep", lambda _: None)
    tokens.reset(NAME)
    receiver = Receiver(
        bearers=lambda: {
            f"user={NAME}\x01auth=Bearer {token}\x01\x01".encode()
            for token in tokens.state.access_tokens
        }
    )
    answers = Answers(
        address="author@example.test",
        name="Steve",
        article="https://example.com/article/",
        imap=ImapSettings(host="127.0.0.1", port=imap.port, tls=Tls.NONE, username=NAME),
        smtp=SmtpSettings(host="127.0.0.1", port=receiver.port, tls=Tls.NONE, username=NAME),
        oauth=OAuthService.MICROSOFT,
    )
    lay_out(tmp_path, answers)
    yield tmp_path
    receiver.close()


def run(home: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(
        commands, ["-C", str(home), *words], input=typed, standalone_mode=False
    )


def secrets_of(tokens: TokenServer) -> set[str]:
    return tokens.state.access_tokens | tokens.state.refresh_tokens


def test_one_yes_opens_the_mailbox_and_leaves_no_token_about(
    home: Path, tokens: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens.state.says = ["authorization_pending"]
    ran = run(home, "login", "microsoft", typed=f"{CLIENT_ID}\n")
    assert ran.exit_code == 0, ran.output
    assert "ABCD-EFGH" in ran.output
    assert "0 letters; found your Drafts and Sent folders" in ran.output
    assert load(home).mailboxes[0].oauth.client_id == CLIENT_ID
    polled = run(home, "poll", "--yes")
    assert polled.exit_code == 0, polled.output
    assert run(home, "backup", str(home / "all.zip")).exit_code == 0
    assert run(home, "export", str(home / "export.zip")).exit_code == 0
    shown = "".join([ran.output, polled.output, caplog.text])
    assert not any(token in shown for token in secrets_of(tokens))
    assert holding(home, secrets_of(tokens)) == {"passwords.json"}


def holding(home: Path, tokens: set[str]) -> set[str]:
    """Files that hold any of the tokens, also in a zip."""
    found = set()
    for path in (path for path in home.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
                assert not any("password" in name for name in archive.namelist())
        if any(token.encode() in content for token in tokens):
            found.add(path.name)
    return found


def test_the_settings_keep_their_comments_and_their_order(home: Path) -> None:
    before = (home / "settings.yaml").read_text().splitlines()
    run(home, "login", "microsoft", "--client-id", CLIENT_ID)
    after = (home / "settings.yaml").read_text().splitlines()
    changed = [line for line in after if line not in before]
    assert [line.strip() for line in changed] == [
        f"oauth: {{service: microsoft, client_id: {CLIENT_ID}, tenant: common}}"
    ]


def test_an_older_file_gets_the_key_where_it_belongs(home: Path) -> None:
    path = home / "settings.yaml"
    lines = [line for line in path.read_text().splitlines() if "oauth:" not in line]
    path.write_text("\n".join(lines) + "\n")
    assert run(home, "login", "microsoft", "--client-id", CLIENT_ID).exit_code == 0
    assert load(home).mailboxes[0].oauth.client_id == CLIENT_ID
    kept = path.read_text().splitlines()
    assert [line for line in kept if "oauth: {" not in line] == lines


def test_a_no_is_one_line_and_keeps_nothing(home: Path, tokens: TokenServer) -> None:
    tokens.state.says = ["access_denied"]
    ran = run(home, "login", "microsoft", "--client-id", CLIENT_ID)
    assert str(ran.exception).startswith("you declined at Microsoft")
    assert not (home / "passwords.json").exists()


def with_a_consent_of(days: Mapping[str, int], home: Path, tokens: TokenServer) -> None:
    tokens.state.consent_lasts = int(timedelta(**days).total_seconds())
    assert run(home, "login", "microsoft", "--client-id", CLIENT_ID).exit_code == 0


def page_of(bot: Bot) -> QueueView:
    now = datetime.now(UTC)
    page = Page(bot=bot, clock=lambda: now, hosts=frozenset(), key="key", faq=Path())
    with bot.store.reading() as tx:
        return queue_view(tx, page, 1, now)


def test_a_log_in_that_ends_soon_is_told_by_status_doctor_page_and_note(
    home: Path, tokens: TokenServer
) -> None:
    with_a_consent_of({"days": 1}, home, tokens)
    status = run(home, "status")
    assert status.return_value == 1
    assert "Your Microsoft login for author@example.test expires on" in status.output
    assert "warnings" in run(home, "status", "--json").output
    doctor = run(home, "doctor").output
    assert "FAIL  login author@example.test" in doctor
    assert f"next: inbox-bot -C {home} login microsoft" in doctor
    with open_bot(home) as bot:
        told, page = gather(bot, datetime.now(UTC)).lines, page_of(bot)
    assert any("expires on" in line for line in told)
    assert "expires on" in page.mail
    assert page.is_ill


def test_a_log_in_that_lasts_is_no_news(home: Path, tokens: TokenServer) -> None:
    with_a_consent_of({"days": 90}, home, tokens)
    assert run(home, "status").return_value == 0
    assert "FAIL" not in run(home, "doctor").output
    with open_bot(home) as bot:
        assert not gather(bot, datetime.now(UTC)).lines
        assert not page_of(bot).is_ill


def test_a_revoked_log_in_is_told_by_poll_and_status(home: Path, tokens: TokenServer) -> None:
    with_a_consent_of({"days": 90}, home, tokens)
    tokens.state.access_tokens.clear()
    tokens.state.refresh_tokens.clear()
    assert "ended the login" in run(home, "poll", "--yes").output
    status = run(home, "status")
    assert status.return_value == 1
    assert f"un: inbox-bot -C {home} login microsoft" in status.output


def test_init_asks_for_no_password_and_says_what_comes_next(home: Path) -> None:
    ran = run(home, "init", str(home))
    assert ran.exit_code == 0, ran.output
    assert "Password" not in ran.output
    assert f"inbox-bot -C {home} login microsoft" in ran.output


def test_a_restored_directory_says_how_to_log_in_again(home: Path, tokens: TokenServer) -> None:
    with_a_consent_of({"days": 90}, home, tokens)
    file, elsewhere = home / "all.zip", home / "elsewhere"
    assert run(home, "backup", str(file)).exit_code == 0
    ran = run(elsewhere, "restore", str(file))
    assert f"Log in again: inbox-bot -C {elsewhere} login microsoft" in ran.output
    assert "Password for" not in ran.output
    assert not holding(elsewhere, secrets_of(tokens))


def test_several_mailboxes_must_be_told_apart(home: Path) -> None:
    text = (home / "settings.yaml").read_text()
    start, end = text.index("  - addresses"), text.index("# Which letters")
    second = text[start:end].replace("author@", "info@")
    (home / "settings.yaml").write_text(text[:end] + second + text[end:])
    ran = run(home, "login", "microsoft")
    assert "author@example.test, info@example.test" in str(ran.exception)
    chosen = run(home, "login", "microsoft", "--client-id", "x", "--address", "info@example.test")
    assert "client" not in str(chosen.exception)
    assert [each.oauth.client_id for each in load(home).mailboxes] == ["", "x"]


def test_a_grant_that_cannot_be_read_is_none(home: Path) -> None:
    login = Login(directory=home, address="author@example.test")
    (home / "passwords.json").touch(mode=0o600)
    (home / "passwords.json").write_text('{"oauth-microsoft author@example.test": "[]"}')
    assert oauth.load(login, OAuthService.MICROSOFT) is None
