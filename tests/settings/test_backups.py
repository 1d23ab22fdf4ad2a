"""A backup a day, seven kept; each can be restored over what is there, which is backed up first."""

from __future__ import annotations

import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from inbox_bot import pipeline, review, settings
from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.errors import NotFound
from inbox_bot.faq.book import FaqFolder
from inbox_bot.model import Draft, DraftState
from inbox_bot.model.facts import PAGE_PASSWORD
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.restoring import restore_planned
from inbox_bot.service.upkeep import run_upkeep
from inbox_bot.service.wiring import open_bot
from inbox_bot.settings import backups
from inbox_bot.settings.backup import REPLACED, restore, restore_over
from inbox_bot.settings.backups import Occasion, backups_in, keep_before, keep_daily, plan_restore
from inbox_bot.settings.editing import change
from inbox_bot.settings.installed import upgrade_of
from inbox_bot.web.password import Gatekeeper, keep_password
from inbox_bot.web.sessions import enter, enter_by_link, is_inside, new_link

DAY = timedelta(days=1)


@pytest.fixture
def home() -> Iterator[Path]:
    """An author's directory with drafts."""
    with DemoWorld(datetime.now(UTC)) as world:
        with open_bot(world.directory) as bot:
            pipeline.begin(bot, datetime.now(UTC))
            pipeline.poll(bot, datetime.now(UTC))
        yield world.directory


def run(home: Path, *words: str, told: str = "") -> str:
    done = CliRunner().invoke(commands, ["-C", str(home), *words], input=told)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def drafts_in(home: Path, state: DraftState) -> int:
    with open_author_store(home) as store, store.reading() as tx:
        return len(tx.drafts.in_state(state))


def test_a_backup_is_made_once_a_day_and_seven_stay(home: Path) -> None:
    with open_author_store(home) as store:
        for number in range(9):
            assert keep_daily(home, store, date(2026, 11, 1) + number * DAY)
            assert not keep_daily(home, store, date(2026, 11, 1) + number * DAY)
    names = sorted(one.name for one in backups_in(home))
    assert names[0] == "daily-2026-11-03.zip"
    assert len(names) == 7
    assert stat.S_IMODE((home / backups.FOLDER / names[0]).stat().st_mode) == 0o600


def test_the_upkeep_makes_it_also_where_no_mailbox_answers(home: Path) -> None:
    with open_bot(home) as bot:
        run_upkeep(bot, datetime.now(UTC))
        (made,) = backups_in(home)
        assert made.occasion is Occasion.DAILY
        run_upkeep(bot, datetime.now(UTC))
    assert len(backups_in(home)) == 1


def test_a_backup_that_fails_is_told_once_and_stops_nothing(home: Path) -> None:
    (home / backups.FOLDER).write_text("in the way")
    with open_bot(home) as bot:
        told = [line for line in run_upkeep(bot, datetime.now(UTC)) if "Couldn't make" in line]
        assert len(told) == 1
        assert not [one for one in run_upkeep(bot, datetime.now(UTC)) if "Couldn't make" in one]


def test_a_planned_restore_brings_everything_back_and_asks_for_each_yes_again(home: Path) -> None:
    with open_bot(home) as bot:
        ready = [one for one in drafts(home) if one.kind == "answer"]
        review.approve(bot, review.shown(ready[0]), datetime.now(UTC))
        keep_daily(home, bot.store, date(2026, 11, 1))
        review.undo(bot, ready[0].id, datetime.now(UTC))
        review.reject(bot, review.shown(ready[1]), datetime.now(UTC))
    book = FaqFolder(home / "faq")
    known = book.read().entries
    book.drop(known[0])
    change(home, {("promise", "within"): "3 days"})
    (home / "passwords.json").touch()
    plan_restore(home, "daily-2026-11-01.zip")
    assert "Restored" in restore_planned(home)
    assert restore_planned(home) == ""
    assert book.read().entries == known
    assert settings.load(home).promise.within == timedelta(days=7)
    assert drafts_in(home, DraftState.REJECTED) == 0
    assert drafts_in(home, DraftState.APPROVED) == 0
    assert (home / "passwords.json").exists()
    with open_bot(home) as bot, bot.store.reading() as tx:
        again = tx.drafts.get(ready[0].id)
    assert again.state is DraftState.PENDING
    assert "please approve it again" in again.reason


