"""An author's directory with a store on a PostgreSQL server: set up, used, backed up, restored."""

from __future__ import annotations

import json
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from inbox_bot import settings
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.errors import SettingsError, StoreUnavailable, WrongUse
from inbox_bot.model import DraftState
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.restoring import restore_planned
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings.backup import restore
from inbox_bot.settings.backups import plan_restore
from inbox_bot.store import open_store
from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.sessions import new_link
from inbox_bot.web.setup.said import load as said_in
from tests.servers import postgres

PASSWORD = "s3cret@db"
VARIABLE = "INBOX_BOT_STORE_PASSWORD"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if reason := postgres.why_not():
        pytest.skip(reason)
    with postgres.running(password=PASSWORD) as running:
        yield running


@pytest.fixture
def url(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A new database; its password is in the environment."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    as_bot = with_password(server)
    postgres.new_database(as_bot, "letters")
    yield f"{server}/letters"
    postgres.drop_database(as_bot, "letters")


def with_password(url: str) -> str:
    return url.replace("bot@", f"bot:{quote(PASSWORD, safe='')}@")


@pytest.fixture
def demo(url: str) -> Iterator[DemoWorld]:
    with DemoWorld(datetime.now(UTC)) as world:
        file = world.directory / "settings.yaml"
        with file.open("a", encoding="utf-8") as own:
            own.write(f"store: {url}\n")
        yield world


def run(directory: Path, *words: str, told: str = "") -> str:
    done = CliRunner().invoke(commands, ["-C", str(directory), *words], input=told)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_bot_works_with_a_store_on_a_server(demo: DemoWorld) -> None:
    run(demo.directory, "poll", "--yes")
    listed = run(demo.directory, "drafts", "--json").splitlines()
    assert len(listed) > 5
    assert json.loads(listed[0])
    assert "letters" in run(demo.directory, "doctor")
    assert not list(demo.directory.glob("*.db"))


def test_a_password_in_a_file_will_do(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(StoreUnavailable, match=VARIABLE):
        run(demo.directory, "drafts")
    monkeypatch.setenv(f"{VARIABLE}_FILE", str(tmp_path / "secret"))
    run(demo.directory, "drafts")


def test_a_bot_that_starts_by_itself_needs_a_password_that_stays(demo: DemoWorld) -> None:
    with pytest.raises(SettingsError, match=r"\.pgpass"):
        run(demo.directory, "autostart", "on")


# --- backup ----------------------------------------------------------------------------------


def test_a_backup_says_how_to_save_the_rest(demo: DemoWorld, tmp_path: Path, url: str) -> None:
    chosen = demo.directory / "settings.yaml"
    told = chosen.read_text(encoding="utf-8")
    chosen.write_text(told.replace(url, with_password(url)), encoding="utf-8")
    file = tmp_path / "backup.zip"
    said = run(demo.directory, "backup", str(file))
    assert f"pg_dump --format=custom --file=letters.dump {url}\n" in said
    with zipfile.ZipFile(file) as archive:
        names, saved = archive.namelist(), archive.read("settings.yaml").decode()
    assert {"settings.yaml", "faq/urgent.yaml"} <= set(names)
    assert "store.db" not in names
    assert "s3cret" not in saved
    assert f"store: {url}\n" in saved


def test_the_page_says_so_too(demo: DemoWorld, url: str) -> None:
    now = datetime.now(UTC)
    with open_bot(demo.directory) as bot:
        faq = demo.directory / "faq"
        page = Page(bot=bot, clock=lambda: now, hosts=frozenset({"localhost"}), key="k", faq=faq)
        client = make_app(page).test_client()
        client.get(f"/open/{new_link(bot.store, now)}")
        shown = client.get("/backups").text
    assert f"pg_dump --format=custom --file=letters.dump {url}" in unescape(shown)
    assert "settings and answers are backed up" in shown


def test_a_restored_backup_voids_what_was_approved_in_the_store(
    demo: DemoWorld, tmp_path: Path
) -> None:
    """The administrator may have loaded a dump from a time when the author had said yes."""
    run(demo.directory, "poll", "--yes")
    with open_author_store(demo.directory) as store, store.transaction() as tx:
        pending = tx.drafts.in_state(DraftState.PENDING)[0]
        tx.drafts.move(pending, replace(pending, state=DraftState.APPROVED))
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    run(demo.directory, "backup", str(file))
    url = settings.load(demo.directory).store
    said = run(new, "restore", str(file), "--store", url, told="\n\n")
    assert "pg_restore" in said
    with open_author_store(new) as store, store.reading() as tx:
        assert tx.drafts.in_state(DraftState.APPROVED) == []
        assert tx.drafts.get(pending.id).state is DraftState.PENDING
    assert (new / "faq" / "urgent.yaml").is_file()
    assert run(new, "status", "--json") == run(demo.directory, "status", "--json")


def test_a_backup_is_restored_over_its_directory(demo: DemoWorld, tmp_path: Path) -> None:
    file, words = tmp_path / "backup.zip", demo.directory / "faq" / "urgent.yaml"
    run(demo.directory, "backup", str(file))
    before = words.read_text(encoding="utf-8")
    words.write_text("", encoding="utf-8")
    assert "pg_restore" in run(demo.directory, "restore", str(file), "--yes")
    assert words.read_text(encoding="utf-8") == before


def test_a_server_that_is_away_leaves_a_directory_as_it_is(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    run(demo.directory, "backup", str(file))
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(StoreUnavailable):
        restore(file, new, settings.load(demo.directory).store)
    assert not (new / "settings.yaml").exists()


def test_a_backup_from_elsewhere_sends_no_password_to_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither into a new directory, nor over one with another store, nor by the page's plan."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as stranger, DemoWorld(datetime.now(UTC)) as demo:
        stranger.settimeout(0.3)
        home, file = demo.directory, demo.directory / "backups" / "daily-2026-11-01.zip"
        theirs = f"postgresql://x@127.0.0.1:{stranger.getsockname()[1]}/letters"
        run(home, "poll", "--yes")
        file.parent.mkdir(exist_ok=True)
        run(home, "backup", str(tmp_path / "mine.zip"))
        with (
            zipfile.ZipFile(tmp_path / "mine.zip") as mine,
            zipfile.ZipFile(file, "w") as archive,
        ):
            for name in mine.namelist():
                more = f"\nstore: {theirs}\n" if name == "settings.yaml" else ""
                archive.writestr(name, mine.read(name) + more.encode())
        for there in (tmp_path / "new", home):
            with pytest.raises(WrongUse, match="--store and its address") as refused:
                run(there, "restore", str(file), "--yes")
            assert theirs in str(refused.value)
        plan_restore(home, file.name)
        with pytest.raises(WrongUse, match="--store"):
            restore_planned(home)
        assert restore_planned(home) == "", "the bot starts again"
        with pytest.raises(TimeoutError):
            stranger.accept()
        assert "store:" not in (home / "settings.yaml").read_text(encoding="utf-8")
    assert not (tmp_path / "new" / "settings.yaml").exists()


@pytest.mark.parametrize("key", ["options", "service", "passfile", "sslkey", "user"])
def test_a_url_names_no_other_user_and_no_file_in_its_query(key: str, tmp_path: Path) -> None:
    for given in (f"{key}=x", f"sslmode=require&{key}=x"):
        with pytest.raises(SettingsError, match="can only have"):
            open_store(f"postgresql://x@127.0.0.1:1/letters?{given}", tmp_path)


def test_a_backup_without_its_store_is_refused(demo: DemoWorld, tmp_path: Path, url: str) -> None:
    file, other = tmp_path / "backup.zip", tmp_path / "other.zip"
    run(demo.directory, "backup", str(file))
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, archive.read(name).replace(url.encode(), b"sqlite:///a.db"))
    with pytest.raises(WrongUse, match=r"no store\.db"):
        restore(other, tmp_path / "new")


# --- set-up ----------------------------------------------------------------------------------


def test_init_writes_the_store_that_it_could_open(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_BOT_IMAP_PASSWORD", "x")
    home = tmp_path / "letters"
    typed = ["ann@garden.example", "", "127.0.0.1:1", "127.0.0.1:1", "Ann", "", "", ""]
    answers = "".join(f"{line}\n" for line in typed)
    CliRunner().invoke(commands, ["init", str(home), "--store", url], input=answers)
    assert f"store: {url}\n" in (home / "settings.yaml").read_text(encoding="utf-8")
    with open_author_store(home) as store:
        assert store.dump_command


@pytest.mark.parametrize("command", ["init", "setup"])
def test_a_store_that_cannot_be_opened_is_said_before_any_question(
    url: str, tmp_path: Path, command: str
) -> None:
    home = tmp_path / "letters"
    for wrong, error in (
        (with_password(url), SettingsError),
        (url.replace("/letters", "/missing"), StoreUnavailable),
        ("letters.db", SettingsError),
    ):
        done = CliRunner().invoke(commands, [command, str(home), "--store", wrong])
        assert isinstance(done.exception, error), wrong
        assert "s3cret" not in f"{done.output}{done.exception}"
    assert not home.exists()


def test_setup_remembers_the_store_for_its_last_screen(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("inbox_bot.cli.setup_browser.serving", stop)
    CliRunner().invoke(commands, ["setup", str(tmp_path), "--store", url])
    assert said_in(tmp_path).store == url
