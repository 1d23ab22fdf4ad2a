"""All that is the author's in one file: settings, FAQ, templates and store, and no password."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from inbox_bot import settings
from inbox_bot.errors import SettingsError, WrongUse
from inbox_bot.ports import Store

STORE = "store.db"
SQLITE = "sqlite:///"
MOST = 64 * 1024 * 1024 * 1024


def back_up(directory: Path, store: Store, to: Path) -> None:
    """Write the file, readable for its owner alone; the bot may be at work meanwhile."""
    chosen = settings.load(directory)
    if to.exists():
        raise WrongUse(f"{to} is there already: name a new file.")
    with tempfile.TemporaryDirectory(dir=to.resolve().parent) as aside:
        copy = Path(aside, STORE)
        store.copy_to(copy)
        whole = Path(aside, "backup.zip")
        whole.touch(mode=0o600)
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(directory / settings.FILE_NAME, settings.FILE_NAME)
            archive.write(copy, STORE)
            for name, folder in (("faq", chosen.faq), ("templates", chosen.templates)):
                for file in _files(folder):
                    archive.write(file, f"{name}/{file.relative_to(folder).as_posix()}")
        whole.replace(to)


def restore(file: Path, directory: Path) -> None:
    """Unpack a backup into a directory that has no settings yet."""
    if (directory / settings.FILE_NAME).exists():
        raise WrongUse(f"{directory} has settings already: restore into a new directory.")
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive)
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            archive.extractall(directory)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise WrongUse(f"{file} is no backup that can be read: {error}") from error
    _put_in_place(directory)


def _check(archive: zipfile.ZipFile) -> None:
    """A backup comes from elsewhere: nothing in it may land outside the directory."""
    names = [PurePosixPath(info.filename) for info in archive.infolist()]
    archive.getinfo(settings.FILE_NAME)
    archive.getinfo(STORE)
    for name in names:
        known = name.parts[0] in ("faq", "templates", settings.FILE_NAME, STORE)
        if not known or ".." in name.parts or name.is_absolute():
            raise WrongUse(f"the backup holds {name}, which is none of ours")
    if sum(info.file_size for info in archive.infolist()) > MOST:
        raise WrongUse("the backup is too large to be one of ours")


def _put_in_place(directory: Path) -> None:
    """All of it lies in the directory from now on: what the settings name may not be there, or
    be somebody else's."""
    settings.keep_inside(directory)
    chosen = settings.load(directory)
    copy = directory / STORE
    copy.chmod(0o600)
    if not chosen.store.startswith(SQLITE):
        raise SettingsError(f"the settings name a store on a server: load {copy} there yourself")
    target = Path(chosen.store.removeprefix(SQLITE))
    if target.exists():
        raise WrongUse(f"{target} is there already: move it away first.")
    copy.replace(target)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
