"""settings.yaml: every problem at once, with its line and what to write instead."""

from __future__ import annotations

from contextlib import chdir
from datetime import date, timedelta
from pathlib import Path

import pytest

from inbox_bot import settings
from inbox_bot.bot import Digest
from inbox_bot.errors import SettingsError
from inbox_bot.settings.accounts import is_loopback
from inbox_bot.settings.durations import parse_duration, parse_period

SHIPPED = Path(__file__).parents[2] / "settings.yaml"
SMALLEST = """\
author: {name: Steve}
mailboxes:
  - addresses: [Steve@Example.COM, info@example.com]
    imap: {host: imap.example.com}
    smtp: {host: smtp.example.com}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "faq").mkdir()
    (tmp_path / "templates").mkdir()
    return tmp_path


def load(home: Path, text: str) -> settings.Settings:
    (home / "settings.yaml").write_text(text, encoding="utf-8")
    with chdir(home):
        return settings.load(Path())


def refusal(home: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(home, text)
    return str(caught.value).splitlines()


def test_the_shipped_file_holds_every_key_with_its_default(home: Path) -> None:
    shipped = load(home, SHIPPED.read_text(encoding="utf-8"))
    defaults = load(home, SMALLEST)
    for name in settings.Settings.model_fields:
        assert f"\n{name}:" in SHIPPED.read_text(encoding="utf-8"), name
        if name not in {"author", "mailboxes"}:
            assert getattr(shipped, name) == getattr(defaults, name), name


def test_a_small_file_is_enough(home: Path) -> None:
    found = load(home, SMALLEST)
    assert found.addresses == ("Steve@example.com", "info@example.com")
    assert found.mailboxes[0].imap_username == "Steve@example.com"
    assert (found.mailboxes[0].imap.port, found.mailboxes[0].smtp.port) == (993, 465)
    assert found.author.as_author().signature == "Steve"
    assert found.poll.since == timedelta(days=14)


def test_paths_and_store_are_relative_to_the_file(home: Path) -> None:
    found = load(home, SMALLEST)
    assert found.faq == home.resolve() / "faq"
    assert found.store == f"sqlite:///{home.resolve()}/inbox_bot.db"
    elsewhere = load(home, SMALLEST + "store: postgresql://db/bot\n")
    assert elsewhere.store == "postgresql://db/bot"


def test_no_and_off_are_what_they_look_like(home: Path) -> None:
    found = load(
        home,
        SMALLEST.replace("{name: Steve}", "{name: Steve, country: NO}")
        + "promise: {name_a_date: no}\ndigest: off\n",
    )
    assert found.author.country == "NO"
    assert found.promise.name_a_date is False
    assert found.digest is Digest.OFF


def test_all_problems_come_at_once_with_their_lines(home: Path) -> None:
    (home / "faq").rmdir()
    found = refusal(
        home,
        """\
author: {timezone: America/New_Yorkk}
mailboxes:
  - addresses: [steve]
    imap:
      host: imap.example.com
      tls: none
    smtp: {host: smtp.example.com, port: high}
poll:
  evry: 5m
  every: 5 minuts
