"""The host's commands, as a host types them, and workers as processes that can be killed."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
import pytest

from inbox_bot.cli import fleet
from inbox_bot.errors import InboxBotError
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.safe import new_key
from inbox_bot.model import DraftState
from tests.fleet.conftest import as_owner, as_superuser
from tests.fleet.hosts import TOP, Host
from tests.servers import dovecot as dovecot_server, postgres

SOON = 60.0
"""Seconds within which a killed worker's work goes on."""


@dataclass(frozen=True)
class Shell:
    environ: Mapping[str, str]
    directory: Path

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "inbox_bot", *words],
            env={**os.environ, "PYTHONPATH": str(TOP), **self.environ},
            cwd=self.directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, typed: str = "", code: int = 0) -> str:
        process = self.start(*words)
        out, _ = process.communicate(typed, timeout=120)
        assert process.returncode == code, out
        return out


@pytest.fixture
def shell(host: Host, tmp_path: Path) -> Shell:
    """With the same database, key and cache as the host."""
    environ = {
        "INBOX_BOT_FLEET_DATABASE": host.fleet.url,
        "INBOX_BOT_FLEET_OWNER": as_owner(host.fleet.url),
        "INBOX_BOT_FLEET_KEY": base64.urlsafe_b64encode(host.fleet.safe.keys[0]).decode(),
        "INBOX_BOT_FLEET_CACHE": str(host.fleet.cache),
    }
    return Shell(environ, tmp_path)


@contextmanager
def worker(shell: Shell) -> Iterator[subprocess.Popen[str]]:
    process = shell.start("fleet", "worker", "--threads", "2")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(met: Callable[[], bool], seconds: float = SOON) -> float:
    begun = time.monotonic()
    while not met():
        assert time.monotonic() - begun < seconds, "not within its time"
        time.sleep(0.2)
    return time.monotonic() - begun


def commands_of(group: click.Group, *words: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield " ".join((*words, name)), command
        if isinstance(command, click.Group):
            yield from commands_of(command, *words, name)


@pytest.mark.parametrize(("words", "command"), list(commands_of(fleet.fleet, "fleet")))
def test_each_command_has_a_help_text_with_an_example(words: str, command: click.Command) -> None:
    assert command.help
    assert "Example:" in command.help
    assert f"inbox-bot {words}" in command.help


def test_an_author_comes_pauses_and_goes(host: Host, shell: Shell, tmp_path: Path) -> None:
    host.home("ann")
    password = tmp_path / "password"
    password.write_text(dovecot_server.PASSWORD)
    out = shell.run("fleet", "authors", "add", "ann", "ann", "--password-file", str(password))
    assert "ann is in the fleet" in out
    (told,) = shell.run("fleet", "authors", "list", "--json").splitlines()
    assert json.loads(told)["state"] == "active"
    shell.run("fleet", "authors", "pause", "ann")
    assert "paused" in shell.run("fleet", "authors", "list")
    shell.run("fleet", "authors", "resume", "ann")
    shell.run("fleet", "authors", "files", "ann", "ann")
    shell.run("fleet", "authors", "export", "ann", "ann.zip")
    shell.run(
        "fleet", "authors", "import", "bea", "ann.zip", "--password-file", "-", typed="secret\n"
    )
    assert "2 passwords" in shell.run("fleet", "rekey")
    out = shell.run("fleet", "authors", "remove", "ann", "--yes")
    assert "Deleted" in out
    assert [one.name for one in host.fleet.members()] == ["bea"]
    assert "No author ann" in shell.run("fleet", "authors", "pause", "ann", code=1)


def test_the_status_says_what_needs_the_host(host: Host, shell: Shell) -> None:
    assert json.loads(shell.run("fleet", "status", "--json"))["authors"] == 0
    ann = host.author("ann")
    with psycopg.connect(host.fleet.url) as connection:
        connection.execute(
            "UPDATE author SET next_poll = now() - interval '1 hour', failures = 3,"
            " problem = 'The mailbox refused the password' WHERE id = %s",
            [ann],
        )
    found = json.loads(shell.run("fleet", "status", "--json", code=1))
    assert (found["behind"], found["workers"]) == (1, 0)
    assert [one["name"] for one in found["failing"]] == ["ann"]
    assert "refused the password" in shell.run("fleet", "status", code=1)


def test_a_new_database_is_made_ready_in_one_command(fleet_server: str, tmp_path: Path) -> None:
    url = postgres.new_database(fleet_server, f"new-{tmp_path.name}")
    environ = {
        "INBOX_BOT_FLEET_DATABASE": url.replace("//bot@", "//new_worker:p%40ss@"),
        "INBOX_BOT_FLEET_OWNER": url,
        "INBOX_BOT_FLEET_KEY": "",
        "INBOX_BOT_FLEET_CACHE": str(tmp_path),
    }
    shell = Shell(environ, tmp_path)
    key = shell.run("fleet", "init").splitlines()[-1]
    again = Shell({**environ, "INBOX_BOT_FLEET_KEY": key}, tmp_path)
    assert key not in again.run("fleet", "init")
    assert "0 authors" in again.run("fleet", "status")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"INBOX_BOT_FLEET_DATABASE": ""}, "set INBOX_BOT_FLEET_DATABASE"),
        ({"INBOX_BOT_FLEET_KEY": new_key()[:20]}, "a key is 32 bytes"),
        ({"INBOX_BOT_FLEET_DATABASE": "postgresql://x@127.0.0.1:1/x"}, "database"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    host: Host, shell: Shell, changed: Mapping[str, str], said: str
) -> None:
    host.home("ann")
    broken = Shell({**shell.environ, **changed}, shell.directory)
    out = broken.run("fleet", "authors", "add", "ann", "ann", code=1)
    assert said in out
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://w:pa%ssS3CRET@127.0.0.1:1/fleet",
        "postgresql://w:[S3CRET@127.0.0.1:1/fleet",
        "postgresql://w:S3CR/ET@127.0.0.1:1/fleet",
        "postgresql://w:S3:CR@ETS3CRET@127.0.0.1:1/fleet",
        "postgresql://w:S3CRET#x@127.0.0.1:1/fleet",
        "postgresql://w:S3CRET@127.0.0.1:1/fleet?x=%zzS3CRET",
        "postgresql://w@127.0.0.1:1/fleet?sslpassword=S3CRET",
        "postgresql://w:x?S3CRET=1@127.0.0.1:1/fleet",
        "sqlite:///S3CRET.db",
        "host=127.0.0.1 port=1 password=S3CRET user='x",
    ],
)
def test_no_error_shows_a_part_of_the_databases_password(url: str) -> None:
    with pytest.raises(InboxBotError) as raised, connected(url):
        pass
    said = str(raised.value)
    assert "S3" not in said
    assert "database" in said
    assert "\n" not in said


