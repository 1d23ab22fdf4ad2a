"""`init`: a few questions become a directory that works, and nothing there is overwritten."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from inbox_bot import settings
from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.faq import load as faq_load
from inbox_bot.settings import ImapSettings, OAuthService, SmtpSettings, Tls
from inbox_bot.settings.home import Answers, files_for, lay_out
from inbox_bot.settings.interview import Interviewer, interview, read_imap, read_smtp
from inbox_bot.settings.timezone import country_of, guess_locale

ANSWERS = Answers(
    address="ann@garden.example",
    name="Ann Lee",
    signature="Ann: with dirt on her hands",
    imap=ImapSettings(host="imap.garden.example", username="ann"),
    smtp=SmtpSettings(host="smtp.garden.example", port=587, tls=Tls.STARTTLS, username="ann"),
    article="https://garden.example/2026/roses-in-winter.html?utm=1",
    letter_time="Tuesday evening",
    timezone="Europe/Berlin",
    country="DE",
)


class Author:
    """Types her answers in turn; an empty one takes the default. Keeps what she was shown."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str, default: str) -> str:
        self.asked.append(question)
        return self._answers.pop(0) or default

    def interviewer(self) -> Interviewer:
        return Interviewer(ask=self.ask, tell=self.told.append)


def written(directory: Path) -> Sequence[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*.*"))


def test_the_directory_can_be_used_as_it_is_written(tmp_path: Path) -> None:
    lay_out(tmp_path / "new" / "home", ANSWERS)
    found = settings.load(tmp_path / "new" / "home")
    mailbox = found.mailboxes[0]
    assert (found.author.name, found.author.signature) == (ANSWERS.name, ANSWERS.signature)
    assert (found.author.timezone, found.author.country) == ("Europe/Berlin", "DE")
    assert (mailbox.addresses, mailbox.imap) == (("ann@garden.example",), ANSWERS.imap)
    assert (mailbox.smtp, found.promise.letter_time) == (ANSWERS.smtp, "Tuesday evening")
    assert list(found.templates.glob("replies/*.j2"))
    assert stat.S_IMODE((tmp_path / "new" / "home").stat().st_mode) == 0o700


def test_the_settings_keep_their_comments(tmp_path: Path) -> None:
    lay_out(tmp_path, ANSWERS)
    text = (tmp_path / "settings.yaml").read_text(encoding="utf-8")
    assert "# the first one is the main one" in text
    assert "example.com]" not in text
    assert len([line for line in text.splitlines() if line.startswith("#")]) > 20


def test_who_names_an_article_gets_a_faq_of_her_own(tmp_path: Path) -> None:
    lay_out(tmp_path, ANSWERS)
    assert "massage" not in " ".join(written(tmp_path))
    own = faq_load.load(tmp_path / "faq")
    assert [(one.slug, one.url, one.title) for one in own.articles] == [
        ("general", ANSWERS.article, "garden.example")
    ]
    assert "also_asked" in (tmp_path / "faq/general.yaml").read_text(encoding="utf-8")


def test_who_names_none_gets_an_empty_faq_and_nothing_of_our_example(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        Answers(address="a@b.example", name="A", imap=ANSWERS.imap, smtp=ANSWERS.smtp),
    )
    assert faq_load.load(tmp_path / "faq").answers == {}
    assert "massage" not in (tmp_path / "settings.yaml").read_text(encoding="utf-8")


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    first = lay_out(tmp_path, ANSWERS)
    for path in first:
        (tmp_path / path).write_text("mine", encoding="utf-8")
    (tmp_path / first[-1]).unlink()
    assert lay_out(tmp_path, ANSWERS) == (first[-1],)
    assert all((tmp_path / path).read_text(encoding="utf-8") == "mine" for path in first[:-1])


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(SettingsError, match="can't be written"):
        lay_out(tmp_path / "home", ANSWERS)


def test_git_does_not_see_passwords_and_letters() -> None:
    ignored = next(new for new in files_for(ANSWERS) if new.path == Path(".gitignore"))
    assert {"passwords.json", "*.db"} <= set(ignored.content.splitlines())


def test_the_address_alone_tells_the_servers() -> None:
    author = Author("Ann Lee", "", "", "")
    found = interview(author.interviewer(), "ann.lee@gmail.com")
    assert (found.imap.host, found.smtp.host) == ("imap.gmail.com", "smtp.gmail.com")
    assert found.signature == "Ann"
    assert not any("server" in question for question in author.asked)
    assert any("app password" in line and "https://" in line for line in author.told)


def test_an_own_domain_is_asked_for_its_servers() -> None:
    author = Author("ann@garden.example", "", "", "mail.garden.example:587", "", "", "", "")
    found = interview(author.interviewer())
    assert found.imap == ImapSettings(host="imap.garden.example", username="ann@garden.example")
    assert found.smtp.tls is Tls.STARTTLS
    assert (found.name, found.signature) == ("Ann", "Ann")


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("ann@outlook.com", []),
        ("ann@firm.example", ["", "outlook.office365.com", "smtp.office365.com:587"]),
    ],
)
def test_microsoft_is_logged_into_by_oauth2(tmp_path: Path, address: str, typed: list[str]) -> None:
    author = Author(*typed, "Ann", "", "", "")
    lay_out(tmp_path, interview(author.interviewer(), address))
    assert settings.load(tmp_path).mailboxes[0].oauth.service is OAuthService.MICROSOFT


