"""Files are written whole or not at all, as private as before; else one line says why."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.errors import NotWritten
from inbox_bot.model import files

KILLED = """
import os, signal, sys
from inbox_bot.model import files
files._flush = lambda path: os.kill(os.getpid(), signal.SIGKILL)
from inbox_bot.cli.main import main
main()
"""
SMALL = 8 * 1024


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoWorld]:
    with DemoWorld(datetime.now(UTC)) as demo:
        assert run(demo.directory, "poll", "--yes").returncode == 0
        yield demo


def run(directory: Path, *words: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own; with a limit its files may not grow larger."""
    return subprocess.run(
        [sys.executable, "-m", "inbox_bot", "-C", directory, *words],
        preexec_fn=(lambda: _limit(limit)) if limit else None,
        capture_output=True,
        text=True,
        check=False,
    )


def _limit(size: int) -> None:
    """Stands for a full disk: a write beyond it fails (EFBIG), as one on a full disk does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def killed(directory: Path, *words: str) -> None:
    """The same, killed when all is written and nothing has its name yet."""
    words = ("-C", str(directory), *words)
    done = subprocess.run([sys.executable, "-c", KILLED, *words], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("old")
    file.chmod(mode)
    files.write_text(file, "new")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", mode)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    files.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_fails_half_way_leaves_the_old_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "faq.yaml"
    file.write_text("old")
    full = OSError(errno.ENOSPC, "No space left on device")

    def write() -> None:
        with files.replacing(file) as part:
            part.write_text("ne")
            raise full

    with pytest.raises(NotWritten, match=r"faq.yaml: .*disk is full; free up some space"):
        write()
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_leftovers_of_the_dead_are_removed_and_those_of_the_living_stay(tmp_path: Path) -> None:
    (tmp_path / f".a.zip.0{files.PART}").write_text("a letter")
    (tmp_path / f".b.zip.1{files.PART}").mkdir()
    (tmp_path / f".b.zip.1{files.PART}" / "store.db").write_text("letters")
    with files.beside(tmp_path / "c.zip") as living:
        files.write_text(tmp_path / "d", "text")
        assert set(tmp_path.iterdir()) == {living, tmp_path / "d"}


def test_away_leaves_the_settings_as_private_as_they_were(demo: DemoWorld) -> None:
    settings = demo.directory / "settings.yaml"
    settings.chmod(0o600)
    assert run(demo.directory, "away", "2031-12-20..2031-12-24").returncode == 0
    assert "2031-12-20" in settings.read_text()
    assert settings.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", ["backup", "export"])
def test_a_killed_copy_has_no_name_and_the_next_one_clears_it_away(
    demo: DemoWorld, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "copy.zip"
    killed(demo.directory, command, str(file))
    left = list(tmp_path.rglob("*"))
    assert left
    assert file not in left
    assert all(path.stat().st_mode & 0o077 == 0 for path in left)
    assert run(demo.directory, command, str(file)).returncode == 0
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("words", ["backup", "export", "replay --to", "restore"])
def test_a_full_disk_is_told_in_one_line(demo: DemoWorld, tmp_path: Path, words: str) -> None:
    home, file = demo.directory, tmp_path / "some.file"
    if words == "restore":
        assert run(home, "backup", str(file)).returncode == 0
        home = tmp_path / "new"
    done = run(home, *words.split(), str(file), limit=SMALL)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (home / "settings.yaml").exists() or home != tmp_path / "new"


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts a small disk")
def test_a_disk_that_is_really_full_says_so(demo: DemoWorld, tmp_path: Path) -> None:
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", tmp_path],
        check=False,
        capture_output=True,
    ).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        filler = tmp_path / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        for command in ("backup", "export"):
            done = run(demo.directory, command, str(tmp_path / "copy.zip"))
            assert "disk is full; free up some space" in done.stderr
            assert len(done.stderr.strip().splitlines()) == 1
            assert list(tmp_path.iterdir()) == [filler]
    finally:
        subprocess.run(["umount", tmp_path], check=True)