def test_a_first_start_with_a_url_that_is_none_says_so(tmp_path: Path) -> None:
    environ = {
        "INBOX_BOT_FLEET_DATABASE": "postgresql://w:[x@/fleet@h",
        "INBOX_BOT_FLEET_OWNER": "postgresql://o@127.0.0.1:1/fleet",
    }
    out = Shell(environ, tmp_path).run("fleet", "init", code=1)
    assert len(out.splitlines()) == 1
    assert "the fleet's database" in out.lower()


def test_a_killed_workers_work_goes_on_and_nothing_is_doubled(host: Host, shell: Shell) -> None:
    host.now = datetime.now(UTC)
    names = [f"author{number}" for number in range(6)]
    authors = [host.author(name) for name in names]
    for name in names:
        for number in range(3):
            host.letter(name, f"reader{number}@example.org")
    with ExitStack() as stack:
        first, second = (stack.enter_context(worker(shell)) for _ in range(2))
        until(lambda: any(host.drafts(author) for author in authors))
        first.send_signal(signal.SIGKILL)
        second.send_signal(signal.SIGSTOP)  # keeps its locks, and is taken for dead
        stack.enter_context(worker(shell))
        until(lambda: any(len(host.drafts(author)) == 3 for author in authors))
        second.send_signal(signal.SIGCONT)
        took = until(lambda: all(len(host.drafts(author)) == 3 for author in authors), 2 * SOON)
        assert took < 2 * SOON
        for author in authors:
            host.approve(author)
        until(lambda: len(host.replies()) == 18, 3 * SOON)
        until(
            lambda: all(
                one.state is DraftState.SENT for author in authors for one in host.drafts(author)
            )
        )
    assert len(host.replies()) == 18
    assert [len(host.drafts(author)) for author in authors] == [3] * 6
    assert host.fleet.members()[0].problem == ""


def test_a_worker_goes_on_after_the_database_has_cut_it_off(host: Host, shell: Shell) -> None:
    host.now = datetime.now(UTC)
    ann = host.author("ann")
    with worker(shell) as process:
        until(lambda: host.member(ann).polled is not None)
        with psycopg.connect(as_superuser(host.fleet.url), autocommit=True) as everything:
            everything.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            host.letter("ann", "reader@example.org")
            everything.execute("UPDATE author SET next_poll = NULL")
            query = "SELECT count(*) FROM draft"
            until(lambda: everything.execute(query).fetchone() == (1,))
        assert process.poll() is None


def test_a_worker_ends_soon_after_a_signal(host: Host, shell: Shell) -> None:
    host.author("ann")
    with worker(shell) as process:
        assert process.stdout
        assert "Working" in process.stdout.readline()
        until(lambda: host.member(1).polled is not None)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
