"""Opens the author's store alone: needs neither password, server nor a sound FAQ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox_bot import settings
from inbox_bot.errors import SettingsError
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.model.ports import Store
from inbox_bot.service import lock
from inbox_bot.settings import Settings, passwords
from inbox_bot.store import has_password, is_on_server, open_store


def open_chosen(chosen: Settings, directory: Path) -> Store:
    """The store of these settings; a server's password may be in the environment."""
    return open_store(chosen.store, directory, passwords.for_store(os.environ).reveal())


def check_url(url: str, directory: Path) -> None:
    """Open the store that is to be set up, so that its errors come before all questions.

    SettingsError for a URL with a password: settings are shown to others, when something is wrong.
    """
    if not is_on_server(url):
        raise SettingsError("--store: use a URL that starts with postgresql://")
    if has_password(url):
        raise SettingsError(
            f"store: leave the password out of the URL; set {passwords.STORE_VARIABLE}, or keep it "
            "in ~/.pgpass"
        )
    open_store(url, directory, passwords.for_store(os.environ).reveal()).close()


@contextmanager
def open_author_store(directory: Path) -> Iterator[Store]:
    store = open_chosen(settings.load(directory), directory)
    try:
        recognise(store, directory)
        yield store
    finally:
        store.close()


def recognise(store: Store, directory: Path) -> None:
    """Mark a store that is not the one the bot used in this directory before."""
    if lock.worked_with(directory) in ("", store.mark):
        return
    with store.reading() as tx:
        known = HISTORY_LOST.of(tx)
    if not known:
        with store.transaction() as tx:
            HISTORY_LOST.put(tx, "another store was here before")
