"""What is forgotten leaves no byte; a backup holds everything but passwords and comes back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from inbox_bot.bot import Policy
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.errors import WrongUse
from inbox_bot.model import DraftState
from inbox_bot.settings.backup import restore
from inbox_bot.steps import forget
from inbox_bot.steps.own_note import FOUND
from tests.world import World

SECRET = "my knee is a secret"
QUESTION = f"Hi Steve,\n\n{SECRET}. Does massage help with sciatica?\n\nAnn"


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoWorld]:
    with DemoWorld(datetime.now(UTC)) as demo:
        _run(demo.directory, "poll", "--yes")
        yield demo


def _run(directory: Path, *words: str, told: str = "") -> str:
    done = CliRunner().invoke(
        commands, ["-C", str(directory), *words], input=told, catch_exceptions=False
    )
    return done.output


def _bytes_of(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


def test_a_forgotten_reader_leaves_no_byte_and_does_not_come_back(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    assert len(world.folder("Drafts")) == 1
    forget.forget(world.bot, "ann@example.org")
    assert world.folder("Drafts") == []
    world.restart()
    world.poll()
    assert world.drafts() == []
    world.close()
    left = _bytes_of(world.directory)
    assert SECRET.encode() not in left
    assert b"ann@example.org" not in left


def test_a_forgotten_reader_is_named_in_no_other_file_or_note(world: World) -> None:
    feed = world.directory / "promised.ics"
    world.restart(replace(world.policy, feed=feed))
    world.letter(QUESTION)
    world.poll()
    feed.write_text("SUMMARY:Ann <ann@example.org>")
    with world.bot.store.transaction() as tx:
        FOUND.put(tx, ("The letter of Ann@example.org lies in no folder.", "3 letters"))
    forget.forget(world.bot, "ann@example.org")
    with world.bot.store.reading() as tx:
        assert FOUND.of(tx) == ("3 letters",)
    world.close()
    assert b"ann@example.org" not in _bytes_of(world.directory).lower()


def test_the_readers_letter_itself_stays_in_the_mailbox(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    forget.forget(world.bot, "ann@example.org")
    assert len(world.folder("INBOX")) == 1


def test_letters_expire_only_when_nobody_waits(world: World) -> None:
    world.restart(replace(Policy(), retention=timedelta(days=30)))
    world.letter(QUESTION)
    world.poll()
    world.later(days=40)
    assert forget.let_expire(world.bot, world.now) == 0
    world.later(days=-40)
    world.approve(world.drafts(DraftState.PENDING)[0])
    world.later(hours=1)
    world.send()
    world.later(days=40)
    world.poll()
    assert forget.let_expire(world.bot, world.now) == 1
    world.close()
    assert SECRET.encode() not in _bytes_of(world.directory)


def test_without_retention_nothing_expires(world: World) -> None:
    world.letter(QUESTION)
    world.poll()
    assert forget.let_expire(world.bot, world.now + timedelta(days=9999)) == 0


def test_a_backup_holds_everything_but_passwords_and_comes_back(
    demo: DemoWorld, tmp_path: Path
) -> None:
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    assert "without passwords" in _run(demo.directory, "backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        held = b"".join(archive.read(name) for name in names)
    assert {"settings.yaml", "store.db", "faq/urgent.yaml"} <= set(names)
    passwords = demo.directory / "passwords.json"
    assert passwords.exists()
    assert passwords.read_bytes().split(b'"')[-2] not in held
    restore(file, new)
    assert _run(new, "status", "--json") == _run(demo.directory, "status", "--json")


def test_a_backup_of_folders_with_other_names_comes_back_whole(tmp_path: Path) -> None:
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    with DemoWorld(datetime.now(UTC)) as demo:
        home = demo.directory
        (home / "words").mkdir()
        (home / "faq").rename(home / "words" / "answers")
        (home / "templates").rename(tmp_path / "phrases")
        with (home / "settings.yaml").open("a", encoding="utf-8") as own:
            own.write(f"faq: words/answers # mine\ntemplates: {tmp_path / 'phrases'}\n")
            own.write("store: sqlite:///letters.db\n")
        _run(home, "poll", "--yes")
        _run(home, "backup", str(file))
        restore(file, new)
        assert _run(new, "status", "--json") == _run(home, "status", "--json")
    assert (new / "faq" / "urgent.yaml").is_file()
    assert (new / "templates" / "replies" / "answer.j2").is_file()
    assert "# mine" in (new / "settings.yaml").read_text(encoding="utf-8")


def test_a_backup_overwrites_nothing(demo: DemoWorld, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    file.write_bytes(b"mine")
    with pytest.raises(WrongUse, match="already exists"):
        _run(demo.directory, "backup", str(file))
    assert file.read_bytes() == b"mine"
    with pytest.raises(WrongUse, match="new directory"):
        restore(file, demo.directory)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "faq/../../evil", "else.txt", ".", "/"])
def test_a_backup_from_elsewhere_cannot_write_outside(tmp_path: Path, name: str) -> None:
    file = tmp_path / "backup.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for each in ("settings.yaml", "store.db", name):
            archive.writestr(each, "x")
    with pytest.raises(WrongUse, match="doesn't belong in one"):
        restore(file, tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip"]


def test_a_backup_that_would_fill_the_disk_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("settings.yaml", "x")
        with archive.open("faq/zeros.yaml", "w") as zeros:
            for _ in range(1025):
                zeros.write(bytes(1024 * 1024))
    with pytest.raises(WrongUse, match="too large"):
        restore(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite", "SQLite"])
def test_a_backup_from_elsewhere_names_no_place_outside(
    demo: DemoWorld, tmp_path: Path, scheme: str
) -> None:
    file, new, evil = tmp_path / "backup.zip", tmp_path / "new", tmp_path / "evil.db"
    _run(demo.directory, "backup", str(file))
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["settings.yaml"] += f"\nstore: {scheme}:///{evil}\n".encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    restore(file, new)
    assert not evil.exists()
    assert (new / "inbox_bot.db").is_file()


def test_an_export_holds_each_letter_as_it_came(demo: DemoWorld, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    _run(demo.directory, "export", str(file))
    with zipfile.ZipFile(file) as archive:
        letters = [archive.read(n) for n in archive.namelist() if n.endswith(".eml")]
    assert any(b"massage" in letter for letter in letters)


def test_forget_shows_what_there_is_and_asks(demo: DemoWorld) -> None:
    shown = _run(demo.directory, "forget", "nobody@example.org", told="n\n")
    assert "0 letters" in shown


def test_a_restore_that_was_cut_off_is_begun_anew(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    _run(demo.directory, "backup", str(file))
    real, left = Path.rename, iter(range(3))

    def cut_off(self: Path, to: Path) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore(file, new)
    assert (new / "faq").is_dir()
    assert not (new / "settings.yaml").exists()
    restore(file, new)
    assert not (new / ".restoring").exists()
    assert _run(new, "status", "--json") == _run(demo.directory, "status", "--json")


def test_a_restore_replaces_nothing_of_the_authors(demo: DemoWorld, tmp_path: Path) -> None:
    file, new = tmp_path / "backup.zip", tmp_path / "new"
    _run(demo.directory, "backup", str(file))
    (new / "faq").mkdir(parents=True)
    (new / "faq" / "mine.yaml").write_text("mine")
    with pytest.raises(WrongUse, match="out of the way"):
        restore(file, new)
    assert (new / "faq" / "mine.yaml").read_text() == "mine"
    assert not (new / "settings.yaml").exists()


@pytest.mark.parametrize("how", ["gone", "emptied"])
def test_a_store_without_its_history_says_so_until_the_author_begins_anew(how: str) -> None:
    with DemoWorld(datetime.now(UTC)) as demo:
        home = demo.directory
        _run(home, "poll", "--yes")
        store = home / "inbox_bot.db"
        kept = store.read_bytes()
        for file in home.glob("inbox_bot.db*"):
            file.unlink()
        if how == "emptied":
            store.touch(mode=0o600)
        told = _run(home, "status")
        assert "Nobody is waiting" not in told
        assert "don't know who is waiting" in told
        assert json.loads(_run(home, "status", "--json"))["what"] == "store"
        assert "FAIL  store: the store is new" in _run(home, "doctor")
        _run(home, "poll", "--yes")
        assert "don't know who is waiting" in _run(home, "status")
        if how == "gone":
            for file in home.glob("inbox_bot.db*"):
                file.unlink()
            store.write_bytes(kept)
        else:
            _run(home, "alone")
        assert json.loads(_run(home, "status", "--json"))["healthy"]