def test_everybody_else_has_a_password(tmp_path: Path) -> None:
    lay_out(tmp_path, ANSWERS)
    assert settings.load(tmp_path).mailboxes[0].oauth.service is OAuthService.NONE


def test_an_answer_that_cannot_be_used_is_asked_again() -> None:
    author = Author("ann", "ann@gmail.com", "Ann", "what", "garden.example/roses", "", "soon", "")
    found = interview(author.interviewer())
    assert (found.address, found.article) == ("ann@gmail.com", "https://garden.example/roses")
    assert [line for line in author.told if line.startswith('"')] == [
        '"ann" is not an email address; try steve@example.com',
        '"what" is not a web address; try https://example.com/article/',
        '"soon" is not a letter time; try Tuesday evening, Saturday 9:00-12:30',
    ]


def test_an_address_that_is_given_wrong_is_not_asked_again() -> None:
    with pytest.raises(WrongUse, match=r'^"ann" is not an email address'):
        interview(Author().interviewer(), "ann")


@pytest.mark.parametrize("text", ["", ":993", "imap example", "imap.example.com:imap", "a@b"])
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a server"):
        read_imap(text, "ann")


def test_a_port_out_of_range_is_asked_again() -> None:
    author = Author("", "imap.garden.example:70000", "", "", "Ann", "", "", "")
    assert interview(author.interviewer(), "ann@garden.example").imap.port == 993
    assert any("is not a server" in line for line in author.told)


@pytest.mark.parametrize(
    ("port", "tls"), [("", Tls.TLS), (":993", Tls.TLS), (":143", Tls.STARTTLS), (":1993", Tls.TLS)]
)
def test_no_port_means_plain_text(port: str, tls: Tls) -> None:
    assert read_imap(f"imap.example.com{port}", "ann").tls is tls
    assert read_smtp("smtp.example.com:587", "ann").tls is Tls.STARTTLS


def test_the_country_follows_from_the_time_zone() -> None:
    assert [country_of(zone) for zone in ("America/New_York", "Europe/Berlin", "UTC")] == [
        "US",
        "DE",
        "",
    ]


@pytest.mark.parametrize(
    ("environment", "country", "guessed"),
    [
        ({"LANG": "en_US.UTF-8"}, "DE", "en_US"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "en_GB.UTF-8"}, "US", "en_GB"),
        ({"LC_ALL": "de_DE@euro", "LANG": "en_US"}, "US", "de_DE"),
        ({"LANG": "C.UTF-8"}, "GB", "en_GB"),
        ({"LANG": "xx_YY"}, "US", "en_US"),
        ({}, "", "en_US"),
    ],
)
def test_the_locale_is_the_systems_or_the_countrys(
    environment: dict[str, str], country: str, guessed: str
) -> None:
    assert guess_locale(environment, country) == guessed


@pytest.mark.parametrize(
    ("system", "guessed"),
    [("Europe/Berlin", "Europe/Berlin"), ("Nowhere/Atall", "UTC"), ("Etc/UTC", "UTC")],
)
def test_the_time_zone_comes_from_the_system(system: str, guessed: str) -> None:
    script = "from inbox_bot.settings.timezone import guess_timezone; print(guess_timezone())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TZ": system},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == guessed
