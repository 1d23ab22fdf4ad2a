"""The backups that the bot makes itself, in a folder of the author's directory.

One a day, and one before a restore or an upgrade.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from inbox_bot.errors import NotFound
from inbox_bot.model import files
from inbox_bot.model.ports import Store
from inbox_bot.settings.backup import back_up

FOLDER = "backups"
PLANNED = ".restore"
KEPT_DAYS, KEPT_OTHERS = 7, 3


class Occasion(StrEnum):
    """Why a backup was made; the first word of its name."""

    DAILY = "daily"
    RESTORE = "before-restore"
    UPGRADE = "before-upgrade"
    BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """`octets` is its size."""

    name: str
    occasion: Occasion
    made: datetime
    octets: int


def keep_daily(directory: Path, store: Store, today: date) -> bool:
    """Make the backup of the day, unless it is there; False where it is. Seven stay."""
    file = directory / FOLDER / f"{Occasion.DAILY}-{today.isoformat()}.zip"
    if file.exists():
        return False
    _write(directory, store, file)
    return True


def keep_before(directory: Path, store: Store, occasion: Occasion, now: datetime) -> Path:
    """A backup of the present state, before something replaces it. Three of each kind stay."""
    file = directory / FOLDER / f"{occasion}-{now:%Y-%m-%dT%H%M%S}.zip"
    if not file.exists():
        _write(directory, store, file)
    return file


def make_anew(directory: Path, store: Store, today: date) -> int:
    """Remove all of them and make one, so that none holds a reader who was forgotten."""
    found = backups_in(directory)
    for one in found:
        files.remove(directory / FOLDER / one.name)
    if found:
        keep_daily(directory, store, today)
    return len(found)


def backups_in(directory: Path) -> tuple[Backup, ...]:
    """Newest first."""
    found = [
        Backup(
            name=path.name,
            occasion=occasion,
            made=datetime.fromtimestamp(status.st_mtime).astimezone(),
            octets=status.st_size,
        )
        for path in (directory / FOLDER).glob("*.zip")
        if (occasion := _occasion_of(path.name)) and (status := path.stat())
    ]
    return tuple(sorted(found, key=lambda one: one.made, reverse=True))


def file_of(directory: Path, name: str) -> Path:
    """NotFound for a name that is not listed, such as a path."""
    if name not in {one.name for one in backups_in(directory)}:
        raise NotFound(f"There's no backup named {name[:80]}.")
    return directory / FOLDER / name


# --- a restore at the next start ------------------------------------------------------------------


def plan_restore(directory: Path, name: str) -> None:
    files.write_text(directory / PLANNED, file_of(directory, name).name, files.PRIVATE)


def planned(directory: Path) -> Path | None:
    """The backup that replaces what is there, as soon as no bot works with it."""
    if not os.path.lexists(f"{directory}/{PLANNED}"):  # asked every few seconds
        return None
    try:
        name = (directory / PLANNED).read_text(encoding="utf-8").strip()
        return file_of(directory, name)
    except (OSError, NotFound):
        return None


def forget_plan(directory: Path) -> None:
    files.remove(directory / PLANNED)


def _write(directory: Path, store: Store, file: Path) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    back_up(directory, store, file)
    for occasion in Occasion:
        of_its_kind = [one for one in backups_in(directory) if one.occasion is occasion]
        kept = KEPT_DAYS if occasion is Occasion.DAILY else KEPT_OTHERS
        for one in of_its_kind[kept:]:
            files.remove(directory / FOLDER / one.name)


def _occasion_of(name: str) -> Occasion | None:
    return next((one for one in Occasion if name.startswith(f"{one}-")), None)
