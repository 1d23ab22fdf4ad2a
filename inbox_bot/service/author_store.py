"""Opens the author's store alone: needs neither password, server nor a sound FAQ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox_bot import settings
from inbox_bot.model.facts import HISTORY_LOST
from inbox_bot.model.ports import Store
from inbox_bot.service import lock
from inbox_bot.store import open_store


@contextmanager
def open_author_store(directory: Path) -> Iterator[Store]:
    store = open_store(settings.load(directory).store, directory)
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
