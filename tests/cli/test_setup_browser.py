"""`setup` gives its links away to nobody: not by a port, not by arguments, not by a file."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from inbox_bot.cli.demo_world import DemoWorld
from inbox_bot.cli.main import commands
from inbox_bot.cli.setup_browser import remove_page, write_page
from inbox_bot.errors import Conflict
from inbox_bot.service.lock import (
    FILE_NAME as LOCK,
    PAGE_FILE_NAME,
    only_one,
    page_served_at,
    served_port,
)
from inbox_bot.settings import set_page_port
from inbox_bot.web.setup import starting
from inbox_bot.web.setup.said import FILE_NAME


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def squatted(directory: Path) -> Iterator[int]:
    """Another process has the port of the page."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        set_page_port(directory, port)
        yield port


def test_a_port_that_another_has_gets_no_link() -> None:
    with DemoWorld(datetime.now(UTC)) as world, squatted(world.directory) as port:
        command = [sys.executable, "-m", "inbox_bot", "setup", str(world.directory)]
        env = {**os.environ, "BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
        ran = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=60, env=env
        )
        assert "/open/" not in ran.stdout
        assert f"can't use page.port {port} on 127.0.0.1" in ran.stderr
        with only_one(world.directory), pytest.raises(Conflict):
            starting.link_in(world.directory, datetime.now(UTC))


def test_the_page_is_served_only_while_it_is_held(tmp_path: Path) -> None:
    assert served_port(tmp_path) is None
    with page_served_at(tmp_path, 4711):
        assert served_port(tmp_path) == 4711
        assert mode(tmp_path / PAGE_FILE_NAME) == 0o600
    assert served_port(tmp_path) is None
    assert not (tmp_path / LOCK).exists()


def test_the_note_is_private_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("inbox_bot.cli.setup_browser.serving", stop)
    CliRunner().invoke(commands, ["setup", str(tmp_path)])
    assert mode(tmp_path / FILE_NAME) == 0o600


def test_the_browser_is_started_with_a_private_file_in_place_of_the_link(tmp_path: Path) -> None:
    """Its arguments are for everybody to read; what it is started with is kept in a file here."""
    started = tmp_path / "started"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > {started}.part; mv {started}.part {started}\n')
    browser.chmod(0o755)
    home = tmp_path / "home"
    command = [sys.executable, "-u", "-m", "inbox_bot", "setup", str(home)]
    env = {**os.environ, "BROWSER": f"{browser} %s"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as running:
        assert running.stdout is not None
        try:
            link = next(
                found[0] for line in running.stdout if (found := re.findall(r"http\S+", line))
            )
            for _ in range(100):
                if started.exists():
                    break
                subprocess.run(["sleep", "0.1"], check=True)
            told = started.read_text()
            assert "/open/" not in told
            assert told.strip() == (home / "opening" / "open.html").as_uri()
            assert link in (home / "opening" / "open.html").read_text()
        finally:
            running.terminate()


def test_the_file_with_the_link_is_private_and_goes(tmp_path: Path) -> None:
    page = write_page(tmp_path, "http://127.0.0.1:1/open/x")
    assert (mode(page), mode(page.parent)) == (0o600, 0o700)
    assert write_page(tmp_path, "http://127.0.0.1:1/open/y") == page
    remove_page(tmp_path)
    assert not page.parent.exists()
