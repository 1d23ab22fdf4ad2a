"""Restores a backup over what an author's directory holds, while no bot works there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from inbox_bot.service.author_store import open_author_store
from inbox_bot.service.lock import work_with
from inbox_bot.settings.backup import VOID, StoreElsewhere, restore_over
from inbox_bot.settings.backups import Occasion, forget_plan, keep_before, planned


def replace_by(file: Path, directory: Path, named: str = "") -> Path:
    """Back up what is there, then put the backup in its place; returns the backup made.

    `named` is the URL of a store on a server, if the author gave one.
    """
    with open_author_store(directory) as store:
        made = keep_before(directory, store, Occasion.RESTORE, datetime.now(UTC))
    put_in_place(file, directory, named)
    return made


def put_in_place(file: Path, directory: Path, named: str = "") -> None:
    """Put it there, and note its store as the one that belongs there."""
    restore_over(file, directory, named)
    with open_author_store(directory) as store:
        work_with(directory, store.mark)


def restore_planned(directory: Path) -> str:
    """Do what the page planned, and say so; the present state was backed up there."""
    file = planned(directory)
    if file is None:
        return ""
    try:
        put_in_place(file, directory)
    except StoreElsewhere:
        forget_plan(directory)  # the next start would fail, too
        raise
    forget_plan(directory)
    return f"Restored from {file.name}. {VOID}"
