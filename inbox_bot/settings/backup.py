"""Backup: settings, FAQ, templates and store in one zip file, without passwords.

A store on a server is not in it: its administrator saves it (`Store.dump_command`).
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from inbox_bot import settings
from inbox_bot.errors import SettingsError, StoreUnavailable, WrongUse
from inbox_bot.model import Actor, DraftState, Verb, event_on
from inbox_bot.model.facts import PAGE_PASSWORD
from inbox_bot.model.files import PRIVATE, beside, remove, replacing, write_text
from inbox_bot.model.ports import Store, Transaction
from inbox_bot.settings import passwords
from inbox_bot.settings.passwords import NO_SECRET, Secret
from inbox_bot.store import has_password, is_on_server, name_of, open_store, without_password
from inbox_bot.yaml_files import rewritten

STORE = "store.db"
SQLITE = "sqlite:///"
ASIDE = ".restoring"
PLAN = "plan"
REPLACED = ".replaced"
ALLOWED = (("faq",), ("templates",), (settings.FILE_NAME,), (STORE,))
SIDECARS = ("-wal", "-shm")
"""Ends of the names of the files beside a SQLite store that is in use."""
MOST, MOST_PACKED = 1024 * 1024 * 1024, 20
"""Bytes in a backup, or times its own size if that is more: letters are never packed so well, and
what was made to fill the disk is."""
VOID = (
    "Replies you had approved need your approval again, and every browser has to log in again: "
    "`inbox-bot open` prints a link."
)
ELSEWHERE = (
    "This backup's settings name a store on a server, {url}. Nothing was sent there. "
    "If it's yours, restore with --store and its address."
)
AGAIN = "a backup from before you approved it was restored; please approve it again"
MAYBE = "a backup made while it was being sent was restored; it may have been sent"


class StoreElsewhere(WrongUse):
    """A backup names a server that the author herself did not name."""


def back_up(directory: Path, store: Store, to: Path) -> None:
    """Write the file, readable for its owner alone, also while the bot runs.

    Of a store on a server only the settings' URL is saved, without its password.
    """
    chosen = settings.load(directory)
    if to.exists():
        raise WrongUse(f"{to} already exists. Choose a new file name.")
    with replacing(to, PRIVATE) as whole, beside(to, folder=True) as aside:
        copy = aside / STORE
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(settings.FILE_NAME, _settings_in(directory))
            if not store.dump_command:
                store.copy_to(copy)
                archive.write(copy, STORE)
            for name, folder in (("faq", chosen.faq), ("templates", chosen.templates)):
                for file in _files(folder):
                    archive.write(file, f"{name}/{file.relative_to(folder).as_posix()}")


def _settings_in(directory: Path) -> str:
    text = (directory / settings.FILE_NAME).read_text(encoding="utf-8")
    url = settings.load(directory).store
    return rewritten(text, {("store",): without_password(url)}) if has_password(url) else text


def restore(file: Path, directory: Path, store: str = "") -> None:
    """Unpack a backup into a directory that has no settings yet.

    A store on a server is opened only if the author names it as `store`; the backup may come from
    anywhere.

    Everything is unpacked into a folder aside and then moved into place, the settings last. The
    next restore removes what an interrupted one left.
    """
    if (directory / settings.FILE_NAME).exists():
        raise WrongUse(f"{directory} already has settings. Restore into a new directory.")
    _put_in_place(directory, _unpacked(file, directory), store)


def restore_over(file: Path, directory: Path, store: str = "") -> None:
    """Put a backup in the place of what the directory holds; make a backup of that before.

    No bot may work in it. Passwords, other files and backups stay. Interrupted, it can be repeated.
    So does the page's password: she may have changed it because somebody knew the old one. A store
    on a server is opened only if the present settings, or the author with `store`, name it.
    """
    password, hers = _page_password(directory), store or _present_store(directory)
    aside = _unpacked(file, directory)
    names, old = _named_as_here(aside, hers, password), directory / REPLACED
    remove(old)
    old.mkdir(mode=0o700)
    for name in (*names, *(f"{one}{end}" for one in names for end in SIDECARS)):
        if (directory / name).exists():
            (directory / name).rename(old / name)
    for name in names:
        (aside / name).rename(directory / name)
    remove(aside)
    remove(old)


def _present_store(directory: Path) -> str:
    """The URL in the settings, also where an interrupted restore moved them aside; "" for none."""
    for place in (directory, directory / REPLACED):
        if (place / settings.FILE_NAME).exists():
            try:
                return settings.load(place).store
            except SettingsError:
                return ""
    return ""


def _page_password(directory: Path) -> str | None:
    """Its hash, "" for none; None if the store cannot be read.

    A restore that was interrupted may have moved settings and store aside.
    """
    places = (directory, directory / REPLACED)
    try:
        known = next(one for one in places if (one / settings.FILE_NAME).exists())
        url = settings.load(known).store
        if url.startswith(SQLITE):
            files = [place / Path(url).name for place in places]
            url = SQLITE + str(next(one for one in files if one.exists()))
        store = open_store(url, directory)
    except (StopIteration, SettingsError, StoreUnavailable):
        return None
    try:
        with store.reading() as tx:
            return PAGE_PASSWORD.of(tx)
    except StoreUnavailable:
        return None
    finally:
        store.close()


def _unpacked(file: Path, directory: Path) -> Path:
    """The folder aside with the content of the backup."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive, max(MOST, MOST_PACKED * file.stat().st_size))
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside = directory / ASIDE
            _take_away(directory, aside)
            aside.mkdir(mode=0o700)
            archive.extractall(aside)
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error) as error:
        raise WrongUse(f"{file} is not a usable backup: {error}") from error
    return aside


