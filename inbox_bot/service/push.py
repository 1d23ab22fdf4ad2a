"""Push messages to the author's phone through apprise, an extra that may not be installed.

The address holds a secret (a topic, a token), so it is kept where passwords are.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING

from inbox_bot.bot import Push, no_push
from inbox_bot.errors import WrongUse
from inbox_bot.settings.passwords import NO_SECRET, Login, Secret, keep, look_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from inbox_bot.settings import Settings

NAME = "push"
VARIABLE = "INBOX_BOT_PUSH_URL"
TITLE = "inbox_bot"
PATIENCE = 10.0
"""Seconds after which a push counts as failed: a poll waits no longer."""


def pusher(chosen: Settings, directory: Path) -> Callable[[str], Push]:
    """Push to the address that is kept at that moment; never raises."""
    if not chosen.mailboxes:
        return no_push
    login = Login(directory=directory, address=chosen.mailboxes[0].address)
    return partial(_push_to_kept, login)


def kept_address(login: Login, environ: Mapping[str, str]) -> Secret | None:
    if value := environ.get(VARIABLE):
        return Secret(value)
    return look_up(login, NAME)


def keep_address(login: Login, typed: str) -> str:
    """Store it; returns a name for the place. WrongUse for what apprise cannot push to."""
    apprise = _apprise()
    if apprise is None:
        raise WrongUse('Pushing needs another library. Run: pip install "inbox-bot[push]"')
    if len(typed) > 2_000 or apprise.Apprise.instantiate(typed) is None:
        raise WrongUse("That isn't an address I can push to. Try ntfy://ntfy.sh/YOUR-TOPIC")
    return keep(login, NAME, Secret(typed))


def forget_address(login: Login) -> None:
    keep(login, NAME, NO_SECRET)


def push(address: Secret, words: str) -> Push:
    """Send it in a thread of its own: a service that hangs, or fails in any way, stops nothing."""
    done: list[bool] = []
    thread = Thread(target=_send, args=(address, words, done), name="push", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return Push.SENT if done == [True] else Push.FAILED


def _push_to_kept(login: Login, words: str) -> Push:
    try:
        address = kept_address(login, os.environ)
    except Exception:  # as a passwords file that cannot be read
        return Push.FAILED
    return push(address, words) if address else Push.NOT_SET_UP


def _send(address: Secret, words: str, done: list[bool]) -> None:
    apprise = _apprise()
    if apprise is None:
        return
    try:
        sender = apprise.Apprise()
        added = sender.add(address.reveal())
        done.append(bool(added and sender.notify(title=TITLE, body=words)))
    except Exception:  # any of a hundred services' libraries
        done.append(False)


def _apprise() -> ModuleType | None:
    logging.getLogger("apprise").disabled = True  # its messages hold the address
    try:
        import apprise  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        return None
    return apprise