@pytest.mark.parametrize("present", ["a newer one, please", ""])
def test_a_restore_keeps_the_present_password_of_the_page(home: Path, present: str) -> None:
    """Also where the first try was cut off with all moved aside and nothing put in its place."""
    with open_author_store(home) as store:
        keep_password(store, "an older one, please")
        keep_daily(home, store, date(2026, 11, 1))
        if present:
            keep_password(store, present)
        else:
            with store.transaction() as tx:
                PAGE_PASSWORD.put(tx, "")
    file = home / backups.FOLDER / "daily-2026-11-01.zip"
    restore_over(file, home)
    assert admitted(home) == [present] * bool(present)
    (home / REPLACED).mkdir()
    for name in ("settings.yaml", "faq", "templates", "inbox_bot.db"):
        (home / name).rename(home / REPLACED / name)
    restore_over(file, home)
    assert admitted(home) == [present] * bool(present)
    assert not (home / REPLACED).exists()


def test_a_store_that_cannot_be_read_is_replaced_with_its_password(home: Path) -> None:
    with open_author_store(home) as store:
        keep_password(store, "an older one, please")
        keep_daily(home, store, date(2026, 11, 1))
    (home / "inbox_bot.db").write_bytes(b"damaged" * 1_000)
    restore_over(home / backups.FOLDER / "daily-2026-11-01.zip", home)
    assert admitted(home) == ["an older one, please"]


def admitted(home: Path) -> list[str]:
    with open_author_store(home) as store:
        known = ("an older one, please", "a newer one, please")
        return [one for one in known if Gatekeeper().admits(store, one, datetime.now(UTC))]


def drafts(home: Path) -> list[Draft]:
    with open_author_store(home) as store, store.reading() as tx:
        return list(tx.drafts.in_state(DraftState.PENDING))


def into_a_new_one(file: Path, home: Path) -> Path:
    new = home / "elsewhere"
    restore(file, new)
    shutil.copy(home / "passwords.json", new)
    return new


def over_what_is_there(file: Path, home: Path) -> Path:
    """As it is when the program is killed just after everything was put in place."""
    restore_over(file, home)
    return home


both = pytest.mark.parametrize("restored", [into_a_new_one, over_what_is_there])


@both
def test_a_restore_sends_nothing_that_was_approved_or_being_sent_then(
    home: Path, restored: Callable[[Path, Path], Path]
) -> None:
    now = datetime.now(UTC)
    with open_bot(home) as bot:
        approved, sending = [one for one in drafts(home) if one.kind == "answer"][:2]
        for one in (approved, sending):
            review.approve(bot, review.shown(one), now)
        with bot.store.transaction() as tx:
            claimed = tx.drafts.get(sending.id)
            tx.drafts.move(claimed, replace(claimed, state=DraftState.SENDING, sent_at=now))
        file = keep_before(home, bot.store, Occasion.BY_HAND, now)
    later = now + timedelta(minutes=5)
    with open_bot(restored(file, home)) as bot:
        with bot.store.reading() as tx:
            assert "approve it again" in tx.drafts.get(approved.id).reason
        pipeline.recover(bot, later)
        assert not pipeline.send_approved(bot, later).sent
        with bot.store.reading() as tx:
            assert tx.drafts.get(approved.id).state is DraftState.PENDING
            assert tx.drafts.get(sending.id).state is DraftState.UNCERTAIN


@both
def test_a_restore_lets_no_browser_or_link_in_again(
    home: Path, restored: Callable[[Path, Path], Path]
) -> None:
    now = datetime.now(UTC)
    with open_author_store(home) as store:
        browser, link = enter(store, trusted=True, now=now), new_link(store, now)
        file = keep_before(home, store, Occasion.BY_HAND, now)
    with open_author_store(restored(file, home)) as store:
        assert not is_inside(store, browser, now)
        assert enter_by_link(store, link, now) is None


