"""setup: set up in the browser, then run."""

from __future__ import annotations

import html
import os
import shutil
import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import click

from inbox_bot.cli.names import STORE_HELP
from inbox_bot.cli.output import echo
from inbox_bot.cli.running import work
from inbox_bot.errors import Conflict, InboxBotError, NotWritten, next_step
from inbox_bot.model import files
from inbox_bot.service.author_store import check_url
from inbox_bot.service.lock import is_taken
from inbox_bot.service.log import set_up_logging
from inbox_bot.settings import autostart, passwords
from inbox_bot.settings.home import is_set_up
from inbox_bot.settings.interview import given_address
from inbox_bot.web.setup import starting
from inbox_bot.web.setup.desk import Desk
from inbox_bot.web.setup.said import FILE_NAME, Said, is_half_done
from inbox_bot.web.setup.serving import serving

PLACES = ("letters", "inbox-bot-letters")
OPENING = "opening"  # no hidden name: a browser in a snap reads none
A_WHILE = 40.0  # seconds until a bot in the background serves its page
A_MOMENT = 10.0  # seconds until a browser has read a file


@click.command("setup")
@click.argument(
    "directory", type=click.Path(file_okay=False, path_type=Path), metavar="[DIR]", required=False
)
@click.option("--address", default="", help="Your email address, for the first screen.")
@click.option("--store", default="", metavar="URL", help=STORE_HELP)
def setup(directory: Path | None, address: str, store: str) -> None:
    """Set up your own mailbox in the browser, then run. DIR is where your settings go.

    If you are interrupted, the same command continues where you left off. `inbox-bot init DIR` asks
    the same questions in the terminal.

    \b
    Example:
      inbox-bot setup
    """
    directory = (directory or usual_place(Path.home())).absolute()
    if is_set_up(directory) and not is_half_done(directory):
        return _go_on(directory)
    if store:
        check_url(store, directory)
    _make(directory)
    desk = Desk(directory, lambda: datetime.now(UTC), _can_autostart())
    if address and not desk.said.address:
        desk.keep(Said(address=given_address(address)))
    if store:
        desk.keep(replace(desk.said, store=store))
    set_up_logging()
    with serving(desk) as link:
        _show(directory, link, lambda: not desk.ticket)
        echo("Press Ctrl-C to stop. The same command continues where you left off.")
        try:
            _until_it_runs(desk)
        finally:
            remove_page(directory)
    return None


def usual_place(home: Path) -> Path:
    """The first of our places that is free or ours: somebody may have letters of her own there."""
    return next((home / name for name in PLACES if _is_ours(home / name)), home / PLACES[-1])


def _is_ours(place: Path) -> bool:
    if not place.exists():
        return True
    try:
        names = {one.name for one in place.iterdir()}
    except OSError:
        return False
    return not names or bool(names & {"settings.yaml", FILE_NAME})


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(directory / FILE_NAME, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        (directory / FILE_NAME).chmod(0o600)
    except OSError as error:
        raise NotWritten(
            f"{directory}: can't be written ({next_step(error)}). Choose another directory: "
            "inbox-bot setup DIR"
        ) from error


def _go_on(directory: Path) -> None:
    """It is set up: open the page of the bot that runs, or run it."""
    if is_taken(directory) and not starting.is_served(directory):
        raise Conflict(f"inbox_bot is busy in {directory}; try again in a minute.")
    if is_taken(directory):
        echo(f"{directory} is set up, and inbox_bot is running.")
        _show(directory, starting.link_in(directory, datetime.now(UTC)))
        if has_browser(sys.platform, os.environ):
            time.sleep(A_MOMENT)
        return remove_page(directory)
    echo(f"{directory} is already set up.")
    set_up_logging()
    Thread(target=_show_when_served, args=(directory,), daemon=True).start()
    return work(directory)


def _show_when_served(directory: Path) -> None:
    if _is_served_soon(directory):
        _show(directory, starting.link_in(directory, datetime.now(UTC)))


def _until_it_runs(desk: Desk) -> None:
    """Wait for her word, then run; a start that fails is told on the page, and waits again."""
    while True:
        desk.begun.wait()
        assert desk.start is not None
        try:
            if desk.start.autostart and _runs_in_background(desk.directory):
                desk.arrived.wait(A_WHILE)
                time.sleep(2)  # until the browser has the answer that leads it there
                echo("inbox_bot is now running in the background; you can close this window.")
            else:
                work(desk.directory)
        except InboxBotError as error:
            if desk.arrived.is_set():
                raise
            echo(str(error))
            desk.failed(str(error))
        else:
            return


# --- in the background ---------------------------------------------------------------------------


def _can_autostart() -> bool:
    """Not where the store's password is known to this terminal alone."""
    is_shared = passwords.for_store(os.environ) == passwords.NO_SECRET
    return is_shared and autostart.is_possible(_system())


def _system() -> autostart.System:
    return autostart.System.of(sys.platform, sys.executable, os.getuid(), os.environ)


def _runs_in_background(directory: Path) -> bool:
    """Start with the computer, from now on; False where the system cannot do it after all."""
    entry = autostart.entry_for(_system(), directory)
    try:
        autostart.write(entry)
    except InboxBotError as error:
        echo(str(error))
        return False
    if not autostart.run(entry.start) and _is_served_soon(directory):
        return True
    autostart.run(entry.stop)
    autostart.remove(entry)
    echo("Your system can't start it in the background, so it runs here in this window.")
    return False


def _is_served_soon(directory: Path) -> bool:
    deadline = time.monotonic() + A_WHILE
    while time.monotonic() < deadline:
        if starting.is_served(directory):
            return True
        time.sleep(0.5)
    return False


# --- the browser ---------------------------------------------------------------------------------


def _show(directory: Path, link: str, is_used: Callable[[], bool] = lambda: False) -> None:
    echo(f"If your browser doesn't open, open this page yourself:\n  {link}")
    if has_browser(sys.platform, os.environ):
        page = write_page(directory, link)
        # some browsers return only when they are closed
        Thread(target=_open, args=(page.as_uri(),), daemon=True).start()
        Thread(target=_remove_when, args=(directory, is_used), daemon=True).start()


def _open(address: str) -> None:
    with suppress(Exception):  # no browser is no trouble: the link is on the screen
        webbrowser.open(address)


def write_page(directory: Path, link: str) -> Path:
    """A private file that leads to the link: every user can read what programs are started with."""
    remove_page(directory)
    page = directory / OPENING / "open.html"
    page.parent.mkdir(mode=0o700)
    to = html.escape(link)
    files.write_text(
        page,
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={to}">'
        f'<title>inbox_bot</title><p><a href="{to}">Continue</a></p>\n',
        files.PRIVATE,
    )
    return page


def remove_page(directory: Path) -> None:
    shutil.rmtree(directory / OPENING, ignore_errors=True)


def _remove_when(directory: Path, is_used: Callable[[], bool]) -> None:
    deadline = time.monotonic() + A_WHILE
    while time.monotonic() < deadline and not is_used():
        time.sleep(0.5)
    remove_page(directory)


def has_browser(platform: str, environ: Mapping[str, str]) -> bool:
    """Not a text browser, which would take the terminal."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return not platform.startswith("linux") or any(environ.get(name) for name in shown)