digest: hourly
""",
    )
    assert [line.split(" ")[0] + " " + line.split(" ")[1] for line in found] == [
        "settings.yaml:1: author.name:",
        "settings.yaml:1: author.timezone:",
        "settings.yaml:1: faq:",
        "settings.yaml:3: mailboxes[1].addresses[1]:",
        "settings.yaml:6: mailboxes[1].imap.tls:",
        "settings.yaml:7: mailboxes[1].smtp.port:",
        "settings.yaml:9: poll.evry:",
        "settings.yaml:10: poll.every:",
        "settings.yaml:11: digest:",
    ]
    assert 'settings.yaml:10: poll.every: "5 minuts" is not a duration; try 5m or 1h' in found


@pytest.mark.parametrize(
    ("addition", "advice"),
    [
        ("poll: {evry: 5m}", "write `every`"),
        ("colour: red", "the keys here are author, mailboxes"),
        ("poll: {every: 5}", '"5" is not a duration'),
        ("poll: {since: 9999w}", "longer than ten years"),
        ("drafts: 7", "not a group of keys"),
        ("drafts: {at_once: many}", "not a whole number"),
        ("drafts: {at_once: 0}", "out of range"),
        ("drafts: {in_mailbox: maybe}", "should be yes or no"),
        ("readers: {to: steve@example.com}", "use brackets"),
        ("readers: {to: [steve]}", "try steve@example.com"),
        ("readers: {folders: []}", "at least one is needed"),
        ("matching: {answer_at: 3}", "a number between 0 and 1"),
        ("promise: {text: 5}", "put it in quotes"),
        ("promise: {letter_time: someday}", "try Tuesday evening"),
        ("away: [2026-01-05..2026-01-01]", "ends before it starts"),
        ("away: [soon]", "use first..last"),
        ("digest: hourly", "'daily', 'letter days'"),
        ("page: {port: 70000}", "out of range"),
        ("templates: nowhere", "is missing"),
        ("poll: {every: 1m}\npoll: {every: 2m}", "remove one of the two"),
        ("poll: {every: [", "isn't valid YAML"),
        ("poll: &a [*b]", "isn't valid YAML"),
    ],
)
def test_a_mistake_gets_one_line_that_says_what_to_write(
    home: Path, addition: str, advice: str
) -> None:
    lines = refusal(home, SMALLEST + addition + "\n")
    assert len(lines) == 1
    assert lines[0].startswith("settings.yaml:")
    assert advice in lines[0]


@pytest.mark.parametrize(
    ("author", "locale"),
    [
        ("{name: Steve}", "en_US"),
        ("{name: Steve, country: GB}", "en_GB"),
        ("{name: Steve, country: TW}", "en_001"),
        ("{name: Steve, country: US, locale: de-DE}", "de_DE"),
    ],
)
def test_dates_follow_the_locale_or_else_the_country(home: Path, author: str, locale: str) -> None:
    (home / "settings.yaml").write_text(SMALLEST.replace("{name: Steve}", author), "utf-8")
    assert settings.load(home).author.as_author().locale == locale


def test_an_unknown_locale_is_told(home: Path) -> None:
    (line,) = refusal(home, SMALLEST.replace("{name: Steve}", "{name: Steve, locale: klingon}"))
    assert '"klingon" is not a locale; try en_US or en_GB' in line


@pytest.mark.parametrize(
    ("server", "advice"),
    [
        ("{host: imap.example.com, tls: none, port: 143}", "unencrypted"),
        ("{host: 10.0.0.7, tls: none, port: 143}", "unencrypted"),
        ("{host: localhost.example.com, tls: none, port: 143}", "unencrypted"),
        ("{host: imap.example.com, port: 143}", "use tls: starttls"),
        ("{host: imap.example.com, port: 993, tls: starttls}", "use tls: tls"),
        ("{host: ''}", "is empty"),
        ("{}", "is missing"),
    ],
)
def test_a_server_that_would_be_unsafe_is_refused(home: Path, server: str, advice: str) -> None:
    lines = refusal(home, SMALLEST.replace("{host: imap.example.com}", server))
    assert len(lines) == 1
    assert lines[0].startswith("settings.yaml:4: mailboxes[1].imap")
    assert advice in lines[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_this_machine_itself_may_go_without_tls(home: Path, host: str) -> None:
    assert is_loopback(host)
    server = f"{{host: '{host}', tls: none, port: 1143}}"
    found = load(home, SMALLEST.replace("{host: imap.example.com}", server))
    assert found.mailboxes[0].imap.tls is settings.Tls.NONE


@pytest.mark.parametrize("key", ["password", "Password", "imap_passwd", "pwd"])
def test_a_password_in_the_file_is_refused_and_never_repeated(home: Path, key: str) -> None:
    text = SMALLEST.replace("{host: imap.example.com}", f"{{host: a.example, {key}: hunter2}}")
    with pytest.raises(SettingsError) as caught:
        load(home, text)
    assert "INBOX_BOT_IMAP_PASSWORD" in str(caught.value)
    assert "hunter2" not in f"{caught.value}{caught.value.__cause__}"


def test_a_password_beside_a_broken_line_is_not_repeated_either(home: Path) -> None:
    twice = "password: hunter2\npassword: hunter3\n"
    for text in (SMALLEST + twice, SMALLEST + "password: hunter2 : : [\n"):
        with pytest.raises(SettingsError) as caught:
            load(home, text)
        assert "hunter" not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"- a\n- b\n", "a list of keys"),
        (b"author: \xff\xfe\n", "isn't UTF-8"),
        (b"\x00", "isn't valid YAML"),
        (b"a: " + b"[" * 3_000, "too deeply nested"),
    ],
)
def test_a_file_that_is_no_settings_file_is_named_as_such(
    home: Path, content: bytes, advice: str
) -> None:
    (home / "settings.yaml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        settings.load(home)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_file_the_way_to_make_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="inbox-bot init DIR"):
        settings.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("90s", 90),
        ("5m", 300),
        ("10 minutes", 600),
        ("1 h", 3_600),
        ("14d", 1_209_600),
        ("1 week", 604_800),
        ("2 Weeks", 1_209_600),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5 minuts", "-5m", "1.5h", "٣m", "9" * 400 + "d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="5m or 1h"):
        parse_duration(text)


def test_a_period_holds_its_first_and_last_day() -> None:
    assert parse_period("2026-12-20..2027-01-03") == (date(2026, 12, 20), date(2027, 1, 3))
    assert parse_period("2026-12-20") == (date(2026, 12, 20), date(2026, 12, 20))
