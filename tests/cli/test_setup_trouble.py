"""Set-up errors: each is one line that says what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inbox_bot.cli.main import commands
from inbox_bot.settings import ImapSettings, SmtpSettings
from inbox_bot.settings.accounts import Tls
from inbox_bot.settings.home import Answers, lay_out
from tests.servers.certificates import Certificate, issue
from tests.servers.dovecot import PASSWORD, Dovecot, Kind
from tests.servers.ports import free_ports
from tests.servers.smtp import PASSWORD as SMTP_PASSWORD, Receiver


@pytest.fixture
def safe_smtp(certificate: Certificate) -> Iterator[Receiver]:
    receiver = Receiver(Tls.TLS, certificate)
    yield receiver
    receiver.close()


@pytest.fixture
def servers(
    dovecot: Dovecot,
    safe_smtp: Receiver,
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[ImapSettings, SmtpSettings]:
    """Valid settings; each test breaks one. The machine trusts the tests' authority."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    imap = ImapSettings(host="localhost", port=dovecot.tls_port, username="beginner")
    smtp = SmtpSettings(host="localhost", port=safe_smtp.port, username="beginner")
    return imap, smtp


def init(home: Path, imap: ImapSettings, smtp: SmtpSettings, *typed: str) -> Result:
    lay_out(home, Answers(address="beginner@example.test", name="Ann", imap=imap, smtp=smtp))
    lines = "".join(f"{line}\n" for line in (*typed, *["wrong"] * 3))
    ran = CliRunner().invoke(commands, ["init", str(home)], input=lines, standalone_mode=False)
    assert "\n" not in str(ran.exception or "")
    return ran


def trouble(home: Path, imap: ImapSettings, smtp: SmtpSettings) -> str:
    """The error of `init`, which `doctor` must show once, with a next step."""
    ran = init(home, imap, smtp, PASSWORD, SMTP_PASSWORD)
    told = str(ran.exception).partition(". Fix it in")[0]
    found = CliRunner().invoke(commands, ["-C", str(home), "doctor"], standalone_mode=False)
    assert found.output.count(told) == 1, found.output
    assert f"{told}\n      next: " in found.output
    return str(ran.exception)


Servers = tuple[ImapSettings, SmtpSettings]


def test_all_right(tmp_path: Path, servers: Servers) -> None:
    ran = init(tmp_path, *servers, PASSWORD, SMTP_PASSWORD)
    assert ran.exit_code == 0, ran.output
    found = CliRunner().invoke(commands, ["-C", str(tmp_path), "doctor"], standalone_mode=False)
    assert "FAIL" not in found.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": "imap.nowhere.invalid"}, "there's no such server"),
        ({"port": 1}, "nothing answers there; check the port in settings.yaml (usually 993"),
        ({"host": "127.0.0.1"}, "use the server's own name in settings.yaml"),
    ],
)
def test_a_wrong_imap_server(
    tmp_path: Path, servers: Servers, change: dict[str, object], words: str
) -> None:
    imap, smtp = servers
    said = trouble(tmp_path, imap.model_copy(update=change), smtp)
    assert words in said
    assert said.endswith(f"then run: inbox-bot init {tmp_path}")


def test_a_port_of_another_kind(
    tmp_path: Path, servers: Servers, dovecot: Dovecot, safe_smtp: Receiver
) -> None:
    imap, smtp = servers
    said = {
        "plain": trouble(tmp_path / "1", imap.model_copy(update={"port": dovecot.port}), smtp),
        "SMTP": trouble(tmp_path / "2", imap.model_copy(update={"port": safe_smtp.port}), smtp),
        "IMAP": trouble(tmp_path / "3", imap, smtp.model_copy(update={"port": dovecot.tls_port})),
        "none": trouble(tmp_path / "4", imap, smtp.model_copy(update={"port": free_ports(1)[0]})),
    }
    assert "doesn't start with TLS on that port" in said["plain"]
    assert "unexpected response: b'220" in said["SMTP"]
    assert "doesn't use SMTP on that port (usually 465" in said["IMAP"]
    assert "nothing answers there" in said["none"]


def test_a_certificate_that_nobody_signed(
    tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = issue(tmp_path, "elsewhere")
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.authority))
    assert "it isn't signed by anyone this computer trusts" in trouble(tmp_path / "home", *servers)


def test_a_wrong_password_is_asked_for_again(tmp_path: Path, servers: Servers) -> None:
    ran = init(tmp_path, *servers, "wrong", PASSWORD, SMTP_PASSWORD)
    assert ran.exit_code == 0, ran.output
    assert "refuses the password for beginner" in ran.output
    assert "for sending (if different)" in ran.output
    assert "wrong" not in (tmp_path / "passwords.json").read_text()


def test_nobody_asks_for_a_password_a_fourth_time(tmp_path: Path, servers: Servers) -> None:
    ran = init(tmp_path, *servers, "wrong")
    assert ran.output.count("(hidden)") == 3
    assert "create an app password" in str(ran.exception)


def test_a_provider_that_takes_no_passwords(
    tmp_path: Path, servers: Servers, certificate: Certificate
) -> None:
    imap, smtp = servers
    modern = Dovecot(Kind(tokens="http://127.0.0.1:1", mechanisms="xoauth2"), certificate)
    try:
        said = str(
            init(tmp_path, imap.model_copy(update={"port": modern.tls_port}), smtp, "x").exception
        )
    finally:
        modern.close()
    assert "doesn't accept passwords from apps; see OAuth2 in docs/author.md" in said


def test_a_mailbox_without_a_folder_for_drafts(
    tmp_path: Path, servers: Servers, certificate: Certificate
) -> None:
    imap, smtp = servers
    odd = Dovecot(Kind(flagged=False, drafts="Skizzen"), certificate)
    try:
        said = trouble(tmp_path, imap.model_copy(update={"port": odd.tls_port}), smtp)
    finally:
        odd.close()
    assert "can't find your Drafts folder (I see INBOX, Skizzen)" in said
    assert 'drafts: {folder: "…"}' in said


def test_a_server_that_offers_no_log_in(
    tmp_path: Path, servers: Servers, safe_smtp: Receiver
) -> None:
    safe_smtp.say({"EHLO": "554 go away"})
    assert "doesn't offer a login: usually 465" in trouble(tmp_path, *servers)