def _check(archive: zipfile.ZipFile, most: int) -> None:
    """Refuse names outside the directory, and too many bytes: the file may come from anywhere."""
    names = [PurePosixPath(info.filename) for info in archive.infolist()]
    archive.getinfo(settings.FILE_NAME)
    for name in names:
        known = name.parts[:1] in ALLOWED
        if not known or ".." in name.parts or name.is_absolute():
            raise WrongUse(f"the backup contains {str(name)!a}, which doesn't belong in one")
    if sum(info.file_size for info in archive.infolist()) > most:
        raise WrongUse("it is too large to be an inbox-bot backup")


def _put_in_place(directory: Path, aside: Path, store: str) -> None:
    """Move the files into the directory. The plan lists them for the next restore, in case this
    one is interrupted."""
    names = _named_as_here(aside, store)
    for name in names:
        if (directory / name).exists():
            raise WrongUse(f"{directory / name} already exists. Move it out of the way first.")
    write_text(aside / PLAN, "\n".join(names))
    for name in names:
        (aside / name).rename(directory / name)
    remove(aside)


def _named_as_here(aside: Path, hers: str, password: str | None = None) -> list[str]:
    """The files' names in the directory, whatever paths the settings named before; the settings
    come last. What the store permitted is void by then, so that it never lies in place valid.

    `hers` is the URL of her store, `password` the page's, if it is to take the place of the one in
    the backup.
    """
    settings.keep_inside(aside)
    named = settings.load(aside).store
    if is_on_server(named):
        _void(_same(named, hers), aside, password, passwords.for_store(os.environ))
    else:
        _put_store(aside / STORE, named)
        _void(named, aside, password)
    names = sorted(path.name for path in aside.iterdir())
    names.sort(key=settings.FILE_NAME.__eq__)
    return names


def _same(named: str, hers: str) -> str:
    """Her own URL, if the backup names the same server, database and user: the password from the
    environment goes to no other."""
    shown = without_password(named)
    if not is_on_server(hers) or shown != without_password(hers):
        raise StoreElsewhere(ELSEWHERE.format(url=ascii(shown)[1:-1]))
    return hers


def _put_store(copy: Path, url: str) -> None:
    """Name the store as the settings do."""
    if not copy.is_file():
        raise WrongUse(f"This backup has no {STORE}: its settings used a store on a server.")
    copy.chmod(0o600)
    copy.rename(url.removeprefix(SQLITE))


def _void(url: str, aside: Path, password: str | None, secret: Secret = NO_SECRET) -> None:
    """Void approvals, sessions and one-time links: since the backup, the author may have taken
    them back or used them up, and the replies may have been sent."""
    store = open_store(url, aside, secret.reveal())
    try:
        with store.transaction() as tx:
            _void_approvals(tx, datetime.now(UTC))
            tx.sessions.end_all()
            if password is not None:
                PAGE_PASSWORD.put(tx, password)
    finally:
        store.close()
    for old in aside.glob(f"{name_of(url)}.*"):
        remove(old)  # a migration's copy still has the approvals; the backup itself is kept


def _void_approvals(tx: Transaction, now: datetime) -> None:
    for draft in tx.drafts.in_state(DraftState.APPROVED):
        moved = tx.drafts.move(draft, draft.pending_again(AGAIN))
        tx.record(event_on(moved, Verb.PENDING, Actor.BOT, now))
    for draft in tx.drafts.in_state(DraftState.SENDING):
        moved = tx.drafts.move(draft, draft.become(DraftState.UNCERTAIN, MAYBE))
        tx.record(event_on(moved, Verb.UNCERTAIN, Actor.BOT, now))


def _take_away(directory: Path, aside: Path) -> None:
    """Remove what an interrupted restore left; without settings no bot has used it."""
    plan = aside / PLAN
    names = plan.read_text(encoding="utf-8").splitlines() if plan.exists() else []
    for path in (*(directory / name for name in names), aside):
        remove(path)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
