"""Authors who move in, from a directory or a backup, and out, with a backup for `restore`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from inbox_bot import settings
from inbox_bot.errors import WrongUse
from inbox_bot.fleet import roster, safe as fleet_safe
from inbox_bot.fleet.authors import Fleet, lay_into
from inbox_bot.fleet.database import connected
from inbox_bot.fleet.roster import State
from inbox_bot.fleet.safe import Slot
from inbox_bot.settings.backup import SQLITE, StoreElsewhere, back_up, restore
from inbox_bot.settings.passwords import Secret
from inbox_bot.store import open_store
from inbox_bot.store.copying import copy_rows

MOST_FILES, MOST_OCTETS = 1_000, 32_000_000
"""Of an author, apart from her letters."""
STORE = f"{SQLITE}inbox_bot.db"


def take_in(fleet: Fleet, name: str, directory: Path) -> int:
    """The author of a directory, as `inbox-bot init` creates it, without letters. She is paused:
    nothing is polled before her passwords are there."""
    files, address = files_of(directory), settings.load(directory).mailboxes[0].address
    with connected(fleet.url) as connection:
        author = roster.add(connection, name, address)
        roster.set_state(connection, author, State.PAUSED)
        roster.write_files(connection, author, files)
    return author


def take_in_backup(fleet: Fleet, name: str, file: Path) -> int:
    """The same with her letters, drafts and promises. Her approvals are void (`restore`).

    No store is opened but the one in the file: its settings may name this fleet's own database.
    """
    with TemporaryDirectory(dir=fleet.cache) as aside:
        directory = Path(aside) / "author"
        try:
            restore(file, directory)
        except StoreElsewhere as error:
            raise WrongUse(
                f"{file} has no letters in it: its settings name a store on a server. Set that "
                "store's letters up in a file of her own first, and back up from there."
            ) from error
        author = take_in(fleet, name, directory)
        own = open_store(STORE, directory)
        try:
            copy_rows(own, fleet.shared.store_of(author))
        except BaseException:
            remove(fleet, author)
            raise
        finally:
            own.close()
    return author


def hand_out(fleet: Fleet, author: int, file: Path) -> None:
    """A backup of one author's own program, without passwords; she stays."""
    with TemporaryDirectory(dir=fleet.cache) as aside:
        directory = Path(aside)
        with connected(fleet.url, author) as connection:
            lay_into(directory, dict(roster.files(connection)))
        settings.keep_inside(directory)
        own = open_store(STORE, directory)
        try:
            copy_rows(fleet.shared.store_of(author), own)
            back_up(directory, own, file)
        finally:
            own.close()


def replace_files(fleet: Fleet, author: int, directory: Path) -> None:
    """Settings, FAQ and templates as they are in the directory."""
    files = files_of(directory)
    settings.load(directory)
    with connected(fleet.url, author) as connection:
        gone = {name: None for name, _ in roster.files(connection) if name not in files}
        roster.write_files(connection, author, {**files, **gone})


def keep_password(fleet: Fleet, slot: Slot, secret: Secret) -> None:
    with connected(fleet.url, slot.author) as connection:
        fleet_safe.keep(connection, fleet.safe, slot, secret)


def remove(fleet: Fleet, author: int) -> None:
    """Every row of hers; the database's own backups keep them until those are deleted."""
    with connected(fleet.url) as connection:
        roster.remove(connection, author)


def files_of(directory: Path) -> dict[str, bytes]:
    """Settings, FAQ and templates of an author's directory; links are left out.

    WrongUse, before anything is read, if there is more than an author needs.
    """
    settings_file = directory / roster.SETTINGS
    if not settings_file.is_file():
        raise WrongUse(f"{directory} has no {roster.SETTINGS}; inbox-bot init {directory} makes it")
    inside = (path for folder in roster.FOLDERS for path in sorted((directory / folder).rglob("*")))
    files = [settings_file, *(one for one in inside if one.is_file() and not one.is_symlink())]
    sizes = {one.relative_to(directory).as_posix(): one.stat().st_size for one in files}
    for name, octets in sizes.items():
        roster.check_size(name, octets)
    if len(sizes) > MOST_FILES or sum(sizes.values()) > MOST_OCTETS:
        raise WrongUse(
            f"{directory} has {len(sizes)} files with {sum(sizes.values()) // 1_000_000} MB; an "
            f"author may have {MOST_FILES} with {MOST_OCTETS // 1_000_000} MB"
        )
    return {name: (directory / name).read_bytes() for name in sizes}