def test_an_interrupted_restore_is_done_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_author_store(home) as store:
        keep_daily(home, store, date(2026, 11, 1))
    plan_restore(home, "daily-2026-11-01.zip")
    usual, moved = Path.rename, 0

    def break_off(self: Path, target: Path) -> Path:
        nonlocal moved
        moved += 1
        if moved == 5:
            raise KeyboardInterrupt
        return usual(self, target)

    monkeypatch.setattr(Path, "rename", break_off)
    with pytest.raises(KeyboardInterrupt):
        restore_planned(home)
    monkeypatch.undo()
    assert "Restored" in restore_planned(home)
    assert drafts_in(home, DraftState.PENDING)
    assert FaqFolder(home / "faq").read().entries
    assert not list(home.glob(".re*"))


def test_the_command_backs_up_the_present_state_before_it_restores(home: Path) -> None:
    run(home, "backup", str(home / "mine.zip"))
    change(home, {("promise", "within"): "3 days"})
    assert "Restore it?" in run(home, "restore", str(home / "mine.zip"), told="n\n")
    assert settings.load(home).promise.within == timedelta(days=3)
    run(home, "restore", "--yes", str(home / "mine.zip"))
    assert settings.load(home).promise.within == timedelta(days=7)
    (before,) = backups_in(home)
    assert before.occasion is Occasion.RESTORE
    assert before.name in run(home, "restore")
    run(home, "restore", "--yes", str(home / backups.FOLDER / before.name))
    assert settings.load(home).promise.within == timedelta(days=3)


def test_only_what_is_listed_can_be_planned(home: Path) -> None:
    for name in ("../settings.yaml", "daily-1.zip", "", "settings.yaml"):
        with pytest.raises(NotFound):
            plan_restore(home, name)
    assert backups.planned(home) is None


def test_a_forgotten_reader_is_in_no_backup_of_the_bots_own(home: Path) -> None:
    with open_author_store(home) as store, store.reading() as tx:
        reader = tx.drafts.in_state(DraftState.PENDING)[0].to[0].email
    with open_author_store(home) as store:
        keep_daily(home, store, date(2026, 11, 1))
        keep_before(home, store, Occasion.UPGRADE, datetime.now(UTC))
    run(home, "forget", "--yes", reader)
    (left,) = backups_in(home)
    run(home, "restore", "--yes", str(home / backups.FOLDER / left.name))
    with open_author_store(home) as store, store.reading() as tx:
        assert not tx.privacy.of_reader(reader).letters


def test_upgrade_backs_up_and_tells_the_way(home: Path) -> None:
    told = run(home, "upgrade")
    (made,) = backups_in(home)
    assert made.occasion is Occasion.UPGRADE
    assert made.name in told
    assert "inbox-bot run" in told


def test_each_way_of_installing_has_its_commands(tmp_path: Path) -> None:
    source, home = tmp_path / "my checkout", tmp_path / "letters"
    (source / "scripts").mkdir(parents=True)
    (source / "scripts" / "setup").touch()
    usual = Path("/opt/venv")
    assert upgrade_of(usual, source, "python", home).commands == (
        f"git -C '{source}' pull",
        f"'{source}/scripts/setup' {home}",
    )
    pipx = Path("/home/ann/.local/share/pipx/venvs/inbox-bot")
    assert upgrade_of(pipx, None, "python", home).commands == ("pipx upgrade inbox-bot",)
    uv = Path("/home/ann/.local/share/uv/tools/inbox-bot")
    assert upgrade_of(uv, None, "python", home).commands == ("uv tool upgrade inbox-bot",)
    assert upgrade_of(usual, tmp_path / "gone", "/opt/venv/bin/python", home).commands == (
        "/opt/venv/bin/python -m pip install --upgrade inbox-bot",
    )


def test_run_restarts_with_the_backup_that_the_page_planned(home: Path) -> None:
    """The program as it is: it ends its jobs, takes its own place, and restores."""
    with open_author_store(home) as store:
        keep_daily(home, store, date(2026, 11, 1))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    change(home, {("promise", "within"): "3 days", ("page", "port"): str(port)})
    command = [sys.executable, "-u", "-m", "inbox_bot", "-C", str(home), "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            told = next(line for line in running.stdout if "review page" in line)
            assert str(port) in told
            plan_restore(home, "daily-2026-11-01.zip")
            assert any("Restored from daily-2026-11-01.zip" in line for line in running.stdout)
        finally:
            running.terminate()
    assert settings.load(home).promise.within == timedelta(days=7)
