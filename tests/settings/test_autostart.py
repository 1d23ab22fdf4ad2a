"""`autostart`: one file of the author's own, written so that her system can read it."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inbox_bot.cli.main import commands
from inbox_bot.errors import WrongUse
from inbox_bot.settings import ImapSettings, SmtpSettings
from inbox_bot.settings.autostart import Entry, System, entry_for, remove, write
from inbox_bot.settings.home import Answers, lay_out
from inbox_bot.settings.passwords import Login, Secret, Server, keep_in_file


def system(home: Path, platform: str = "linux") -> System:
    python = home / "my venv" / "100% $HOME" / "bin" / "python"
    return System(platform=platform, python=python, home=home, config=home / ".config", uid=501)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A directory with blanks and percent signs in its name."""
    directory = tmp_path / "My letters, 100%"
    directory.mkdir()
    return directory


def unit_of(home: Path, directory: Path) -> Entry:
    return entry_for(system(home), directory)


def test_each_directory_has_a_unit_of_its_own(tmp_path: Path, letters: Path) -> None:
    unit = unit_of(tmp_path, letters)
    assert unit.path == tmp_path / ".config/systemd/user/inbox-bot-my-letters-100.service"
    other = unit_of(tmp_path, tmp_path / "notes")
    assert other.path.name == "inbox-bot-notes.service"
    assert unit.mark not in other.content


def test_written_twice_it_stays_as_it_is(tmp_path: Path, letters: Path) -> None:
    unit = unit_of(tmp_path, letters)
    assert [write(unit), write(unit)] == [True, False]
    moved = replace(unit, content=unit.content.replace("my venv", "new venv"))
    assert write(moved)
    assert unit.path.read_text() == moved.content


def test_off_removes_its_own_file_alone(tmp_path: Path, letters: Path) -> None:
    unit = unit_of(tmp_path, letters)
    write(unit)
    beside = unit.path.with_name("inbox-bot-notes.service")
    beside.write_text("the author's own")
    assert [remove(unit), remove(unit)] == [True, False]
    assert beside.exists()


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_file_of_another_directory_is_left_alone(tmp_path: Path, platform: str) -> None:
    here, there = tmp_path / "a" / "letters", tmp_path / "b" / "letters"
    theirs = entry_for(system(tmp_path, platform), there)
    write(theirs)
    ours = entry_for(system(tmp_path, platform), here)
    assert ours.path == theirs.path
    with pytest.raises(WrongUse, match="is for another directory"):
        write(ours)
    with pytest.raises(WrongUse, match="is for another directory"):
        remove(ours)
    assert theirs.path.read_text() == theirs.content


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd's own reader")
def test_systemd_can_read_the_unit(tmp_path: Path, letters: Path) -> None:
    machine = system(tmp_path)
    machine.python.parent.mkdir(parents=True)
    machine.python.symlink_to(sys.executable)
    unit = entry_for(machine, letters)
    write(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--user", str(unit.path)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_starts_the_bot_whatever_stands_in_its_path(
    tmp_path: Path, letters: Path
) -> None:
    machine = replace(system(tmp_path), python=tmp_path / "my venv" / "python")
    machine.python.parent.mkdir()
    machine.python.symlink_to(sys.executable)
    (letters / "inbox_bot.py").write_text("raise SystemExit('not this one')")
    (line,) = (
        line.removeprefix("ExecStart=")
        for line in entry_for(machine, letters).content.splitlines()
        if line.startswith("ExecStart=")
    )
    words = shlex.split(line.replace("%%", "%"))
    done = subprocess.run(
        [*words, "--help"],
        cwd=letters,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Check mail, draft, send" in done.stdout, done.stderr


def test_a_launch_agent_says_the_same(tmp_path: Path, letters: Path) -> None:
    agent = entry_for(system(tmp_path, "darwin"), letters)
    assert agent.path.parent == tmp_path / "Library" / "LaunchAgents"
    said = plistlib.loads(agent.content.encode())
    assert said["ProgramArguments"][-4:] == ["inbox_bot", "-C", str(letters), "run"]
    assert said["RunAtLoad"]
    assert agent.mark in agent.content


def test_other_systems_are_told_what_to_start(tmp_path: Path, letters: Path) -> None:
    with pytest.raises(WrongUse, match="inbox-bot -C"):
        entry_for(system(tmp_path, "win32"), letters)


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An author's directory; her system cannot be told, as nobody is logged in to it."""
    directory = tmp_path / "letters"
    answers = Answers(
        address="ann@garden.example",
        name="Ann",
        imap=ImapSettings(host="imap.garden.example"),
        smtp=SmtpSettings(host="smtp.garden.example"),
    )
    lay_out(directory, answers)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PATH", "")
    return directory


def run(home: Path, state: str) -> Result:
    return CliRunner().invoke(
        commands, ["-C", str(home), "autostart", state], standalone_mode=False
    )


def test_on_and_off_leave_nothing_behind(home: Path, tmp_path: Path) -> None:
    login = Login(directory=home, address="ann@garden.example")
    keep_in_file(login, Server.IMAP, Secret("one"))
    path = tmp_path / "config/systemd/user/inbox-bot-letters.service"
    on = run(home, "on")
    assert f"Created: {path}" in on.output
    assert "systemctl --user enable inbox-bot-letters.service" in on.output
    assert "loginctl enable-linger" in on.output
    assert on.return_value == 1  # the author has something left to do
    assert "Unchanged" in run(home, "on").output
    assert f"Removed: {path}" in run(home, "off").output
    assert not path.exists()
    assert "Nothing to remove" in run(home, "off").output


def test_a_password_of_this_terminal_alone_is_no_use_later(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_BOT_IMAP_PASSWORD", "one")
    assert "inbox-bot init" in str(run(home, "on").exception)
    assert not (tmp_path / "config").exists()
