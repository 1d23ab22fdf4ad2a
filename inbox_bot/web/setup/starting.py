"""Last screen: how to begin, and the way to the queue."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inbox_bot import settings
from inbox_bot.errors import Conflict
from inbox_bot.reports import watch_only
from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import served_port
from inbox_bot.settings.home import write_answers
from inbox_bot.web.serving import link_to
from inbox_bot.web.sessions import new_link
from inbox_bot.web.setup import said as notes
from inbox_bot.web.setup.desk import Mode
from inbox_bot.web.setup.said import Said, answers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StartView:
    """`lasts` is the truth about when it works."""

    can_autostart: bool
    lasts: str
    trouble: str = ""


def start_view(can_autostart: bool, trouble: str = "") -> StartView:
    window = "" if can_autostart else " and the window where you started stays open"
    return StartView(
        can_autostart=can_autostart,
        lasts=f"I work only while this computer is awake{window}; letters that arrive in the "
        "meantime wait until then.",
        trouble=trouble,
    )


def get_ready(directory: Path, said: Said, mode: Mode, now: datetime) -> None:
    """Write what is left to write, and her word on drafting into the store.

    The page gets another port where its own is taken.
    """
    write_answers(directory, answers_of(said))
    chosen = settings.load(directory)
    if not is_free(chosen.page.host, chosen.page.port):
        settings.set_page_port(directory, free_port(chosen.page.host))
    with open_author_store(directory) as store:
        watch_only.choose(store, now, drafts=mode is Mode.DRAFTS)
    notes.drop(directory)


def is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host.strip("[]"), port)):
            return True
    except OSError:
        return False


def free_port(host: str) -> int:
    with socket.create_server((host.strip("[]"), 0)) as held:
        return int(held.getsockname()[1])


def is_served(directory: Path) -> bool:
    """Whether our own bot serves the page; whoever else has its port must get no link."""
    return served_port(directory) is not None


def link_in(directory: Path, now: datetime) -> str:
    """A fresh one-time link to our own page; Conflict where it is not served."""
    chosen = settings.load(directory).page
    port = served_port(directory)
    if port is None:
        raise Conflict("The page isn't running. Start it with `inbox-bot run`, then try again.")
    with open_author_store(directory) as store:
        return link_to(chosen, port, new_link(store, now))
