"""Her files: killed in the middle, a full disk, who may read them, an FAQ drawn twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.scenarios_letters import Letter, ann, bob, encrypted_by_pgp
from benchmarks.scenarios_world import PATIENCE, NotTried, World, check, scenario

ANN = "ann@example.org"
MARK = "Kumquat marmalade"
ARTICLE = """<html><head><title>{title}</title></head><body><h1>{title}</h1>
<h2>Does massage help with back pain?</h2><p>{text} It loosens tight muscles and lets blood in.
I have seen it help many people who sit all day.</p>
<h2>How often should you go?</h2><p>{text} Begin with an hour once a week and see how it goes.</p>
</body></html>"""


def _filled(world: World) -> None:
    """With some megabytes, so that a command can be caught in the middle."""
    noise = "\n".join(os.urandom(54).hex() for _ in range(9_000))
    world.poll(ann(), *(Letter(sender=f"r{number}@example.org", text=f"{MARK}?\n\n{noise}")
                        for number in range(4)))  # fmt: skip


def _killed(world: World, words: Sequence[str], place: Path, nth: int) -> None:
    """Begin a command, and kill it a little after `place` holds something new."""
    before = _bytes_below(place)
    process = world.begin(world.command(*words))
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if _bytes_below(place) != before:
            time.sleep(0.02 * nth)
            break
        time.sleep(0.002)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def _bytes_below(place: Path) -> dict[str, int]:
    found = {}
    for path in place.rglob("*") if place.exists() else ():
        try:
            found[str(path)] = path.lstat().st_size
        except FileNotFoundError:
            continue
    return found


@scenario()
def a_killed_export_leaves_no_broken_file_under_its_name(world: World) -> None:
    _filled(world)
    for nth in range(3):
        place = world.directory.parent / f"export{nth}"
        place.mkdir(mode=0o700)
        _killed(world, ["export", str(place / "all.zip")], place, nth)
        path = place / "all.zip"
        check(not path.exists() or zipfile.is_zipfile(path), "all.zip is there, and broken")


@scenario()
def a_killed_backup_leaves_no_letters_behind(world: World) -> None:
    _filled(world)
    place = world.directory.parent / "backups"
    place.mkdir(mode=0o700)
    world.environment["TMPDIR"] = str(place)
    for nth in range(3):
        _killed(world, ["backup", str(place / "all.zip")], place, nth)
        path = place / "all.zip"
        check(not path.exists() or zipfile.is_zipfile(path), "all.zip is there, and broken")
    world.run("backup", str(place / "all.zip")).good()
    left = [path.name for path in place.rglob("*") if path.is_file() and path.name != "all.zip"]
    check(not left, f"left behind after the next backup: {left[:3]}")


@scenario()
def a_killed_restore_can_be_done_again_and_hides_nobody(world: World) -> None:
    _filled(world)
    backup = world.directory.parent / f"{world.directory.name}.zip"
    world.run("backup", str(backup)).good()
    owed = world.owed()
    for nth in range(3):
        new = replace(world, directory=world.directory.parent / f"{world.directory.name}-{nth}")
        _killed(new, ["restore", str(backup)], new.directory.parent, nth)
        told = new.run("status")
        check("Nobody is waiting" not in told.all, "status says that nobody is waiting")
        new.run("restore", str(backup), answers="secret\n" * 4).good()
        check(new.owed() == owed, f"owed are {new.owed()} after the restore")


@scenario()
def a_store_without_its_history_does_not_say_that_nobody_waits(world: World) -> None:
    world.poll(ann())
    for path in world.directory.glob("inbox_bot.db*"):
        path.unlink()
    told = world.run("status").all
    check("Nobody is waiting" not in told, "status says that nobody is waiting")


@scenario()
def settings_that_only_she_can_read_stay_so(world: World) -> None:
    settings = world.directory / "settings.yaml"
    settings.chmod(0o600)
    world.poll(ann())
    world.run("away", "2027-03-01..2027-03-08", answers="y\n").good()
    check("2027-03-01" in settings.read_text(), "`away` writes nothing")
    check(settings.stat().st_mode & 0o777 == 0o600, f"now {settings.stat().st_mode & 0o777:o}")


@contextmanager
def _full(world: World) -> Iterator[World]:
    """Her directory on a disk that has no room left."""
    place = Path(tempfile.mkdtemp(prefix="ibf", dir="/tmp"))
    mounted = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mounted, capture_output=True, check=False).returncode:
        place.rmdir()
        raise NotTried("a small disk needs root")
    try:
        shutil.copytree(world.directory, place / "author")
        with (place / "junk").open("wb", buffering=0) as junk:
            _fill(junk.fileno())
        yield replace(world, directory=place / "author")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)
        place.rmdir()


def _fill(file: int) -> None:
    for size in (1 << 16, 512):
        try:
            while True:
                os.write(file, b"x" * size)
        except OSError:
            continue


@scenario()
def a_full_disk_makes_errors_of_one_line(world: World) -> None:
    world.poll(ann(), bob())
    article = world.directory.parent / "article.html"
    article.write_text(ARTICLE.format(title="Backs", text="It does.") + " " * 9000)
    with _full(world) as full:
        settings = (full.directory / "settings.yaml").read_text()
        for words in (
            ("backup", str(full.directory / "all.zip")),
            ("export", str(full.directory / "export.zip")),
            ("replay", "--days", "90"),
            ("faq", "draw", "--yes", str(article)),
            ("away", "2027-03-01..2027-03-08"),
            ("poll", "--yes"),
        ):
            ran = full.run(*words, answers="y\ny\ny\n")
            check("Traceback" not in ran.all, f"`{words[0]}` shows a trace")
            check(ran.code != 0 or words[0] in {"away", "poll"}, f"`{words[0]}` ends as if well")
            lines = ran.err.strip().splitlines()
            check(len(lines) <= 3, f"`{words[0]}` says {len(lines)} lines: {lines[:1]}")
        left = (full.directory / "settings.yaml").read_text()
        check("mailboxes" in left and len(left) >= len(settings), "settings.yaml is cut off")


@scenario()
def an_article_with_the_same_headings_breaks_nothing(world: World) -> None:
    world.poll()
    for number, title in enumerate(("Massage for backs", "Massage for runners")):
        article = world.directory.parent / f"{world.directory.name}-{number}.html"
        article.write_text(ARTICLE.format(title=title, text=f"For number {number} it does."))
        world.run("faq", "draw", "--yes", str(article)).good()
    world.run("faq", "check")
    world.run("doctor").good((0, 1))
    world.poll(ann())
    world.drafted(ANN)


@scenario()
def a_spreadsheet_runs_no_cell(world: World) -> None:
    for number, sign in enumerate("=+-@＝＋－＠"):
        text = f"{sign}HYPERLINK does kumquat marmalade cure hiccups?"
        world.lay(Letter(sender=f"r{number}@example.org", text=text))
    world.poll()
    rows = world.run("report", "--csv").good((0, 1)).out
    check("kumquat" in rows.lower(), "the questions are not in it")
    for cell in rows.replace("\n", ",").split(","):
        check(cell.strip('" ')[:1] not in tuple("=＝＋－＠"), f"a cell begins: {cell[:40]}")


@scenario()
def read_heeds_the_settings_of_the_directory(world: World) -> None:
    path = world.directory / "letter.eml"
    path.write_bytes(Letter(sender=f"Steve <{world.address}>").raw("ann@example.org"))
    own = world.run("read", "--json", str(path)).good((0, 1)).rows[-1]
    path.write_bytes(ann().raw(world.address))
    hers = world.run("read", "--json", str(path)).good((0, 1)).rows[-1]
    check(hers["verdict"] == "reader", f"a reader's letter is {hers['verdict']}")
    check(own["verdict"] != "reader", "a letter of the author's own is a reader's")
    path.write_bytes(encrypted_by_pgp("Ann <ann@example.org>").raw(world.address))
    sealed = world.run("read", "--json", str(path)).rows[-1]
    check(sealed.get("verdict") == "unreadable", json.dumps(sealed)[:120])
